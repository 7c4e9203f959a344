// Scenario files: reading them, and naming them in refusals. As mockgms/client/source.py.

import { readFile as read, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { Refused } from './errors.js';

const LARGEST = 1 << 20; // bytes: the limit of the server
const SUFFIX = /\.(ya?ml|json)$/;
const BODY = /(?<=^|; |: )<body>((?::\d+:\d+)?)(?=: )/g;
// Fields of refusals that are not about the sent contents.
const OTHER_FIELDS = ['session', 'Authorization', 'Host', 'Origin', 'Sec-Fetch-Site'];

/** @type {import('./api.js').ReadFile} */
export async function readFile(scenario) {
  const name = fileOf(scenario);
  if (name === undefined) {
    return undefined;
  }
  const found = await stat(name);
  if (!found.isFile()) {
    throw new TypeError(`${name} is not a regular file`);
  }
  if (found.size > LARGEST) {
    throw new RangeError(`${name} has more than ${LARGEST} bytes, which is the limit`);
  }
  return { text: await read(name, 'utf8'), named: (error) => withName(name, error) };
}

/** @param {unknown} scenario */
function fileOf(scenario) {
  if (scenario instanceof URL) {
    return fileURLToPath(scenario);
  }
  return typeof scenario === 'string' && SUFFIX.test(scenario) ? scenario : undefined;
}

/**
 * Returns a refusal whose messages name the file.
 *
 * @param {string} name
 * @param {Refused} error
 */
function withName(name, error) {
  if (error.field !== undefined && OTHER_FIELDS.includes(error.field)) {
    return error;
  }
  const rename = (/** @type {string} */ text) => text.replace(BODY, (_, place) => name + place);
  const { message, mistakes } = error.answer;
  const renamed = { ...error.answer, message: rename(message), ...(mistakes && { mistakes: mistakes.map(rename) }) };
  if (JSON.stringify(renamed) === JSON.stringify(error.answer)) {
    renamed.message = `${name}: ${message}`;
  }
  return new Refused(error.status, renamed);
}
