// The admin API of the session that the page shows.

import { pathOf } from './place.js';

let kept = null;
let wanted = () => {};

/** The admin token that the user gave to this page.
 *
 * It is in the memory of the page only, and gone with the page. All documents of an origin share its storage. All servers
 * of a host share cookies, whatever their ports, and browsers send cookies with requests of other pages too.
 */
export const token = {
  get headers() { return kept === null ? {} : { Authorization: `Bearer ${kept}` }; },
  get isKept() { return kept !== null; },
  keep(text) { kept = text; },
  /** Call `ask` whenever an answer says that a token is missing or wrong. */
  whenWanted(ask) { wanted = ask; },
};

/** An answer that says no; the message says why. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Ask, and get the answer, whatever its body is. Throws Refused. */
export async function fetchAdmin(path, options = {}) {
  const headers = { ...token.headers, ...options.headers };
  let answer;
  try {
    answer = await fetch(pathOf(`/__admin/${path}`), { cache: 'no-store', ...options, headers });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refused(0, 'The server does not answer. Is it still running?');
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  const reasons = told.mistakes ? ` ${told.mistakes.join(' ')}` : '';
  if (answer.status === 401) wanted();
  throw new Refused(answer.status, `${told.message ?? answer.statusText}${reasons}`);
}

async function ask(method, path, body) {
  const answer = await fetchAdmin(path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  return answer.json();
}

export const api = {
  get: (path) => ask('GET', path),
  put: (path, body) => ask('PUT', path, body),
  post: (path, body) => ask('POST', path, body),
  patch: (path, body) => ask('PATCH', path, body),
  delete: (path) => ask('DELETE', path),
};

/** A path with its query. */
export function query(path, values) {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return `${path}?${new URLSearchParams(given)}`;
}
