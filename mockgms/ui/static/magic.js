// The magic numbers: with each, a booking meets the fault that its area code names.

import { attempt, say } from './actionbar.js';
import { api } from './api.js';
import { copyButton } from './copy.js';
import { byId, el } from './elements.js';
import { kindOf } from './exchange.js';
import { FAULTS } from './faults.js';

/** @import { Record } from './record.js' */

const MAGIC = /^magic-(\d{3})$/;

export class MagicNumbers {
  /** @param {Record} record */
  constructor(record) {
    this._record = record;
    /** @type {Admin.Rule[]} */
    this._magic = [];
    this._isSwitching = false;
  }

  /** Show the rules of the session, and return whether there are magic numbers.
   *
   * @param {Admin.Rule[]} rules
   */
  show(rules) {
    this._magic = rules.filter(({ name }) => MAGIC.test(name));
    this._draw();
    return this._magic.length > 0;
  }

  _draw() {
    this._drawRows();
    if (this._magic.length > 0 && !this._isSwitching) {
      const box = /** @type {HTMLInputElement} */ (byId('magic'));
      box.checked = this._magic.some((rule) => rule.in_force); // the user may have changed it without effect
    }
  }

  _drawRows() {
    const panel = byId('fail-number');
    const shape = JSON.stringify(this._magic.map(({ name }) => name));
    if (panel.dataset.shape === shape) return;
    panel.dataset.shape = shape;
    if (this._magic.length === 0) {
      panel.replaceChildren(el('div', { class: 'empty' }, el('b', {}, 'This scenario has no magic numbers.'),
        el('span', { class: 'muted' }, 'Add ', el('code', {}, 'extends: magic-numbers'),
          ' to it, or switch to the scenario ', el('code', {}, 'magic-numbers'), '.')));
      return;
    }
    const rows = [...this._magic].sort((one, other) => one.name.localeCompare(other.name)).map((rule) => {
      const { fault, kind, status } = seenOf(rule);
      const number = `+1 ${MAGIC.exec(rule.name)?.[1]} 555 0100`;
      return el('tr', {}, el('td', {}, el('code', {}, number)),
        el('td', {}, el('span', { class: `status is-${kind}` }, status)),
        el('td', { class: 'muted cut' }, fault?.label ?? ''),
        el('td', { class: 'end' }, copyButton('', () => number.replaceAll(' ', ''), {
          class: 'btn sm quiet icon', 'aria-label': `Copy ${number}`,
        })));
    });
    const box = el('input', { type: 'checkbox', role: 'switch', id: 'magic' });
    box.addEventListener('change', () => attempt(() => this._switch(box.checked)));
    panel.replaceChildren(
      el('p', { class: 'muted small' }, 'A booking with one of these numbers fails. All others go through.'),
      el('table', { class: 'table numbers', 'aria-label': 'Magic numbers' }, el('tbody', {}, rows)),
      el('label', { class: 'switch small' }, box, 'Magic numbers are on in this session'));
  }

  /** @param {boolean} isOn */
  async _switch(isOn) {
    const names = this._magic.filter((rule) => rule.in_force !== isOn).map(({ name }) => name);
    const restoreRecord = this._record.restorer();
    /** @param {boolean} on */
    const turn = async (on) => {
      this._isSwitching = true;
      try {
        for (const name of names) await (on ? api.put(`rules/${name}`) : api.delete(`rules/${name}`));
      } catch (error) {
        this._isSwitching = false;
        this._draw();
        throw error;
      }
      this._isSwitching = false;
      const box = document.querySelector('#magic');
      if (box instanceof HTMLInputElement) box.checked = on; // all of them are switched now
    };
    await turn(isOn);
    for (const { name, rule } of this._magic.filter((each) => names.includes(each.name))) {
      if (isOn) this._record.restored({ ...rule, name });
      else this._record.disarmed({ ...rule, name }, true);
    }
    say(`The magic numbers are ${isOn ? 'on' : 'off'}.`, async () => {
      await turn(!isOn);
      restoreRecord();
    });
  }
}

/** What a client sees of a rule with one fault.
 *
 * @param {Admin.Rule} rule
 */
function seenOf({ rule }) {
  const then = /** @type {any} */ ([rule.then].flat()[0] ?? {});
  const fault = FAULTS.find((each) => each.fault === then.fault);
  const number = Number(then.status ?? fault?.status);
  if (Number.isNaN(number)) return { fault, kind: fault?.kind ?? 'lost', status: fault?.status ?? '' };
  return { fault, kind: kindOf({ status: number, delivery: null }), status: String(number) };
}
