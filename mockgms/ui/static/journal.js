// The journal: what was asked and answered, as it happens.

import { api, query } from './api.js';
import { byId, choices, choicesOf, field } from './elements.js';
import { Entry } from './entry.js';
import { attempt, say } from './notice.js';

/** @import { Zone } from './zone.js' */

const MOST = 1_000; // entries, as many as a session remembers
const LATEST = 30; // entries, of which some may be without an answer

/** @type {{ [kind: string]: (summary: Admin.Summary) => boolean }} */
const KINDS = {
  all: () => true,
  ok: ({ status, delivery }) => status !== null && status < 400 && !delivery,
  refused: ({ status }) => status !== null && status >= 400 && status < 500,
  failed: ({ status }) => status !== null && status >= 500,
  lost: ({ status, delivery }) => Boolean(delivery) || status === null,
  rule: ({ rule }) => rule !== null,
};

export class Journal {
  /** @param {() => Zone | null} zone that of the calendar */
  constructor(zone) {
    this._zone = zone;
    /** @type {Map<number, Entry>} */
    this._entries = new Map(); // by id, the oldest first
    this._list = byId('journal');
    byId('journal-operation').addEventListener('change', () => this._filter());
    byId('journal-kind').addEventListener('change', () => this._filter());
    byId('journal-text').addEventListener('input', () => this._filter());
    byId('journal-clear').addEventListener('click', () => attempt(async () => {
      await api.delete('requests');
      await this.refresh();
      say('The journal is empty.');
    }));
  }

  /** Read all of it anew; entries that are shown already stay as they are. */
  async refresh() {
    const requests = await summaries(MOST);
    const ids = new Set(requests.map(({ id }) => id));
    for (const id of [...this._entries.keys()].filter((each) => !ids.has(each))) this._drop(id);
    for (const summary of requests) this._put(summary);
    this._showCounts();
  }

  /** Look for requests that have no answer yet: no event tells of them. */
  async peek() {
    const requests = await summaries(LATEST);
    const news = requests.filter(({ id, status }) => status === null && !this._entries.has(id));
    for (const summary of news) this._put(summary);
    if (news.length) this._showCounts();
  }

  /** Add one that was just answered.
   *
   * @param {Admin.Summary} summary
   */
  add(summary) {
    this._put(summary);
    const [oldest] = this._entries.keys();
    if (this._entries.size > MOST) this._drop(oldest);
    this._showCounts();
  }

  /** @param {Admin.Summary} summary */
  _put(summary) {
    const known = this._entries.get(summary.id);
    if (known) known.update(summary);
    else {
      const entry = new Entry(summary, this._zone);
      this._entries.set(summary.id, entry);
      this._place(entry, summary.id);
      entry.element.hidden = !this._fits(entry);
    }
  }

  /** The newest is on top; one that took long comes after others that began later.
   *
   * @param {Entry} entry
   * @param {number} id
   */
  _place(entry, id) {
    let next = this._list.firstElementChild;
    while (next && Number(next.getAttribute('data-id')) > id) next = next.nextElementSibling;
    this._list.insertBefore(entry.element, next);
  }

  /** @param {number} id */
  _drop(id) {
    this._entries.get(id)?.element.remove();
    this._entries.delete(id);
  }

  _showCounts() {
    const operations = [...this._entries.values()].map(({ summary }) => summary.operation ?? '').filter(Boolean);
    const names = [...new Set(operations)].sort();
    if (names.join() !== this._operations) {
      this._operations = names.join();
      choices(byId('journal-operation'), [['', 'all operations'], ...choicesOf(names)]);
    }
    byId('no-requests').hidden = this._entries.size > 0;
    byId('journal-tools').hidden = this._entries.size === 0;
    this._count();
  }

  _count() {
    const shown = [...this._entries.values()].filter(({ element }) => !element.hidden).length;
    const all = this._entries.size;
    byId('journal-count').textContent = shown === all ? `(${all})` : `(${shown} of ${all})`;
    byId('none-fits').hidden = shown > 0 || all === 0;
  }

  _filter() {
    for (const entry of this._entries.values()) entry.element.hidden = !this._fits(entry);
    this._count();
  }

  /** @param {Entry} entry */
  _fits({ summary }) {
    const operation = field('journal-operation').value;
    const text = field('journal-text').value.trim().toLowerCase();
    const texts = [summary.path, summary.query, summary.phone, summary.rule, String(summary.status)];
    return (!operation || summary.operation === operation)
      && KINDS[field('journal-kind').value](summary)
      && (!text || texts.some((each) => each?.toLowerCase().includes(text)) || isNumber(text, summary.phone));
  }
}

/** The newest requests, in short.
 *
 * @param {number} limit
 */
async function summaries(limit) {
  const { requests } = await api.get(query('requests', { limit, summary: true }));
  return /** @type {Admin.Summary[]} */ (requests);
}

/** Whether a text can be the number of which the middle is masked.
 *
 * @param {string} text
 * @param {string | null} phone
 */
function isNumber(text, phone) {
  const [start, end] = (phone ?? '').replace('+', '').split('***');
  const digits = text.replace(/\D/g, '');
  return Boolean(end) && digits.length > end.length && digits.startsWith(start) && digits.endsWith(end);
}
