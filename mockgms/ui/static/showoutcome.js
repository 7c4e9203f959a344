// The outcome of a command on the page: first the words, then the exchange, then the explanation.

import { codeBlock, readableBody } from './code.js';
import { copyButton } from './copy.js';
import { countDown } from './countdown.js';
import { curlOf } from './curl.js';
import { button, byId, el, present } from './elements.js';
import { icon } from './icons.js';
import { idOf, proposalIn, retryAfter, wordsOf } from './outcome.js';
import { addressOf, place } from './place.js';
import { whyOf } from './request.js';
import { Zone, ofBrowser } from './zone.js';

/** @import { Outcome } from './outcome.js' */
/** @import { Row } from './rows.js' */
/** @import { Seen } from './watch.js' */
/**
 * @typedef {object} Actions
 * @property {() => unknown} giveUp
 * @property {() => void} again
 * @property {(time: string) => void} book
 * @property {(id: string) => void} cancel
 * @property {string} calendar the path of the calendar with its callback
 */

const SHOWN = /^(retry-after|x-mockgms|x-ratelimit)/i; // headers that decide something

/** Show a command, or with null that nothing was sent yet.
 *
 * @param {Outcome | null} outcome
 * @param {Row | null} row the row of the reference that it has met
 * @param {boolean} isExplained whether only the explanation is new
 * @param {Actions} actions
 */
export function showOutcome(outcome, row, isExplained, actions) {
  if (!isExplained) showWords(outcome, actions);
  byId('wire').replaceChildren(...exchange(outcome));
  byId('why').replaceChildren(...present(explanation(outcome)));
  byId('settles').textContent = settledText(outcome, row);
}

/** @type {import('./outcome.js').Words} */
const NOTHING = {
  kind: 'nothing', badge: '', say: 'Nothing was sent yet.',
  more: 'Fill in the form and press Request a callback, or send one of the outcomes below.',
};

/**
 * @param {Outcome | null} outcome
 * @param {Actions} actions
 */
function showWords(outcome, actions) {
  const box = byId('outcome');
  const hadFocus = box.querySelector(':focus') !== null;
  const words = outcome ? wordsOf(outcome) : NOTHING;
  box.className = `outcome is-${words.kind}`;
  box.replaceChildren(...present([
    outcome && metaOf(outcome, words),
    el('p', { class: 'say' }, words.say),
    el('p', {}, words.more),
    outcome && proposalsOf(words.proposals ?? [], outcome, actions),
    outcome && (outcome.settled ? buttons(outcome, words.kind, actions)
      : el('div', { class: 'row' }, button('Give up waiting', actions.giveUp, { class: 'btn' }))),
  ]));
  if (hadFocus) box.focus();
  const wait = words.kind === 'throttled' && outcome ? retryAfter(outcome.sent.request) : null;
  if (wait !== null) countDown(box, wait, actions.again);
}

/**
 * @param {Outcome} outcome
 * @param {import('./outcome.js').Words} words
 */
function metaOf({ settled, sent, version, command, service, took }, { kind, badge }) {
  const time = settled && sent.request ? ` · ${took} ms` : '';
  return el('div', { class: 'meta' }, !settled && el('span', { class: 'spin' }),
    el('span', { class: `status is-${kind}` }, badge), el('span', {}, `${version} ${command} · ${service}${time}`));
}

/**
 * @param {string[]} proposals
 * @param {Outcome} outcome
 * @param {Actions} actions
 */
function proposalsOf(proposals, { desired }, { book }) {
  return proposals.length > 0 && el('div', { class: 'proposals', role: 'group', 'aria-label': 'Proposed times' },
    proposals.map((time) => button(proposalIn(time, desired), () => book(time), { class: 'btn', value: time })));
}

/**
 * @param {Outcome} outcome
 * @param {string} kind
 * @param {Actions} actions
 */
function buttons({ settled, command, sent, isBooked }, kind, { again, cancel, calendar }) {
  const id = settled?.how === 'done' && command === 'schedule' ? idOf(settled) : null;
  const canSend = sent.request !== null && (kind === 'failed' || kind === 'lost');
  return el('div', { class: 'row wrap' },
    (id || isBooked) && el('a', { class: 'btn', href: calendar }, 'Show in the calendar'),
    id && button('Cancel this callback', () => cancel(id), { class: 'btn' }),
    canSend && button('Send again', again, { class: 'btn' }));
}

