// The journal: requests and answers as they come. Only the rows in sight are in the document.

import { attempt } from './actionbar.js';
import { api, query } from './api.js';
import { byId, el, field } from './elements.js';
import { kindOf, readablePhone, shortAnswer, shortOperation } from './exchange.js';
import { choose, mark } from './groups.js';
import { RequestPanel } from './request.js';
import { changeUndoably } from './undo.js';

/** @import { Zone } from './zone.js' */
/** @import { Prefilled } from './fail.js' */

const MAX_ENTRIES = 1_000; // entries, as many as a session remembers
const LATEST = 30; // entries, of which some may be without an answer
const MARGIN = 10; // rows above and below those in sight
const MAX_ROWS = 60; // in the document
const ROW = 31; // pixels, until a row is there to be measured

/** @type {{ [kind: string]: (summary: Admin.Summary) => boolean }} */
const KINDS = {
  all: () => true,
  refused: (summary) => ['refused', 'throttled'].includes(kindOf(summary)),
  failed: (summary) => kindOf(summary) === 'failed',
  lost: (summary) => kindOf(summary) === 'lost',
};

/**
 * @typedef {object} Entry
 * @property {Admin.Summary} summary
 * @property {string} text where the filter looks
 * @property {string} digits of its number
 * @property {HTMLElement | null} row null while it is out of sight
 * @property {boolean} isNew
 */

export class Journal {
  /**
   * @param {object} parts
   * @param {() => Zone} parts.zone that of the calendar
   * @param {(prefilled: Prefilled) => void} parts.makeRule
   */
  constructor({ zone, makeRule }) {
    this._zone = zone;
    /** @type {Entry[]} the newest first */
    this._entries = [];
    /** @type {Map<number, Admin.Summary>} what came while nothing may move, by id */
    this._held = new Map();
    /** @type {Admin.Summary[]} what is shown with the next frame */
    this._arriving = [];
    /** @type {Entry[]} those that pass the filter */
    this._shown = [];
    /** @type {number | null} the id of the row that has the tab stop */
    this._active = null;
    /** @type {number | null} */
    this._selected = null;
    this._kind = 'all';
    this._isPointed = false;
    this._isRead = false;
    this._height = ROW;
    this._frame = 0;
    this._zoneName = '';
    this._wrap = byId('journal-wrap');
    this._body = byId('journal');
    this._panel = new RequestPanel({ zone, makeRule, left: () => this._deselect(true) });
    this._before = spacer();
    this._after = spacer();
    this._body.append(this._before, this._after);
    this._listen();
  }

  /** How many entries there are. */
  get size() {
    return this._entries.length;
  }

  /** The service of the newest request that concerns a calendar. */
  get newestService() {
    for (const { summary } of this._entries) {
      const service = serviceInCalendar(summary);
      if (service !== null) return service;
    }
    return null;
  }

  /** Read the whole journal again. Entries that have not changed keep their rows. */
  async refresh() {
    const requests = await summaries(MAX_ENTRIES);
    const before = new Map(this._entries.map((entry) => [entry.summary.id, entry]));
    this._held.clear();
    this._entries = requests.reverse().map((summary) => this._entryOf(summary, before.get(summary.id)));
    if (this._selected !== null && !this._find(this._selected)) this._panel.close();
    this._isRead = true;
    this._applyFilter();
  }

  /** Add the requests that have no answer yet: the server sends no event for them. */
  async peek() {
    for (const summary of await summaries(LATEST)) {
      if (summary.status === null && !this._find(summary.id)) this.add(summary);
    }
  }

  /** Add a request that was just answered. It is held back while the pointer or the focus is among the rows.
   *
   * @param {Admin.Summary} summary
   */
  add(summary) {
    const known = this._find(summary.id);
    if (known) {
      this._update(known, summary);
      this._panel.update(summary);
    } else if (this._isHeld() && this._entries.length > 0) {
      this._held.set(summary.id, summary);
      this._showHeldCount();
    } else {
      this._arriving.push(summary);
      if (this._arriving.length === 1) requestAnimationFrame(() => this._insert(this._arriving.splice(0)));
    }
  }

