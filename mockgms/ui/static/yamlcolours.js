// The colours of YAML, line by line. It splits text without parsing it, so incomplete text is coloured too.

/** @typedef {'k' | 's' | 'num' | 'c' | 'var' | ''} Kind key, string, number or constant, comment, variable, other */
/** @typedef {{ kind: Kind, text: string }} Part */
/**
 * @typedef {object} State what is still open at the end of a line
 * @property {number} block a block text's lines are indented by more than this; -1 outside of one
 * @property {string} quote the quotation mark that is open, or ''
 * @property {number} depth brackets that are open
 */

/** @type {State} */
export const START = { block: -1, quote: '', depth: 0 };

const LONGEST = 4_000; // characters of a line that get colours
const VARIABLE = /\$\{[A-Za-z_][^{}]*\}/g;
const CONSTANT = /^(?:[-+]?\.?\d[\w.:%/+-]*|true|false|null|yes|no|on|off|~)$/i;
const QUOTED = { '"': /(?:[^"\\]|\\.)*/y, "'": /(?:[^']|'')*/y };
const DASH = /[-?](?=\s|$)/y;
const SPACE = /\s+/y;
const HEADER = /[|>][-+\d]{0,2}(?=[ \t]*(?:[ \t]#.*)?$)/y;
const NODE = /[&*!][^\s,[\]{}]*/y; // anchors, aliases and tags
const IN_BLOCK = /(?:[^\s:#]|:(?!\s|$)|(?<!\s)#|[ \t]+(?![\s#]))+/y;
const IN_FLOW = /(?:\$\{[A-Za-z_][^{}]*\}|[^\s:#,[\]{}]|:(?![\s,[\]{}]|$)|(?<!\s)#|[ \t]+(?![\s#,[\]{}]))+/y;
const COLON = /[ \t]*:(?=[\s,[\]{}]|$)/y;
const JSON_COLON = /[ \t]*:/y;

/** Split a line into parts of one colour.
 *
 * @param {string} line without its end
 * @param {State} state after the line before
 * @returns {{ parts: Part[], state: State }} the parts make up the line
 */
export function colours(line, state) {
  const indent = line.search(/\S/);
  if (state.block >= 0 && (indent < 0 || indent > state.block)) return { parts: withVariables('s', line), state };
  if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) return { parts: [{ kind: '', text: line }], state: START };
  return new Line(line.slice(0, LONGEST), state).read(line.slice(LONGEST));
}

/** Split text into its variables and what is between them.
 *
 * @param {Kind} kind
 * @param {string} text
 * @returns {Part[]}
 */
function withVariables(kind, text) {
  if (!text.includes('${')) return text ? [{ kind, text }] : [];
  /** @type {Part[]} */
  const parts = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(VARIABLE)) {
    parts.push({ kind, text: text.slice(at, index) }, { kind: 'var', text: found });
    at = index + found.length;
  }
  return [...parts, { kind, text: text.slice(at) }].filter((part) => part.text !== '');
}

class Line {
  /** @param {string} line @param {State} state */
  constructor(line, state) {
    this._line = line;
    this._at = 0;
    this._state = { ...state, block: -1 };
    this._column = Math.max(0, line.search(/\S/)); // of the innermost key or dash
    /** @type {Part[]} */
    this._parts = [];
  }

  /** @param {string} rest the end of a long line, without colours */
  read(rest) {
    if (this._state.quote) this._string(this._state.quote);
    while (this._at < this._line.length) this._next();
    if (rest) this._parts.push({ kind: '', text: rest });
    return { parts: this._parts, state: this._state };
  }

  /** @param {Kind} kind @param {number} length */
  _take(kind, length) {
    this._parts.push(...withVariables(kind, this._line.slice(this._at, this._at + length)));
    this._at += length;
  }

  /** The length of the match of a pattern here. @param {RegExp} pattern */
  _length(pattern) {
    pattern.lastIndex = this._at;
    return pattern.exec(this._line)?.[0].length ?? 0;
  }

  _next() {
    const sign = this._line[this._at];
    const space = this._length(SPACE);
    if (space > 0) this._take('', space);
    else if (sign === '#' && this._isFirst()) this._take('c', this._line.length);
    else if (sign === '"' || sign === "'") this._string('');
    else if (this._length(DASH) > 0) this._dash();
    else if ('[]{}'.includes(sign)) this._bracket(sign);
    else this._node();
  }

  _isFirst() {
    return this._at === 0 || /\s/.test(this._line[this._at - 1]);
  }

  _node() {
    const header = this._state.depth === 0 ? this._length(HEADER) : 0;
    if (header > 0) this._header(header);
    else if (this._length(NODE) > 0) this._take('', this._length(NODE));
    else this._plain();
  }

  _dash() {
    if (this._state.depth === 0) this._column = this._at;
    this._take('', 1);
  }

  /** @param {string} sign */
  _bracket(sign) {
    const change = '[{'.includes(sign) ? 1 : -1;
    this._state.depth = Math.max(0, this._state.depth + change);
    this._take('', 1);
  }

  /** @param {number} length */
  _header(length) {
    this._state.block = this._column;
    this._take('', length);
  }

  /** @param {string} open the mark that an earlier line has opened */
  _string(open) {
    const mark = /** @type {'"' | "'"} */ (open || this._line[this._at]);
    const pattern = QUOTED[mark];
    pattern.lastIndex = this._at + (open ? 0 : 1);
    pattern.exec(this._line);
    const end = pattern.lastIndex;
    const isClosed = this._line[end] === mark;
    this._state.quote = isClosed ? '' : mark;
    this._scalar('s', (isClosed ? end + 1 : this._line.length) - this._at);
  }

  _plain() {
    const length = this._length(this._state.depth > 0 ? IN_FLOW : IN_BLOCK);
    if (length === 0) this._take('', 1);
    else this._scalar(CONSTANT.test(this._line.slice(this._at, this._at + length)) ? 'num' : '', length);
  }

  /** A key or a value. @param {Kind} kind that of a value @param {number} length */
  _scalar(kind, length) {
    const start = this._at;
    this._at += length;
    const colon = this._length(kind === 's' && this._state.depth > 0 ? JSON_COLON : COLON);
    this._at = start;
    if (colon > 0 && this._state.depth === 0) this._column = start;
    this._take(colon > 0 ? 'k' : kind, length);
    if (colon > 0) this._take('', colon);
  }
}
