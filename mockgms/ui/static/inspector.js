// The side panel: one place for the details of a request, a slot or a fault. Escape goes back to where it was opened.

import { button, byId, el, present } from './elements.js';
import { icon } from './icons.js';

/** @import { Child } from './elements.js' */

/** @type {(() => void) | null} the function to call when the shown details are left; null when none are shown */
let leaving = null;

/** Whether details are shown. */
export function isInspecting() {
  return leaving !== null;
}

/** Show details in the side panel.
 *
 * @param {string} title
 * @param {Child[]} content
 * @param {() => void} leave called when the panel is closed or shows something else; it gives the focus back
 * @param {{ focus?: boolean }} [options] with `focus` the panel gets the focus
 */
export function inspect(title, content, leave, { focus = false } = {}) {
  const before = leaving;
  leaving = null;
  if (before && before !== leave) before();
  leaving = leave;
  byId('inspector-title').textContent = title;
  byId('inspector-body').replaceChildren(...present(content));
  byId('rail').dataset.open = '';
  if (focus) byId('inspector').focus();
}

/** Replace the content, unless the panel shows something else by now.
 *
 * @param {() => void} leave as it was given to `inspect`
 * @param {Child[]} content
 */
export function updateInspector(leave, content) {
  if (leaving !== leave) return;
  const body = byId('inspector-body');
  const focused = document.activeElement instanceof HTMLElement && body.contains(document.activeElement)
    ? document.activeElement.dataset.key : undefined;
  const { scrollTop } = body;
  body.replaceChildren(...present(content));
  body.scrollTop = scrollTop;
  /** @type {HTMLElement | null} */
  const same = focused === undefined ? null : body.querySelector(`[data-key="${CSS.escape(focused)}"]`);
  same?.focus();
}

/** Close the side panel. */
export function leaveInspector() {
  const leave = leaving;
  if (!leave) return;
  leaving = null;
  delete byId('rail').dataset.open;
  leave();
}

/** Put the side panel into the rail of the page. */
export function startInspector() {
  const close = button(icon('x'), leaveInspector, { class: 'btn sm quiet icon', 'aria-label': 'Close details' });
  const body = { class: 'inspector-body', id: 'inspector-body', tabindex: 0, role: 'region', 'aria-label': 'Content' };
  byId('rail').append(el('section', { class: 'inspector', id: 'inspector', 'aria-label': 'Details', tabindex: -1 },
    el('div', { class: 'panel-head' }, el('h2', { class: 'grow cut', id: 'inspector-title' }), close),
    el('div', body)));
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') leaveInspector(); });
}