  /** @param {Admin.Summary[]} summaries_ */
  _insert(summaries_) {
    for (const summary of summaries_.filter(({ id }) => !this._find(id))) {
      // One that took long comes after others that began later.
      const at = this._entries.findIndex((each) => each.summary.id < summary.id);
      this._entries.splice(at < 0 ? this._entries.length : at, 0, { ...this._entryOf(summary), isNew: true });
    }
    this._entries.length = Math.min(this._entries.length, MAX_ENTRIES);
    const isScrolled = this._wrap.scrollTop > 0;
    const was = this._shown.length;
    this._applyFilter();
    if (isScrolled) this._wrap.scrollTop += (this._shown.length - was) * this._height;
  }

  _insertHeld() {
    const waiting = [...this._held.values()];
    this._held.clear();
    this._showHeldCount();
    if (waiting.length) this._insert(waiting);
  }

  _isHeld() {
    return this._isPointed || this._wrap.contains(document.activeElement);
  }

  _showHeldCount() {
    const { size } = this._held;
    byId('new').toggleAttribute('data-some', size > 0);
    byId('new').textContent = size > 0 ? `${size} new, show` : '';
  }

  /**
   * @param {Admin.Summary} summary
   * @param {Entry} [before]
   * @returns {Entry}
   */
  _entryOf(summary, before) {
    const words = [
      shortOperation(summary), shortAnswer(summary), summary.path, summary.query, summary.service, summary.phone,
      summary.reason, summary.rule, summary.method,
    ];
    const entry = before ?? { summary, text: '', digits: '', row: null, isNew: false };
    const isSame = before && JSON.stringify(before.summary) === JSON.stringify(summary);
    if (!isSame && entry.row) {
      entry.row.remove();
      entry.row = null;
    }
    entry.summary = summary;
    entry.text = words.filter(Boolean).join(' ').toLowerCase();
    entry.digits = digitsOf(summary.phone ?? '');
    return entry;
  }

  /**
   * @param {Entry} entry
   * @param {Admin.Summary} summary
   */
  _update(entry, summary) {
    const hadFocus = entry.row !== null && entry.row === document.activeElement;
    this._entryOf(summary, entry);
    this._applyFilter();
    if (hadFocus) entry.row?.focus();
  }

  /** @param {number} id */
  _find(id) {
    return this._entries.find(({ summary }) => summary.id === id);
  }

  /** Apply the filter, and show what is in sight. */
  _applyFilter() {
    const text = field('filter').value.trim().toLowerCase();
    const digits = /^[\d\s+().-]+$/.test(text) ? digitsOf(text) : '';
    this._shown = this._entries.filter((entry) => KINDS[this._kind](entry.summary)
      && (!text || entry.text.includes(text) || (digits !== '' && entry.digits.includes(digits))));
    const [shown, all] = [this._shown.length, this._entries.length];
    byId('journal-count').textContent = shown === all ? String(all) : `${shown} of ${all}`;
    byId('none').hidden = shown > 0 || all === 0;
    byId('none-hidden').textContent = `${all} ${all === 1 ? 'is' : 'are'} hidden by the filter.`;
    byId('app').toggleAttribute('data-empty', all === 0 && this._isRead);
    byId('first').hidden = all > 0 || !this._isRead;
    byId('journal-table').setAttribute('aria-rowcount', String(shown + 1));
    this.draw();
  }

  /** Draw the rows in sight. */
  draw() {
    const zone = this._zone();
    if (zone.name !== this._zoneName) { // every time is another one
      this._zoneName = zone.name;
      for (const { row } of this._entries) if (row) this._removeRow(row);
    }
    const [first, end] = this._inSight();
    const wanted = this._shown.slice(first, end);
    const kept = new Set(wanted.map(({ row }) => row));
    for (const row of this._body.querySelectorAll('tr:not(.spacer)')) {
      if (!kept.has(/** @type {HTMLElement} */ (row))) this._removeRow(row);
    }
    let next = this._before.nextSibling;
    wanted.forEach((entry, index) => {
      entry.row ??= this._makeRow(entry);
      if (entry.row === next) next = next.nextSibling;
      else this._body.insertBefore(entry.row, next);
      entry.row.setAttribute('aria-rowindex', String(first + index + 2));
    });
    this._before.hidden = first === 0;
    this._after.hidden = end >= this._shown.length;
    this._before.style.height = `${first * this._height}px`;
    this._after.style.height = `${Math.max(0, this._shown.length - end) * this._height}px`;
    const height = wanted[0]?.row?.offsetHeight;
    if (height && height !== this._height) {
      this._height = height;
      this.draw();
      return;
    }
    this._markTabStop(wanted);
  }

