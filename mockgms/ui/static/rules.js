// The rules of the session: what goes wrong, how often it has, and a switch for each.

import { api } from './api.js';
import { button, byId, el, field } from './elements.js';
import { attempt, say } from './notice.js';

/** @import { Record } from './record.js' */

export class RulesPanel {
  /** @param {Record} record */
  constructor(record) {
    this._record = record;
    /** @type {Set<string>} */
    this._names = new Set();
    byId('fail').addEventListener('submit', (event) => {
      event.preventDefault();
      this._failNext();
    });
  }

  async refresh() {
    const rules = await api.get('rules');
    this._names = new Set(rules.map(({ name }) => name));
    byId('no-rules').hidden = rules.length > 0;
    const focused = document.activeElement?.getAttribute('data-rule');
    byId('rules').replaceChildren(...rules.map((rule) => this._item(rule)));
    if (!focused) return;
    /** @type {HTMLElement | null} */
    const replaced = byId('rules').querySelector(`[data-rule="${CSS.escape(focused)}"]`);
    replaced?.focus();
  }

  /** @param {Admin.Rule} rule */
  _item(rule) {
    const isOver = rule.from === 'armed' && !rule.in_force;
    const isArmed = rule.in_force || isOver;
    const badges = [
      rule.from === 'armed' && 'by hand',
      !isArmed && 'disarmed',
      isSpent(rule) && 'used up',
      rule.expires && `${isOver ? 'over since' : 'until'} ${rule.expires.slice(11, 16)}Z`,
    ].filter(Boolean);
    return el('li', { class: rule.in_force ? null : 'off' },
      el('div', { class: 'rule-head' },
        el('b', {}, rule.name),
        badges.map((text) => el('span', { class: 'badge' }, text)),
        button(isArmed ? 'Disarm' : 'Arm', () => this._switch(rule), {
          class: 'small', 'data-rule': rule.name, 'aria-label': `${isArmed ? 'Disarm' : 'Arm'} the rule ${rule.name}`,
        })),
      el('div', { class: 'muted' }, described(rule.rule ?? {})),
      el('div', { class: 'counts-of-rule' }, counted(rule)));
  }

  /** @param {Admin.Rule} rule */
  _switch(rule) {
    const name = encodeURIComponent(rule.name);
    const written = { ...rule.rule, name: rule.name };
    attempt(async () => {
      if (rule.in_force || rule.from === 'armed') {
        await api.delete(`rules/${name}`);
        this._record.disarmed(written, rule.from === 'scenario');
        say(`${rule.name} is disarmed.`);
      } else {
        await api.put(`rules/${name}`);
        this._record.restored(written);
        say(`${rule.name} is armed.`);
      }
      await this.refresh();
    });
  }

  _failNext() {
    const operation = field('fail-operation').value;
    const rule = {
      name: this._unused(),
      ...(operation && { when: { operation } }),
      times: 1,
      then: JSON.parse(field('fail-fault').value),
    };
    attempt(async () => {
      await api.post('rules', rule);
      this._record.armed(rule);
      const [what, how] = ['fail-operation', 'fail-fault'].map(textOfChosen);
      say(`Armed: the next ${what} meets ${how}, once.`);
      await this.refresh();
    });
  }

  _unused() {
    let number = 1;
    while (this._names.has(`next-${number}`)) number += 1;
    return `next-${number}`;
  }
}

/** The text of the option that is chosen in a `select`.
 *
 * @param {string} id
 */
function textOfChosen(id) {
  return /** @type {HTMLSelectElement} */ (byId(id)).selectedOptions[0].textContent;
}

/** Whether it will not fire again, for any caller.
 *
 * @param {Admin.Rule} rule
 */
function isSpent({ rule, firings }) {
  return typeof rule?.times === 'number' && !rule.per && firings >= rule.times;
}

/** What a rule does, in one line.
 *
 * @param {{ [key: string]: any }} rule
 */
function described({ name: _name, when = {}, then = [], ...limits }) {
  const faults = [then].flat().map(({ fault, ...keys }) => [fault, ...pairs(keys)].join(' '));
  const conditions = pairs(when).join(', ');
  return [faults.join(', then '), conditions && `when ${conditions}`, ...pairs(limits)].filter(Boolean).join(' · ');
}

/** @param {Admin.Rule} rule */
function counted({ matches, firings }) {
  if (!matches) return 'no request has matched it';
  return `matched ${times(matches)}, fired ${firings ? times(firings) : 'never'}`;
}

/**
 * @param {{ [key: string]: unknown }} values
 * @returns {string[]}
 */
function pairs(values) {
  /**
   * @param {unknown} value
   * @returns {unknown}
   */
  const written = (value) => {
    if (Array.isArray(value)) return value.map(written).join(' or ');
    return typeof value === 'object' ? JSON.stringify(value) : value;
  };
  return Object.entries(values).map(([key, value]) => `${key} ${written(value)}`);
}

/** @param {number} number */
function times(number) {
  return number === 1 ? 'once' : `${number} times`;
}
