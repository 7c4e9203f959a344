// The times that can be chosen on a day: what availability answers, as buttons of which one can be pressed.

import { byId, el, field, valueOfChecked } from './elements.js';

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** Show the free times of an answer.
 *
 * @param {any} body null when the query was rejected
 */
export function showTimes(body) {
  const free = body === null ? [] : slotsOf(body).filter(([, seats]) => seats > 0);
  byId('times').hidden = free.length === 0;
  byId('time-list').replaceChildren(...free.map(([time, seats], index) => choice(time, seats, index)));
  byId('times-told').textContent = told(body, free.length);
  field('day').setCustomValidity(free.length > 0 ? '' : 'There is no free time on this day: choose another.');
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

/** The times with their seats. The answer of v1 is an object of them, that of v3 a list.
 *
 * @param {any} body
 * @returns {[time: string, seats: number][]}
 */
function slotsOf(body) {
  /** @type {{ utcTime: string, capacity: number }[] | undefined} */
  const listed = body.data?.slots;
  return listed ? listed.map(({ utcTime, capacity }) => [utcTime, capacity]) : Object.entries(body);
}

/**
 * @param {string} time
 * @param {number} seats
 * @param {number} index
 */
function choice(time, seats, index) {
  const id = `time-${index}`;
  return el('div', { class: 'time' },
    el('input', { type: 'radio', name: 'time', id, value: time, required: true, checked: index === 0 }),
    el('label', { for: id }, TIME.format(new Date(time)), el('span', { class: 'unseen' }, `, ${seats} free`)));
}

/**
 * @param {any} body
 * @param {number} free
 */
function told(body, free) {
  if (body === null) return 'The query was rejected: see what happened.';
  if (free === 0) return 'There is no free time on this day. Choose another.';
  return `${free} free ${free === 1 ? 'time' : 'times'}, by the clock of this browser (${zone()}).`;
}

function zone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
