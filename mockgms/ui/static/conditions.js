// The conditions of a rule that is made by hand: which requests it is for, and more keys of the rule.

import { button, byId, el, select } from './elements.js';
import { icon } from './icons.js';

/**
 * @typedef {object} Condition
 * @property {string} kind
 * @property {string} label
 * @property {string} value the initial value of its field
 * @property {boolean} [isNamed] whether it has a name too
 * @property {string[]} [choices]
 * @property {boolean} [isBeside] whether it is a key of the rule beside `when`
 * @property {(value: string, name: string) => string} says
 */
/** @type {Condition[]} */
const CONDITIONS = [
  { kind: 'phone', label: 'number', value: '+1555*', says: (value) => `from ${value}` },
  { kind: 'service', label: 'service', value: 'sales', says: (value) => `for ${value}` },
  { kind: 'version', label: 'version', value: 'v3', choices: ['v1', 'v2', 'v3'], says: (value) => `by ${value}` },
  { kind: 'header', label: 'header', value: '*', isNamed: true, says: (value, name) => `with ${name}: ${value}` },
  { kind: 'user_data', label: 'user data', value: '*', isNamed: true, says: (value, name) => `with ${name} ${value}` },
  { kind: 'query', label: 'parameter', value: '*', isNamed: true, says: (value, name) => `with ?${name}=${value}` },
  { kind: 'api_key', label: 'API key', value: 'KEY-1', says: (value) => `with the key ${value}` },
  {
    kind: 'desired_time', label: 'desired time', value: 'Mon-Fri 09:00-12:00',
    says: (value) => `for times in ${value}`,
  },
  {
    kind: 'skip', isBeside: true, label: 'skip the first', value: '1',
    says: (value) => `after the first ${value}`,
  },
  { kind: 'chance', isBeside: true, label: 'chance', value: '50%', says: (value) => `in ${value} of the cases` },
  {
    kind: 'per', isBeside: true, label: 'counted for each', value: 'phone', choices: ['phone', 'api_key', 'service'],
    says: (value) => `counted for each ${value.replace('_', ' ')}`,
  },
  {
    kind: 'phase', isBeside: true, label: 'it happens', value: 'after', choices: ['after', 'before'],
    says: (value) => (value === 'after' ? 'after it has taken effect' : 'before it takes effect'),
  },
];

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
   * @param {string} kind
   * @param {string} [value]
   */
  add(kind, value) {
    const choice = select('', CONDITIONS.map((each) => [each.kind, each.label]), kind);
    choice.setAttribute('aria-label', 'Condition');
    const fields = el('span', { class: 'phrase grow' });
    const row = el('div', { class: 'phrase condition' }, 'only if', choice, fields,
      button(icon('x'), () => {
        row.remove();
        this._changed();
        byId('f-cond').focus();
      }, { class: 'btn sm quiet icon', 'aria-label': 'Remove the condition' }));
    choice.addEventListener('change', () => {
      fields.replaceChildren(...fieldsOf(conditionOf(choice.value)));
      this._changed();
    });
    fields.replaceChildren(...fieldsOf(conditionOf(kind), value));
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
        condition: conditionOf(of('select')),
        name: of('[data-part="name"]'),
        value: of('[data-part="value"]'),
      };
    }).filter(({ value, name, condition }) => value !== '' && (!condition.isNamed || name !== ''));
  }

  /** They as keys of a rule: those of `when`, and those beside it. */
  get keys() {
    /** @type {{ [kind: string]: any }} */
    const when = {};
    /** @type {{ [key: string]: unknown }} */
    const beside = {};
    for (const { condition: { kind, isNamed, isBeside }, name, value } of this.written) {
      if (isBeside) beside[kind] = kind === 'skip' ? Number(value) || 0 : value;
      else if (isNamed) when[kind] = { ...when[kind], [name]: value };
      else when[kind] = kind in when ? [when[kind], value].flat() : value;
    }
    return { when, beside };
  }

  /** They in words: those that follow the request, and those that follow what happens to it. */
  get words() {
    /** @param {boolean} isBeside */
    const words = (isBeside) => this.written.filter(({ condition }) => Boolean(condition.isBeside) === isBeside)
      .map(({ condition, name, value }) => condition.says(value, name));
    return { when: words(false), beside: words(true) };
  }
}

/** @param {string} kind */
function conditionOf(kind) {
  return CONDITIONS.find((each) => each.kind === kind) ?? CONDITIONS[0];
}

/**
 * @param {Condition} condition
 * @param {string} [given]
 */
function fieldsOf(condition, given) {
  const label = `Value of the condition on ${condition.label}`;
  const written = condition.choices
    ? select('', condition.choices.map((each) => [each, each.replace('_', ' ')]), condition.value)
    : el('input', { class: 'input grow', size: 8, value: given ?? condition.value, autocomplete: 'off' });
  written.setAttribute('aria-label', label);
  written.dataset.part = 'value';
  return [
    ...(condition.isNamed ? [el('input', {
      class: 'input grow', size: 6, 'data-part': 'name', placeholder: 'name', autocomplete: 'off',
      'aria-label': `Name of the ${condition.label}`,
    })] : []),
    ...(condition.isBeside ? [] : [el('span', {}, 'is')]),
    written,
  ];
}
