// Notices: what the page has to say to everybody, those who listen to it included.

import { byId } from './elements.js';

const SHOWN = 8_000; // milliseconds

/** @type {number | undefined} */
let hiding;

/**
 * @param {string} text
 * @param {string} kind
 */
function show(text, kind) {
  const notice = byId('notice');
  notice.textContent = text;
  notice.className = `notice ${kind}`;
  notice.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { notice.hidden = true; }, SHOWN);
}

/** Say that something is done.
 *
 * @param {string} text
 */
export function say(text) {
  show(text, 'done');
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
    show(error instanceof Error ? error.message : String(error), 'refused');
    return undefined;
  }
}
