// The address of a session: the URLs for clients, and requests to its admin API.

import { checkName, checkOptions, segment, shown } from './arguments.js';
import { NotReached, Refused } from './errors.js';

export const DEFAULT = 'default';
const TIMEOUT = 10; // seconds
const LONGEST = 86_400; // seconds: more than any test takes, and less than a timer can count
// `fetch` hides the cause behind "fetch failed". Node.js may wrap it twice, for several addresses of a host.
const CAUSES = ['cause', 'errors'];
// Taken now: a test may replace the global one.
const { fetch } = globalThis;

/** A session of a running server. */
export class Address {
  /** @type {string} */ #server;
  /** @type {import('./api.js').ConnectOptions} */ #options;
  /** @type {import('./api.js').ReadScenario | undefined} */ #readScenario;

  /**
   * @param {string | URL} url the URL of the server, `http://localhost:8080`, or of one of its sessions,
   *   `http://localhost:8080/s/mine`
   * @param {import('./api.js').ConnectOptions} [options]
   * @param {import('./api.js').ReadScenario} [readScenario] reads scenario files, where there are files
   * @throws {TypeError} if the URL is not that of a server, or an option is wrong
   */
  constructor(url, options, readScenario) {
    const parts = /^(.*?)(?:\/s\/(.*))?$/s.exec(String(url).replace(/\/+$/, ''));
    const [, server, id] = /** @type {RegExpExecArray} */ (parts);
    checkUrl(server);
    const { token, timeout } = checkOptions('connect', options, ['token', 'timeout']);
    checkToken(token);
    checkTimeout(timeout);
    this.#server = server;
    this.#options = { token, timeout };
    this.#readScenario = readScenario;
    /** The id of the session. */
    this.id = id ? decoded(id) : DEFAULT;
  }

  /** The URL of the session, to which the paths of the API are appended. */
  get baseUrl() {
    return this.#server + this.#prefix;
  }

  /** The `dataURL` for a client of v3, without a final slash. */
  get v3Url() {
    return `${this.baseUrl}/engagement/v3/callbacks`;
  }

  /**
   * Returns the `dataURL` of a service for a client of v1.
   *
   * @param {string} service
   * @throws {TypeError} if the service is missing
   */
  v1Url(service) {
    return `${this.baseUrl}/genesys/1/service/callback/${segment('v1Url', 'service', service)}`;
  }

  /**
   * What the constructor of another session of the same server takes.
   *
   * @protected
   */
  get _server() {
    return /** @type {const} */ ([this.#server, this.#options, this.#readScenario]);
  }

  get #prefix() {
    return this.id === DEFAULT ? '' : `/s/${encodeURIComponent(this.id)}`;
  }

  /**
   * Sends a request to the admin API of this session, and returns its answer. Rejects with NotReached or Refused.
   *
   * @param {string} method
   * @param {string} path without `/__admin/`
   * @param {string | object} [body] JSON, or text as it is
   * @param {import('./api.js').Query} [query]
   * @returns {Promise<any>}
   * @protected
   */
  async _ask(method, path, body, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value != null);
    const parameters = String(new URLSearchParams(given.map(([name, value]) => [name, String(value)])));
    const fullPath = `${this.#prefix}/__admin/${path}${parameters && `?${parameters}`}`;
    return this._askServer(method, fullPath, body);
  }

  /**
   * Sends a request to a path of the server, and returns its JSON. Rejects with NotReached or Refused.
   *
   * @param {string} method
   * @param {string} path
   * @param {string | object} [body]
   * @returns {Promise<any>}
   * @protected
   */
  async _askServer(method, path, body) {
    const { status, text } = await this.#send(method, path, body);
    const answer = this.#parsed(status, text);
    if (status >= 300) {
      throw refusal(status, answer);
    }
    return answer;
  }

