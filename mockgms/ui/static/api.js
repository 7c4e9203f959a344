// The admin API of the session that the page shows.

import { pathOf } from './place.js';

const NO_TOKEN = 'This server requires its admin token: enter it at the top of the page.';

/** @type {string | null} */
let kept = null;
let wanted = () => {};

/** The admin token that the user gave to this page.
 *
 * It is kept in the memory of the page only, and lost with the page. All documents of an origin share its storage. All
 * servers of a host share cookies, whatever their ports, and browsers send cookies with requests of other pages too.
 */
export const token = {
  /** @returns {{ [name: string]: string }} */
  get headers() { return kept === null ? {} : { Authorization: `Bearer ${kept}` }; },
  get isKept() { return kept !== null; },
  /** @param {string} text */
  keep(text) { kept = text; },
  /** Call a function whenever an answer says that the token is missing or wrong.
   *
   * @param {() => void} callback
   */
  whenWanted(callback) { wanted = callback; },
};

/** A refusal by the server. The message is its reason. */
export class Refused extends Error {
  /**
   * @param {number} status 0 when there is no answer
   * @param {string} message
   * @param {Admin.Finding[]} [findings] the mistakes of a scenario or rule
   */
  constructor(status, message, findings = []) {
    super(message);
    this.status = status;
    this.findings = findings;
  }
}

/** Send a request and return the response, whatever its body is. Throws Refused.
 *
 * @param {string} path
 * @param {RequestInit & { headers?: { [name: string]: string } }} [options]
 * @param {string} [session] another one than that of the page
 */
export async function fetchAdmin(path, options = {}, session = undefined) {
  const headers = { ...token.headers, ...options.headers };
  let answer;
  try {
    answer = await fetch(pathOf(`/__admin/${path}`, session), { cache: 'no-store', ...options, headers });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Refused(0, 'The server does not answer. Is it still running?');
  }
  if (answer.ok) return answer;
  const answered = await answer.json().catch(() => ({}));
  const reasons = answered.mistakes ? ` ${answered.mistakes.join(' ')}` : '';
  if (answer.status === 401) wanted();
  if (answer.status === 401 && !token.isKept) throw new Refused(401, NO_TOKEN);
  throw new Refused(answer.status, `${answered.message ?? answer.statusText}${reasons}`, answered.findings);
}

/** Whether an error comes from aborting a request.
 *
 * @param {unknown} error
 */
export function isAbort(error) {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** The admin API of a session.
 *
 * @param {string} [session] by default that of the page
 * @returns {Admin.Api}
 */
export function apiOf(session) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   */
  const ask = async (method, path, body) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    return (await fetchAdmin(path, { method, body: sent }, session)).json();
  };
  return {
    get: (path) => ask('GET', path),
    put: (path, body) => ask('PUT', path, body),
    post: (path, body) => ask('POST', path, body),
    patch: (path, body) => ask('PATCH', path, body),
    delete: (path) => ask('DELETE', path),
  };
}

export const api = apiOf();

/** A path with its query. Values that are null, undefined or empty are left out.
 *
 * @template {string} Path
 * @param {Path} path
 * @param {{ [name: string]: string | number | boolean | null | undefined }} values
 * @returns {`${Path}?${string}`}
 */
export function query(path, values) {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
