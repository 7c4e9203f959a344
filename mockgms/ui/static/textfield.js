// The field of the editor: a text with line numbers, colours, marks at mistakes, completion and indentation.

import { CompletionList } from './completionlist.js';
import { byId, present } from './elements.js';
import { History } from './history.js';
import { breakLine, indent, outdent } from './indenting.js';
import { LINE, TextLines, WORD } from './textlines.js';

/** @import { Child } from './elements.js' */
/** @import { Edit } from './history.js' */

/** @typedef {{ line: number, column: number, message: string, isWarning: boolean }} Problem lines and columns from 1 */

const TOP = 8; // pixels above the first line and left of each

export class TextField {
  /**
   * @param {object} parts
   * @param {() => void} parts.changed called when the text changes
   * @param {(problem: Problem) => Child[]} parts.shown a problem, as it is shown at its line
   */
  constructor({ changed, shown }) {
    this._field = /** @type {HTMLTextAreaElement} */ (byId('text'));
    this._here = byId('here');
    this._lines = new TextLines();
    this._changed = changed;
    this._shown = shown;
    /** The line under the pointer, from 1. @type {number | null} */
    this._pointed = null;
    /** The line whose problems were hidden by Escape or typing. @type {number | null} */
    this._dismissed = null;
    this._isLeaving = false;
    this._history = new History('');
    this._completions = new CompletionList(this._field, {
      take: (from, text) => this._insert(from, this._field.selectionStart, text),
      place: (list) => this._placeAtCaret(list),
    });
    this._listen();
  }

  get text() {
    return this._field.value;
  }

  _listen() {
    this._field.addEventListener('input', (event) => this._typed(/** @type {InputEvent} */ (event)));
    this._field.addEventListener('beforeinput', (event) => {
      if (/^history/.test(event.inputType)) event.preventDefault();
      if (event.inputType === 'historyUndo') this._revert(this._history.undo());
      if (event.inputType === 'historyRedo') this._revert(this._history.redo());
    });
    this._field.addEventListener('scroll', () => this.draw());
    const button = byId('complete'); // where there is no Ctrl Space
    button.addEventListener('pointerdown', (event) => event.preventDefault()); // the focus stays in the field
    button.addEventListener('click', () => {
      this._field.focus();
      this._completions.open(true);
    });
    this._field.addEventListener('keydown', (event) => this._press(event));
    this._field.addEventListener('blur', () => { this._isLeaving = false; });
    this._field.addEventListener('pointermove', ({ offsetY }) => {
      this._point(Math.floor((offsetY + this._field.scrollTop - TOP) / LINE) + 1);
    });
    this._field.addEventListener('pointerleave', ({ relatedTarget }) => {
      if (!this._here.contains(/** @type {Node | null} */ (relatedTarget))) this._point(null);
    });
    this._here.addEventListener('pointerleave', () => this._point(null));
    document.addEventListener('selectionchange', () => this._showHere());
    new ResizeObserver(() => this.draw()).observe(this._field);
  }

  /** @param {InputEvent} event */
  _typed({ inputType }) {
    this._lines.added.clear();
    this._hideHere();
    this._history.record(this.text, inputType === 'insertText');
    this._read();
    if (this._completions.isOpen) this._completions.open(false);
  }

  _read() {
    this._lines.read(this.text);
    this._changed();
    this.draw();
  }

  /** Show another text. Undo restores the previous one.
   *
   * @param {string} text
   * @param {number[]} [added] lines that are new, from 0
   */
  set(text, added = []) {
    const isFirst = this.text === '';
    this._field.value = text;
    if (isFirst) this._history = new History(this.text);
    else this._history.record(this.text, false);
    this._lines.problems = [];
    this._lines.added = new Set(added);
    this._field.scrollTop = Math.max(0, (added[0] ?? 0) - 3) * LINE;
    this._read();
  }

  /** @param {Problem[]} problems */
  mark(problems) {
    this._lines.problems = problems;
    this._dismissed = null;
    this.draw();
  }

  /** Go to a place, from 1.
   *
   * @param {number} line
   * @param {number} column
   */
  go(line, column) {
    const [from, to] = this._word(line, column);
    this._field.focus();
    this._field.setSelectionRange(from, to);
    this._field.scrollTop = Math.max(0, (line - 6) * LINE);
    this._dismissed = null;
    this._showHere();
  }

  /** Replace the word at a place, and return a function that restores the text.
   *
   * @param {number} line
   * @param {number} column
   * @param {string} word
   */
  replace(line, column, word) {
    const was = this.text;
    this._insert(...this._word(line, column), word);
    return () => this.set(was);
  }

  /** Where the word at a place begins and ends.
   *
   * @param {number} line
   * @param {number} column
   * @returns {[number, number]}
   */
  _word(line, column) {
    const from = this._lines.lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    return [from, from + (WORD.exec(this.text.slice(from))?.[0].length ?? 0)];
  }

  draw() {
    this._lines.draw(this._field);
    this._showHere();
  }

  // Keys.

