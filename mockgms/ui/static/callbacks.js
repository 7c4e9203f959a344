// Callbacks: who has booked, how each stands, and where it can be moved.

import { api } from './api.js';
import { button, el } from './elements.js';
import { attempt, say } from './notice.js';

const MOST = 50; // shown at a time
const REASON = 'BY_HAND';
const VERBS = {
  QUEUED: 'Queue',
  ROUTING: 'Route',
  PROCESSING: 'Answer',
  COMPLETED: 'Complete',
};

/** A list of callbacks, the newest first.
 *
 * `record` is told of each move. With `find`, each tells its time, and a click on it calls that with the slot's start.
 */
export function callbackList(callbacks, zone, { record, find }) {
  const shown = callbacks.slice(-MOST).reverse();
  const left = callbacks.length - shown.length;
  return [
    el('ul', { class: 'callbacks' }, shown.map((callback) => item(callback, zone, record, find))),
    left > 0 && el('p', { class: 'muted' }, `and ${left} booked before these`),
  ];
}

function item(callback, zone, record, find) {
  const about = [
    find && !callback.slot && `asked for ${zone.moment(Date.parse(callback.desired_time))}`,
    callback.position > 0 && `number ${callback.position} in the queue`,
    callback.reason && `for ${callback.reason}`,
  ].filter(Boolean);
  return el('li', {},
    el('div', {}, el('b', { class: 'phone' }, callback.phone), ' ',
      el('span', { class: `state ${callback.state}` }, callback.state)),
    find && callback.slot && button(zone.moment(Date.parse(callback.desired_time)), () => find(callback.slot),
      { class: 'link' }),
    about.length > 0 && el('div', { class: 'muted' }, about.join(' · ')),
    properties(callback.properties),
    callback.moves.length > 0 && el('div', { class: 'buttons' },
      callback.moves.map((state) => moveButton(callback, state, record))));
}

function properties(values) {
  const written = (value) => (typeof value === 'object' ? JSON.stringify(value) : value);
  const pairs = Object.entries(values).map(([name, value]) => `${name}: ${written(value)}`);
  return pairs.length > 0 && el('div', { class: 'muted properties' }, pairs.join(', '));
}

function moveButton(callback, state, record) {
  return button(VERBS[state], () => attempt(async () => {
    const reason = state === 'COMPLETED' ? { reason: REASON } : {};
    await api.patch(`callbacks/${encodeURIComponent(callback.id)}`, { state, ...reason });
    record(`the callback of ${callback.phone} moved to ${state}`);
    say(`${callback.phone} is ${state} now.`);
  }), { class: 'small', 'aria-label': `${VERBS[state]} the callback of ${callback.phone}: ${state}` });
}
