// Callbacks: who has booked, how each stands, and where it can be moved.

import { api } from './api.js';
import { button, el } from './elements.js';
import { attempt, say } from './notice.js';

/** @import { Zone } from './zone.js' */

const MOST = 50; // shown at a time
const REASON = 'BY_HAND';
/** @type {{ [state: string]: string }} */
const VERBS = {
  QUEUED: 'Queue',
  ROUTING: 'Route',
  PROCESSING: 'Answer',
  COMPLETED: 'Complete',
};

/** A list of callbacks, the newest first.
 *
 * With `find`, each callback shows its time, and a click on it calls `find` with the slot's start.
 *
 * @param {Admin.Callback[]} callbacks
 * @param {Zone} zone
 * @param {object} on
 * @param {(text: string) => void} on.record called with each move
 * @param {(start: string) => void} [on.find]
 */
export function callbackList(callbacks, zone, { record, find }) {
  const shown = callbacks.slice(-MOST).reverse();
  const left = callbacks.length - shown.length;
  return [
    el('ul', { class: 'callbacks' }, shown.map((callback) => item(callback, zone, record, find))),
    left > 0 && el('p', { class: 'muted' }, `and ${left} booked before these`),
  ];
}

/**
 * @param {Admin.Callback} callback
 * @param {Zone} zone
 * @param {(text: string) => void} record
 * @param {(start: string) => void} [find]
 */
function item(callback, zone, record, find) {
  const { slot } = callback;
  const about = [
    find && !slot && `asked for ${zone.moment(Date.parse(callback.desired_time))}`,
    callback.position !== null && callback.position > 0 && `number ${callback.position} in the queue`,
    callback.reason && `for ${callback.reason}`,
  ].filter(Boolean);
  return el('li', {},
    el('div', {}, el('b', { class: 'phone' }, callback.phone), ' ',
      el('span', { class: `state ${callback.state}` }, callback.state)),
    find && slot && button(zone.moment(Date.parse(callback.desired_time)), () => find(slot), { class: 'link' }),
    about.length > 0 && el('div', { class: 'muted' }, about.join(' · ')),
    properties(callback.properties),
    callback.moves.length > 0 && el('div', { class: 'buttons' },
      callback.moves.map((state) => moveButton(callback, state, record))));
}

/** @param {{ [name: string]: unknown }} values */
function properties(values) {
  /** @param {unknown} value */
  const written = (value) => (typeof value === 'object' ? JSON.stringify(value) : value);
  const pairs = Object.entries(values).map(([name, value]) => `${name}: ${written(value)}`);
  return pairs.length > 0 && el('div', { class: 'muted properties' }, pairs.join(', '));
}

/**
 * @param {Admin.Callback} callback
 * @param {Admin.Callback['state']} state
 * @param {(text: string) => void} record
 */
function moveButton(callback, state, record) {
  return button(VERBS[state], () => attempt(async () => {
    const reason = state === 'COMPLETED' ? { reason: REASON } : {};
    await api.patch(`callbacks/${encodeURIComponent(callback.id)}`, { state, ...reason });
    record(`the callback of ${callback.phone} moved to ${state}`);
    say(`${callback.phone} is ${state} now.`);
  }), { class: 'small', 'aria-label': `${VERBS[state]} the callback of ${callback.phone}: ${state}` });
}
