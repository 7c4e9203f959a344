// What Tab, Shift Tab and Enter do to the indentation of YAML.

import { indentOf } from './yamltext.js';

const STEP = 2; // spaces

/** @import { Edit } from './history.js' */

/** Indent the selected lines, or move the caret to the next stop.
 *
 * @param {string} text
 * @param {number} start of the selection
 * @param {number} end
 * @returns {Edit}
 */
export function indent(text, start, end) {
  if (text.slice(start, end).includes('\n')) return shift(text, start, end, (line) => (line ? '  ' : '') + line);
  const column = start - lineStart(text, start);
  const spaces = ' '.repeat(STEP - (column % STEP));
  return { from: start, to: end, text: spaces, start: start + spaces.length, end: start + spaces.length };
}

/** Remove one step of indentation from the selected lines, or from the line of the caret.
 *
 * @param {string} text
 * @param {number} start of the selection
 * @param {number} end
 * @returns {Edit}
 */
export function outdent(text, start, end) {
  return shift(text, start, end, (line) => line.replace(/^ {1,2}/, ''));
}

/** Begin a new line with the right indentation.
 *
 * After a key without a value, a bracket or the head of a block text, it is one step deeper. In an item of a list, it
 * is that of the item's keys. After an empty item, the list ends.
 *
 * @param {string} text
 * @param {number} start of the selection
 * @param {number} end
 * @returns {Edit}
 */
export function breakLine(text, start, end) {
  const from = lineStart(text, start);
  const line = text.slice(from, start);
  if (/^ +- *$/.test(line) && /^ *(?:\n|$)/.test(text.slice(end))) {
    const fewer = ' '.repeat(Math.max(0, (indentOf(line) ?? 0) - STEP));
    return { from, to: end, text: fewer, start: from + fewer.length, end: from + fewer.length };
  }
  const added = `\n${' '.repeat(indentAfter(line))}`;
  return { from: start, to: end, text: added, start: start + added.length, end: start + added.length };
}

/** @param {string} line up to the caret */
function indentAfter(line) {
  const [dashes] = /^ *(?:- +)*/.exec(line) ?? [''];
  const content = line.slice(dashes.length).replace(/(?:^|\s)#.*$/s, '').trimEnd();
  if (/:$|[[{]$|(?:^|[:\s])[|>][-+\d]*$/.test(content)) return dashes.length + STEP;
  return /^(?:"[^"]*"|'[^']*'|[^\s"'[{][^:]*):\s/.test(content) ? dashes.length : indentOf(line) ?? dashes.length;
}

/** @param {string} text @param {number} at */
function lineStart(text, at) {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Change the beginning of lines, and keep the selection on them.
 *
 * @param {string} text
 * @param {number} start of the selection
 * @param {number} end
 * @param {(line: string) => string} change
 * @returns {Edit}
 */
function shift(text, start, end, change) {
  const from = lineStart(text, start);
  const last = end > start && text[end - 1] === '\n' ? end - 1 : end; // a line without a selected character stays
  const until = text.indexOf('\n', last);
  const to = until < 0 ? text.length : until;
  const lines = text.slice(from, to).split('\n');
  const changed = lines.map(change);
  const after = changed.join('\n');
  const first = changed[0].length - lines[0].length;
  return {
    from, to, text: after, start: Math.max(from, start + first), end: Math.max(from, end + after.length - (to - from)),
  };
}
