// Errors of the client.
//
// AdminError
//   NotReached    no server answers, or what answers is not mockgms
//   Refused       the server refuses the request
// VerificationFailed    the requests in the journal are not as expected

import { visible } from './journal-text.js';

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

  /**
   * @param {number} status the status of the answer
   * @param {{ message: string, field?: string, mistakes?: string[] }} answer the body of the answer
   */
  constructor(status, answer) {
    super([answer.message, ...(answer.mistakes ?? [])].map(visible).join('\n'));
    this.status = status;
    this.answer = answer;
    /** The field or parameter that is wrong, if it is one. */
    this.field = answer.field;
    /** All mistakes of a scenario or rule. */
    this.mistakes = answer.mistakes ?? [];
  }
}

/** The requests in the journal are not as expected. Test runners show it as a failed assertion. */
export class VerificationFailed extends Error {
  name = 'AssertionError';
}
