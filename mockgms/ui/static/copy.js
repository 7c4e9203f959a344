// Copying: text into the clipboard. The button itself says so, and keeps its width.

import { attempt } from './actionbar.js';
import { button, byId } from './elements.js';
import { icon } from './icons.js';

/** @import { Properties } from './elements.js' */

const SAID = 1_400; // milliseconds

/** A button that copies the text that `text` returns when it is clicked.
 *
 * @param {string} label
 * @param {() => string | Promise<string>} text
 * @param {Properties} [properties]
 */
export function copyButton(label, text, properties = {}) {
  const made = button([icon('copy'), label], () => copyBy(made, text), { class: 'btn sm', ...properties });
  return made;
}

/** Make an existing button copy the text of an element, or the text that `text` returns.
 *
 * @param {HTMLElement} made
 * @param {() => string | Promise<string>} text
 */
export async function copyBy(made, text) {
  const copied = await attempt(async () => {
    await copy(await text());
    return true;
  });
  if (!copied || made.dataset.said !== undefined) return;
  const before = [...made.childNodes];
  const isIcon = made.classList.contains('icon');
  made.style.minWidth = `${made.offsetWidth}px`;
  made.dataset.said = '';
  made.replaceChildren(icon('check'), ...(isIcon ? [] : ['Copied']));
  setTimeout(() => {
    made.replaceChildren(...before);
    made.style.minWidth = '';
    delete made.dataset.said;
  }, SAID);
}

/** Make each button with `data-copy` copy the text of the element that it names. */
export function startCopying() {
  document.addEventListener('click', ({ target }) => {
    const made = target instanceof Element ? target.closest('[data-copy]') : null;
    if (made instanceof HTMLElement) copyBy(made, () => byId(made.dataset.copy ?? '').textContent);
  });
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text); // a page on plain http, but not of this machine, has no clipboard
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const field = document.createElement('textarea');
  const focused = document.activeElement;
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
}
