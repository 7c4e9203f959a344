// A cell: one slot in the calendar, by its looks and in words.

import { longDay } from './zone.js';

/** @type {{ [state: string]: string }} */
export const WORDS = {
  free: 'free',
  taken: 'partly taken',
  full: 'full',
  closed: 'closed',
  past: 'over',
  beyond_horizon: 'beyond horizon',
};

/** Show a slot in a cell. Only what has changed is touched, since a week has hundreds of cells.
 *
 * @param {HTMLElement} cell
 * @param {Admin.Slot} slot
 * @param {string} day
 * @param {string} time
 */
export function fill(cell, slot, day, time) {
  const label = `${longDay(day)}, ${time}: ${inWords(slot)}`;
  if (cell.getAttribute('aria-label') === label) return;
  cell.dataset.state = lookOf(slot.state);
  cell.setAttribute('aria-label', label);
  cell.title = label;
  cell.style.setProperty('--fill', String(slot.capacity > 0 ? Math.min(1, slot.booked / slot.capacity) : 0));
  cell.textContent = isCounted(slot) ? String(slot.free) : '';
}

/** The look of a state, as the style sheet names it.
 *
 * @param {string} state
 */
export function lookOf(state) {
  return { taken: 'partly', past: 'over', beyond_horizon: 'beyond' }[state] ?? state;
}

/** @param {Admin.Slot} slot */
export function inWords(slot) {
  const seats = isCounted(slot) ? `, ${slot.free} of ${slot.capacity} free` : '';
  return `${WORDS[slot.state]}${seats}${slot.reason ? ` (${slot.reason})` : ''}`;
}

/** Whether the cell shows its seats: where they can be booked.
 *
 * @param {Admin.Slot} slot
 */
function isCounted({ state }) {
  return ['free', 'taken', 'full'].includes(state);
}
