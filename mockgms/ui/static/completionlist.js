// The list of completions at the caret, for the keyboard and the pointer.

import { complete } from './completion.js';
import { byId, el } from './elements.js';

/** @import { Completion } from './completion.js' */

export class CompletionList {
  /**
   * @param {HTMLTextAreaElement} field
   * @param {object} parts
   * @param {(from: number, text: string) => void} parts.take replaces the text between `from` and the caret
   * @param {(list: HTMLElement) => void} parts.place puts the list at the caret
   */
  constructor(field, { take, place }) {
    this._field = field;
    this._put = take;
    this._place = place;
    this._list = byId('completions');
    this._from = 0;
    this._at = 0;
    /** @type {Completion[]} */
    this._found = [];
    field.addEventListener('blur', () => this.close());
    this._list.addEventListener('mousedown', (event) => event.preventDefault()); // the focus stays in the field
  }

  get isOpen() {
    return !this._list.hidden;
  }

  /** Show the completions at the caret.
   *
   * @param {boolean} isAsked whether a single completion is inserted at once
   */
  async open(isAsked) {
    const caret = this._field.selectionStart;
    const { from, found } = await complete(this._field.value, caret);
    if (this._field.selectionStart !== caret) return;
    this._from = from;
    this._found = found;
    if (found.length === 0) this.close();
    else if (found.length === 1 && isAsked) this._take(0);
    else this._show(0);
  }

  /** Handle a key while the list is open. Returns false if the list does not use the key.
   *
   * @param {string} key
   */
  press(key) {
    const { length } = this._found;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[key];
    if (step) {
      const isOver = Math.abs(step) > 1;
      const to = this._at + step;
      this._show(isOver ? Math.max(0, Math.min(length - 1, to)) : (to + length) % length);
    } else if (key === 'Enter' || key === 'Tab') this._take(this._at);
    else if (key === 'Escape') this.close();
    else return false;
    return true;
  }

  close() {
    this._list.hidden = true;
    this._field.removeAttribute('aria-activedescendant');
  }

  /** @param {number} at the index of the chosen item */
  _show(at) {
    this._at = at;
    this._list.replaceChildren(...this._found.map(({ text, about }, index) => el('li', {
      id: `completion-${index}`, role: 'option', 'aria-selected': String(index === at),
      onpointerdown: (/** @type {Event} */ event) => {
        event.preventDefault();
        this._take(index);
      },
    }, el('code', {}, text), about && el('span', { class: 'hint' }, about))));
    this._list.hidden = false;
    this._place(this._list);
    this._field.setAttribute('aria-activedescendant', `completion-${at}`);
    this._field.setAttribute('aria-controls', 'completions');
    byId(`completion-${at}`).scrollIntoView({ block: 'nearest' });
  }

  /** @param {number} index */
  _take(index) {
    this.close();
    this._put(this._from, this._found[index].text);
  }
}
