// The slot that is selected: how full it is, who is in it, and what can be done to it.

import { api, query } from './api.js';
import { callbackList } from './callbacks.js';
import { WORDS } from './cell.js';
import { button, byId, el, field, present } from './elements.js';
import { attempt, say } from './notice.js';

/** @import { Record, SlotChange } from './record.js' */
/** @import { Zone } from './zone.js' */

const NUMBER = '+1 415 555 0100';

export class SlotPanel {
  /**
   * @param {object} parts
   * @param {Record} parts.record keeps what is clicked
   * @param {() => void} parts.leave called when the panel is closed
   */
  constructor({ record, leave }) {
    this._record = record;
    /** @type {Admin.Slot | null} */
    this._slot = null; // the slot that is shown
    byId('slot-close').addEventListener('click', leave);
    byId('slot-book').addEventListener('submit', (event) => {
      event.preventDefault();
      if (this._slot) this._book(this._slot);
    });
    field('slot-phone').value = NUMBER;
    this._service = '';
  }

  /** Show a slot of a service, or with null nothing.
   *
   * @param {Admin.Slot | null} slot
   * @param {string} service its name
   * @param {Zone} zone
   */
  async show(slot, service, zone) {
    byId('slot').hidden = slot === null;
    this._slot = slot;
    this._service = service;
    if (slot === null) return;
    byId('slot-title').textContent = zone.moment(Date.parse(slot.start));
    byId('slot-state').textContent = sentence(slot);
    byId('slot-state').className = `slot-state ${slot.state}`;
    const isOver = slot.state === 'past';
    byId('slot-actions').replaceChildren(...(isOver ? [] : this._actions(slot)));
    byId('slot-book').hidden = isOver || slot.free === 0;
    const callbacks = await attempt(() => api.get(query('callbacks', { service, slot: slot.start })));
    if (this._slot !== slot || !callbacks) return;
    byId('slot-callbacks').replaceChildren(...present(callbacks.length
      ? callbackList(callbacks, zone, { record: this._record.note })
      : [el('p', { class: 'muted' }, 'It has no callbacks.')]));
  }

  /** @param {Admin.Slot} slot */
  _actions(slot) {
    const isShut = slot.state === 'closed' && slot.reason !== 'closed by hand';
    return present([
      slot.free > 0 && this._action(slot, 'Fill', { free: 0 }, 'All its seats are taken.'),
      slot.free > 1 && this._action(slot, 'Take one', { free: slot.free - 1 }, 'One more seat is taken.'),
      slot.booked > 0 && this._action(slot, 'Free', { free: slot.capacity }, 'Its callbacks are cancelled.'),
      !isShut && (slot.state === 'closed'
        ? this._action(slot, 'Open', { closed: false }, 'It is open again.')
        : this._action(slot, 'Close', { closed: true }, 'It is closed now.')),
    ]);
  }

  /**
   * @param {Admin.Slot} slot
   * @param {string} label
   * @param {SlotChange} change
   * @param {string} done what is said afterwards
   */
  _action({ start }, label, change, done) {
    const service = this._service;
    return button(label, () => attempt(async () => {
      await api.put('slots', { service, start, ...change });
      this._record.slot(service, start, change);
      say(done);
    }));
  }

  /** @param {Admin.Slot} slot */
  _book({ start }) {
    const phone = field('slot-phone').value;
    attempt(async () => {
      await api.post('callbacks', { service: this._service, phone, desired_time: start });
      this._record.note(`a callback for ${phone} at ${start}, booked by hand`);
      say(`${phone} is booked.`);
    });
  }
}

/** @param {Admin.Slot} slot */
function sentence(slot) {
  const seats = `${slot.free} of ${slot.capacity} seats free`;
  return `${WORDS[slot.state]}${slot.reason && slot.state !== 'past' ? ` (${slot.reason})` : ''}: ${seats}`;
}
