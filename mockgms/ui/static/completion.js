// Completion in the text of a scenario, from the JSON Schema of scenario files.

import { flow } from './record.js';
import { fetchSchema } from './schema.js';
import { indentOf, keyOf } from './yamltext.js';

/** @typedef {{ [key: string]: any }} Schema */
/** @typedef {{ text: string, about: string }} Completion */

const LONGEST = 4_000; // characters of a line that is completed

/** The completions at the caret. A very long line has none.
 *
 * @param {string} text
 * @param {number} caret
 * @returns {Promise<{ from: number, found: Completion[] }>} `from` is where the word begins
 */
export async function complete(text, caret) {
  const root = await fetchSchema();
  const lines = text.slice(0, caret).split('\n');
  const line = lines[lines.length - 1];
  if (line.length > LONGEST) return { from: caret, found: [] };
  const word = /[\w*$.-]*$/.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length);
  const { path, takes } = placeOf(lines, before);
  const places = path.reduce((found, key) => found.flatMap((each) => inside(root, each, key)), [root]);
  const all = places.flatMap((each) => [
    ...(takes === 'keys' ? [] : valuesOf(root, each)), ...(takes === 'values' ? [] : keysOf(root, each)),
  ]);
  const unique = [...new Map(all.map((each) => [each.text, each])).values()];
  return { from: caret - word.length, found: unique.filter((each) => each.text.startsWith(word)) };
}

/** The path of keys to the caret, and whether it takes keys or values.
 *
 * @param {string[]} lines the last one is that of the caret
 * @param {string} before the last line up to the word
 * @returns {{ path: string[], takes: 'keys' | 'values' | 'both' }}
 */
function placeOf(lines, before) {
  const { open, isInList } = flowPath(before);
  const isValue = isInList || /:\s+$/.test(before);
  const indent = open.length > 0 || isValue ? innerIndent(before) : /^\s*(?:- )*/.exec(before)?.[0].length ?? 0;
  const path = [...blockPath(lines.slice(0, -1), indent), ...open];
  if (/^\s*(?:- )+$/.test(before)) return { path, takes: 'both' };
  return { path, takes: isValue ? 'values' : 'keys' };
}

/** The keys of the blocks that are open after some lines.
 *
 * @param {string[]} lines
 * @param {number} indent that of what follows
 */
function blockPath(lines, indent) {
  /** @type {string[]} */
  const path = [];
  let least = indent;
  for (const line of lines.reverse()) {
    const deep = innerIndent(line);
    if (deep >= least) continue;
    const key = keyOf(line);
    if (key !== null) path.unshift(key);
    least = deep;
  }
  return path;
}

/** Where the key of a line begins: in an item, after its dash.
 *
 * @param {string} line
 */
function innerIndent(line) {
  return (indentOf(line) ?? Infinity) + (line.trimStart().startsWith('- ') ? 2 : 0);
}

/** The keys that are open in a line: those of flow collections, and the last one when its value is written.
 *
 * @param {string} before
 */
function flowPath(before) {
  /** @type {{ sign: string, key: string }[]} */
  const stack = [];
  let key = '';
  for (const [, name, sign] of before.matchAll(/"?([\w*$.-]+)"?\s*:(?=\s|$)|([{}[\],])/g)) {
    if (name) {
      key = name;
      continue;
    }
    if ('{['.includes(sign)) stack.push({ sign, key });
    else if ('}]'.includes(sign)) stack.pop();
    key = '';
  }
  const open = stack.map((each) => each.key);
  if (/:\s+$/.test(before)) open.push(key);
  return { open: open.filter(Boolean), isInList: key === '' && stack.at(-1)?.sign === '[' };
}

/** @param {Schema} root @param {Schema} schema @returns {Schema[]} the schemas that it stands for */
function meant(root, schema) {
  if (schema.$ref) {
    /** @type {string[]} */
    const path = schema.$ref.slice(2).split('/');
    return [{ ...schema, $ref: undefined }, ...meant(root, path.reduce((at, key) => at[key], root))];
  }
  const parts = [...schema.anyOf ?? [], ...schema.oneOf ?? [], ...schema.allOf ?? []];
  const items = schema.items ? meant(root, schema.items) : [];
  const { description } = schema;
  return [schema, ...items, ...parts.flatMap((/** @type {Schema} */ each) => meant(root, { description, ...each }))];
}

/** @param {Schema} root @param {Schema} schema @param {string} key @returns {Schema[]} */
function inside(root, schema, key) {
  return meant(root, schema).flatMap(({ properties, additionalProperties: others }) => {
    if (properties?.[key]) return [properties[key]];
    return others && typeof others === 'object' ? [others] : [];
  });
}

/** @param {Schema} root @param {Schema} schema @returns {Completion[]} */
function keysOf(root, schema) {
  return meant(root, schema).flatMap(({ properties }) => Object.entries(properties ?? {}))
    .map(([name, { description }]) => ({ text: `${name}: `, about: String(description ?? '') }));
}

/** @param {Schema} root @param {Schema} schema @returns {Completion[]} */
function valuesOf(root, schema) {
  return meant(root, schema).flatMap((each) => {
    const values = each.enum ?? (each.const === undefined ? each.examples ?? [] : [each.const]);
    const all = each.type === 'boolean' ? [true, false] : values;
    return all.map((/** @type {unknown} */ value) => ({
      text: typeof value === 'string' ? plainOrQuoted(value) : flow(value), about: String(each.description ?? ''),
    }));
  });
}

/** A text as a YAML value: in quotes if YAML would read another type.
 *
 * @param {string} text
 */
function plainOrQuoted(text) {
  const isPlain = /^[A-Za-z_/][\w./:-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}
