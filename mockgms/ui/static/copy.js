// Copying: text into the clipboard.

import { button } from './elements.js';
import { attempt, say } from './notice.js';

/** @import { Properties } from './elements.js' */

/** Copy a text, and say so.
 *
 * @param {string} text
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text); // a page on plain http, but not of this machine, has no clipboard
  }
  say('Copied.');
}

/** A button that copies what `text` returns when it is clicked.
 *
 * @param {string} label
 * @param {() => string | Promise<string>} text
 * @param {Properties} [properties]
 */
export function copyButton(label, text, properties = {}) {
  return button(label, () => attempt(async () => copy(await text())), properties);
}

/** @param {string} text */
function copyBySelection(text) {
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