  /** Move the focus from a row to the table, which handles the keys from then on.
   *
   * @param {Element} row
   */
  _removeRow(row) {
    if (row === document.activeElement) this._wrap.focus({ preventScroll: true });
    for (const entry of this._entries) if (entry.row === row) entry.row = null;
    row.remove();
  }

  /** @param {Entry[]} wanted */
  _markTabStop(wanted) {
    const active = wanted.find(({ summary }) => summary.id === this._active) ?? wanted[0];
    for (const { row } of wanted) if (row) row.tabIndex = row === active?.row ? 0 : -1;
  }

  /** The index of the first row in sight, and of the first row below.
   *
   * @returns {[first: number, end: number]}
   */
  _inSight() {
    const box = this._wrap.getBoundingClientRect();
    const above = this._wrap.scrollTop + Math.max(0, -box.top);
    const height = Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(0, box.top));
    const first = Math.max(0, Math.min(Math.floor(above / this._height), this._shown.length) - MARGIN);
    const count = Math.min(MAX_ROWS, Math.ceil(height / this._height) + 2 * MARGIN);
    return [first, Math.min(this._shown.length, first + count)];
  }

  /** @param {Entry} entry */
  _makeRow(entry) {
    const { summary } = entry;
    const isSelected = summary.id === this._selected;
    /**
     * @param {string} name
     * @param {...import('./elements.js').Child} content
     */
    const cell = (name, ...content) => el('td', { class: name, role: 'gridcell' }, content);
    /** A cell whose text may be cut off, with the whole text in its tooltip.
     *
     * @param {string} name
     * @param {string | HTMLElement} content
     */
    const cellWithTooltip = (name, content) => {
      const made = cell(name, content);
      made.title = made.textContent ?? '';
      return made;
    };
    const row = el('tr', {
      role: 'row', 'data-id': summary.id, 'aria-selected': String(isSelected), tabindex: -1,
      class: entry.isNew && 'arrived',
    },
    cell('t muted', this._zone().seconds(Date.parse(summary.began))),
    cell('st', el('span', { class: `status is-${kindOf(summary)}` }, shortAnswer(summary))),
    cellWithTooltip('op', shortOperation(summary)),
    cellWithTooltip('sv', summary.service ?? ''),
    cell('ph', summary.phone === null ? el('span', { class: 'hint' }, '–') : readablePhone(summary.phone)),
    cell('re', summary.hints.length > 0 && el('span', { class: 'badge accent' }, 'hint'), ' ', summary.reason ?? ''),
    cellWithTooltip('ru', el('span', { class: 'rule-name' }, summary.rule ?? '')));
    row.title = summary.reason ?? '';
    entry.isNew = false;
    return row;
  }

  _listen() {
    this._wrap.tabIndex = -1;
    const later = () => {
      this._frame ||= requestAnimationFrame(() => {
        this._frame = 0;
        this.draw();
      });
    };
    this._wrap.addEventListener('scroll', later, { passive: true });
    document.addEventListener('scroll', later, { passive: true });
    new ResizeObserver(later).observe(this._wrap);
    this._body.addEventListener('click', ({ target }) => {
      const id = idOf(target);
      if (id !== null) this._open(id);
    });
    this._wrap.addEventListener('keydown', (event) => this._handleKey(event));
    const panel = byId('journal-panel');
    panel.addEventListener('pointerenter', ({ pointerType }) => { this._isPointed = pointerType === 'mouse'; });
    panel.addEventListener('pointerleave', () => {
      this._isPointed = false;
      if (!this._isHeld()) this._insertHeld();
    });
    this._wrap.addEventListener('focusout', () => setTimeout(() => { if (!this._isHeld()) this._insertHeld(); }));
    byId('new').addEventListener('click', () => {
      this._wrap.scrollTop = 0;
      this._insertHeld();
    });
    byId('filter').addEventListener('input', () => this._filter());
    choose(byId('kind'), (kind) => {
      this._kind = kind;
      this._filter();
    });
    byId('unfilter').addEventListener('click', () => {
      field('filter').value = '';
      this._kind = 'all';
      mark(byId('kind'), 'all');
      this._filter();
      byId('filter').focus();
    });
    byId('clear').addEventListener('click', () => attempt(async () => {
      const all = this.size + this._held.size;
      await changeUndoably(
        () => api.delete('requests'),
        () => `${all} ${all === 1 ? 'request' : 'requests'} cleared.`,
      );
    }));
  }

  _filter() {
    this._wrap.scrollTop = 0;
    this._applyFilter();
  }

  /** @param {KeyboardEvent} event */
  _handleKey(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -MAX_ENTRIES, End: MAX_ENTRIES };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    const id = idOf(event.target) ?? this._active;
    if (event.ctrlKey || event.metaKey || event.altKey || this._shown.length === 0) return;
    if (event.key === 'Enter' && id !== null) this._open(id);
    else if (step) this._move(id, step);
    else return;
    event.preventDefault();
  }

  /**
   * @param {number | null} id
   * @param {number} step
   */
  _move(id, step) {
    const at = this._shown.findIndex(({ summary }) => summary.id === id);
    const to = Math.max(0, Math.min(this._shown.length - 1, at + step));
    const next = this._shown[to];
    this._active = next.summary.id;
    this._reveal(to);
    next.row?.focus({ preventScroll: true });
    if (this._selected !== null) this._open(next.summary.id);
  }

  /** Bring a row into sight.
   *
   * @param {number} at
   */
  _reveal(at) {
    const head = this._wrap.querySelector('thead')?.offsetHeight ?? 0;
    const [top, bottom] = [at * this._height, (at + 1) * this._height];
    const { scrollTop, clientHeight } = this._wrap;
    if (top < scrollTop) this._wrap.scrollTop = top;
    else if (bottom + head > scrollTop + clientHeight) this._wrap.scrollTop = bottom + head - clientHeight;
    this.draw();
  }

  /** @param {number} id */
  _open(id) {
    const entry = this._find(id);
    if (!entry) return;
    this._deselect(false);
    this._active = this._selected = id;
    entry.row?.setAttribute('aria-selected', 'true');
    this._panel.show(entry.summary);
    this.draw();
  }

  /** @param {boolean} back whether the row gets the focus */
  _deselect(back) {
    const entry = this._selected === null ? undefined : this._find(this._selected);
    this._selected = null;
    entry?.row?.setAttribute('aria-selected', 'false');
    if (back) (entry?.row ?? this._wrap).focus({ preventScroll: true });
  }
}

// A widget repeats these requests, and their queues need not be services: the calendar does not follow them.
const ABOUT_QUEUES = /\.(?:estimated_wait_time|queues|watermarks)$/;

/** The service whose calendar a request concerns, or null.
 *
 * @param {Admin.Summary} summary
 */
export function serviceInCalendar({ operation, service }) {
  return ABOUT_QUEUES.test(operation ?? '') ? null : service;
}

/** A spacer as high as the rows above or below those in sight. */
function spacer() {
  return el('tr', { class: 'spacer', role: 'presentation', 'aria-hidden': 'true' }, el('td', { colspan: 7 }));
}

/** The newest requests, in short, the oldest of them first.
 *
 * @param {number} limit
 */
async function summaries(limit) {
  const { requests } = await api.get(query('requests', { limit, summary: true, unmasked: true }));
  return /** @type {Admin.Summary[]} */ (requests);
}

/** @param {EventTarget | null} target */
function idOf(target) {
  const row = target instanceof Element ? target.closest('tr[data-id]') : null;
  return row ? Number(row.getAttribute('data-id')) : null;
}

/** @param {string} text */
function digitsOf(text) {
  return text.replace(/\D/g, '');
}
