// The times that can be chosen on a day: what availability answers, as buttons of which one can be pressed.

import { byId, el, field, valueOfChecked } from './elements.js';

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** @type {Map<string, Set<string>>} the times that were free once, for each day */
const known = new Map();

/** Show the times of a day. Those that were free before stay on view, but cannot be chosen.
 *
 * @param {any} body the answer to the query, or null when it was rejected
 * @param {string} key of the day, for a service and a version
 * @param {string | undefined} chosen the time that is chosen, in ISO 8601
 */
export function showTimes(body, key, chosen) {
  const free = new Map(body === null ? [] : slotsOf(body).filter(([, seats]) => seats > 0));
  const times = known.get(key) ?? new Set();
  known.set(key, times);
  for (const time of free.keys()) times.add(time);
  const wanted = chosen === undefined ? [...free.keys()][0] : chosen;
  byId('times').hidden = times.size === 0;
  byId('time-list').replaceChildren(...[...times].sort()
    .map((time, index) => choice(time, free.get(time) ?? 0, index, time === wanted)));
  byId('times-status').textContent = statusText(body, free.size);
  field('day').setCustomValidity(free.size > 0 ? '' : 'There is no free time on this day: choose another.');
}

/** The time that is chosen, as ISO 8601 in UTC; undefined when none is. */
export function chosenTime() {
  return valueOfChecked('time');
}

/** The query that the calendar of the widget sends for a day, from midnight by the clock of the browser.
 *
 * @param {string} day
 */
export function queryOf(day) {
  return { startDate: new Date(`${day}T00:00`).toISOString(), numberOfDays: '1' };
}

/** A day as a field of the page has it, by the clock of the browser.
 *
 * @param {number} instant in milliseconds
 */
export function dayOf(instant) {
  const date = new Date(instant);
  /** @param {number} number */
  const two = (number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The times with their seats. The answer of v1 is an object of them, that of v3 a list. A rule may answer anything.
 *
 * @param {any} body
 * @returns {[time: string, seats: number][]}
 */
function slotsOf(body) {
  /** @type {{ utcTime: string, capacity: number }[] | undefined} */
  const listed = body.data?.slots;
  /** @type {[time: string, seats: number][]} */
  const pairs = listed ? listed.map(({ utcTime, capacity }) => [utcTime, capacity]) : Object.entries(body);
  return pairs.filter(([time]) => !Number.isNaN(Date.parse(time)));
}

/**
 * @param {string} time
 * @param {number} seats
 * @param {number} index
 * @param {boolean} isWanted
 */
function choice(time, seats, index, isWanted) {
  const id = `time-${index}`;
  const isFull = seats === 0;
  return el('div', { class: 'time', title: isFull ? 'Full' : `${seats} free` },
    el('input', {
      type: 'radio', name: 'time', id, value: time, required: true, disabled: isFull, checked: isWanted && !isFull,
    }),
    el('label', { for: id }, TIME.format(new Date(time)),
      el('span', { class: 'unseen' }, isFull ? ', full' : `, ${seats} free`)));
}

/**
 * @param {any} body
 * @param {number} free
 */
function statusText(body, free) {
  if (body === null) return 'The server refused to list the times of this day.';
  if (free === 0) return 'There is no free time on this day. Choose another.';
  return `${free} free ${free === 1 ? 'time' : 'times'}, by the clock of this browser (${zone()}).`;
}

function zone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
