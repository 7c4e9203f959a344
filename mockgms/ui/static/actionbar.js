// The action bar at the foot of every page: it says what was done, and offers to undo it or to do it again.

import { byId } from './elements.js';

const FRESH = 4_000; // milliseconds in which a message stands out
const UNDOING = 'Undoing …';

/** @typedef {() => unknown} Undo a function that takes a change back; it may return a promise */

/** @type {Undo | null} */
let undo = null;
/** @type {number | undefined} */
let fading;

/** Say what was done, and offer to take it back until the next action.
 *
 * @param {string} text
 * @param {Undo | null} [back]
 * @param {string} [word] what the button says
 */
export function say(text, back = null, word = 'Undo') {
  show(text, '');
  undo = back;
  byId('undo').hidden = !back;
  byId('undo-text').textContent = word;
}

/** Say what went wrong. The last change can still be undone.
 *
 * @param {string} text
 * @param {string} [details] more of it, behind a button
 */
export function complain(text, details = '') {
  show(text, 'failed', details);
}

/** Do something that may be refused, and say so when it is.
 *
 * @template Result
 * @param {() => Result | Promise<Result>} act
 * @returns {Promise<Result | undefined>} undefined when it was refused
 */
export async function attempt(act) {
  try {
    return await act();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const end = message.indexOf('. ');
    if (message.length > SHORT && end > 0) complain(message.slice(0, end + 1), message);
    else complain(message, message.length > SHORT ? message : '');
    return undefined;
  }
}

const SHORT = 160; // characters that the bar has room for

/**
 * @param {string} text
 * @param {string} kind
 * @param {string} [details]
 */
function show(text, kind, details = '') {
  const bar = byId('action-bar');
  byId('message').textContent = text;
  byId('message').title = text;
  bar.dataset.kind = kind;
  bar.dataset.fresh = '';
  byId('details').hidden = !details;
  byId('details-text').textContent = details;
  clearTimeout(fading);
  fading = setTimeout(() => { delete bar.dataset.fresh; }, FRESH);
}

/** Do what the button offers: undo the last change, or do it again. */
async function takeBack() {
  const act = undo;
  if (!act) return;
  undo = null;
  const hadFocus = byId('undo') === document.activeElement;
  byId('undo').hidden = true;
  if (hadFocus) byId('action-bar').focus();
  say(UNDOING);
  await attempt(act);
  if (byId('message').textContent === UNDOING) say('Undone.');
}

/** The word on the button whose action these keys ask for; empty for other keys.
 *
 * @param {KeyboardEvent} event
 */
function wordOf({ ctrlKey, metaKey, shiftKey, key }) {
  if (!ctrlKey && !metaKey) return '';
  const letter = key.toLowerCase();
  if (letter === 'z') return shiftKey ? 'Redo' : 'Undo';
  return letter === 'y' && !shiftKey ? 'Redo' : '';
}

/** Undo by the button and by Ctrl Z, redo by Ctrl Y and Ctrl Shift Z, except in a field, where they are for typing. */
export function startActionBar() {
  byId('action-bar').tabIndex = -1;
  byId('undo').addEventListener('click', takeBack);
  document.addEventListener('keydown', (event) => {
    const word = wordOf(event);
    if (!word || isTyping(event.target)) return;
    const isOffered = undo !== null && byId('undo-text').textContent === word;
    if (isOffered || word === 'Undo') event.preventDefault(); // Ctrl Y is a key of browsers too
    if (isOffered) takeBack();
  });
}

/** Whether an element is a field, which uses the keys itself.
 *
 * @param {EventTarget | null} target
 */
export function isTyping(target) {
  const fields = 'input:not([type=checkbox]), textarea, select, [contenteditable]';
  return target instanceof Element && target.closest(fields) !== null;
}
