// The times that can be chosen on a day: what availability answers, as buttons of which one can be pressed.

import { byId, el } from './elements.js';

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** Show the free times of an answer; null when there is none, because the query was rejected. */
export function showTimes(body) {
  const free = body === null ? [] : slotsOf(body).filter(([, seats]) => seats > 0);
  byId('times').hidden = free.length === 0;
  byId('time-list').replaceChildren(...free.map(([time, seats], index) => choice(time, seats, index)));
  byId('times-told').textContent = told(body, free.length);
  byId('day').setCustomValidity(free.length > 0 ? '' : 'There is no free time on this day: choose another.');
}

/** The time that is chosen, as ISO 8601 in UTC; undefined when none is. */
export function chosenTime() {
  return document.querySelector('input[name="time"]:checked')?.value;
}

/** The query that the calendar of the widget sends for a day, from midnight by the clock of the browser. */
export function queryOf(day) {
  return { startDate: new Date(`${day}T00:00`).toISOString(), numberOfDays: '1' };
}

/** A day as a field of the page has it, by the clock of the browser. */
export function dayOf(instant) {
  const date = new Date(instant);
  const two = (number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/* In v1 an object of times to seats, in v3 a list. */
function slotsOf(body) {
  const listed = body.data?.slots;
  return listed ? listed.map(({ utcTime, capacity }) => [utcTime, capacity]) : Object.entries(body);
}

function choice(time, seats, index) {
  const id = `time-${index}`;
  return el('div', { class: 'time' },
    el('input', { type: 'radio', name: 'time', id, value: time, required: true, checked: index === 0 }),
    el('label', { for: id }, TIME.format(new Date(time)), el('span', { class: 'unseen' }, `, ${seats} free`)));
}

function told(body, free) {
  if (body === null) return 'The query was rejected: see what happened.';
  if (free === 0) return 'There is no free time on this day. Choose another.';
  return `${free} free ${free === 1 ? 'time' : 'times'}, by the clock of this browser (${zone()}).`;
}

function zone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
