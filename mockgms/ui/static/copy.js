// Copying: text into the clipboard. The button itself says so, and keeps its width.

import { attempt } from './actionbar.js';
import { button, byId } from './elements.js';
import { icon } from './icons.js';

/** @import { Properties } from './elements.js' */

const SHOWN = 1_400; // milliseconds

/** A button that copies the text that `text` returns when it is clicked.
 *
 * @param {string} label
 * @param {() => string | Promise<string>} text
 * @param {Properties} [properties]
 */
export function copyButton(label, text, properties = {}) {
  const control = button([icon('copy'), label], () => copyBy(control, text), { class: 'btn sm', ...properties });
  return control;
}

/** Make an existing button copy the text of an element, or the text that `text` returns.
 *
 * @param {HTMLElement} control
 * @param {() => string | Promise<string>} text
 */
export async function copyBy(control, text) {
  const copied = await attempt(async () => {
    await copy(await text());
    return true;
  });
  if (!copied || control.dataset.copied !== undefined) return;
  const before = [...control.childNodes];
  const isIcon = control.classList.contains('icon');
  control.style.minWidth = `${control.offsetWidth}px`;
  control.dataset.copied = '';
  control.replaceChildren(icon('check'), ...(isIcon ? [] : ['Copied']));
  setTimeout(() => {
    control.replaceChildren(...before);
    control.style.minWidth = '';
    delete control.dataset.copied;
  }, SHOWN);
}

/** Make each button with `data-copy` copy the text of the element that it names. */
export function startCopying() {
  document.addEventListener('click', ({ target }) => {
    const control = target instanceof Element ? target.closest('[data-copy]') : null;
    if (control instanceof HTMLElement) copyBy(control, () => byId(control.dataset.copy ?? '').textContent);
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
