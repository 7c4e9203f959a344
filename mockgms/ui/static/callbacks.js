// Callbacks: who has booked, how each stands, and how it is moved, completed or cancelled.

import { attempt } from './actionbar.js';
import { api, query, Refused } from './api.js';
import { button, byId, el } from './elements.js';
import { readablePhone } from './exchange.js';
import { inspect, leaveInspector } from './inspector.js';
import { pathOf } from './place.js';
import { changeUndoably } from './undo.js';

/** @import { Record } from './record.js' */
/** @import { Zone } from './zone.js' */

const MAX_SHOWN = 200;
/** @type {{ [state: string]: string }} */
const NEXT = { QUEUED: 'Queue it now', ROUTING: 'Route it now', PROCESSING: 'Answer it now' };
const SECONDS = 60;

export class CallbackList {
  /**
   * @param {object} parts
   * @param {() => Zone} parts.zone
   * @param {Record} parts.record
   * @param {(service: string, start: string) => void} parts.find called with a slot to show
   */
  constructor({ zone, record, find }) {
    this._zone = zone;
    this._record = record;
    this._find = find;
    this._all = 0;
    byId('tab-callbacks').addEventListener('click', () => {
      setTimeout(() => attempt(() => this.refresh(this._all))); // when it is shown
    });
  }

  /** Read the newest ones.
   *
   * @param {number} all how many there are
   */
  async refresh(all) {
    this._all = all;
    byId('callbacks-count').textContent = String(all);
    if (byId('callbacks-body').hidden) return; // read when somebody turns to it
    const callbacks = (await api.get(query('callbacks', { limit: MAX_SHOWN }))).reverse();
    byId('no-callbacks').hidden = callbacks.length > 0;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : undefined;
    const isInside = byId('callbacks').contains(document.activeElement);
    const older = all - callbacks.length;
    byId('callbacks').replaceChildren(
      ...callbacks.map((callback) => callbackItem(callback, this._zone(), this._record, this._find)),
      ...(older > 0 ? [el('li', { class: 'muted' }, `and ${older} booked before these`)] : []),
    );
    if (!isInside) return;
    /** @type {HTMLElement | null} */
    const same = focused ? byId('callbacks').querySelector(`[data-key="${CSS.escape(focused)}"]`) : null;
    (same ?? byId('callbacks-body')).focus();
  }
}

/** A callback in a list.
 *
 * @param {Admin.Callback} callback
 * @param {Zone} zone
 * @param {Record} record
 * @param {(service: string, start: string) => void} [find] in a list of several services, each of which is named
 */
export function callbackItem(callback, zone, record, find) {
  const { id, phone, state, moves, slot, service } = callback;
  const name = readablePhone(phone);
  const when = find ? `${whenOf(callback, zone)} · ${service}` : whenOf(callback, zone);
  /**
   * @param {string} label
   * @param {() => unknown} act
   */
  const action = (label, act) => button(label, () => attempt(act), {
    class: 'btn sm quiet', 'data-key': `${label} ${id}`, 'aria-label': `${label} the callback of ${name}`,
  });
  return el('li', { class: 'callback' },
    el('div', { class: 'row' }, el('b', { class: 'phone cut grow' }, name),
      el('span', { class: `badge${state === 'COMPLETED' ? '' : ' accent'}` }, state)),
    el('div', { class: 'row' },
      find && slot
        ? button(when, () => find(service, slot), {
          class: 'link rule-says grow cut', 'data-key': `find ${id}`, title: when,
        })
        : el('span', { class: 'rule-says grow cut', title: when }, when),
      moves.length > 0 && [
        action('Move', () => showMoves(callback, zone, record)),
        action('Complete', () => finish(callback, record, 'BY_HAND', 'Completed')),
        action('Cancel', () => finish(callback, record, 'CANCELLED', 'Cancelled')),
      ]),
    propertiesOf(callback.properties));
}

/**
 * @param {Admin.Callback} callback
 * @param {Zone} zone
 */
function whenOf({ slot, state, reason, position, wait, desired_time: desired }, zone) {
  if (reason) return `${zone.moment(Date.parse(desired))}, ${reason}`;
  if (position !== null && position > 0) {
    return `position ${position}${wait === null ? '' : `, ${Math.ceil(wait / SECONDS)} min`}`;
  }
  return slot || state === 'SCHEDULED' ? zone.moment(Date.parse(desired)) : 'as soon as possible';
}

