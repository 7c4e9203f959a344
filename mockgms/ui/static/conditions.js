// The conditions of a rule that is made by hand: which requests it is for, and more keys of the rule.

import { KINDS } from './conditionkinds.js';
import { button, byId, el, select } from './elements.js';
import { valueIn } from './faultwords.js';
import { icon } from './icons.js';

/**
 * @typedef {object} Kind
 * @property {string} name its key
 * @property {string} label
 * @property {string} start the first value of its field
 * @property {readonly string[]} [choices]
 * @property {boolean} [isNamed] whether it has a name too
 * @property {boolean} [isBeside] whether it is a key of the rule beside `when`
 * @property {string} says its words in a sentence, with braces for the value
 * @property {{ [value: string]: string }} [words] that replace values in the sentence
 */

export class Conditions {
  /** @param {() => void} changed called at each change */
  constructor(changed) {
    this._changed = changed;
    this.element = el('div', { class: 'stack conditions', id: 'conditions' });
  }

  clear() {
    this.element.replaceChildren();
  }

  /** Add a condition, and return its first field.
   *
   * @param {string} name
   * @param {string} [value]
   */
  add(name, value) {
    const choice = select('', KINDS.map((each) => [each.name, each.label]), name);
    choice.setAttribute('aria-label', 'Condition');
    const fields = el('span', { class: 'phrase grow' });
    const row = el('div', { class: 'phrase condition' }, 'only if', choice, fields,
      button(icon('x'), () => {
        row.remove();
        this._changed();
        byId('f-cond').focus();
      }, { class: 'btn sm quiet icon', 'aria-label': 'Remove the condition' }));
    choice.addEventListener('change', () => {
      fields.replaceChildren(...fieldsOf(kindOf(choice.value)));
      this._changed();
    });
    fields.replaceChildren(...fieldsOf(kindOf(name), value));
    this.element.append(row);
    this._changed();
    /** @type {HTMLElement} */
    const first = fields.querySelector('input, select') ?? choice;
    return first;
  }

  /** The conditions that are complete. */
  get written() {
    return [...this.element.children].map((row) => {
      /** @param {string} part */
      const of = (part) => {
        /** @type {HTMLInputElement | null} */
        const found = row.querySelector(part);
        return found?.value.trim() ?? '';
      };
      return {
        kind: kindOf(of('select')),
        name: of('[data-part="name"]'),
        value: of('[data-part="value"]'),
      };
    }).filter(({ value, name, kind }) => value !== '' && (!kind.isNamed || name !== ''));
  }

  /** The conditions as keys of a rule: those of `when`, and those of the rule itself. */
  get keys() {
    /** @type {{ [key: string]: any }} */
    const when = {};
    /** @type {{ [key: string]: unknown }} */
    const beside = {};
    for (const { kind: { name: key, isNamed, isBeside }, name, value } of this.written) {
      if (isBeside) beside[key] = valueIn({}, value);
      else if (isNamed) when[key] = { ...when[key], [name]: value };
      else when[key] = key in when ? [when[key], value].flat() : value;
    }
    return { when, beside };
  }

  /** The conditions in words: those of `when`, and those of the rule itself. */
  get words() {
    /** @param {boolean} isBeside */
    const words = (isBeside) => this.written.filter(({ kind }) => Boolean(kind.isBeside) === isBeside)
      .map(({ kind, name, value }) => {
        const shown = kind.words?.[value] ?? value;
        return kind.says.replace('{}', () => (kind.isNamed ? `${name} ${shown}` : shown));
      });
    return { when: words(false), beside: words(true) };
  }
}

/** @param {string} name */
function kindOf(name) {
  return KINDS.find((each) => each.name === name) ?? KINDS[0];
}

/**
 * @param {Kind} kind
 * @param {string} [given]
 */
function fieldsOf(kind, given) {
  const label = `Value of the condition on ${kind.label}`;
  const written = kind.choices
    ? select('', kind.choices.map((each) => [each, each.replace('_', ' ')]), kind.start)
    : el('input', { class: 'input grow', size: 8, value: given ?? kind.start, autocomplete: 'off' });
  written.setAttribute('aria-label', label);
  written.dataset.part = 'value';
  return [
    ...(kind.isNamed ? [el('input', {
      class: 'input grow', size: 6, 'data-part': 'name', placeholder: 'name', autocomplete: 'off',
      'aria-label': `Name of the ${kind.label}`,
    })] : []),
    ...(kind.isBeside ? [] : [el('span', {}, 'is')]),
    written,
  ];
}
