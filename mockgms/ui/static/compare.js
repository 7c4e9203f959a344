// The comparison of two sessions: the one of the page and another.

import { apiOf, query } from './api.js';
import { showDialog } from './dialog.js';
import { el } from './elements.js';
import { nameOf, shortOperation } from './exchange.js';
import { place } from './place.js';
import { dayAndTime } from './zone.js';

const REQUESTS = 1_000;
const SHOWN = 20; // entries of each list

/** @typedef {Awaited<ReturnType<typeof read>>} State */

/** Show what differs between the session of the page and another.
 *
 * @param {string} other
 */
export async function compare(other) {
  const [here, there] = await Promise.all([read(place.session), read(other)]);
  const rows = [
    valueRow('Scenario', nameOf(here.scenario), nameOf(there.scenario)),
    valueRow('Clock', here.clock, there.clock),
    lengthRow('Services', here.services, there.services, onlyIn('Services', here.services, there.services, other)),
    lengthRow('Rules in force', here.rules, there.rules, onlyIn('Rules', here.rules, there.rules, other)),
    lengthRow('Callbacks', here.callbacks, there.callbacks,
      onlyIn('Callbacks', here.callbacks, there.callbacks, other)),
    lengthRow('Requests', here.requests, there.requests, requestsThatDiffer(here.requests, there.requests)),
  ];
  const lists = rows.flatMap(({ differing }) => differing);
  await showDialog(`${place.session} and ${other}`, [
    el('table', { class: 'table compared' },
      el('thead', {}, el('tr', {},
        ['What', place.session, other, 'Same?'].map((head) => el('th', { scope: 'col' }, head)))),
      el('tbody', {}, rows.map(({ name, one, two, isSame }) => el('tr', {},
        el('th', { scope: 'row' }, name), el('td', {}, one), el('td', {}, two),
        el('td', {}, isSame
          ? el('span', { class: 'hint' }, 'same')
          : el('span', { class: 'badge accent' }, 'differs')))))),
    ...lists,
    lists.length === 0 && el('p', { class: 'muted' }, 'Their services, rules, callbacks and requests are the same.'),
  ], [['close', 'Close', '']]);
}

/** @param {string} session */
async function read(session) {
  const admin = apiOf(session);
  const [scenario, clock, services, rules, callbacks, journal] = await Promise.all([
    admin.get('scenario'), admin.get('clock'), admin.get('services'), admin.get('rules'), admin.get('callbacks'),
    admin.get(query('requests', { limit: REQUESTS, summary: true, unmasked: true })),
  ]);
  return {
    scenario: scenario.name,
    clock: clock.frozen ? `frozen at ${dayAndTime(Date.parse(clock.now))}` : 'runs',
    services: services.services.map(({ name }) => name),
    rules: rules.filter((rule) => rule.in_force).map(({ name }) => name),
    callbacks: callbacks.map(({ phone, service, state, desired_time: desired }) => (
      `${phone}, ${service}, ${state}, ${dayAndTime(Date.parse(desired))}`)),
    requests: /** @type {Admin.Summary[]} */ (journal.requests)
      .map((each) => `${shortOperation(each)}: ${each.delivery ?? each.status ?? 'no answer'}`),
  };
}

/** @typedef {{ name: string, one: string, two: string, isSame: boolean, differing: HTMLElement[] }} Row */

/** The row about a value of each session.
 *
 * @param {string} name
 * @param {string} one
 * @param {string} two
 * @returns {Row}
 */
function valueRow(name, one, two) {
  return { name, one, two, isSame: one === two, differing: [] };
}

/** The row about a list of each session. It shows the lengths, and `differing` is shown below the table.
 *
 * @param {string} name
 * @param {string[]} here
 * @param {string[]} there
 * @param {HTMLElement[]} differing
 * @returns {Row}
 */
function lengthRow(name, here, there, differing) {
  return { name, one: String(here.length), two: String(there.length), isSame: differing.length === 0, differing };
}

/** What only the session of the page has, and what only the other one has.
 *
 * @param {string} title
 * @param {string[]} here
 * @param {string[]} there
 * @param {string} other
 */
function onlyIn(title, here, there, other) {
  return [
    ...listed(`${title} only in ${place.session}`, without(here, there)),
    ...listed(`${title} only in ${other}`, without(there, here)),
  ];
}

/** The entries of one list without those of the other. Repeated entries count.
 *
 * @param {string[]} one
 * @param {string[]} two
 */
function without(one, two) {
  const rest = [...two];
  return one.filter((each) => {
    const at = rest.indexOf(each);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/** The requests that differ from the request of the same number in the other session.
 *
 * @param {string[]} here
 * @param {string[]} there
 */
function requestsThatDiffer(here, there) {
  const length = Math.max(here.length, there.length);
  const rows = Array.from({ length }, (_, at) => ({ at, one: here[at] ?? 'none', two: there[at] ?? 'none' }))
    .filter(({ one, two }) => one !== two);
  return listed('Requests that differ', rows.map(({ at, one, two }) => `Request ${at + 1}: ${one} here, ${two} there`));
}

/** A list with its title, or nothing if it is empty. Only the first entries are shown.
 *
 * @param {string} title
 * @param {string[]} texts
 */
function listed(title, texts) {
  if (texts.length === 0) return [];
  const more = texts.length - SHOWN;
  return [
    el('h3', {}, `${title} `, el('span', { class: 'count' }, texts.length)),
    el('ul', { class: 'compared-list' }, texts.slice(0, SHOWN).map((text) => el('li', {}, text)),
      more > 0 && el('li', { class: 'muted' }, `and ${more} more`)),
  ];
}
