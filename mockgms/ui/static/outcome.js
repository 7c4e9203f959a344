// The outcome of a command in words: what happened, what kind of answer it is, and what can be done next.

import { Zone, ofBrowser } from './zone.js';

/** @import { Kind } from './exchange.js' */
/** @import { Refused } from './api.js' */
/** @import { Command, Settled } from './rows.js' */
/** @import { Seen, Expectation } from './watch.js' */
/**
 * @typedef {object} Outcome
 * @property {Command} command
 * @property {Expectation} sent
 * @property {string} version
 * @property {string} service
 * @property {string | undefined} desired the requested time, in ISO 8601
 * @property {boolean} isTaken whether the slot was taken away just before
 * @property {Settled | null} settled null while it waits
 * @property {Promise<Settled>} settling
 * @property {number} took milliseconds
 * @property {CallbackService.Event[]} events
 * @property {Admin.Explanation | null} why
 * @property {Refused | null} unexplained why there is no explanation
 * @property {string[]} hints
 * @property {boolean | null} isBooked whether the callback exists; null when that is not known
 */
/**
 * @typedef {object} Words
 * @property {Kind | 'nothing'} kind
 * @property {string} badge
 * @property {string} say
 * @property {string} more
 * @property {string[]} [proposals] times in ISO 8601
 */

const zone = new Zone(ofBrowser());
const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];
const FULL = 7041;
const CLOSED = 7042;

/** The outcome in words.
 *
 * @param {Outcome} outcome
 * @returns {Words}
 */
export function wordsOf(outcome) {
  const { settled, sent: { request } } = outcome;
  if (!settled) return waiting(outcome);
  if (!request || typeof settled.value === 'string') return notSent(settled.value);
  if (!request.answer) return lost(outcome);
  const { status, statusText } = request.answer;
  if (settled.how === 'done') return done(outcome, status);
  if (status < 400) return unreadable(outcome, status);
  if (status === 429) {
    return { kind: 'throttled', badge: '429 Throttled', say: 'Throttled: try again later.', more: wait(request) };
  }
  if (status >= 500) {
    const badge = `${status} ${status === 500 ? 'Server error' : statusText || 'Server error'}`;
    return { kind: 'failed', badge, say: `Failed: the server answered ${status}.`, more: booked(outcome) };
  }
  return refused(outcome, status);
}

/** @param {Outcome} outcome @returns {Words} */
function waiting({ why }) {
  return {
    kind: 'lost', badge: 'Waiting', say: 'Waiting for an answer …',
    more: why?.rule ? `Rule ${why.rule} gives none. A widget waits for its own time limit.`
      : 'A widget waits for its own time limit.',
  };
}

/** @param {any} reason @returns {Words} */
function notSent(reason) {
  const isEmpty = /^No (data|query parameters)/.test(reason);
  return {
    kind: 'lost', badge: 'Not sent', say: isEmpty ? 'Not sent: there is no data.' : 'Not sent: the widget refused.',
    more: `The command fails in the page itself, with "${reason}".`,
  };
}

/** @param {Outcome} outcome @returns {Words} */
function lost(outcome) {
  const say = 'Lost: the connection broke before an answer came.';
  return { kind: 'lost', badge: 'Lost', say, more: booked(outcome) };
}

/** @param {Outcome} outcome @param {number} status @returns {Words} */
function unreadable(outcome, status) {
  const say = `Failed: the answer with ${status} cannot be used.`;
  const hasNoSlots = outcome.command === 'availability' && outcome.settled?.value?.readyState === undefined;
  const more = hasNoSlots ? 'It has no slots.' : `It is not what a widget expects. ${booked(outcome)}`;
  return { kind: 'failed', badge: `${status} Unusable`, say, more };
}

/** @param {Outcome} outcome @param {number} status @returns {Words} */
function done({ command, desired, settled }, status) {
  const badge = `${status} OK`;
  if (command === 'availability') return listed(badge, timesIn(settled?.value));
  const id = idOf(settled);
  const when = desired ? `on ${zone.moment(Date.parse(desired))}` : 'as soon as possible';
  return { kind: 'ok', badge, say: `Accepted: we call ${when}.`, more: id ? `The callback has the id ${id}.` : '' };
}

