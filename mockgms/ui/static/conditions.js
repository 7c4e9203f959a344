// The conditions of a rule that is made by hand: which requests it is for, and more keys of the rule.

import { KINDS } from './conditionkinds.js';
import { button, byId, el, select } from './elements.js';
import { valueIn } from './faultwords.js';
import { icon } from './icons.js';

/**
 * @typedef {object} Written the conditions on the same thing, such as the number
 * @property {Kind} kind
 * @property {string} name of the header, for example; empty unless the kind is named
 * @property {string[]} values alternatives
 */

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

// A new condition is of the first of these kinds that the form does not have yet.
const SUGGESTED = ['phone', 'service', ...KINDS.map(({ name }) => name)];

export class Conditions {
  /** @param {() => void} changed called at each change */
  constructor(changed) {
    this._changed = changed;
    this.element = el('div', { class: 'stack conditions', id: 'conditions' });
    this.element.addEventListener('input', () => this._showAlternatives());
  }

  clear() {
    this.element.replaceChildren();
  }

  /** Add a condition, and return its first field. Without a name, it is of a kind that the form does not have yet.
   *
   * @param {string} [name]
   * @param {string} [value]
   */
  add(name = this._unused, value) {
    const choice = select('', KINDS.map((each) => [each.name, each.label]), name);
    choice.setAttribute('aria-label', 'Condition');
    const fields = el('span', { class: 'phrase grow' });
    const row = el('div', { class: 'phrase condition' }, el('span', { class: 'lead' }), choice, fields,
      button(icon('x'), () => {
        row.remove();
        this._showAlternatives();
        this._changed();
        byId('f-cond').focus();
      }, { class: 'btn sm quiet icon', 'aria-label': 'Remove the condition' }));
    choice.addEventListener('change', () => {
      fields.replaceChildren(...fieldsOf(kindOf(choice.value)));
      this._showAlternatives();
      this._changed();
    });
    fields.replaceChildren(...fieldsOf(kindOf(name), value));
    this.element.append(row);
    this._showAlternatives();
    this._changed();
    /** @type {HTMLElement} */
    const first = fields.querySelector('input, select') ?? choice;
    return first;
  }

  /** The complete conditions, by what they are about. Of a key beside `when`, only the last value is taken. */
  get written() {
    /** @type {Map<string, Written>} */
    const found = new Map();
    for (const row of this.element.children) {
      const { kind, name, value } = valuesOf(row);
      if (value === '' || (kind.isNamed && name === '')) continue;
      const values = kind.isBeside ? [] : found.get(subjectOf(row))?.values ?? [];
      found.set(subjectOf(row), { kind, name, values: [...values, value] });
    }
    return [...found.values()];
  }

  /** The conditions as keys of a rule: those of `when`, and those of the rule itself. */
  get keys() {
    /** @type {{ [key: string]: any }} */
    const when = {};
    /** @type {{ [key: string]: unknown }} */
    const beside = {};
    for (const { kind: { name: key, isNamed, isBeside }, name, values } of this.written) {
      const value = values.length > 1 ? values : values[0];
      if (isBeside) beside[key] = valueIn({}, values[0]);
      else when[key] = isNamed ? { ...when[key], [name]: value } : value;
    }
    return { when, beside };
  }

  /** The conditions in words: those of `when`, and those of the rule itself. */
  get words() {
    /** @param {boolean} isBeside */
    const words = (isBeside) => this.written.filter(({ kind }) => Boolean(kind.isBeside) === isBeside)
      .map(({ kind, name, values }) => {
        const shown = alternatives(values.map((value) => kind.words?.[value] ?? value));
        return kind.says.replace('{}', () => (kind.isNamed ? `${name} ${shown}` : shown));
      });
    return { when: words(false), beside: words(true) };
  }

  /** The first kind that no condition has. */
  get _unused() {
    const used = [...this.element.children].map((row) => valuesOf(row).kind.name);
    return SUGGESTED.find((name) => !used.includes(name)) ?? SUGGESTED[0];
  }

  /** Write `or if` before a condition on the same thing as an earlier one: in a rule, they are alternatives. */
  _showAlternatives() {
    const subjects = new Set();
    for (const row of this.element.children) {
      const isAlternative = !valuesOf(row).kind.isBeside && subjects.has(subjectOf(row));
      /** @type {Element} */ (row.firstElementChild).textContent = isAlternative ? 'or if' : 'only if';
      subjects.add(subjectOf(row));
    }
  }
}

/** The kind, the name and the value of a condition in the form.
 *
 * @param {Element} row
 */
function valuesOf(row) {
  /** @param {string} part */
  const of = (part) => {
    /** @type {HTMLInputElement | null} */
    const found = row.querySelector(part);
    return found?.value.trim() ?? '';
  };
  return { kind: kindOf(of('select')), name: of('[data-part="name"]'), value: of('[data-part="value"]') };
}

/** What a condition is about: its kind and its name.
 *
 * @param {Element} row
 */
function subjectOf(row) {
  const { kind, name } = valuesOf(row);
  return `${kind.name} ${name}`;
}

/** Values in words, such as `a, b or c`.
 *
 * @param {string[]} values
 */
function alternatives(values) {
  return [values.slice(0, -1).join(', '), values.at(-1)].filter(Boolean).join(' or ');
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
