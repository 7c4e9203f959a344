// Code: JSON and what else is sent, in colours, with a button that copies it.

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

/** A body as it is best read: JSON with line breaks, the fields of a form one a line.
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

/** Colour JSON, and the fields of a form. Lines of a head stay as they are.
 *
 * @param {string} text
 */
export function coloured(text) {
  if (text.length > LONGEST) return [text];
  const [head, body] = parted(text);
  return [head, ...(FORM.test(body) ? formIn(body) : jsonIn(body))];
}

/** The lines of a request or answer before its body, and the body. A text without such lines is a body.
 *
 * @param {string} text
 */
function parted(text) {
  if (/^\s*[[{"]/.test(text)) return ['', text];
  const end = text.search(/\n\r?\n/);
  if (end >= 0) return [text.slice(0, end + 2), text.slice(end + 2)];
  return FORM.test(text) ? ['', text] : [text, ''];
}

/** @param {string} text */
function formIn(text) {
  return text.split('\n').flatMap((line, index) => {
    const [, name, value] = /** @type {RegExpExecArray} */ (FIELD.exec(line));
    return [index > 0 ? '\n' : '', el('span', { class: 'k' }, name), '=', el('span', { class: 's' }, value)];
  });
}

/** @param {string} text */
function jsonIn(text) {
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