/** @param {Outcome | null} outcome */
function exchange(outcome) {
  if (!outcome) {
    const here = 'What the widget sends appears here.';
    return [codeBlock('Request', here), codeBlock('Answer', 'The answer appears here.')];
  }
  const { sent: { request }, settled } = outcome;
  if (!request) return [codeBlock('Request', 'No request was sent.'), codeBlock('Answer', 'No request, no answer.')];
  const curl = copyButton('Copy as curl', () => curlOf(entryOf(request), addressOf('')), { class: 'btn sm quiet' });
  return [codeBlock('Request', requestIn(request), curl), codeBlock('Answer', answerIn(request, settled !== null))];
}

/** A request in the form of a journal entry.
 *
 * @param {Seen} request
 * @returns {any}
 */
function entryOf({ method, url, headers, body }) {
  const path = url.pathname.slice(place.base.length);
  return { request: { method, path, query: url.search.slice(1), headers: Object.fromEntries(headers), body } };
}

/** @param {Seen} request */
function requestIn({ method, url, headers, body }) {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const lines = [`${method} ${url.pathname}${url.search}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return [...lines, ...(body ? ['', readableBody(body, type)] : [])].join('\n');
}

/**
 * @param {Seen} request
 * @param {boolean} isOver
 */
function answerIn({ answer }, isOver) {
  if (!answer) return isOver ? 'No answer came: the connection was lost.' : 'Nothing so far.';
  const { status, statusText, headers, body } = answer;
  const shown = headers.trim().split(/\r?\n/).filter((line) => SHOWN.test(line));
  return [`${status} ${statusText}`, ...shown, '', readableBody(body, '')].join('\n');
}

/**
 * @param {Outcome | null} outcome
 * @param {Row | null} row
 */
function settledText(outcome, row) {
  if (!outcome) return '';
  if (!outcome.settled) return 'settles with nothing yet';
  const met = row ? `, row ${row.number} of the reference` : ', in no row of the reference';
  return `settles with ${outcome.settled.how}${met}`;
}

/** @param {Outcome | null} outcome */
function explanation(outcome) {
  if (!outcome) {
    return [el('p', { class: 'muted' }, 'The reason for the answer appears here: rule, calendar, limit or clock.')];
  }
  const { why: reason, hints } = outcome;
  return [
    hints.length > 0 && el('ul', { class: 'stack hints' },
      hints.map((hint) => el('li', { class: 'notice' }, icon('info'), el('span', {}, hint)))),
    reason ? whyOf(reason, new Zone(ofBrowser())) : el('p', {}, noExplanation(outcome)),
    outcome.settled && returned(outcome.settled, outcome),
  ];
}

/** Why there is no explanation.
 *
 * @param {Outcome} outcome
 */
function noExplanation({ unexplained, settled, sent }) {
  if (!sent.request) return 'The widget refuses by itself, before it sends a request.';
  if (unexplained?.status === 401) return 'Enter the token of the server at the top of the page to see this.';
  if (unexplained) return unexplained.message;
  if (settled) return 'The journal has no entry of this request yet.';
  return 'The request is under way. The reason is known when it ends.';
}

/**
 * @param {import('./rows.js').Settled} settled
 * @param {Outcome} outcome
 */
function returned(settled, { events, sent }) {
  return el('details', { class: 'returned' }, el('summary', {}, 'What the command returned, and its events'),
    el('div', { class: 'stack' },
      codeBlock('Its result', readableValue(settled.value)),
      events.map(({ event, data }) => codeBlock(event, readableValue(data))),
      sent.request?.answer && codeBlock('Headers of the answer', sent.request.answer.headers.trim())));
}

/** A value as JSON. An answer with `responseJSON` is shown without its `responseText`.
 *
 * @param {any} value
 */
function readableValue(value) {
  const leftOut = value?.responseJSON ? 'responseText' : null;
  return JSON.stringify(value, (key, inner) => (key === leftOut ? undefined : inner), 2) ?? 'nothing';
}
