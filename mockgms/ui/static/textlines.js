// The lines behind the text field, with numbers, colours, and marks and messages at mistakes.

import { byId, el } from './elements.js';
import { START, colours } from './yamlcolours.js';

/** @import { Problem } from './textfield.js' */
/** @import { State } from './yamlcolours.js' */

export const LINE = 22; // pixels
export const WORD = /^(?:"[^"]*"|'[^']*'|[\w*$.+-]+)/;

/**
 * @typedef {object} View
 * @property {number} scrollTop
 * @property {number} scrollLeft
 * @property {number} clientHeight
 */

export class TextLines {
  constructor() {
    this._lines = [''];
    /** The states before the first lines, computed so far. @type {State[]} */
    this._states = [START];
    /** @type {Problem[]} */
    this.problems = [];
    /** The lines that are new, from 0. @type {Set<number>} */
    this.added = new Set();
    /** The elements of the drawn lines, by their content. @type {Map<string, HTMLElement>} */
    this._drawn = new Map();
  }

  /** The lines of the text. */
  get lines() {
    return this._lines;
  }

  /** @param {string} text */
  read(text) {
    const lines = text.split('\n');
    let same = 0;
    while (same < lines.length && lines[same] === this._lines[same]) same += 1;
    this._states.length = Math.min(this._states.length, same + 1);
    this._lines = lines;
  }

  /** The problems of a line. @param {number} line from 1 */
  at(line) {
    return this.problems.filter((each) => each.line === line);
  }

  /** Draw the lines that are in view.
   *
   * @param {View} view
   */
  draw({ scrollTop, scrollLeft, clientHeight }) {
    const first = Math.max(0, Math.floor(scrollTop / LINE) - 1);
    const end = Math.min(this._lines.length, first + Math.ceil(clientHeight / LINE) + 3);
    const marks = byId('marks');
    marks.style.transform = `translateY(${first * LINE - scrollTop}px)`;
    /** @type {Map<string, HTMLElement>} */
    const drawn = new Map();
    for (let at = first; at < end; at += 1) {
      const content = this._content(at, scrollLeft);
      const key = JSON.stringify(content);
      drawn.set(key, this._drawn.get(key) ?? this._mark(content));
    }
    marks.replaceChildren(...drawn.values());
    this._drawn = drawn;
  }

  /** Everything that a drawn line depends on. @param {number} at from 0 @param {number} left */
  _content(at, left) {
    return {
      at, left, text: this._lines[at], state: this._stateBefore(at), here: this.at(at + 1), isNew: this.added.has(at),
    };
  }

  /** @param {ReturnType<TextLines['_content']>} content */
  _mark({ at, left, text, state, here, isNew }) {
    let kind = isNew ? ' new' : '';
    if (here.length) kind = here.every(({ isWarning }) => isWarning) ? ' odd' : ' bad';
    const parts = colours(text, state).parts;
    const line = el('span', { class: 'line' }, here.map((each) => wave(text, each)),
      parts.map((each) => (each.kind ? el('span', { class: each.kind }, each.text) : each.text)));
    line.style.marginLeft = `${-left}px`;
    const messages = here.map(({ message }) => message).join(' · ');
    return el('div', { class: `mark${kind}`, 'data-line': at + 1 }, line,
      messages && el('span', { class: 'message-here' }, messages));
  }

  /** @param {number} at */
  _stateBefore(at) {
    while (this._states.length <= at) {
      const last = this._states.length - 1;
      this._states.push(colours(this._lines[last], this._states[last]).state);
    }
    return this._states[at];
  }
}

/** The underline of a mistake. @param {string} line @param {Problem} problem */
function wave(line, { column }) {
  const word = WORD.exec(line.slice(column - 1))?.[0] ?? ' ';
  return el('span', { class: 'wave' }, line.slice(0, column - 1), el('u', {}, word));
}
