// Undo for large changes: the server keeps a copy of the session, journal included, as a session of its own.

import { say } from './actionbar.js';
import { api, Refused } from './api.js';
import { place } from './place.js';

const MAX_COPIES = 5; // copies that a page keeps; the server deletes those that nobody has used for an hour
const NAME = /^undo-[0-9a-f]{12}$/;

/** @type {string[]} */
const copies = [];

/** True for undo copies, which lists hide.
 *
 * @param {string} id
 */
export function isCopy(id) {
  return NAME.test(id);
}

/** Keep the state of a session, and return a function that restores it. Throws Refused when there is no room.
 *
 * @param {string} [session]
 * @returns {Promise<() => Promise<void>>}
 */
export async function keepState(session = place.session) {
  const bytes = [...crypto.getRandomValues(new Uint8Array(6))];
  const id = `undo-${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  await api.put(`sessions/${id}`, { from: session });
  copies.push(id);
  if (copies.length > MAX_COPIES) api.delete(`sessions/${copies.shift()}`).catch(() => {});
  return async () => {
    try {
      await api.put(`sessions/${encodeURIComponent(session)}`, { from: id });
    } catch (error) {
      if (error instanceof Refused && error.status === 400) {
        throw new Refused(400, 'The state from before is gone: the server keeps it for an hour at most.');
      }
      throw error;
    }
  };
}

/** Change this session, so that the change can be undone and then redone.
 *
 * @template Result
 * @param {() => Promise<Result>} act
 * @param {(result: Result) => string} messageOf returns what was done, for the user
 * @param {() => void} [restored] called after the state was restored
 */
export async function changeUndoably(act, messageOf, restored) {
  const bringBack = await keepState();
  const result = await act();
  offerUndo(messageOf(result), bringBack, restored);
  return result;
}

/** Say what was done, and offer to undo it. Each undone change can be redone, and then undone again.
 *
 * @param {string} text
 * @param {() => Promise<void>} bringBack
 * @param {() => void} [restored]
 */
function offerUndo(text, bringBack, restored) {
  say(text, async () => {
    const bringForward = await keepState();
    await bringBack();
    restored?.();
    say('Undone.', async () => {
      const bringBackAgain = await keepState();
      await bringForward();
      offerUndo('Done again.', bringBackAgain, restored);
    }, 'Redo');
  });
}