/** @param {{ [name: string]: unknown }} values */
function propertiesOf(values) {
  /** @param {unknown} value */
  const written = (value) => (typeof value === 'object' ? JSON.stringify(value) : value);
  const pairs = Object.entries(values).map(([name, value]) => `${name}: ${written(value)}`);
  return pairs.length > 0 && el('p', { class: 'hint cut properties', title: pairs.join(', ') }, pairs.join(', '));
}

/**
 * @param {Admin.Callback} callback
 * @param {Record} record
 * @param {string} reason
 * @param {string} done
 */
function finish(callback, record, reason, done) {
  const message = `${done} the callback of ${readablePhone(callback.phone)}.`;
  return move(callback, record, { state: 'COMPLETED', reason }, message);
}

/**
 * @param {Admin.Callback} callback
 * @param {Record} record
 * @param {{ state: Admin.Callback['state'], reason?: string }} to
 * @param {string} message
 */
async function move({ id, phone }, record, to, message) {
  const restoreRecord = record.restorer();
  await changeUndoably(() => api.patch(`callbacks/${encodeURIComponent(id)}`, to), () => message, restoreRecord);
  record.note(`the callback of ${phone} moved to ${to.state}`);
}

/** Show where a callback can be moved: to another time, or to its next state.
 *
 * @param {Admin.Callback} callback
 * @param {Zone} zone
 * @param {Record} record
 */
function showMoves(callback, zone, record) {
  const { phone, moves, desired_time: desired, state } = callback;
  const from = document.activeElement;
  const key = from instanceof HTMLElement ? from.dataset.key : undefined;
  const { date, minute } = zone.shown(Date.parse(desired));
  const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  const [day, at] = [
    el('input', { class: 'input', id: 'move-date', type: 'date', value: date, required: true }),
    el('input', { class: 'input', id: 'move-time', type: 'time', value: time, required: true }),
  ];
  const form = el('form', { class: 'stack' }, el('h3', {}, 'To another time'),
    el('div', { class: 'row' },
      el('span', { class: 'grow' }, el('label', { class: 'label', for: 'move-date' }, 'Date'), day),
      el('span', { class: 'grow' }, el('label', { class: 'label', for: 'move-time' }, 'Time'), at)),
    el('div', { class: 'row' }, el('button', { class: 'btn primary' }, 'Move')),
    el('p', { class: 'hint' }, `In ${zone.name}. It is sent as a v1 reschedule: rules and the calendar decide.`));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(() => reschedule(callback, record, zone, zone.instantOf(day.value, at.value)));
  });
  const states = moves.filter((each) => each !== 'COMPLETED');
  inspect(readablePhone(phone), [
    el('p', { class: 'muted' }, `${callback.service} · ${whenOf(callback, zone)} · ${state}`),
    ['SCHEDULED', 'QUEUED'].includes(state) && form,
    states.length > 0 && el('div', { class: 'stack' }, el('h3', {}, 'To its next state'),
      el('div', { class: 'row wrap' }, states.map((each) => button(NEXT[each] ?? each, () => attempt(async () => {
        await move(callback, record, { state: each }, `${readablePhone(phone)} is ${each}.`);
        leaveInspector();
      }), { class: 'btn' })))),
  ], () => {
    /** @type {HTMLElement | null} */
    const back = key ? document.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
    (back ?? byId('callbacks-body')).focus();
  }, { focus: true });
}

/** Ask for another time as a client of v1 does.
 *
 * @param {Admin.Callback} callback
 * @param {Record} record
 * @param {Zone} zone
 * @param {number} instant
 */
async function reschedule({ id, service, phone }, record, zone, instant) {
  const restoreRecord = record.restorer();
  const path = `/genesys/1/service/callback/${encodeURIComponent(service)}/${encodeURIComponent(id)}`;
  await changeUndoably(async () => {
    const body = JSON.stringify({ _new_desired_time: new Date(instant).toISOString() });
    const answer = await fetch(pathOf(path), { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body });
    if (answer.ok) return;
    const reply = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, `The callback stays where it is: ${answer.status}, ${reply.message ?? 'refused'}`);
  }, () => `Moved the callback of ${readablePhone(phone)} to ${zone.moment(instant)}.`, restoreRecord);
  record.note(`the callback of ${phone} moved to ${new Date(instant).toISOString()}`);
  leaveInspector();
}
