// Random ids.

// Taken now: a test may replace `Math.random`. Node.js 18 has no global `crypto`, and pages without HTTPS have no
// `crypto.randomUUID`.
const { crypto } = globalThis;
const { random } = Math;

/**
 * Returns random hexadecimal digits.
 *
 * @param {number} length how many
 */
export function randomHex(length) {
  const bytes = crypto?.getRandomValues(new Uint8Array(length)) ?? Array.from({ length }, () => random() * 256);
  return Array.from(bytes, (byte) => (byte & 15).toString(16)).join('');
}