/** The id of the callback that was booked, or null.
 *
 * @param {Settled | null} settled
 * @returns {string | null}
 */
export function idOf(settled) {
  return settled?.value?.data?.id ?? settled?.value?._id ?? null;
}

/** @param {string} badge @param {string[]} free @returns {Words} */
function listed(badge, free) {
  const many = free.length === 1 ? 'one time is' : `${free.length || 'no'} times are`;
  const more = free.length ? `The first is ${zone.moment(Date.parse(free[0]))}.` : '';
  return { kind: 'ok', badge, say: `Answered: ${many} free.`, more };
}

/** @param {Outcome} outcome @param {number} status @returns {Words} */
function refused({ command, desired, isTaken, sent }, status) {
  const body = bodyOf(sent.request);
  const { code, message } = body?.status ?? body ?? {};
  const badge = `${status} Refused`;
  if (code !== FULL && code !== CLOSED) {
    const more = String(message ?? 'The answer does not say why.');
    return { kind: 'refused', badge, say: 'Refused: the request is wrong.', more };
  }
  if (command === 'availability') {
    return { kind: 'refused', badge, say: 'Refused: no time of this period is free.', more: 'Ask for another period.' };
  }
  const proposals = timesIn(body);
  const say = refusalIn(code === FULL, desired ? zone.moment(Date.parse(desired)) : '');
  const more = `${isTaken ? 'The switch took it away. ' : ''}${offerOf(proposals)}`;
  return { kind: 'refused', badge, say, more, proposals };
}

/**
 * @param {boolean} isFull
 * @param {string} when "" when no time was asked for
 */
function refusalIn(isFull, when) {
  if (isFull) return `Refused: ${when || 'the slot'} is full.`;
  return `Refused: the office is closed${when && ` at ${when}`}.`;
}

/** @param {string[]} proposals */
function offerOf({ length }) {
  if (!length) return 'No other time is proposed.';
  return `${NUMBERS[length] ?? length} ${length === 1 ? 'other is' : 'others are'} free. Press one to book it:`;
}

/** Whether the callback was made, in a sentence.
 *
 * @param {Outcome} outcome
 */
function booked({ command, isBooked }) {
  if (command === 'availability') return 'A client may ask again.';
  if (isBooked === null) return 'Whether the callback was booked is not known.';
  return isBooked ? 'The callback was booked all the same: a client that sends again books twice.'
    : 'Nothing was booked. A client may send the same request again.';
}

/** @param {Seen} request */
function wait(request) {
  const value = retryAfter(request);
  return value === null ? 'The answer does not say when: it has no Retry-After.'
    : `The answer has Retry-After: ${value}. A client that comes back sooner is refused again.`;
}

/** The header Retry-After of an answer, or null.
 *
 * @param {Seen | null} request
 */
export function retryAfter(request) {
  return /^retry-after: *(.*?)\r?$/im.exec(request?.answer?.headers ?? '')?.[1] ?? null;
}

/** The free times of an answer or a refusal, in order: lists in v3, maps in v1.
 *
 * @param {any} body
 * @returns {string[]}
 */
function timesIn(body) {
  const slots = body?.data?.slots ?? body?.availability ?? body ?? {};
  /** @type {[string, unknown][]} */
  const pairs = Array.isArray(slots)
    ? slots.map(({ utcTime, capacity }) => [utcTime, capacity]) : Object.entries(slots);
  return pairs.filter(([time, seats]) => Number(seats) > 0 && /^\d{4}-.*Z$/.test(time)).map(([time]) => time).sort();
}

/** The body of an answer, or null when it is not JSON.
 *
 * @param {Seen | null} request
 */
function bodyOf(request) {
  try {
    return JSON.parse(request?.answer?.body ?? '');
  } catch {
    return null;
  }
}

/** The text of a button for a time, with its day when that differs from the day of the request.
 *
 * @param {string} time
 * @param {string | undefined} desired
 */
export function proposalIn(time, desired) {
  const [date, wanted] = [time, desired ?? time].map((each) => zone.shown(Date.parse(each)).date);
  return date === wanted ? zone.time(Date.parse(time)) : zone.moment(Date.parse(time));
}
