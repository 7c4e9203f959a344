// The details of a request: its answer in words, why it was answered so, and both messages as they were sent.

import { attempt, say } from './actionbar.js';
import { api } from './api.js';
import { codeBlock, readableBody } from './code.js';
import { copyButton } from './copy.js';
import { curlOf } from './curl.js';
import { button, el, present } from './elements.js';
import { kindOf, shortAnswer, shortOperation } from './exchange.js';
import { icon } from './icons.js';
import { inspect, leaveInspector, updateInspector } from './inspector.js';
import { addressOf, pathOf } from './place.js';
import { withTimes } from './timesintext.js';
import { keepState } from './undo.js';

/** @import { Prefilled } from './fail.js' */
/** @import { Zone } from './zone.js' */

const OTHERS = 3; // rules that did not match and are listed
/** @type {{ [outcome: string]: string }} */
const ICONS = { fired: 'bolt', mismatched: 'right' };
// Headers that a page cannot set, or that the browser sets by itself.
const OWN_HEADERS = /^(?:content-type|authorization|apikey|x-api-key|prefer|x-mockgms-.*)$/;

export class RequestPanel {
  /**
   * @param {object} parts
   * @param {() => Zone} parts.zone
   * @param {(prefilled: Prefilled) => void} parts.makeRule
   * @param {() => void} parts.left called when the panel is closed
   */
  constructor({ zone, makeRule, left }) {
    this._zone = zone;
    this._makeRule = makeRule;
    /** @type {number | null} */
    this._id = null;
    this._leave = () => {
      this._id = null;
      left();
    };
  }

  /** @param {Admin.Summary} summary */
  async show(summary) {
    const isOther = this._id !== summary.id;
    this._id = summary.id;
    const title = `${shortOperation(summary)} · ${this._zone().seconds(Date.parse(summary.began))}`;
    if (isOther) inspect(title, [outcomeOf(summary)], this._leave);
    await this._read(summary);
  }

  /** Show its current state.
   *
   * @param {Admin.Summary} summary
   */
  update(summary) {
    if (this._id === summary.id) this._read(summary);
  }

  close() {
    if (this._id !== null) leaveInspector();
  }

  /** @param {Admin.Summary} summary */
  async _read(summary) {
    const { id } = summary;
    // Without an explanation when it has had to make room for newer ones meanwhile.
    const explained = api.get(`requests/${id}/explain?unmasked=true`).catch(() => null);
    const [entry, why] = await Promise.all([attempt(() => api.get(`requests/${id}?unmasked=true`)), explained]);
    if (this._id !== id || !entry) return;
    updateInspector(this._leave, [
      outcomeOf(summary),
      el('div', { class: 'row wrap' },
        copyButton('Copy as curl', () => curlOf(entry, addressOf('')), { 'data-key': 'curl' }),
        button([icon('play'), 'Send again'], () => attempt(() => sendAgain(entry)), {
          class: 'btn sm', 'data-key': 'again',
        }),
        button([icon('bolt'), 'Make a rule'], () => this._rule(summary), { class: 'btn sm', 'data-key': 'rule' })),
      entry.hints.length > 0 && el('ul', { class: 'stack hints' },
        entry.hints.map((hint) => el('li', { class: 'notice' }, icon('info'), el('span', {}, hint)))),
      why && whyOf(why, this._zone()),
      ...messagesOf(entry),
    ]);
  }

  /** @param {Admin.Summary} summary */
  _rule({ operation, phone, service }) {
    leaveInspector();
    this._makeRule({ operation: operation?.split('.')[1] ?? '', phone, service });
  }
}

/** @param {Admin.Summary} summary */
function outcomeOf(summary) {
  const kind = kindOf(summary);
  return el('div', { class: `outcome is-${kind}` },
    el('span', { class: `status is-${kind}` }, shortAnswer(summary)),
    el('p', { class: 'say' }, summary.reason ?? (kind === 'ok' ? 'Answered.' : 'No reason is known.')),
    summary.rule && el('p', { class: 'muted' }, `Rule ${summary.rule}`));
}

