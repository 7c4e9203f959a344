// The address of a session: the URLs for clients, and requests to its admin API.

import { NotReached, Refused } from './errors.js';

/** @typedef {import('./api.js').ConnectOptions & { readFile?: import('./api.js').ReadFile }} Options */

export const DEFAULT = 'default';
const TIMEOUT = 10; // seconds
// `fetch` hides the cause behind "fetch failed". Node.js may wrap it twice, for several addresses of a host.
const CAUSES = ['cause', 'errors'];

/** A session of a running server. */
export class Address {
  /** @type {string} */ #server;
  /** @type {Options} */ #options;

  /**
   * @param {string} url the URL of the server, `http://localhost:8080`, or of one of its sessions,
   *   `http://localhost:8080/s/mine`
   * @param {Options} [options]
   */
  constructor(url, options = {}) {
    const [server, id] = url.replace(/\/+$/, '').split('/s/');
    checkUrl(server);
    this.#server = server;
    this.#options = options;
    /** The id of the session. */
    this.id = id ? decodeURIComponent(id) : DEFAULT;
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
   */
  v1Url(service) {
    return `${this.baseUrl}/genesys/1/service/callback/${encodeURIComponent(service)}`;
  }

  /**
   * What the constructor of another session of the same server takes.
   *
   * @protected
   */
  get _server() {
    return /** @type {const} */ ([this.#server, this.#options]);
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
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
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
   * Sends a scenario, or the text of the file that it names. Refusals of a file name the file.
   *
   * @param {import('./api.js').ScenarioSource | undefined} scenario
   * @param {(sent: string | object | undefined, isFile: boolean) => Promise<any>} send
   * @returns {Promise<any>}
   * @protected
   */
  async _sendScenario(scenario, send) {
    const file = await this.#options.readFile?.(scenario);
    if (!file) {
      return send(scenario, false);
    }
    try {
      return await send(file.text, true);
    } catch (error) {
      throw error instanceof Refused ? file.named(error) : error;
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {string | object} [body]
   */
  async #send(method, path, body) {
    const { token, timeout = TIMEOUT } = this.#options;
    try {
      const response = await fetch(this.#server + path, {
        method,
        headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
        body: typeof body === 'object' ? JSON.stringify(body) : body,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout * 1000),
      });
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
  if (parsed.port === '0') {
    throw new TypeError(`'${server}' cannot be reached, since no running server has port 0: give its port`);
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
 * @param {any} error
 * @returns {string}
 */
function rootCause(error) {
  const [name] = CAUSES.filter((each) => error?.[each]);
  return name ? rootCause([error[name]].flat()[0]) : String(error?.message || error?.code || error);
}
