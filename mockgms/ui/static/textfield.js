// The field of the editor: a text with line numbers, marks at mistakes, and completion.

import { complete } from './completion.js';
import { byId, el } from './elements.js';

/** @typedef {{ line: number, column: number, message: string, isWarning: boolean }} Problem lines and columns from 1 */

const LINE = 22; // pixels
const WORD = /^(?:"[^"]*"|'[^']*'|[\w*$.+-]+)/;

export class TextField {
  /** @param {() => void} changed called when the text changes */
  constructor(changed) {
    this._field = /** @type {HTMLTextAreaElement} */ (byId('text'));
    this._changed = changed;
    /** @type {Problem[]} */
    this._problems = [];
    /** @type {Set<number>} */
    this._added = new Set();
    /** @type {{ from: number, found: { text: string, about: string }[], at: number } | null} */
    this._completing = null;
    this._field.addEventListener('input', () => {
      this._added.clear();
      this._close();
      changed();
      this.draw();
    });
    this._field.addEventListener('scroll', () => this.draw());
    this._field.addEventListener('keydown', (event) => this._press(event));
    this._field.addEventListener('blur', () => this._close());
    new ResizeObserver(() => this.draw()).observe(this._field);
  }

  get text() {
    return this._field.value;
  }

  /** Show another text.
   *
   * @param {string} text
   * @param {number[]} [added] lines that are new, from 0
   */
  set(text, added = []) {
    this._field.value = text;
    this._added = new Set(added);
    this._problems = [];
    if (added.length > 0) this._field.scrollTop = Math.max(0, added[0] - 3) * LINE;
    this._changed();
    this.draw();
  }

  /** @param {Problem[]} problems */
  mark(problems) {
    this._problems = problems;
    this.draw();
  }

  /** Go to a place, from 1.
   *
   * @param {number} line
   * @param {number} column
   */
  go(line, column) {
    const at = this._offset(line, column);
    const length = WORD.exec(this.text.slice(at))?.[0].length ?? 0;
    this._field.focus();
    this._field.setSelectionRange(at, at + length);
    this._field.scrollTop = Math.max(0, (line - 6) * LINE);
  }

  /** Replace the word at a place, and return what brings it back.
   *
   * @param {number} line
   * @param {number} column
   * @param {string} word
   */
  replace(line, column, word) {
    const was = this.text;
    const at = this._offset(line, column);
    const length = WORD.exec(was.slice(at))?.[0].length ?? 0;
    this._field.setRangeText(word, at, at + length, 'end');
    this._changed();
    this.draw();
    return () => this.set(was);
  }

  /** @param {number} line @param {number} column */
  _offset(line, column) {
    const lines = this.text.split('\n');
    return lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  }

  /** Draw the numbers and marks of the lines that are in view. */
  draw() {
    const { scrollTop, scrollLeft, clientHeight } = this._field;
    const lines = this.text.split('\n');
    const first = Math.max(0, Math.floor(scrollTop / LINE) - 1);
    const shown = lines.slice(first, first + Math.ceil(clientHeight / LINE) + 3);
    const marks = byId('marks');
    marks.style.transform = `translateY(${first * LINE - scrollTop}px)`;
    marks.replaceChildren(...shown.map((line, index) => this._mark(line, first + index, scrollLeft)));
  }

  /** @param {string} line @param {number} at @param {number} left */
  _mark(line, at, left) {
    const here = this._problems.find((each) => each.line === at + 1);
    let kind = this._added.has(at) ? ' new' : '';
    if (here) kind = here.isWarning ? ' odd' : ' bad';
    const content = el('span', {}, here ? [
      line.slice(0, here.column - 1), el('u', {}, WORD.exec(line.slice(here.column - 1))?.[0] ?? ' '),
    ] : '');
    if (here) content.style.marginLeft = `${-left}px`;
    return el('div', { class: `mark${kind}`, 'data-line': at + 1 }, content);
  }

  /** @param {KeyboardEvent} event */
  _press(event) {
    if (event.key === ' ' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this._complete();
      return;
    }
    const completing = this._completing;
    if (!completing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const { length } = completing.found;
    if (step) this._show({ ...completing, at: (completing.at + step + length) % length });
    else if (event.key === 'Enter' || event.key === 'Tab') this._take(completing.at);
    else if (event.key === 'Escape') this._close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async _complete() {
    const caret = this._field.selectionStart;
    const { from, found } = await complete(this.text, caret);
    if (this._field.selectionStart !== caret || found.length === 0) return;
    if (found.length === 1) {
      this._completing = { from, found, at: 0 };
      this._take(0);
    } else this._show({ from, found, at: 0 });
  }

  /** @param {{ from: number, found: { text: string, about: string }[], at: number }} completing */
  _show(completing) {
    this._completing = completing;
    const list = byId('completions');
    list.replaceChildren(...completing.found.map(({ text, about }, index) => el('li', {
      id: `completion-${index}`, role: 'option', 'aria-selected': String(index === completing.at),
      onpointerdown: (/** @type {Event} */ event) => {
        event.preventDefault();
        this._take(index);
      },
    }, el('code', {}, text), el('span', { class: 'hint' }, about))));
    list.hidden = false;
    this._place(list);
    this._field.setAttribute('aria-activedescendant', `completion-${completing.at}`);
    this._field.setAttribute('aria-controls', 'completions');
    byId(`completion-${completing.at}`).scrollIntoView({ block: 'nearest' });
  }

  /** Put the list below the caret, or above it when there is no room.
   *
   * @param {HTMLElement} list
   */
  _place(list) {
    const lines = this.text.slice(0, this._field.selectionStart).split('\n');
    const top = lines.length * LINE + 8 - this._field.scrollTop;
    const fits = top + list.offsetHeight < this._field.clientHeight;
    list.style.top = `${Math.max(0, fits ? top : top - LINE - list.offsetHeight)}px`;
    const left = this._field.offsetLeft + 8 + lines[lines.length - 1].length * 7.8 - this._field.scrollLeft;
    list.style.left = `${Math.max(0, Math.min(left, this._field.offsetWidth - list.offsetWidth))}px`;
  }

  /** @param {number} index */
  _take(index) {
    const completing = this._completing;
    if (!completing) return;
    this._close();
    this._field.setRangeText(completing.found[index].text, completing.from, this._field.selectionStart, 'end');
    this._changed();
    this.draw();
  }

  _close() {
    this._completing = null;
    byId('completions').hidden = true;
    this._field.removeAttribute('aria-activedescendant');
  }
}
