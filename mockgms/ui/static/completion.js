// Completion in the text of a scenario, from the JSON Schema of scenario files.

import { fetchSchema } from './schema.js';
import { indentOf, keyOf } from './yamltext.js';

/** @typedef {{ [key: string]: any }} Schema */
/** @typedef {{ text: string, about: string }} Completion */

/** What may be written at the caret.
 *
 * @param {string} text
 * @param {number} caret
 * @returns {Promise<{ from: number, found: Completion[] }>} `from` is where the word begins
 */
export async function complete(text, caret) {
  const root = await fetchSchema();
  const lines = text.slice(0, caret).split('\n');
  const line = lines[lines.length - 1];
  const word = /[\w*$.-]*$/.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length);
  const { path, isValue } = placeOf(lines, before);
  const places = path.reduce((found, key) => found.flatMap((each) => inside(root, each, key)), [root]);
  const all = places.flatMap((each) => (isValue ? valuesOf(root, each) : keysOf(root, each)));
  const unique = [...new Map(all.map((each) => [each.text, each])).values()];
  return { from: caret - word.length, found: unique.filter((each) => each.text.startsWith(word)) };
}

/** The path of keys to the caret, and whether a value is written there.
 *
 * @param {string[]} lines the last one is that of the caret
 * @param {string} before the last line up to the word
 */
function placeOf(lines, before) {
  /** @type {string[]} */
  const path = [];
  const own = flowPath(before);
  const isValue = /:\s+$/.test(before);
  let indent = own.length > 0 || isValue ? innerIndent(before) : /^\s*(?:- )?/.exec(before)?.[0].length ?? 0;
  for (const line of lines.slice(0, -1).reverse()) {
    const deep = innerIndent(line);
    if (deep < indent && keyOf(line) !== null) path.unshift(keyOf(line) ?? '');
    if (indentOf(line) !== null && deep < indent) indent = deep;
  }
  return { path: [...path, ...own], isValue };
}

/** Where the key of a line begins: in an item, after its dash.
 *
 * @param {string} line
 */
function innerIndent(line) {
  return (indentOf(line) ?? Infinity) + (line.trimStart().startsWith('- ') ? 2 : 0);
}

/** The keys that are open in a line: those of flow maps, and the last one when its value is written.
 *
 * @param {string} before
 */
function flowPath(before) {
  /** @type {string[]} */
  const open = [];
  let key = '';
  for (const [, name, sign] of before.matchAll(/([\w*$.-]+)\s*:(?=\s|$)|([{}[\],])/g)) {
    if (name) key = name;
    else if (sign === '{') {
      if (key) open.push(key);
      key = '';
    } else if (sign === '}') open.pop();
    else if (sign === ',') key = '';
  }
  return /:\s+[[]?$/.test(before) && key ? [...open, key] : open;
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
  return [schema, ...items, ...parts.flatMap((/** @type {Schema} */ each) => meant(root, each))];
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
    const values = each.enum ?? (each.const === undefined ? [] : [each.const]);
    const all = each.type === 'boolean' ? ['true', 'false'] : values;
    return all.map((/** @type {unknown} */ value) => ({ text: String(value), about: String(each.description ?? '') }));
  });
}
