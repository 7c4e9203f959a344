// The grid: a week of slots as a table that is walked through with the arrow keys.

import { fill } from './cell.js';
import { el } from './elements.js';
import { headOf, longDay } from './zone.js';

const PAGE = 8; // rows
const ABOVE = 36; // pixels: about a row

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
  /** `select` is called with the slot that is clicked, or entered. */
  constructor(table, select) {
    this._table = table;
    this._select = select;
    this._cells = []; // row by row; null where a day has no such slot
    this._shape = '';
    table.addEventListener('keydown', (event) => this._walk(event));
    table.addEventListener('click', (event) => {
      const cell = event.target.closest('[data-start]');
      if (cell) this._choose(cell);
    });
    table.addEventListener('focusin', (event) => {
      if (event.target.matches('[data-start]')) this._tabTo(event.target);
    });
  }

  /** Show a week, with the slot that starts at `selected` marked; `today` is a date. */
  show(week, { selected, today }) {
    const rowShapes = week.rows.map((row) => row.fold ?? [row.time, row.cells.map(Boolean)]);
    const shape = JSON.stringify([week.days, today, rowShapes]);
    if (shape !== this._shape) this._build(week, today);
    this._shape = shape;
    this._slots = new Map();
    const rows = week.rows.filter((row) => !row.fold);
    rows.forEach((row, y) => row.cells.forEach((slot, x) => {
      if (!slot) return;
      this._slots.set(slot.start, slot);
      fill(this._cells[y][x], slot, { day: week.days[x], time: row.time, selected });
    }));
    if (!this._table.querySelector('[tabindex="0"]')) this._firstOfUse()?.setAttribute('tabindex', '0');
  }

  /** Scroll to the slot that starts at `start`, or else to the first that can be booked. */
  scrollTo(start) {
    const cell = this._cellOf(start) ?? this._firstOfUse();
    const box = this._table.parentElement;
    if (cell) box.scrollTop = cell.parentElement.offsetTop - this._table.tHead.offsetHeight - ABOVE;
  }

  /** Put the focus on the slot that starts then. */
  focus(start) {
    this._cellOf(start)?.focus();
  }

  _cellOf(start) {
    return start ? this._table.querySelector(`[data-start="${CSS.escape(start)}"]`) : null;
  }

  _build({ days, rows }, today) {
    const heading = (properties, ...children) => (
      el('th', { role: 'columnheader', scope: 'col', ...properties }, ...children));
    const head = el('tr', { role: 'row' }, heading({ class: 'corner' }, el('span', { class: 'unseen' }, 'Time')));
    for (const day of days) {
      const [weekday, number] = headOf(day);
      head.append(heading({ class: day === today && 'today', abbr: longDay(day) }, weekday, ' ', el('b', {}, number)));
    }
    this._cells = [];
    const body = rows.map((row) => (row.fold ? foldRow(row.fold, days.length) : this._row(row)));
    this._table.replaceChildren(el('thead', { role: 'rowgroup' }, head), el('tbody', { role: 'rowgroup' }, body));
  }

  _row({ time, cells }) {
    const tds = cells.map((slot) => el('td', slot
      ? { role: 'gridcell', 'data-start': slot.start, tabindex: -1 }
      : { role: 'gridcell', class: 'none' }));
    this._cells.push(tds.map((td, x) => (cells[x] ? td : null)));
    const label = time.endsWith(':00') ? el('b', {}, time) : time;
    return el('tr', { role: 'row' }, el('th', { role: 'rowheader', scope: 'row' }, label), tds);
  }

  _choose(cell) {
    this._tabTo(cell);
    this._select(this._slots.get(cell.dataset.start));
  }

  _tabTo(cell) {
    for (const other of this._table.querySelectorAll('[tabindex="0"]')) other.setAttribute('tabindex', '-1');
    cell.setAttribute('tabindex', '0');
  }

  _walk(event) {
    const cell = event.target.closest('[data-start]');
    if (!cell || event.altKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') this._choose(cell);
    else if (STEPS[event.key]) this._step(cell, ...STEPS[event.key], event.ctrlKey);
    else return;
    event.preventDefault();
  }

  /** Go on by rows and columns, as far as there is a slot; with `far` to the first or last row too. */
  _step(cell, down, right, far) {
    const y = this._cells.findIndex((row) => row.includes(cell));
    const x = this._cells[y].indexOf(cell);
    const within = (number, length) => Math.max(0, Math.min(length - 1, number));
    const toEdge = far && !Number.isFinite(right) ? right : 0;
    const row = this._cells[within(y + down + toEdge, this._cells.length)];
    const column = within(x + right, row.length);
    const back = Math.sign(right) || 1;
    const next = row[column] ?? row[column - back] ?? cell;
    next.focus();
  }

  _firstOfUse() {
    const free = [...this._slots.values()].filter(({ state }) => state === 'free' || state === 'taken');
    return this._cellOf(free.map(({ start }) => start).sort()[0]) ?? this._table.querySelector('[data-start]');
  }
}

function foldRow(text, days) {
  return el('tr', { role: 'row', class: 'fold' }, el('td', { role: 'gridcell', colspan: days + 1 }, text));
}
