// The details of a slot: how full it is, who is in it, and what can be done to it.

import { attempt, say } from './actionbar.js';
import { api, query } from './api.js';
import { callbackItem } from './callbacks.js';
import { WORDS } from './cell.js';
import { button, el } from './elements.js';
import { icon } from './icons.js';
import { inspect, updateInspector } from './inspector.js';
import { changeUndoably } from './undo.js';

/** @import { Record, SlotChange } from './record.js' */
/** @import { Zone } from './zone.js' */

const NUMBER = '+1 415 555 0100';

export class SlotPanel {
  /**
   * @param {object} parts
   * @param {Record} parts.record keeps what is clicked
   * @param {() => Zone} parts.zone
   * @param {(start: string) => void} parts.left called with the start of the slot when the panel is closed
   */
  constructor({ record, zone, left }) {
    this._record = record;
    this._zone = zone;
    /** @type {Admin.Slot | null} */
    this._slot = null;
    this._service = '';
    this._phone = el('input', {
      class: 'input', id: 'slot-phone', maxlength: 255, autocomplete: 'off', 'aria-label': 'Number',
      'data-key': 'phone', placeholder: NUMBER,
    });
    this._leave = () => {
      const start = this._slot?.start ?? '';
      this._slot = null;
      left(start);
    };
  }

  /** The start of the slot that is shown. */
  get start() {
    return this._slot?.start ?? null;
  }

  /** Show a slot of a service.
   *
   * @param {Admin.Slot} slot
   * @param {string} service its name
   */
  async show(slot, service) {
    this._service = service;
    inspect(this._title(slot), [stateOf(slot)], this._leave);
    this._slot = slot;
    await this.update(slot);
  }

  /** Show the current state of the slot.
   *
   * @param {Admin.Slot | undefined} slot
   */
  async update(slot) {
    if (!slot || slot.start !== this._slot?.start) return;
    this._slot = slot;
    const callbacks = await attempt(() => api.get(query('callbacks', { service: this._service, slot: slot.start })));
    if (this._slot !== slot || !callbacks) return;
    updateInspector(this._leave, [
      stateOf(slot),
      el('div', { class: 'row wrap' }, slot.state === 'past' ? [] : this._actions(slot)),
      slot.state !== 'past' && slot.free > 0 && this._form(slot),
      el('div', {}, el('h3', {}, 'In this slot ', el('span', { class: 'count' }, slot.booked)),
        el('ul', { class: 'list in-slot' }, callbacks.length
          ? callbacks.map((callback) => callbackItem(callback, this._zone(), this._record))
          : el('li', { class: 'muted' }, 'Nobody yet.'))),
    ]);
  }

  /** @param {Admin.Slot} slot */
  _title(slot) {
    return `${this._service} · ${this._zone().moment(Date.parse(slot.start))}`;
  }

  /** @param {Admin.Slot} slot */
  _actions(slot) {
    const isShut = slot.state === 'closed' && slot.reason !== 'closed by hand';
    const { free, capacity, booked } = slot;
    return [
      free > 0 && this._change(slot, 'Fill', 'Filled', () => ({ free: 0 }), true),
      free > 1 && this._change(slot, 'Take one seat', 'Took one seat of', (now) => ({ free: now.free - 1 }), true),
      booked > 0 && this._change(slot, 'Free one seat', 'Freed one seat of', (now) => ({ free: now.free + 1 })),
      booked > 1 && this._change(slot, 'Empty', 'Emptied', () => ({ free: capacity })),
      !isShut && (slot.state === 'closed'
        ? this._change(slot, 'Open slot', 'Opened', () => ({ closed: false }), true)
        : this._change(slot, 'Close slot', 'Closed', () => ({ closed: true }), true)),
    ];
  }

  /** A button that changes the slot. If the change cancels no callback, another change undoes it. Otherwise, a copy of
   * the session is kept.
   *
   * @param {Admin.Slot} slot
   * @param {string} label
   * @param {string} done
   * @param {(now: Admin.Slot) => SlotChange} changeOf what the change is, from the slot as it is when it is pressed
   * @param {boolean} [isSimple] whether it cancels no callback
   */
  _change(slot, label, done, changeOf, isSimple = false) {
    const [service, { start }] = [this._service, slot];
    return button(label, () => attempt(async () => {
      const restoreRecord = this._record.restorer();
      const message = `${done} ${this._zone().moment(Date.parse(start))}.`;
      const now = (await api.get(query('slots', { service, start, all: true }))).find((each) => each.start === start);
      const change = changeOf(now ?? slot);
      const back = 'free' in change ? { free: (now ?? slot).free } : { closed: !change.closed };
      const act = () => api.put('slots', { service, start, ...change });
      if (isSimple) {
        await act();
        say(message, async () => {
          await api.put('slots', { service, start, ...back });
          restoreRecord();
        });
      } else await changeUndoably(act, () => message, restoreRecord);
      this._record.slot(service, start, change);
    }), { class: 'btn sm', 'data-key': label });
  }

  /** @param {Admin.Slot} slot */
  _form({ start }) {
    const form = el('form', { class: 'row' }, this._phone, el('button', { class: 'btn', 'data-key': 'book' }, 'Book'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const phone = this._phone.value.trim() || NUMBER;
      const restoreRecord = this._record.restorer();
      attempt(async () => {
        await changeUndoably(
          () => api.post('callbacks', { service: this._service, phone, desired_time: start }),
          () => `${phone} is booked for ${this._zone().moment(Date.parse(start))}.`,
          restoreRecord,
        );
        this._record.note(`a callback for ${phone} at ${start}, booked by hand`);
      });
    });
    return form;
  }
}

/** @param {Admin.Slot} slot */
function stateOf(slot) {
  const isOpen = ['free', 'taken', 'full'].includes(slot.state);
  const words = WORDS[slot.state];
  const what = isOpen ? `${slot.free} of ${slot.capacity} seats free` : words[0].toUpperCase() + words.slice(1);
  const reason = slot.reason && slot.state !== 'past' ? ` (${slot.reason})` : '';
  const then = slot.state === 'full' ? 'A booking is refused with 400, and later times are proposed.'
    : isOpen ? 'A booking is accepted, unless a rule says otherwise.'
      : 'A booking is refused with 400.';
  return el('div', { class: 'notice', id: 'slot-state', role: 'status' }, icon('info'),
    el('span', {}, el('b', {}, `${what}${reason}`), el('br'), then));
}
