// Copying: text into the clipboard.

import { button } from './elements.js';
import { attempt, say } from './notice.js';

/** Copy a text, and say so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text); // a page on plain http, but not of this machine, has no clipboard
  }
  say('Copied.');
}

/** A button that copies what `text` gives when it is clicked. */
export function copyButton(label, text, properties = {}) {
  return button(label, () => attempt(async () => copy(await text())), properties);
}

function copyBySelection(text) {
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
