// The rules of the session: what goes wrong, how often it has, and a switch for each.

import { attempt, say } from './actionbar.js';
import { api } from './api.js';
import { byId, el } from './elements.js';
import { choose, mark } from './groups.js';

/** @import { Record } from './record.js' */

export class RulesPanel {
  /** @param {Record} record */
  constructor(record) {
    this._record = record;
    /** @type {Map<string, boolean>} */
    this._pressed = new Map(); // the switches whose request is not answered yet
    choose(byId('rail-tabs'), (tab) => this.show(tab));
    mark(byId('rail-tabs'), 'rules');
  }

  /** Show the rules or the callbacks.
   *
   * @param {string} tab
   */
  show(tab) {
    mark(byId('rail-tabs'), tab);
    byId('rules-body').hidden = tab !== 'rules';
    byId('callbacks-body').hidden = tab !== 'callbacks';
  }

  /** @returns {Promise<Admin.Rule[]>} */
  async refresh() {
    const rules = await api.get('rules');
    byId('rules-count').textContent = String(rules.length);
    byId('no-rules').hidden = rules.length > 0;
    const list = byId('rules');
    const there = new Map([...list.children].map((item) => [item.getAttribute('data-rule'), item]));
    const focused = document.activeElement?.id;
    list.replaceChildren(...rules.map((rule) => {
      const shown = JSON.stringify(rule);
      const before = there.get(rule.name);
      if (before?.getAttribute('data-shown') !== shown) return this._item(rule, shown);
      const box = /** @type {HTMLInputElement} */ (before.querySelector('input'));
      box.checked = this._isOn(rule); // the user may have changed it without effect
      return before;
    }));
    if (focused?.startsWith('rule-')) document.getElementById(focused)?.focus();
    return rules;
  }

  /** Whether the switch of a rule is on: as the user has just pressed it, until the server has answered.
   *
   * @param {Admin.Rule} rule
   */
  _isOn(rule) {
    return this._pressed.get(rule.name) ?? rule.in_force;
  }

  /**
   * @param {Admin.Rule} rule
   * @param {string} shown
   */
  _item(rule, shown) {
    const isOver = isSpent(rule) || (rule.expires !== null && !rule.in_force);
    const isHand = rule.from === 'armed';
    const id = `rule-${rule.name}`;
    const box = el('input', { type: 'checkbox', role: 'switch', id, checked: this._isOn(rule) });
    box.addEventListener('change', () => this._switch(rule, box.checked));
    return el('li', { class: 'stack rule', 'data-rule': rule.name, 'data-shown': shown },
      el('div', { class: 'row' },
        el('span', { class: 'row wrap grow' },
          el('b', {}, rule.name),
          isHand && el('span', { class: 'badge accent' }, 'armed here'),
          isOver && el('span', { class: 'badge' }, isSpent(rule) ? 'used up' : 'expired'),
          !isOver && rule.expires && el('span', { class: 'badge' }, `until ${rule.expires.slice(11, 16)}Z`)),
        el('span', { class: 'hint nowrap' }, 'fired ', el('b', {}, rule.firings), ` of ${rule.matches}`),
        el('label', { class: 'switch' }, el('span', { class: 'unseen' }, `${rule.name} is in force`), box)),
      el('p', { class: 'rule-says' }, rule.says));
  }

  /**
   * @param {Admin.Rule} rule
   * @param {boolean} isOn
   */
  async _switch(rule, isOn) {
    const path = /** @type {const} */ (`rules/${encodeURIComponent(rule.name)}`);
    const written = { ...rule.rule, name: rule.name };
    const restoreRecord = this._record.restorer();
    this._pressed.set(rule.name, isOn);
    await attempt(async () => {
      if (isOn) {
        await api.put(path);
        this._record.restored(written);
        say(`${rule.name} is armed.`, async () => {
          await api.delete(path);
          restoreRecord();
        });
        return;
      }
      await api.delete(path);
      this._record.disarmed(written, rule.from === 'scenario');
      say(`${rule.name} is disarmed.`, async () => {
        if (rule.from === 'scenario') await api.put(path);
        else await api.post('rules', /** @type {any} */ (written));
        restoreRecord();
      });
    });
    this._pressed.delete(rule.name);
    await attempt(() => this.refresh());
  }
}

/** Whether it will not fire again, for any caller.
 *
 * @param {Admin.Rule} rule
 */
function isSpent({ rule, firings }) {
  return typeof rule?.times === 'number' && !rule.per && firings >= rule.times;
}
