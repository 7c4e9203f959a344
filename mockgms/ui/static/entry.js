// An entry of the journal: one line, and when it is opened the whole request, its answer, and why it was answered so.

import { api } from './api.js';
import { copyButton } from './copy.js';
import { curlOf } from './curl.js';
import { el, present } from './elements.js';
import { attempt } from './notice.js';
import { pathOf } from './place.js';
import { whyOf } from './why.js';
import { Zone } from './zone.js';

export class Entry {
  /**
   * @param {Admin.Summary} summary
   * @param {() => Zone | null} zone null until the service is known
   */
  constructor(summary, zone) {
    this._zone = zone;
    this._line = el('summary');
    this._detail = el('div', { class: 'detail' });
    this._box = el('details', { ontoggle: () => this._toggle() }, this._line, this._detail);
    this.element = el('li', { 'data-id': summary.id }, this._box);
    this.summary = summary;
    this._showLine();
  }

  /** Show what is known of it now.
   *
   * @param {Admin.Summary} summary
   */
  update(summary) {
    const before = JSON.stringify(this.summary);
    this.summary = summary;
    if (before === JSON.stringify(summary)) return;
    this._showLine();
    if (this._box.open) this._read();
  }

  _showLine() {
    this._line.replaceChildren(...line(this.summary, this._zone()));
  }

  _toggle() {
    if (this._box.open) this._read();
    else this._detail.replaceChildren();
  }

  async _read() {
    const { id } = this.summary;
    this._detail.setAttribute('aria-busy', 'true');
    // Without an explanation when it has had to make room for newer ones meanwhile.
    const explained = api.get(`requests/${id}/explain`).catch(() => null);
    const [entry, why] = await Promise.all([attempt(() => api.get(`requests/${id}`)), explained]);
    this._detail.removeAttribute('aria-busy');
    if (entry) this._detail.replaceChildren(...this._parts(entry, why));
  }

  /**
   * @param {Admin.Entry} entry
   * @param {Admin.Explanation | null} why
   */
  _parts(entry, why) {
    const curl = async () => curlOf(await api.get(`requests/${entry.id}?unmasked=true`), location.origin + pathOf(''));
    return present([
      why && whyOf(why, this._zone() ?? new Zone('UTC')),
      entry.hints.length > 0 && el('ul', { class: 'hints' }, entry.hints.map((hint) => el('li', {}, hint))),
      el('div', { class: 'buttons' }, copyButton('Copy as curl', curl, { class: 'small' })),
      el('h3', {}, 'Request'),
      ...message('Request', firstLine(entry.request), entry.request),
      el('h3', {}, 'Answer'),
      ...(entry.answer ? message('Answer', statusLine(entry.answer), entry.answer) : [el('p', {}, 'None.')]),
    ]);
  }
}

/**
 * @param {Admin.Summary} summary
 * @param {Zone | null} zone
 */
function line({ began, method, operation, path, query, phone, status, delivery, rule, hints }, zone) {
  return present([
    el('span', { class: 'time' }, zone && timeWithSeconds(zone, Date.parse(began))),
    el('span', { class: `status ${kindOf(status, delivery)}` }, delivery ?? status ?? 'none'),
    el('span', { class: 'what' },
      el('b', {}, operation ?? method), ' ',
      phone && el('span', { class: 'phone' }, phone), ' ',
      el('span', { class: 'path muted' }, `${path}${query ? `?${query}` : ''}`)),
    rule && el('span', { class: 'badge rule' }, `rule ${rule}`),
    hints.length > 0 && el('span', { class: 'badge hint' }, hints.length === 1 ? 'a hint' : `${hints.length} hints`),
  ]);
}

/**
 * @param {Zone} zone
 * @param {number} instant
 */
function timeWithSeconds(zone, instant) {
  return `${zone.time(instant)}:${String(zone.shown(instant).second).padStart(2, '0')}`;
}

/**
 * @param {number | null} status
 * @param {string | null} delivery
 */
function kindOf(status, delivery) {
  if (delivery || !status) return 'lost';
  if (status < 400) return 'ok';
  return status < 500 ? 'refused' : 'failed';
}

/** @param {Admin.Entry['request']} request */
function firstLine({ method, path, query }) {
  return `${method} ${path}${query ? `?${query}` : ''}`;
}

/** @param {NonNullable<Admin.Entry['answer']>} answer */
function statusLine({ status, delivery }) {
  return `${status}${delivery ? `, but delivered: ${delivery}` : ''}`;
}

/**
 * @param {string} name
 * @param {string} first
 * @param {{ headers: { [name: string]: string }, body: string }} parts
 */
function message(name, first, { headers, body }) {
  const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}`);
  return [
    el('pre', { tabindex: 0, role: 'region', 'aria-label': name }, body ? `${first}\n\n${pretty(body)}` : first),
    el('details', { class: 'headers' }, el('summary', {}, `Headers (${lines.length})`),
      el('pre', { tabindex: 0, role: 'region', 'aria-label': `${name}, headers` }, lines.join('\n'))),
  ];
}

/** @param {string} body */
function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
