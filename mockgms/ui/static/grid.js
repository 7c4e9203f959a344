// The grid: a week of slots that is walked through with the arrow keys. It has one tab stop.

import { fill } from './cell.js';
import { el } from './elements.js';
import { headOf, longDay, timeOf } from './zone.js';

/** @import { Week } from './week.js' */

const NARROW = 15; // pixels below which a cell shows no number
const PAGE = 4; // hours
const LABELS = 6; // times over a day, at most
const AT_ONCE = 120; // cells that are made in one task

/** @typedef {{ element: HTMLElement, slot: Admin.Slot, day: string, time: string }} Placed */
/** @typedef {Map<string, HTMLElement>} Boxes the boxes of the hours, by date and hour */
/** @typedef {{ shape: string, boxes: Boxes, most: number, rows: HTMLElement[] }} Made */

export class Grid {
  /**
   * @param {HTMLElement} week
   * @param {(slot: Admin.Slot) => void} open called with the slot that is pressed, or entered
   */
  constructor(week, open) {
    this._week = week;
    this._open = open;
    this._shape = '';
    this._maxCells = 1; // cells in an hour
    /** @type {Map<string, Placed>} by the start of the slot */
    this._placed = new Map();
    /** @type {string[][][]} the starts of the slots, by hour and day */
    this._starts = [];
    /** @type {Boxes} */
    this._boxes = new Map();
    this._now = el('span', { class: 'now' });
    week.addEventListener('keydown', (event) => this._moveFocus(event));
    week.addEventListener('click', ({ target }) => {
      const start = startOf(target);
      if (start) this._choose(start);
    });
    new ResizeObserver(() => this._fit()).observe(week);
  }

  /** Make the cells of a week outside the document, in pieces, so that no task takes long.
   *
   * @param {Week} week
   * @param {string} today
   * @returns {Promise<Made | null>} null if the existing cells can be used
   */
  async make(week, today) {
    const shape = JSON.stringify([week.days, today, week.hours.map(({ hour, days }) => [hour, days.map((cells) => (
      cells.map(({ time }) => time).join()))])]);
    if (shape === this._shape) return null;
    const boxes = new Map();
    const most = Math.max(1, ...week.hours.flatMap((hour) => hour.days.map((cells) => cells.length)));
    const rows = [headRow(week, today, most)];
    let made = AT_ONCE;
    for (const hour of week.hours) {
      if (made >= AT_ONCE) {
        made = 0;
        await new Promise((resolve) => { setTimeout(resolve); });
      }
      rows.push(hourRow(hour, week.days, boxes));
      made += hour.days.flat().length;
    }
    return { shape, boxes, most, rows };
  }

  /** Show a week.
   *
   * @param {Week} week
   * @param {Made | null} made by `make`
   * @param {string | null} selected
   */
  show(week, made, selected) {
    if (made) this._replaceCells(made);
    this._placed.clear();
    this._starts = week.hours.map(({ days }) => days.map((cells) => cells.map(({ slot }) => slot.start)));
    week.hours.forEach(({ hour, days }) => days.forEach((cells, day) => {
      const box = this._boxes.get(`${week.days[day]} ${hour}`);
      cells.forEach(({ slot, time }, index) => {
        const element = box?.children[index];
        if (!(element instanceof HTMLElement)) return;
        element.dataset.start = slot.start;
        fill(element, slot, week.days[day], time);
        const isSelected = String(slot.start === selected);
        if (element.getAttribute('aria-selected') !== isSelected) element.setAttribute('aria-selected', isSelected);
        this._placed.set(slot.start, { element, slot, day: week.days[day], time });
      });
    }));
    if (!this._week.querySelector('[tabindex="0"]')) this._firstBookable()?.element.setAttribute('tabindex', '0');
  }

  /** Show the time of the clock.
   *
   * @param {string} date
   * @param {number} minute since midnight
   */
  showNow(date, minute) {
    const box = this._boxes.get(`${date} ${Math.floor(minute / 60)}`);
    if (!box) {
      this._now.remove();
      return;
    }
    this._now.style.left = `${Math.round(100 * (minute % 60) / 60)}%`;
    if (this._now.parentElement !== box) box.append(this._now);
  }

  /** The slot that starts at this time, if it is shown.
   *
   * @param {string | null} start
   */
  slot(start) {
    return start ? this._placed.get(start)?.slot : undefined;
  }

  /** Mark a slot as the one that is open.
   *
   * @param {string | null} start
   */
  select(start) {
    for (const { element, slot } of this._placed.values()) {
      const isSelected = String(slot.start === start);
      if (element.getAttribute('aria-selected') !== isSelected) element.setAttribute('aria-selected', isSelected);
    }
  }

  /** Scroll to the slot that starts at `start`, or else to the first that can be booked.
   * If that one is today, scroll to the line of the clock, which is above it.
   *
   * @param {string | null} start
   */
  scrollTo(start) {
    const cell = this._placed.get(start ?? '') ?? this._firstBookable();
    const wrap = this._week.parentElement;
    const head = this._week.querySelector('.day');
    if (!cell || !wrap || !(head instanceof HTMLElement)) return;
    const now = this._now.parentElement;
    const isToday = start === null && now !== null && now.dataset.day === cell.day;
    const top = (isToday ? now : cell.element).getBoundingClientRect().top - this._week.getBoundingClientRect().top;
    wrap.scrollTop = top - head.offsetHeight - 2;
  }

  /** Put the focus on the slot that starts at this time.
   *
   * @param {string | null} start
   */
  focus(start) {
    const cell = this._placed.get(start ?? '');
    if (!cell) return;
    this._moveTabStop(cell.element);
    cell.element.focus({ preventScroll: true });
  }

