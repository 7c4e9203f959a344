// An entry of the journal: one line, and when it is opened the whole request, its answer, and why it was answered so.

import { api } from './api.js';
import { copyButton } from './copy.js';
import { curlOf } from './curl.js';
import { el } from './elements.js';
import { attempt } from './notice.js';
import { pathOf } from './place.js';
import { whyOf } from './why.js';

export class Entry {
  constructor(summary, zone) {
    this._zone = zone;
    this._line = el('summary');
    this._detail = el('div', { class: 'detail' });
    this._box = el('details', { ontoggle: () => this._toggle() }, this._line, this._detail);
    this.element = el('li', { 'data-id': summary.id }, this._box);
    this.update(summary);
  }

  /** Show what is known of it now. */
  update(summary) {
    const before = JSON.stringify(this.summary);
    this.summary = summary;
    if (before === JSON.stringify(summary)) return;
    this._line.replaceChildren(...line(summary, this._zone()));
    if (this._box.open) this._read();
  }

  _toggle() {
    if (this._box.open) this._read();
    else this._detail.replaceChildren();
  }

  async _read() {
    const path = `requests/${this.summary.id}`;
    this._detail.setAttribute('aria-busy', 'true');
    // Without an explanation when it has had to make room for newer ones meanwhile.
    const explained = api.get(`${path}/explain`).catch(() => null);
    const [entry, why] = await Promise.all([attempt(() => api.get(path)), explained]);
    this._detail.removeAttribute('aria-busy');
    if (entry) this._detail.replaceChildren(...this._parts(entry, why));
  }

  _parts(entry, why) {
    const curl = async () => curlOf(await api.get(`requests/${entry.id}?unmasked=true`), location.origin + pathOf(''));
    return [
      why && whyOf(why, this._zone()),
      entry.hints.length > 0 && el('ul', { class: 'hints' }, entry.hints.map((hint) => el('li', {}, hint))),
      el('div', { class: 'buttons' }, copyButton('Copy as curl', curl, { class: 'small' })),
      el('h3', {}, 'Request'),
      ...message('Request', firstLine(entry.request), entry.request),
      el('h3', {}, 'Answer'),
      ...(entry.answer ? message('Answer', statusLine(entry.answer), entry.answer) : [el('p', {}, 'None.')]),
    ].filter(Boolean);
  }
}

function line({ began, method, operation, path, query, phone, status, delivery, rule, hints }, zone) {
  const shown = zone?.shown(Date.parse(began));
  const time = shown ? `${zone.time(Date.parse(began))}:${String(shown.second).padStart(2, '0')}` : '';
  return [
    el('span', { class: 'time' }, time),
    el('span', { class: `status ${kindOf(status, delivery)}` }, delivery ?? status ?? 'none'),
    el('span', { class: 'what' },
      el('b', {}, operation ?? method), ' ',
      phone && el('span', { class: 'phone' }, phone), ' ',
      el('span', { class: 'path muted' }, `${path}${query ? `?${query}` : ''}`)),
    rule && el('span', { class: 'badge rule' }, `rule ${rule}`),
    hints.length > 0 && el('span', { class: 'badge hint' }, hints.length === 1 ? 'a hint' : `${hints.length} hints`),
  ].filter(Boolean);
}

function kindOf(status, delivery) {
  if (delivery || !status) return 'lost';
  if (status < 400) return 'ok';
  return status < 500 ? 'refused' : 'failed';
}

function firstLine({ method, path, query }) {
  return `${method} ${path}${query ? `?${query}` : ''}`;
}

function statusLine({ status, delivery }) {
  return `${status}${delivery ? `, but on its way: ${delivery}` : ''}`;
}

function message(name, first, { headers, body }) {
  const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}`);
  return [
    el('pre', { tabindex: 0, role: 'region', 'aria-label': name }, body ? `${first}\n\n${pretty(body)}` : first),
    el('details', { class: 'headers' }, el('summary', {}, `Headers (${lines.length})`),
      el('pre', { tabindex: 0, role: 'region', 'aria-label': `${name}, headers` }, lines.join('\n'))),
  ];
}

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
