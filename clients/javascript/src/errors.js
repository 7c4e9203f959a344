// Errors of the client.
//
// AdminError
//   NotReached    no server answers, or what answers is not mockgms
//   Refused       the server refuses the request
// VerificationFailed    the requests in the journal are not as expected

import { visible } from './journal-text.js';

/** @typedef {{ message: string, field?: string, mistakes?: string[] }} Answer */

/** A call of the admin API failed; the message says why. */
export class AdminError extends Error {
  name = 'AdminError';
}

/** No server answered, or the answer is not one of mockgms. */
export class NotReached extends AdminError {
  name = 'NotReached';
}

/** The server refused a request. */
export class Refused extends AdminError {
  name = 'Refused';
  /** @type {Answer} */ #answer; // no own property, since test runners print those after the message

  /**
   * @param {number} status the status of the answer
   * @param {Answer} answer the body of the answer
   */
  constructor(status, answer) {
    super([answer.message, ...(answer.mistakes ?? [])].map(visible).join('\n'));
    this.#answer = answer;
    /** The status of the answer. */
    this.status = status;
  }

  /** The body of the answer. */
  get answer() {
    return this.#answer;
  }

  /** The field or parameter that is wrong, if it is one. */
  get field() {
    return this.#answer.field;
  }

  /** All mistakes of a scenario or rule. */
  get mistakes() {
    return this.#answer.mistakes ?? [];
  }
}

/** The requests in the journal are not as expected. Test runners show it as a failed assertion. */
export class VerificationFailed extends Error {
  name = 'AssertionError';
}
