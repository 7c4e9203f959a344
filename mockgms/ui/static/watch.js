// A watch on the requests of this page and their answers.

/**
 * @typedef {object} Seen
 * @property {string} method
 * @property {URL} url
 * @property {[name: string, value: string][]} headers
 * @property {string | null} body
 * @property {{ status: number, statusText: string, headers: string, body: string } | null} answer
 * @property {() => void} giveUp
 */

/** @typedef {{ fault: string, request: Seen | null }} Expectation */

/** @type {Expectation} */
let expected = { fault: '', request: null };

/** Wait for the next request, and ask for a fault in its header ("" for none). Later requests replace it.
 *
 * @param {string} fault
 */
export function expect(fault) {
  expected = { fault, request: null };
  return expected;
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
    if (expected.fault) this.setRequestHeader('X-Mockgms-Fault', expected.fault);
    expected.fault = '';
    expected.request = mine;
    mine.body = body;
    this.addEventListener('load', () => {
      const { status, statusText, responseText } = this;
      mine.answer = { status, statusText, headers: this.getAllResponseHeaders(), body: responseText };
    });
    super.send(body);
  }
}

window.XMLHttpRequest = Watched;
