// Undo and redo for a text field: the browser's own history is lost when a script changes the text.

/**
 * @typedef {object} Edit
 * @property {number} from
 * @property {number} to the end of the replaced text
 * @property {string} text the replacement
 * @property {number} start of the selection afterwards
 * @property {number} end of the selection afterwards
 */
/** @typedef {{ at: number, removed: string, added: string, isTyped: boolean, time: number }} Change */

const MAX_CHANGES = 1_000; // changes that are kept
const PAUSE = 1_000; // milliseconds after which typing is another change

export class History {
  /** @param {string} text */
  constructor(text) {
    this._text = text;
    /** @type {Change[]} */
    this._done = [];
    /** @type {Change[]} */
    this._undone = [];
  }

  /** Record how a text differs from the last one.
   *
   * @param {string} text
   * @param {boolean} isTyped whether it can continue what was typed just before
   */
  record(text, isTyped) {
    const was = this._text;
    if (text === was) return;
    const shorter = Math.min(was.length, text.length);
    let at = 0;
    while (at < shorter && was[at] === text[at]) at += 1;
    let same = 0;
    while (same < shorter - at && was[was.length - 1 - same] === text[text.length - 1 - same]) same += 1;
    const [removed, added] = [was, text].map((each) => each.slice(at, each.length - same));
    const change = { at, removed, added, isTyped, time: Date.now() };
    const last = this._done.at(-1);
    if (last && joins(last, change)) {
      last.added += change.added;
      last.time = change.time;
    } else this._done.push(change);
    if (this._done.length > MAX_CHANGES) this._done.shift();
    this._undone = [];
    this._text = text;
  }

  /** The edit that undoes the last change, if there is one. @returns {Edit | null} */
  undo() {
    const change = this._done.pop();
    if (!change) return null;
    this._undone.push(change);
    return this._edit(change.at, change.added, change.removed);
  }

  /** The edit that redoes the last undone change, if there is one. @returns {Edit | null} */
  redo() {
    const change = this._undone.pop();
    if (!change) return null;
    this._done.push(change);
    return this._edit(change.at, change.removed, change.added);
  }

  /** @param {number} from @param {string} was @param {string} text */
  _edit(from, was, text) {
    this._text = this._text.slice(0, from) + text + this._text.slice(from + was.length);
    const end = from + text.length;
    return { from, to: from + was.length, text, start: end, end };
  }
}

/** Whether a change continues the last one. @param {Change} last @param {Change} next */
function joins(last, next) {
  return last.isTyped && next.isTyped && next.time - last.time < PAUSE && next.removed === ''
    && next.at === last.at + last.added.length && !/\s/.test(last.added.at(-1) ?? '');
}