  /**
   * Returns the text at a path of the server. Rejects with NotReached or Refused.
   *
   * @param {string} path
   * @protected
   */
  async _readText(path) {
    const { status, text } = await this.#send('GET', path);
    if (status >= 300) {
      throw refusal(status, this.#parsed(status, text));
    }
    return text;
  }

  /**
   * Returns a scenario as the server takes it: a name, text or object unchanged, a file with its parents.
   *
   * @param {import('./api.js').ScenarioSource | null | undefined} scenario
   * @param {import('./api.js').Variables | null | undefined} variables
   * @returns {Promise<string | object | undefined>}
   * @throws {TypeError} for variables without a file; also what reading the file throws
   * @protected
   */
  async _readScenario(scenario, variables) {
    const read = await this.#readScenario?.(scenario, variables);
    if (!read && variables != null) {
      const found = scenario == null ? '`scenario` is missing' : 'this is a name, a text or an object';
      throw new TypeError(`variables are for the file of a scenario: ${found}`);
    }
    return read ?? scenario ?? undefined;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {string | object} [body]
   */
  async #send(method, path, body) {
    const { token, timeout } = this.#options;
    const request = {
      method,
      headers: token ? { Authorization: `Bearer ${token}` } : undefined,
      body: typeof body === 'object' ? JSON.stringify(body) : body,
      redirect: /** @type {const} */ ('manual'),
      signal: AbortSignal.timeout(Math.ceil((timeout ?? TIMEOUT) * 1000)), // Node.js takes whole milliseconds
    };
    try {
      const response = await fetch(this.#server + path, request);
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new NotReached(`no answer from ${this.#server}: ${rootCause(error)}`);
    }
  }

  /**
   * @param {number} status
   * @param {string} text
   */
  #parsed(status, text) {
    try {
      return JSON.parse(text);
    } catch {
      throw new NotReached(`${this.#server} answered ${status} without JSON: it is not a mockgms server`);
    }
  }
}

/** @param {string} server */
function checkUrl(server) {
  let parsed;
  try {
    parsed = new URL(server);
  } catch { /* refused below */ }
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new TypeError(`'${server}' is not the URL of a server, such as http://localhost:8080`);
  }
  if (parsed.username || parsed.password) {
    throw new TypeError('the URL of a server has no user and no password: the option `token` is for the admin API');
  }
  if (parsed.search || parsed.hash) {
    throw new TypeError(`'${server}' is not the URL of a server, because of its ${parsed.search || parsed.hash}`);
  }
  if (parsed.port === '0') {
    throw new TypeError(`'${server}' cannot be reached, since no running server has port 0: give its port`);
  }
}

/**
 * Refuses what a header cannot carry, such as the line break at the end of a file. The message does not quote it.
 *
 * @param {unknown} token
 */
function checkToken(token) {
  if (token != null && token !== '' && !/^[\x21-\x7e]+$/.test(checkName('connect', 'token', token))) {
    throw new TypeError('the token has a space, a line break or another character that a token cannot have');
  }
}

/** @param {unknown} timeout */
function checkTimeout(timeout) {
  if (timeout != null && !(typeof timeout === 'number' && timeout > 0 && timeout <= LONGEST)) {
    throw new TypeError(`connect takes the timeout as a number of seconds up to ${LONGEST}, not ${shown(timeout)}`);
  }
}

/** @param {string} id */
function decoded(id) {
  try {
    return decodeURIComponent(id);
  } catch {
    return id; // the server refuses it
  }
}

/**
 * Returns the refusal in an answer. An answer in another format is quoted.
 *
 * @param {number} status
 * @param {any} answer
 */
function refusal(status, answer) {
  const hasMessage = typeof answer?.message === 'string';
  return new Refused(status, hasMessage ? answer : { message: `answered ${status}: ${JSON.stringify(answer)}` });
}

/**
 * Returns the reason in an error of `fetch`. Browsers hide it from scripts, and write it to their console.
 *
 * @param {any} error
 * @returns {string}
 */
function rootCause(error) {
  const [name] = CAUSES.filter((each) => error?.[each]);
  if (name) {
    return rootCause([error[name]].flat()[0]);
  }
  const reason = String(error?.message || error?.code || error);
  return error instanceof TypeError ? `${reason} (the console of the browser says why)` : reason;
}
