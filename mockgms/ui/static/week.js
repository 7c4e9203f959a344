// A week of slots: days across, hours down, and in each hour its slots, as the wall clock of a zone shows them.

import { daysAfter, timeOf } from './zone.js';

/** @import { Zone } from './zone.js' */
/** @typedef {{ slot: Admin.Slot, time: string }} Cell */
/** @typedef {{ hour: number, days: Cell[][] }} Hour */
/** @typedef {{ days: string[], hours: Hour[], counts: { [state: string]: number } }} Week */

const HOUR = 3_600_000; // milliseconds
const DAYS = 7;
const AHEAD = 14; // hours that a zone is ahead of UTC at the most
const USUAL = [8, 18]; // the hours that are shown where the office is closed all week

/** The query for the slots of a week. It covers the week in every time zone.
 *
 * @param {string} first the date that the week begins with
 */
export function weekQuery(first) {
  return { start: new Date(Date.parse(first) - AHEAD * HOUR).toISOString(), days: DAYS + 2, all: true };
}

/** The week that begins on a date. Hours in which the office is closed all week are left out at both ends.
 *
 * @param {string} first
 * @param {Admin.Slot[]} slots ascending
 * @param {Zone} zone
 * @returns {Week}
 */
export function weekOf(first, slots, zone) {
  const days = Array.from({ length: DAYS }, (_, after) => daysAfter(first, after));
  /** @type {{ [state: string]: number }} */
  const counts = {};
  const hours = Array.from({ length: 24 }, (_, hour) => (
    /** @type {Hour} */ ({ hour, days: days.map(() => []) })));
  let [from, to] = [24, 0];
  for (const slot of slots) {
    const { date, minute } = zone.shown(Date.parse(slot.start));
    const day = days.indexOf(date);
    if (day < 0) continue;
    const hour = Math.floor(minute / 60);
    hours[hour].days[day].push({ slot, time: timeOf(minute) });
    counts[slot.state] = (counts[slot.state] ?? 0) + 1;
    if (isShut(slot)) continue;
    from = Math.min(from, hour);
    to = Math.max(to, hour + 1);
  }
  if (from >= to) [from, to] = USUAL;
  return { days, hours: hours.slice(from, to), counts };
}

/** Whether a slot need not be shown: it is outside office hours, or is over and was never booked.
 *
 * @param {Admin.Slot} slot
 */
function isShut({ state, reason, booked }) {
  return booked === 0 && (state === 'past' || (state === 'closed' && reason !== 'closed by hand'));
}
