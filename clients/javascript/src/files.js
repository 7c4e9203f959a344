// The files of a scenario that the client sends: its own file, its parents by path, and their variables. As
// mockgms/client/files.py.

import { readdir, readFile as read, stat } from 'node:fs/promises';
import { basename, dirname, join, normalize, sep } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { nearest } from './arguments.js';

const LARGEST = 1 << 20; // bytes: the limit of the server
const MAX_FILES = 21; // a scenario and its parents
const SUFFIX = /\.(ya?ml|json)$/;
// Finds `extends` on a line or in a flow map. It may find too much: only the server parses the text, and a file that it
// does not need does no harm. It never backtracks far, and limits the length of variables: each long text takes linear
// time.
const EXTENDS = /(?:^|[{,])[ \t]*["']?extends["']?\s*:\s+["']?((?:\$\{[^}\n]{0,200}\}|[^"'\n#,}])+)/gm;
const VARIABLE = /\$\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * Returns the texts of the file that a scenario names and of its parents by path, and the values of their variables.
 * The values are the given ones, then those of the environment. A parent that cannot be read is left out: the server
 * then reports the place that names it.
 *
 * @type {import('./api.js').ReadScenario}
 */
export async function readScenario(scenario, variables) {
  const file = fileOf(scenario);
  if (file === undefined) {
    return undefined;
  }
  const given = Object.entries(variables ?? {}).map(([name, value]) => [name, String(value)]);
  const values = { ...process.env, ...Object.fromEntries(given) };
  /** @type {Map<string, string>} */
  const texts = new Map();
  const pending = [file];
  while (pending.length > 0 && texts.size < MAX_FILES) {
    const path = /** @type {string} */ (pending.pop());
    const text = texts.has(slashed(path)) ? undefined : await (texts.size === 0 ? readText : readParent)(path);
    if (text !== undefined) {
      texts.set(slashed(path), text);
      pending.push(...parents(path, text, values));
    }
  }
  const used = variablesIn(texts.values());
  checkUsed(given.map(([name]) => name), used, file);
  const known = used.filter((name) => values[name] !== undefined);
  return {
    files: Object.fromEntries(texts),
    variables: Object.fromEntries(known.map((name) => [name, values[name]])),
  };
}

/** @param {unknown} scenario */
function fileOf(scenario) {
  if (scenario instanceof URL) {
    return fileURLToPath(scenario);
  }
  return typeof scenario === 'string' && SUFFIX.test(scenario) ? normalize(scenario) : undefined;
}

/**
 * Returns the text of a regular file of at most 1 MiB.
 *
 * @param {string} file
 */
async function readText(file) {
  const found = await stat(file).catch((error) => unread(error, file));
  if (!found.isFile()) {
    throw Object.assign(new TypeError(`${file} is not a regular file`), { code: 'EINVAL' });
  }
  if (found.size > LARGEST) {
    throw new RangeError(`${file} has more than ${LARGEST} bytes, which is the limit`);
  }
  const bytes = await read(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // without the byte order mark of editors on Windows
  } catch {
    throw new TypeError(`${file} is not UTF-8: save it as UTF-8`);
  }
}

/**
 * Returns the text of a file; `undefined` if it cannot be read.
 *
 * @param {string} file
 */
async function readParent(file) {
  try {
    return await readText(file);
  } catch (error) {
    if (/** @type {any} */ (error).code === undefined) {
      throw error;
    }
    return undefined;
  }
}

/**
 * Throws the error of a file that does not exist with the name of a similar one beside it, if there is one.
 *
 * @param {any} error
 * @param {string} file
 * @returns {Promise<never>}
 */
async function unread(error, file) {
  const names = (await readdir(dirname(file)).catch(() => [])).filter((name) => SUFFIX.test(name));
  const similar = error.code === 'ENOENT' ? nearest(basename(file), names) : undefined;
  const message = similar === undefined ? error.message : `${error.message}, did you mean \`${similar}\`?`;
  throw Object.assign(new Error(message, { cause: error }), { code: error.code });
}

/**
 * Returns the names of the variables in texts of scenario files, sorted.
 *
 * @param {Iterable<string>} texts
 */
function variablesIn(texts) {
  const names = [...texts].flatMap((text) => [...upToLastVariable(text).matchAll(VARIABLE)].map(([, name]) => name));
  return [...new Set(names)].sort();
}

/**
 * Returns the files that a text may extend. Only scenario files are sent, so a scenario cannot make a client send
 * others.
 *
 * @param {string} file
 * @param {string} text
 * @param {{ [name: string]: string | undefined }} values
 */
function parents(file, text, values) {
  return [...text.matchAll(EXTENDS)].flatMap(([, found]) => {
    const written = substitute(found.trim(), values);
    const names = SUFFIX.test(written) ? [written] : [`${written}.yaml`, `${written}.yml`];
    return names.map((name) => join(dirname(file), name));
  });
}

/**
 * Returns a text with the values of its variables.
 *
 * @param {string} text
 * @param {{ [name: string]: string | undefined }} values
 */
function substitute(text, values) {
  const start = upToLastVariable(text);
  return start.replace(VARIABLE, (_, name, otherwise) => values[name] || otherwise || '') + text.slice(start.length);
}

/**
 * Returns a text up to the end of its last variable. Searching after it would take quadratic time.
 *
 * @param {string} text
 */
function upToLastVariable(text) {
  return text.slice(0, text.lastIndexOf('}') + 1);
}

/**
 * @param {string[]} given
 * @param {string[]} used
 * @param {string} file
 */
function checkUsed(given, used, file) {
  const unused = given.find((name) => !used.includes(name));
  if (unused !== undefined) {
    const known = used.length > 0 ? `the variables there are ${used.join(', ')}` : 'there are no variables';
    throw new RangeError(`the variable ${unused} is not used in ${file}: ${known}`);
  }
}

/**
 * Returns a path with slashes: the server may run on another system than this client, such as in a container.
 *
 * @param {string} path
 */
function slashed(path) {
  return path.split(sep).join('/');
}
