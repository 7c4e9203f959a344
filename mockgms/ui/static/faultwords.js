// The faults of the start page: what a rule writes for one, and what the page says about it.

import { flow } from './record.js';

/** @import { Kind } from './exchange.js' */
/** @typedef {{ [name: string]: string }} Values as they are written in the fields */
/**
 * @typedef {object} Key
 * @property {string} name
 * @property {string} label
 * @property {string} start the first value of its field
 * @property {string} initial its default, or '' if it has none
 * @property {string[]} [choices]
 * @property {boolean} [isRare] shown behind a button
 * @property {boolean} [isText] whether its value is always a text, also `42` and `true`
 * @property {string} [entry] if its value is a map: the name in the map that the field sets
 * @property {string[]} [insteadOf] keys that are left out when this one is set
 * @property {Values} [words] what sentences say instead of a value
 */
/**
 * @typedef {object} Fault
 * @property {string} id
 * @property {Admin.FaultName} fault its name in a rule
 * @property {string} status what the client sees, in a word or a number
 * @property {Kind} kind
 * @property {string} label
 * @property {string} about
 * @property {string} says continues the sentence "Requests", with keys in braces and optional parts in brackets
 * @property {boolean} [hasButton] whether it has a button of its own
 * @property {Key[]} keys
 */

const OPTIONAL = /\[([^\][]*)\]/g;
const KEY = /\{(\w+)\}/g;

/** The fault as it is written in a rule. Empty fields and unchanged choices are left out.
 *
 * @param {Fault} fault
 * @param {Values} values
 */
export function writtenFault({ fault, keys }, values) {
  /** @type {{ fault: Admin.FaultName, [key: string]: unknown }} */
  const written = { fault };
  for (const key of keys) {
    const value = values[key.name]?.trim() ?? '';
    if (value === '' || (key.choices && value === key.initial)) continue;
    written[key.name] = valueIn(key, value);
  }
  for (const { name, insteadOf = [] } of keys) {
    if (written[name] !== undefined) for (const other of insteadOf) delete written[other];
  }
  return written;
}

/** The first values of the keys of a fault, without those that are defaults.
 *
 * @param {Fault} fault
 * @returns {Values}
 */
export function presetValues({ keys }) {
  const changed = keys.filter(({ start, initial }) => start !== initial);
  return Object.fromEntries(changed.map(({ name, start }) => [name, start]));
}

/** The fault as a request asks for it in a header: its name if it has no keys.
 *
 * @param {Fault} fault
 * @param {Values} values
 */
export function askedFault(fault, values) {
  const written = writtenFault(fault, values);
  return Object.keys(written).length > 1 ? flow(written) : fault.fault;
}

/** The value of a key as it is written in a rule: a number or a truth value if the text is one.
 *
 * @param {Pick<Key, 'entry' | 'isText'>} key
 * @param {string} text
 */
export function valueIn({ entry, isText }, text) {
  if (entry) return { [entry]: text };
  if (isText) return text;
  if (/^\d+$/.test(text)) return Number(text);
  return /^(true|false)$/.test(text) ? text === 'true' : text;
}

/** What happens to one request. It continues a sentence such as "The next booking".
 *
 * @param {Fault} fault
 * @param {Values} values
 */
export function sentenceOf(fault, values) {
  const written = writtenFault(fault, values);
  /** @param {string} name */
  const valueOf = (name) => {
    const { initial = '', words = {} } = fault.keys.find((key) => key.name === name) ?? {};
    const text = String(written[name] ?? initial);
    return Object.hasOwn(words, text) ? fill(words[text], valueOf) : text;
  };
  return fill(fault.says, valueOf).replace(/^\w+/, (verb) => {
    if (verb === 'are') return 'is';
    return verb + (verb.endsWith('s') ? 'es' : 's');
  });
}

/** A template with the values of its keys. An optional part is left out if a key in it has no value.
 *
 * @param {string} template
 * @param {(name: string) => string} valueOf
 */
function fill(template, valueOf) {
  return template
    .replace(OPTIONAL, (_, part) => ([...part.matchAll(KEY)].every(([, name]) => valueOf(name)) ? part : ''))
    .replace(KEY, (_, name) => valueOf(name));
}
