// A week of slots: days across, times of day down, as the wall clock of a zone shows them.

import { daysAfter, timeOf } from './zone.js';

/** @import { Zone } from './zone.js' */
/** @typedef {{ time: string, cells: (Admin.Slot | null)[] }} Row */
/** @typedef {{ fold: string }} Fold */
/** @typedef {{ days: string[], rows: (Row | Fold)[], counts: { [state: string]: number } }} Week */

const HOUR = 3_600_000; // milliseconds
const DAYS = 7;
const AHEAD = 14; // hours that a zone is ahead of UTC at the most
const SHORTEST_FOLD = 2; // rows

/** The slots to ask for: all that may lie in the week, in whatever zone.
 *
 * @param {string} first the date that the week begins with
 */
export function asked(first) {
  return { start: new Date(Date.parse(first) - AHEAD * HOUR).toISOString(), days: DAYS + 2, all: true };
}

/** The week that begins on a date.
 *
 * Each row has the `time` at which its slots start, and a slot or null for each day. A `fold` stands for several rows
 * in which the office is closed; it is the text with their times. When clocks go back, an hour has two rows.
 *
 * @param {string} first
 * @param {Admin.Slot[]} slots
 * @param {Zone} zone
 * @returns {Week}
 */
export function weekOf(first, slots, zone) {
  const days = Array.from({ length: DAYS }, (_, after) => daysAfter(first, after));
  /** @type {Map<number, Row>} */
  const rows = new Map();
  const seen = new Set();
  for (const slot of slots) {
    const { date, minute } = zone.shown(Date.parse(slot.start));
    const day = days.indexOf(date);
    if (day < 0) continue;
    const key = minute * 2 + (seen.has(`${date} ${minute}`) ? 1 : 0);
    seen.add(`${date} ${minute}`);
    const row = rows.get(key) ?? { time: timeOf(minute), cells: days.map(() => null) };
    row.cells[day] = slot;
    rows.set(key, row);
  }
  const sorted = [...rows].sort(([one], [other]) => one - other).map(([, row]) => row);
  return { days, rows: folded(sorted), counts: counted(sorted) };
}

/** How many slots are in each state.
 *
 * @param {Row[]} rows
 */
function counted(rows) {
  /** @type {{ [state: string]: number }} */
  const counts = {};
  for (const { cells } of rows) {
    for (const slot of cells) if (slot) counts[slot.state] = (counts[slot.state] ?? 0) + 1;
  }
  return counts;
}

/** The rows, with those in which the office is closed on every day put together.
 *
 * @param {Row[]} rows
 */
function folded(rows) {
  /** @type {(Row | Fold)[]} */
  const result = [];
  for (let index = 0; index < rows.length; index += 1) {
    let end = index;
    while (end < rows.length && isClosed(rows[end])) end += 1;
    if (end - index >= SHORTEST_FOLD) {
      result.push({ fold: `closed ${rows[index].time} to ${rows[end]?.time ?? '24:00'}` });
      index = end - 1;
    } else result.push(rows[index]);
  }
  return result;
}

/** @param {Row} row */
function isClosed({ cells }) {
  /** @param {Admin.Slot} slot */
  const isShut = (slot) => slot.state === 'closed' && slot.reason !== 'closed by hand';
  /** @param {Admin.Slot | null} slot */
  const isNothing = (slot) => slot === null || (slot.booked === 0 && (isShut(slot) || slot.state === 'past'));
  return cells.every(isNothing) && cells.some((slot) => slot !== null && isShut(slot));
}
