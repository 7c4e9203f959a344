// A watch on the requests of this page: what each was, and what came back.

/**
 * @typedef {object} Seen
 * @property {string} method
 * @property {URL} url
 * @property {[name: string, value: string][]} headers
 * @property {string | null} body
 * @property {{ status: number, statusText: string, headers: string, body: string } | null} answer
 * @property {() => void} giveUp
 */

let fault = '';
/** @type {Seen | null} */
let last = null;

/** Let the next request ask for a fault ("" for none), and forget the one before.
 *
 * @param {string} wanted
 */
export function expect(wanted) {
  fault = wanted;
  last = null;
}

/** The request since `expect` was called, or null. */
export function seen() {
  return last;
}

class Watched extends XMLHttpRequest {
  /**
   * @override
   * @param {string} method
   * @param {string | URL} url
   * @param {boolean} [async]
   * @param {string | null} [username]
   * @param {string | null} [password]
   */
  open(method, url, async = true, username, password) {
    /** @type {Seen} */
    this._seen = {
      method, url: new URL(url, location.href), headers: [], body: null, answer: null, giveUp: () => this.abort(),
    };
    super.open(method, url, async, username, password);
  }

  /**
   * @override
   * @param {string} name
   * @param {string} value
   */
  setRequestHeader(name, value) {
    super.setRequestHeader(name, value);
    this._seen?.headers.push([name, String(value)]);
  }

  /**
   * @override
   * @param {string | null} [body] the stand-in sends text only
   */
  send(body = null) {
    const mine = this._seen;
    if (!mine) throw new DOMException('open was not called.', 'InvalidStateError');
    if (fault) this.setRequestHeader('X-Mockgms-Fault', fault);
    fault = '';
    mine.body = body;
    last = mine;
    this.addEventListener('load', () => {
      const { status, statusText, responseText } = this;
      mine.answer = { status, statusText, headers: this.getAllResponseHeaders(), body: responseText };
    });
    super.send(body);
  }
}

window.XMLHttpRequest = Watched;