  /** @param {KeyboardEvent} event */
  _press(event) {
    const isLeaving = this._isLeaving;
    if (event.key !== 'Shift') this._isLeaving = false;
    if (this._completions.isOpen && this._completions.press(event.key)) event.stopPropagation();
    else if (event.ctrlKey || event.metaKey) {
      if (!this._commands(event)) return;
    } else if (event.key === 'Escape') this._leave();
    else if (event.isComposing || (event.key === 'Tab' && isLeaving) || !this._indents(event)) return;
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event with Ctrl or the command key */
  _commands({ key, shiftKey }) {
    const name = key.toLowerCase();
    if (name === ' ') this._completions.open(true);
    else if (name === 'y' || (name === 'z' && shiftKey)) this._revert(this._history.redo());
    else if (name === 'z') this._revert(this._history.undo());
    else return false;
    return true;
  }

  /** @param {KeyboardEvent} event */
  _indents({ key, shiftKey }) {
    if (key === 'Tab') this._edit(shiftKey ? outdent : indent);
    else if (key === 'Enter') this._edit(breakLine);
    else return false;
    return true;
  }

  /** Hide what covers the text, and let the next Tab leave the field. */
  _leave() {
    this._isLeaving = true;
    this._hideHere();
    this._showHere();
  }

  _hideHere() {
    this._dismissed = this._line();
    this._pointed = null;
  }

  /** @param {(text: string, start: number, end: number) => Edit} change */
  _edit(change) {
    const { selectionStart, selectionEnd } = this._field;
    this._apply(change(this.text, selectionStart, selectionEnd));
  }

  /** @param {number} from @param {number} to @param {string} text */
  _insert(from, to, text) {
    this._apply({ from, to, text, start: from + text.length, end: from + text.length });
  }

  /** @param {Edit} edit */
  _apply(edit) {
    this._write(edit);
    this._history.record(this.text, false);
    this._read();
  }

  /** Undo or redo. @param {Edit | null} edit */
  _revert(edit) {
    if (!edit) return;
    this._completions.close();
    this._write(edit);
    this._read();
  }

  /** @param {Edit} edit */
  _write({ from, to, text, start, end }) {
    this._lines.added.clear();
    this._dismissed = null;
    this._field.setRangeText(text, from, to);
    this._field.setSelectionRange(start, end);
    this._reveal();
  }

  /** Scroll to the caret. The browser does so only after typing. */
  _reveal() {
    const { scrollTop, clientHeight } = this._field;
    const bottom = this._line() * LINE + TOP;
    if (bottom > scrollTop + clientHeight) this._field.scrollTop = bottom + TOP - clientHeight;
    else if (bottom - LINE < scrollTop) this._field.scrollTop = bottom - LINE - TOP;
    const left = this._column() * this._character();
    const width = this._field.clientWidth - 4 * TOP;
    if (left <= width) this._field.scrollLeft = 0;
    else if (left < this._field.scrollLeft || left > this._field.scrollLeft + width) {
      this._field.scrollLeft = left - width;
    }
  }

  // Boxes over the text: problems and completions.

  /** The line of the caret, from 1. */
  _line() {
    return this.text.slice(0, this._field.selectionStart).split('\n').length;
  }

  /** The column of the caret, from 0. */
  _column() {
    const { selectionStart } = this._field;
    return selectionStart - this.text.lastIndexOf('\n', selectionStart - 1) - 1;
  }

  /** The width of a character in pixels. */
  _character() {
    return byId('digits').getBoundingClientRect().width / 10;
  }

  /** @param {number | null} line */
  _point(line) {
    if (line === this._pointed) return;
    this._pointed = line;
    this._dismissed = null;
    this._showHere();
  }

  /** Show the problems of the line under the pointer, else those of the caret's line, below it. */
  _showHere() {
    const line = [this._pointed, document.activeElement === this._field ? this._line() : null]
      .find((each) => each !== null && each !== this._dismissed && this._lines.at(each).length > 0);
    const key = line ? JSON.stringify([line, this._lines.at(line)]) : '';
    this._here.hidden = !line || this._completions.isOpen;
    if (!line) return;
    if (this._here.dataset.key !== key) {
      this._here.dataset.key = key;
      this._here.replaceChildren(...present(this._lines.at(line).flatMap((each) => this._shown(each))));
    }
    this._placeAt(this._here, line);
  }

  /** Put the list below the caret, or above it.
   *
   * @param {HTMLElement} list
   */
  _placeAtCaret(list) {
    this._here.hidden = true;
    const line = this._line();
    this._placeAt(list, line);
    const { scrollLeft, offsetLeft, offsetWidth } = this._field;
    const left = offsetLeft + TOP + this._column() * this._character() - scrollLeft;
    list.style.left = `${Math.max(0, Math.min(left, offsetLeft + offsetWidth - list.offsetWidth))}px`;
  }

  /** Put an element below a line, or above it when there is no room.
   *
   * @param {HTMLElement} element
   * @param {number} line from 1
   */
  _placeAt(element, line) {
    const { scrollTop, clientHeight } = this._field;
    const top = line * LINE + TOP - scrollTop;
    const fits = top + element.offsetHeight < clientHeight;
    element.style.top = `${fits ? top : Math.max(0, top - LINE - element.offsetHeight)}px`;
    if (top < 0 || top > clientHeight + LINE) element.hidden = true;
  }
}
