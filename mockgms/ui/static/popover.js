// Popovers: each is opened by its button and closed by Escape, by a press outside, or by what is chosen in it.

import { byId } from './elements.js';

/** @type {{ button: HTMLElement, pop: HTMLElement } | null} */
let open = null;

/** Make a button open the popover that its `aria-controls` names.
 *
 * @param {string} id of the button
 * @param {() => unknown} [opening] called before it opens
 */
export function popover(id, opening) {
  const button = byId(id);
  button.addEventListener('click', () => {
    if (open?.button === button) {
      closePopover();
      return;
    }
    closePopover(false);
    opening?.();
    openPopover(button);
  });
}

/** @param {HTMLElement} button */
function openPopover(button) {
  const pop = byId(button.getAttribute('aria-controls') ?? '');
  pop.hidden = false;
  button.setAttribute('aria-expanded', 'true');
  open = { button, pop };
  /** @type {HTMLElement | null} */
  const first = pop.querySelector('[data-focus], input, button, a, [tabindex="0"]');
  (first ?? pop).focus();
}

/** Close the popover that is open, if one is.
 *
 * @param {boolean} [back] whether its button gets the focus
 */
export function closePopover(back = true) {
  if (!open) return;
  const { button, pop } = open;
  open = null;
  const hadFocus = pop.contains(document.activeElement);
  pop.hidden = true;
  button.setAttribute('aria-expanded', 'false');
  if (back && (hadFocus || document.activeElement === document.body)) button.focus();
}

/** Listen for Escape and for presses outside. The listener for Escape comes before those of the page. */
export function startPopovers() {
  document.addEventListener('pointerdown', ({ target }) => {
    if (!open || !(target instanceof Node)) return;
    if (!open.pop.contains(target) && !open.button.contains(target)) closePopover(false);
  });
  document.addEventListener('focusin', ({ target }) => {
    if (!open || !(target instanceof Node)) return;
    if (!open.pop.contains(target) && !open.button.contains(target)) closePopover(false);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && open) {
      closePopover();
      event.stopImmediatePropagation();
    } else moveInMenu(event);
  });
}

/** In a menu, arrow keys only move: Enter chooses.
 *
 * @param {KeyboardEvent} event
 */
function moveInMenu(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const pop = open?.pop;
  if (!step || !pop || !(event.target instanceof HTMLElement) || !pop.contains(event.target)) return;
  /** @type {NodeListOf<HTMLElement>} */
  const found = pop.querySelectorAll('.menu button:not([hidden]), .menu a');
  const items = [...found];
  const at = items.indexOf(event.target);
  if (items.length === 0 || (at < 0 && step < 0)) return;
  items[at < 0 ? 0 : (at + step + items.length) % items.length].focus();
  event.preventDefault();
}
