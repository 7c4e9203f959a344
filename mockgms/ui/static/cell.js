// A cell: one slot in the grid, by its looks and in words.

import { el } from './elements.js';
import { longDay } from './zone.js';

/** @type {{ [state: string]: string }} */
export const WORDS = {
  free: 'free',
  taken: 'partly taken',
  full: 'full',
  closed: 'closed',
  past: 'over',
  beyond_horizon: 'too far ahead',
};

/** Show a slot in a cell. Only what has changed is touched, since a week has hundreds of cells.
 *
 * @param {HTMLElement} cell
 * @param {Admin.Slot} slot
 * @param {{ day: string, time: string, selected: string | null }} place
 */
export function fill(cell, slot, { day, time, selected }) {
  const label = `${longDay(day)}, ${time}: ${inWords(slot)}`;
  const isSelected = String(slot.start === selected);
  if (cell.getAttribute('aria-selected') !== isSelected) cell.setAttribute('aria-selected', isSelected);
  if (cell.getAttribute('aria-label') === label) return;
  const isNews = cell.dataset.start === slot.start && cell.hasAttribute('aria-label');
  cell.dataset.start = slot.start;
  cell.className = `slot ${slot.state}${isNews ? ' news' : ''}`;
  cell.setAttribute('aria-label', label);
  cell.title = label;
  cell.replaceChildren(...shown(slot));
}

/** @param {Admin.Slot} slot */
function inWords(slot) {
  const seats = isCounted(slot) ? `, ${slot.free} of ${slot.capacity} free` : '';
  return `${WORDS[slot.state]}${seats}${slot.reason ? ` (${slot.reason})` : ''}`;
}

/** @param {Admin.Slot} slot */
function shown(slot) {
  if (slot.reason === 'closed by hand') return ['✕'];
  return isCounted(slot) ? [el('b', {}, slot.free), el('span', { class: 'of' }, `/${slot.capacity}`)] : [];
}

/** Whether the cell shows its seats: where they can be booked, or where some are.
 *
 * @param {Admin.Slot} slot
 */
function isCounted({ state, booked }) {
  return booked > 0 || ['free', 'taken', 'full'].includes(state);
}
