// What Node.js and browsers share.

export { Client } from './client.js';
export { AdminError, NotReached, Refused, VerificationFailed } from './errors.js';
export { renderExchange } from './journal-text.js';
