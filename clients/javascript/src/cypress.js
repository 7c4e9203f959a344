// The Cypress plugin for `setupNodeEvents` of cypress.config.js. `mockgms/cypress/support` has the command `cy.gms`.

import { nearest } from './arguments.js';
import { Client } from './client.js';
import { journalOf, openServer, sessionFor } from './fixtures.js';

/** @typedef {{ session: string, method: string, args: unknown[] }} Call */
/** @typedef {(event: any, action: any) => unknown} On */

// What returns no promise, or another client, which is no JSON.
const OTHERS = ['constructor', 'session', 'v1Url', 'newSession', 'fork'];
const METHODS = Object.getOwnPropertyNames(Client.prototype).filter((name) => (
  !OTHERS.includes(name) && typeof Object.getOwnPropertyDescriptor(Client.prototype, name)?.value === 'function'));

/**
 * Starts a server (or uses the one at MOCKGMS_URL), and registers the tasks of `cy.gms`. The server stops with Cypress.
 *
 * @template Config
 * @param {On} on
 * @param {Config} config
 * @returns {Promise<Config>} the configuration, for `setupNodeEvents` to return
 */
export default async function mockgms(on, config) {
  const { server } = await openServer();
  on('task', {
    /** @param {string} name */
    'mockgms:open': async (name) => {
      const { id, baseUrl, v3Url } = await sessionFor(server, name);
      return { id, baseUrl, v3Url };
    },
    /** @param {Call} call */
    'mockgms:call': async ({ session, method, args }) => {
      const gms = /** @type {any} */ (server.session(session));
      if (!METHODS.includes(method)) {
        const near = nearest(method, METHODS);
        throw new TypeError(`cy.gms: there is no method '${method}'${near ? `, did you mean \`${near}\`?` : ''}`);
      }
      const answer = await gms[method](...args);
      return answer === undefined ? null : answer; // what Cypress wants of a task without a result
    },
    /** @param {string} session */
    'mockgms:journal': (session) => journalOf(server.session(session)),
  });
  return config;
}
