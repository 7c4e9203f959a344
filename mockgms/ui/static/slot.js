// The slot that is selected: how full it is, who is in it, and what can be done to it.

import { api, query } from './api.js';
import { callbackList } from './callbacks.js';
import { WORDS } from './cell.js';
import { button, byId, el } from './elements.js';
import { attempt, say } from './notice.js';

const NUMBER = '+1 415 555 0100';

export class SlotPanel {
  /** `record` keeps what is clicked; `leave` is called when the panel is closed. */
  constructor({ record, leave }) {
    this._record = record;
    byId('slot-close').addEventListener('click', leave);
    byId('slot-book').addEventListener('submit', (event) => {
      event.preventDefault();
      this._book();
    });
    byId('slot-phone').value = NUMBER;
  }

  /** Show a slot of a service, or with null nothing. */
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
    const callbacks = await attempt(() => api.get(query('callbacks', { service: service.name, slot: slot.start })));
    if (this._slot !== slot || !callbacks) return;
    byId('slot-callbacks').replaceChildren(...(callbacks.length
      ? callbackList(callbacks, zone, { record: this._record.note })
      : [el('p', { class: 'muted' }, 'Nobody is booked in it.')]).filter(Boolean));
  }

  _actions(slot) {
    const isShut = slot.state === 'closed' && slot.reason !== 'closed by hand';
    return [
      slot.free > 0 && this._action('Fill', { free: 0 }, 'All its seats are taken now.'),
      slot.free > 1 && this._action('Take one', { free: slot.free - 1 }, 'One seat less is free.'),
      slot.booked > 0 && this._action('Free', { free: slot.capacity }, 'Who was in it is cancelled.'),
      !isShut && (slot.state === 'closed'
        ? this._action('Open', { closed: false }, 'It is open again.')
        : this._action('Close', { closed: true }, 'It is closed now.')),
    ].filter(Boolean);
  }

  _action(label, change, done) {
    const { start } = this._slot;
    const service = this._service.name;
    return button(label, () => attempt(async () => {
      await api.put('slots', { service, start, ...change });
      this._record.slot(service, start, change);
      say(done);
    }));
  }

  _book() {
    const { start } = this._slot;
    const phone = byId('slot-phone').value;
    attempt(async () => {
      await api.post('callbacks', { service: this._service.name, phone, desired_time: start });
      this._record.note(`a callback for ${phone} at ${start}, booked by hand`);
      say(`${phone} is booked.`);
    });
  }
}

function sentence(slot) {
  const seats = `${slot.free} of ${slot.capacity} seats free`;
  return `${WORDS[slot.state]}${slot.reason && slot.state !== 'past' ? ` (${slot.reason})` : ''}: ${seats}`;
}
