// Checks of arguments, before a request is sent: unknown options, wrong kinds and missing names.

const LIKENESS = 0.6; // of two words, from 0 to 1, for which one is suggested for the other

/**
 * Returns the options of a call, or an empty object if there are none.
 *
 * @template T
 * @param {string} call the name of the function, for messages
 * @param {T | null | undefined} given
 * @param {readonly string[]} [known] the names of all options; by default, any name is accepted
 * @returns {Partial<NonNullable<T>>}
 * @throws {TypeError} if they are not an object, or one of them is unknown
 */
export function checkOptions(call, given, known) {
  if (given == null) {
    return {};
  }
  if (Object.prototype.toString.call(given) !== '[object Object]') {
    const kind = known ? `{ ${known.join(', ')} }` : 'an object';
    throw new TypeError(`${call} takes its options as ${kind}, not ${shown(given)}`);
  }
  const unknown = known && Object.keys(given).find((name) => !known.includes(name));
  if (known && unknown !== undefined) {
    throw new TypeError(`${call} has no option '${unknown}'${suggestion(unknown, known)}`);
  }
  return given;
}

/**
 * Returns a name as a segment of a path.
 *
 * @param {string} call the name of the function, for messages
 * @param {string} argument the name of the argument, for messages
 * @param {unknown} value
 * @throws {TypeError} if it is missing, empty, or neither text nor a number
 */
export function segment(call, argument, value) {
  return encodeURIComponent(checkName(call, argument, value));
}

/**
 * Returns a name as text.
 *
 * @param {string} call the name of the function, for messages
 * @param {string} argument the name of the argument, for messages
 * @param {unknown} value
 * @throws {TypeError} if it is missing, empty, or neither text nor a number
 */
export function checkName(call, argument, value) {
  if (value === '' || !['string', 'number'].includes(typeof value)) {
    throw new TypeError(`${call} takes the ${argument} as text, not ${shown(value)}`);
  }
  return String(value);
}

/**
 * Returns a value for a message.
 *
 * @param {unknown} value
 */
export function shown(value) {
  if (typeof value === 'string') {
    return `'${value}'`;
  }
  if (typeof value === 'function' || typeof value === 'symbol') {
    return `a ${typeof value}`;
  }
  if (Array.isArray(value)) {
    return value.length > 0 ? 'a list' : 'an empty list';
  }
  return typeof value === 'object' && value ? 'an object' : String(value);
}

/**
 * Returns a clause with the nearest known word, if one is near, and all known words.
 *
 * @param {string} word
 * @param {readonly string[]} known
 */
function suggestion(word, known) {
  const near = nearest(word, known);
  return `${near === undefined ? '' : `, did you mean \`${near}\`?`} (there are: ${known.join(', ')})`;
}

/**
 * Returns the known word that is most like a word; `undefined` if none is like it.
 *
 * @param {string} word
 * @param {readonly string[]} known
 */
export function nearest(word, known) {
  const [best] = known
    .map((each) => ({ each, likeness: (2 * commonLength(word, each)) / (word.length + each.length) }))
    .filter(({ likeness }) => likeness >= LIKENESS)
    .sort((one, other) => other.likeness - one.likeness);
  return best?.each;
}

/**
 * Returns the length of the longest common subsequence of two words.
 *
 * @param {string} one
 * @param {string} other
 */
function commonLength(one, other) {
  let row = Array(other.length + 1).fill(0);
  for (const letter of one) {
    const next = [0];
    for (let at = 0; at < other.length; at += 1) {
      next.push(letter === other[at] ? row[at] + 1 : Math.max(row[at + 1], next[at]));
    }
    row = next;
  }
  return row[other.length];
}
