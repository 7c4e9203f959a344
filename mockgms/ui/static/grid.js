// The grid: a week of slots as a table that is walked through with the arrow keys.

import { fill } from './cell.js';
import { el } from './elements.js';
import { headOf, longDay } from './zone.js';

/** @import { Properties, Child } from './elements.js' */
/** @import { Row, Week } from './week.js' */

const PAGE = 8; // rows
const ABOVE = 36; // pixels: about a row

/** @type {{ [key: string]: [down: number, right: number] }} */
const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-PAGE, 0],
  PageDown: [PAGE, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

export class Grid {
  /**
   * @param {HTMLTableElement} table
   * @param {(slot: Admin.Slot) => void} select called with the slot that is clicked, or entered
   */
  constructor(table, select) {
    this._table = table;
    this._select = select;
    /** @type {(HTMLElement | null)[][]} */
    this._cells = []; // row by row; null where a day has no such slot
    this._shape = '';
    /** @type {Map<string, Admin.Slot>} */
    this._slots = new Map(); // by their starts
    table.addEventListener('keydown', (event) => this._walk(event));
    table.addEventListener('click', (event) => {
      const cell = slotCellOf(event);
      if (cell) this._choose(cell);
    });
    table.addEventListener('focusin', (event) => {
      const cell = slotCellOf(event);
      if (cell) this._tabTo(cell);
    });
  }

  /** Show a week, with the slot that starts at `selected` marked; `today` is a date.
   *
   * @param {Week} week
   * @param {{ selected: string | null, today: string }} days
   */
  show(week, { selected, today }) {
    const rowShapes = week.rows.map((row) => ('fold' in row ? row.fold : [row.time, row.cells.map(Boolean)]));
    const shape = JSON.stringify([week.days, today, rowShapes]);
    if (shape !== this._shape) this._build(week, today);
    this._shape = shape;
    this._slots = new Map();
    const rows = week.rows.filter((row) => 'cells' in row);
    rows.forEach((row, y) => row.cells.forEach((slot, x) => {
      const cell = this._cells[y][x];
      if (!slot || !cell) return;
      this._slots.set(slot.start, slot);
      fill(cell, slot, { day: week.days[x], time: row.time, selected });
    }));
    if (!this._table.querySelector('[tabindex="0"]')) this._firstOfUse()?.setAttribute('tabindex', '0');
  }

  /** Scroll to the slot that starts at `start`, or else to the first that can be booked.
   *
   * @param {string | null} start
   */
  scrollTo(start) {
    const cell = this._cellOf(start) ?? this._firstOfUse();
    const box = this._table.parentElement;
    const row = cell?.parentElement;
    if (box && row) box.scrollTop = row.offsetTop - (this._table.tHead?.offsetHeight ?? 0) - ABOVE;
  }

  /** Put the focus on the slot that starts then.
   *
   * @param {string | null} start
   */
  focus(start) {
    this._cellOf(start)?.focus();
  }

  /**
   * @param {string | null | undefined} start
   * @returns {HTMLElement | null}
   */
  _cellOf(start) {
    return start ? this._table.querySelector(`[data-start="${CSS.escape(start)}"]`) : null;
  }

  /**
   * @param {Week} week
   * @param {string} today
   */
  _build({ days, rows }, today) {
    /**
     * @param {Properties} properties
     * @param {...Child} children
     */
    const heading = (properties, ...children) => (
      el('th', { role: 'columnheader', scope: 'col', ...properties }, ...children));
    const head = el('tr', { role: 'row' }, heading({ class: 'corner' }, el('span', { class: 'unseen' }, 'Time')));
    for (const day of days) {
      const [weekday, number] = headOf(day);
      head.append(heading({ class: day === today && 'today', abbr: longDay(day) }, weekday, ' ', el('b', {}, number)));
    }
    this._cells = [];
    const body = rows.map((row) => ('fold' in row ? foldRow(row.fold, days.length) : this._row(row)));
    this._table.replaceChildren(el('thead', { role: 'rowgroup' }, head), el('tbody', { role: 'rowgroup' }, body));
  }

  /** @param {Row} row */
  _row({ time, cells }) {
    const tds = cells.map((slot) => el('td', slot
      ? { role: 'gridcell', 'data-start': slot.start, tabindex: -1 }
      : { role: 'gridcell', class: 'none' }));
    this._cells.push(tds.map((td, x) => (cells[x] ? td : null)));
    const label = time.endsWith(':00') ? el('b', {}, time) : time;
    return el('tr', { role: 'row' }, el('th', { role: 'rowheader', scope: 'row' }, label), tds);
  }

  /** @param {HTMLElement} cell */
  _choose(cell) {
    this._tabTo(cell);
    const slot = this._slots.get(cell.dataset.start ?? '');
    if (slot) this._select(slot);
  }

  /** @param {Element} cell */
  _tabTo(cell) {
    for (const other of this._table.querySelectorAll('[tabindex="0"]')) other.setAttribute('tabindex', '-1');
    cell.setAttribute('tabindex', '0');
  }

  /** @param {KeyboardEvent} event */
  _walk(event) {
    const cell = slotCellOf(event);
    if (!cell || event.altKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') this._choose(cell);
    else if (STEPS[event.key]) this._step(cell, STEPS[event.key], event.ctrlKey);
    else return;
    event.preventDefault();
  }

  /** Go on by rows and columns, as far as there is a slot; with `far` to the first or last row too.
   *
   * @param {HTMLElement} cell
   * @param {[down: number, right: number]} step
   * @param {boolean} far
   */
  _step(cell, [down, right], far) {
    const y = this._cells.findIndex((row) => row.includes(cell));
    const x = this._cells[y].indexOf(cell);
    /**
     * @param {number} number
     * @param {number} length
     */
    const within = (number, length) => Math.max(0, Math.min(length - 1, number));
    const toEdge = far && !Number.isFinite(right) ? right : 0;
    const row = this._cells[within(y + down + toEdge, this._cells.length)];
    const column = within(x + right, row.length);
    const back = Math.sign(right) || 1;
    const next = row[column] ?? row[column - back] ?? cell;
    next.focus();
  }

  /** @returns {HTMLElement | null} */
  _firstOfUse() {
    const free = [...this._slots.values()].filter(({ state }) => state === 'free' || state === 'taken');
    return this._cellOf(free.map(({ start }) => start).sort()[0]) ?? this._table.querySelector('[data-start]');
  }
}

/** The cell of a slot that an event is in.
 *
 * @param {Event} event
 * @returns {HTMLElement | null}
 */
function slotCellOf({ target }) {
  return target instanceof Element ? target.closest('[data-start]') : null;
}

/**
 * @param {string} text
 * @param {number} days
 */
function foldRow(text, days) {
  return el('tr', { role: 'row', class: 'fold' }, el('td', { role: 'gridcell', colspan: days + 1 }, text));
}