  /** On a phone, one day is shown.
   *
   * @param {string} date
   */
  showDay(date) {
    for (const element of this._week.querySelectorAll('[data-day]')) {
      element.classList.toggle('other', element.getAttribute('data-day') !== date);
    }
  }

  /** @param {Made} made */
  _replaceCells({ shape, boxes, most, rows }) {
    this._shape = shape;
    this._boxes = boxes;
    this._maxCells = most;
    const [head, ...hours] = rows;
    this._week.replaceChildren(head);
    this._fit(); // with all cells there, another look would lay them out twice
    this._week.append(...hours);
  }

  /** Cells that are too narrow show no number. */
  _fit() {
    /** @type {NodeListOf<HTMLElement>} */
    const heads = this._week.querySelectorAll('.day[data-day]');
    const first = [...heads].find(({ offsetWidth }) => offsetWidth > 0);
    this._week.classList.toggle('narrow', first !== undefined && first.offsetWidth / this._maxCells < NARROW);
  }

  /** @param {string} start */
  _choose(start) {
    const cell = this._placed.get(start);
    if (!cell) return;
    this._moveTabStop(cell.element);
    this._open(cell.slot);
  }

  /** @param {Element} cell */
  _moveTabStop(cell) {
    for (const other of this._week.querySelectorAll('[tabindex="0"]')) other.setAttribute('tabindex', '-1');
    cell.setAttribute('tabindex', '0');
  }

  /** @param {KeyboardEvent} event */
  _moveFocus(event) {
    const start = startOf(event.target);
    if (!start || event.altKey || event.metaKey) return;
    const next = this._next(start, event.key, event.ctrlKey);
    if (!next) return;
    this.focus(next);
    this._placed.get(next)?.element.scrollIntoView({ block: 'nearest' });
    event.preventDefault();
  }

  /** The slot to which a key moves the focus: left and right by one slot, up and down by one hour.
   *
   * @param {string} start
   * @param {string} key
   * @param {boolean} far
   * @returns {string | undefined}
   */
  _next(start, key, far) {
    const hour = this._starts.findIndex((days) => days.some((cells) => cells.includes(start)));
    if (hour < 0) return undefined;
    const day = this._starts[hour].findIndex((cells) => cells.includes(start));
    const at = this._starts[hour][day].indexOf(start);
    const inRow = this._starts[hour].flat();
    /** @type {{ [key: string]: () => string | undefined }} */
    const keys = {
      ArrowRight: () => inRow[inRow.indexOf(start) + 1],
      ArrowLeft: () => inRow[inRow.indexOf(start) - 1],
      ArrowDown: () => this._slotNear(hour + 1, day, at, 1),
      ArrowUp: () => this._slotNear(hour - 1, day, at, -1),
      PageDown: () => this._slotNear(Math.min(hour + PAGE, this._starts.length - 1), day, at, -1),
      PageUp: () => this._slotNear(Math.max(hour - PAGE, 0), day, at, 1),
      Home: () => (far ? this._starts.flat(2)[0] : inRow[0]),
      End: () => (far ? this._starts.flat(2).at(-1) : inRow.at(-1)),
    };
    return keys[key]?.();
  }

  /** The slot of a day in this hour, or in the next that has one.
   *
   * @param {number} hour
   * @param {number} day
   * @param {number} at
   * @param {number} step
   */
  _slotNear(hour, day, at, step) {
    for (let each = hour; each >= 0 && each < this._starts.length; each += step) {
      const cells = this._starts[each][day];
      if (cells.length) return cells[Math.min(at, cells.length - 1)];
    }
    return undefined;
  }

  /** @returns {Placed | undefined} */
  _firstBookable() {
    const all = [...this._placed.values()];
    const free = all.filter(({ slot }) => slot.state === 'free' || slot.state === 'taken');
    return free.sort((one, other) => one.slot.start.localeCompare(other.slot.start))[0] ?? all[0];
  }
}

/**
 * @param {Week} week
 * @param {string} today
 * @param {number} most cells in an hour
 */
function headRow({ days, hours }, today, most) {
  const fullest = hours.flatMap((hour) => hour.days).find((cells) => cells.length === most) ?? [];
  return el('div', { role: 'row' },
    el('span', { role: 'columnheader', class: 'day corner' }, el('span', { class: 'unseen' }, 'Hour')),
    days.map((day) => {
      const [weekday, number] = headOf(day);
      const labels = most > 1 && most <= LABELS;
      return el('div', {
        role: 'columnheader', class: day === today ? 'day today' : 'day', 'data-day': day, 'aria-label': longDay(day),
      }, el('b', {}, `${weekday} ${number}`),
      labels && el('div', { class: 'mins', 'aria-hidden': 'true' },
        fullest.map(({ time }) => el('span', {}, time.slice(-2)))));
    }));
}

/**
 * @param {import('./week.js').Hour} hour
 * @param {string[]} days
 * @param {Boxes} boxes to which those of this hour are added
 */
function hourRow({ hour, days: columns }, days, boxes) {
  return el('div', { role: 'row' },
    el('span', { role: 'rowheader', class: 'hour' }, timeOf(hour * 60)),
    columns.map((cells, day) => {
      const box = el('div', { role: 'presentation', class: 'slots', 'data-day': days[day] },
        cells.map(({ slot, time }) => {
          const cell = el('button', { type: 'button', class: 'slot', role: 'gridcell', tabindex: -1 });
          fill(cell, slot, days[day], time);
          return cell;
        }));
      boxes.set(`${days[day]} ${hour}`, box);
      return box;
    }));
}

/** The start of the slot whose cell an event is in.
 *
 * @param {EventTarget | null} target
 */
function startOf(target) {
  const cell = target instanceof Element ? target.closest('[data-start]') : null;
  return cell?.getAttribute('data-start') ?? null;
}
