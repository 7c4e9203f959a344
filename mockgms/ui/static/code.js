// Blocks of code: requests, answers and JSON in colours, with a button that copies them.

import { copyButton } from './copy.js';
import { el } from './elements.js';

const LONGEST = 20_000; // characters that are coloured
const FIELD = /^([\w.[\]-]+)=(.*)$/;
const FORM = /^[\w.[\]-]+=.*(\n[\w.[\]-]+=.*)*$/;
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/g;

/** A block of code with a head.
 *
 * @param {string} name
 * @param {string} text
 * @param {import('./elements.js').Child} [about] beside the name
 */
export function codeBlock(name, text, about = null) {
  return el('div', { class: 'code' },
    el('div', { class: 'code-head' }, el('span', { class: 'grow' }, name), about,
      copyButton('Copy', () => text, { class: 'btn sm quiet', 'aria-label': `Copy: ${name}` })),
    el('pre', { tabindex: 0, role: 'region', 'aria-label': name }, coloured(text)));
}

/** A body with line breaks: JSON is indented, and each field of a form has a line.
 *
 * @param {string} body
 * @param {string} contentType
 */
export function readableBody(body, contentType) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    if (!contentType.startsWith('application/x-www-form-urlencoded')) return body;
    return [...new URLSearchParams(body)].map(([name, value]) => `${name}=${value}`).join('\n');
  }
}

/** A text whose JSON or fields of a form are coloured. Lines before a body stay as they are.
 *
 * @param {string} text
 */
export function coloured(text) {
  if (text.length > LONGEST) return [text];
  const [head, body] = splitBody(text);
  return [head, ...(FORM.test(body) ? colouredForm(body) : colouredJson(body))];
}

/** The lines before the body, and the body. A text that begins like JSON, or is a form, is a body alone.
 *
 * @param {string} text
 */
function splitBody(text) {
  if (/^\s*[[{"]/.test(text)) return ['', text];
  const end = text.indexOf('\n\n');
  if (end >= 0) return [text.slice(0, end + 2), text.slice(end + 2)];
  return FORM.test(text) ? ['', text] : [text, ''];
}

/** @param {string} text */
function colouredForm(text) {
  return text.split('\n').flatMap((line, index) => {
    const [, name, value] = /** @type {RegExpExecArray} */ (FIELD.exec(line));
    return [index > 0 ? '\n' : '', el('span', { class: 'k' }, name), '=', el('span', { class: 's' }, value)];
  });
}

/** @param {string} text */
function colouredJson(text) {
  /** @type {(string | HTMLElement)[]} */
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(TOKENS)) {
    const [whole, quoted, colon, plain] = found;
    parts.push(text.slice(at, found.index));
    if (plain !== undefined) parts.push(el('span', { class: 'num' }, plain));
    else parts.push(el('span', { class: colon ? 'k' : 's' }, quoted), colon ?? '');
    at = found.index + whole.length;
  }
  parts.push(text.slice(at));
  return parts;
}
