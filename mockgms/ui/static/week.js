// A week of slots: days across, times of day down, as the wall clock of a zone shows them.

import { daysAfter, timeOf } from './zone.js';

const HOUR = 3_600_000; // milliseconds
const DAYS = 7;
const AHEAD = 14; // hours that a zone is ahead of UTC at the most
const SHORTEST_FOLD = 2; // rows

/** The slots to ask for: all that may lie in the week, in whatever zone. */
export function asked(first) {
  return { start: new Date(Date.parse(first) - AHEAD * HOUR).toISOString(), days: DAYS + 2, all: true };
}

/** The week that begins on a date.
 *
 * Each of the `rows` has the `time` that its slots start at and a slot or null for each day. One that stands for several
 * rows of closing time is a `fold`, which is the text that says from when to when. Where the clocks go back, an hour has
 * two rows.
 */
export function weekOf(first, slots, zone) {
  const days = Array.from({ length: DAYS }, (_, after) => daysAfter(first, after));
  const rows = new Map();
  const seen = new Set();
  for (const slot of slots) {
    const { date, minute } = zone.shown(Date.parse(slot.start));
    const day = days.indexOf(date);
    if (day < 0) continue;
    const key = minute * 2 + (seen.has(`${date} ${minute}`) ? 1 : 0);
    seen.add(`${date} ${minute}`);
    if (!rows.has(key)) rows.set(key, { time: timeOf(minute), cells: days.map(() => null) });
    rows.get(key).cells[day] = slot;
  }
  const sorted = [...rows].sort(([one], [other]) => one - other).map(([, row]) => row);
  return { days, rows: folded(sorted), counts: counted(sorted) };
}

/** How many slots are in each state. */
function counted(rows) {
  const counts = {};
  for (const { cells } of rows) {
    for (const slot of cells) if (slot) counts[slot.state] = (counts[slot.state] ?? 0) + 1;
  }
  return counts;
}

/** The rows, with those in which the office is closed on every day put together. */
function folded(rows) {
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

function isClosed({ cells }) {
  const isShut = (slot) => slot.state === 'closed' && slot.reason !== 'closed by hand';
  const isNothing = (slot) => slot === null || (slot.booked === 0 && (isShut(slot) || slot.state === 'past'));
  return cells.every(isNothing) && cells.some((slot) => slot !== null && isShut(slot));
}
