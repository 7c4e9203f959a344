// The outcome of a command: its request, the answer, what it settled with, its events, and why.

import { el, present } from './elements.js';
import { whyOf } from './why.js';
import { ofBrowser, Zone } from './zone.js';

/** @import { Refused } from './api.js' */
/** @import { Command, Row, Settled } from './rows.js' */
/** @import { Seen } from './watch.js' */
/**
 * @typedef {object} Outcome
 * @property {Command} command
 * @property {Row | null} meant the row that was clicked
 * @property {Seen | null} request
 * @property {Settled | null} settled null while it waits
 * @property {Promise<Settled>} settling
 * @property {CallbackService.Event[]} events
 * @property {Admin.Explanation | null} why
 * @property {Refused | null} unexplained why there is no explanation
 * @property {string[]} hints
 */

/** What the page shows of a command that has settled, or still waits.
 *
 * @param {Outcome} outcome
 * @param {string} calendar the path of the calendar with its callback
 */
export function shown({ command, request, settled, events, why, unexplained, hints }, calendar) {
  const isBooked = command === 'schedule' && settled?.how === 'done';
  return present([
    isBooked && el('p', {}, 'The callback is in the ', el('a', { href: calendar }, 'calendar'), ' now.'),
    why && whyOf(why, new Zone(ofBrowser())),
    unexplained && notTold(unexplained),
    hints.length > 0 && el('ul', { class: 'hints' }, hints.map((hint) => el('li', {}, hint))),
    ...requestShown(request),
    ...answerShown(request, settled),
    ...settlingShown(settled),
    ...eventsShown(events),
  ]);
}

/** @param {Refused} refusal */
function notTold({ status, message }) {
  return el('div', { class: 'why' }, el('h3', {}, 'Why this answer'), el('p', {},
    status === 401 ? 'Enter the token of the server at the top of the page to see this.' : message));
}

/** @param {Seen | null} request */
function requestShown(request) {
  const title = el('h3', {}, 'Request');
  if (!request) return [title, el('p', {}, 'No request was sent.')];
  const { method, url, headers, body } = request;
  const lines = [`${method} ${url.pathname}${url.search}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  const fields = [...new URLSearchParams(body ?? url.search)];
  return [
    title,
    text('Request', [...lines, ...(body ? ['', body] : [])].join('\n')),
    fields.length > 0 && el('table', { class: 'fields' },
      el('caption', { class: 'unseen' }, 'The fields of the request'),
      el('tbody', {}, fields.map(([name, value]) => el('tr', {},
        el('th', { scope: 'row' }, name), el('td', {}, value))))),
  ];
}

/**
 * @param {Seen | null} request
 * @param {Settled | null} settled
 */
function answerShown(request, settled) {
  if (!request) return [];
  const title = el('h3', {}, 'Answer');
  if (!request.answer) return [title, el('p', {}, settled ? 'None: the connection was lost.' : 'None yet.')];
  const { status, statusText, headers, body } = request.answer;
  return [
    title,
    text('Answer', `${status} ${statusText}\n\n${pretty(body)}`),
    el('details', {}, el('summary', {}, 'Its headers'), text('Headers of the answer', headers.trim())),
  ];
}

/** @param {Settled | null} settled */
function settlingShown(settled) {
  const title = el('h3', {}, 'How the command settled');
  if (!settled) return [title, el('p', {}, 'It waits.')];
  const { how, value } = settled;
  return [
    title,
    el('p', {}, el('code', { class: how === 'done' ? 'good' : 'bad' }, `.${how}(e)`), ' was called with'),
    text('Its result', readable(value)),
  ];
}

/** @param {CallbackService.Event[]} events */
function eventsShown(events) {
  const items = events.map(({ event, data }) => el('li', {},
    el('details', {}, el('summary', {}, el('code', {}, event)), text(`Data of ${event}`, readable(data)))));
  return [el('h3', {}, 'Events'), items.length ? el('ul', { class: 'events' }, items) : el('p', {}, 'None.')];
}

/**
 * @param {string} name
 * @param {string} content
 */
function text(name, content) {
  return el('pre', { tabindex: 0, role: 'region', 'aria-label': name }, content);
}

/** A value as JSON. An answer with `responseJSON` is shown without its `responseText`.
 *
 * @param {any} value
 */
function readable(value) {
  const leftOut = value?.responseJSON ? 'responseText' : null;
  return JSON.stringify(value, (key, inner) => (key === leftOut ? undefined : inner), 2) ?? 'nothing';
}

/** @param {string} body */
function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