/** Send a request once more, as this page. What it changes can be undone.
 *
 * @param {Admin.Entry} entry
 */
async function sendAgain({ request }) {
  const { method, path, query: search, headers, body } = request;
  const bringBack = await keepState();
  const sent = Object.entries(headers).filter(([name]) => OWN_HEADERS.test(name));
  const status = await fetch(pathOf(path) + (search ? `?${search}` : ''), {
    method, headers: Object.fromEntries(sent), body: method === 'GET' || method === 'HEAD' ? undefined : body,
  }).then((answer) => `It was answered with ${answer.status}.`, () => 'It got no answer.');
  say(`Sent again. ${status}`, bringBack);
}

/** The causes of the answer: rules, the calendar, limits, and the clock.
 *
 * @param {Admin.Explanation} why
 * @param {Zone} zone
 */
export function whyOf(why, zone) {
  const { rules, slots, limits, clock, paragraph } = why;
  const tried = rules.filter(({ match, outcome }) => match !== null || outcome === 'fired');
  const others = rules.filter((rule) => !tried.includes(rule));
  const listed = [...tried, ...others.slice(0, OTHERS)];
  const moment = zone.moment(Date.parse(clock.now));
  /**
   * @param {string} name
   * @param {...(import('./elements.js').Child | import('./elements.js').Child[])} content
   */
  const item = (name, ...content) => el('li', {}, icon(name), el('span', {}, content.flat()));
  return el('div', {}, el('h3', {}, 'Why'),
    el('p', { class: 'why-first' }, withTimes(firstSentence(paragraph), zone)),
    el('ul', { class: 'checks' },
      listed.map(({ name, outcome, reason }) => (
        item(ICONS[outcome] ?? 'right', el('b', {}, name), ' ', withTimes(reason ?? outcome, zone)))),
      rules.length > listed.length && item('right', `${rules.length - listed.length} more did not match`),
      slots.map((slot) => item('session', el('b', {}, `Slot ${zone.moment(Date.parse(slot.start))}`),
        ` ${slot.before.free} of ${slot.capacity} free`,
        slot.before.free !== slot.after.free && `, then ${slot.after.free}`)),
      limits.map((limit) => item('stop', el('b', {}, limit.name.replaceAll('_', ' ')),
        ` ${limit.before} of ${limit.limit ?? 'no limit'}`)),
      item('clock', `The clock ${clock.frozen ? 'was frozen' : 'ran'} at ${moment} (${zone.name})`)),
    el('details', {}, el('summary', {}, 'In full'), el('p', { class: 'muted' }, withTimes(paragraph, zone))));
}

/** @param {string} paragraph */
function firstSentence(paragraph) {
  const end = paragraph.indexOf('. ');
  return end < 0 ? paragraph : paragraph.slice(0, end + 1);
}

/** @param {Admin.Entry} entry */
function messagesOf({ request, answer }) {
  const first = `${request.method} ${request.path}${request.query ? `?${request.query}` : ''}`;
  return present([
    ...messageOf('Request', first, request, null),
    ...(answer
      ? messageOf('Answer', `${answer.status}${answer.delivery ? `, but delivered: ${answer.delivery}` : ''}`, answer,
        el('span', { class: 'hint' }, `${new TextEncoder().encode(answer.body).length} bytes`))
      : [el('p', { class: 'muted' }, 'It has no answer.')]),
  ]);
}

/**
 * @param {string} name
 * @param {string} first
 * @param {{ headers: { [name: string]: string }, body: string, content_type: string | null }} message
 * @param {import('./elements.js').Child} about
 */
function messageOf(name, first, { headers, body, content_type: type }, about) {
  const retry = headers['retry-after'] === undefined ? '' : `\nRetry-After: ${headers['retry-after']}`;
  const text = `${first}${retry}${body ? `\n\n${readableBody(body, type ?? '')}` : ''}`;
  const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}`);
  return [
    codeBlock(name, text, about),
    el('details', {}, el('summary', {}, `Headers of the ${name.toLowerCase()} (${lines.length})`),
      codeBlock(`${name}, headers`, lines.join('\n'))),
  ];
}
