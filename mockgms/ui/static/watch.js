// A watch on the requests of this page: what each was, and what came back.

let fault = '';
let last = null;

/** Let the next request ask for a fault ("" for none), and forget the one before. */
export function expect(wanted) {
  fault = wanted;
  last = null;
}

/** The request since `expect` was called, or null: {method, url, headers, body, answer, giveUp}. */
export function seen() {
  return last;
}

class Watched extends XMLHttpRequest {
  open(method, url, ...rest) {
    this._seen = { method, url: new URL(url, location.href), headers: [], body: null, answer: null };
    this._seen.giveUp = () => this.abort();
    super.open(method, url, ...rest);
  }

  setRequestHeader(name, value) {
    super.setRequestHeader(name, value);
    this._seen.headers.push([name, String(value)]);
  }

  send(body) {
    if (fault) this.setRequestHeader('X-Mockgms-Fault', fault);
    fault = '';
    last = Object.assign(this._seen, { body });
    this.addEventListener('load', () => {
      const { status, statusText, responseText } = this;
      this._seen.answer = { status, statusText, headers: this.getAllResponseHeaders(), body: responseText };
    });
    super.send(body);
  }
}

window.XMLHttpRequest = Watched;
