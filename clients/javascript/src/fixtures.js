// What the fixtures of all test runners share: the server, the session of a test, and its journal as text.

import process from 'node:process';

import { AdminError } from './errors.js';
import { connect } from './index.js';
import { renderExchange } from './journal-text.js';
import { randomHex } from './random.js';
import { start } from './start.js';

/**
 * @typedef {object} SessionStart
 * @property {import('./api.js').ScenarioSource} [scenario]
 * @property {import('./api.js').Moment} [clock]
 * @property {import('./api.js').Variables} [variables]
 */

const NEWEST = 20; // requests shown after a failure

/**
 * Returns the server at MOCKGMS_URL, or else starts one, and the function that ends what it started.
 * MOCKGMS_ADMIN_TOKEN is the token of the former.
 */
export async function openServer() {
  const { MOCKGMS_URL: url, MOCKGMS_ADMIN_TOKEN: token } = process.env;
  if (url) {
    return { server: connect(url, { token }), close: async () => {} };
  }
  const server = await start();
  return { server, close: () => server.stop() };
}

/**
 * Creates a session whose id begins with the name of the test.
 *
 * @param {import('./client.js').Client} server
 * @param {string} name
 * @param {SessionStart} [settings]
 */
export function sessionFor(server, name, settings = {}) {
  const readable = name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 48);
  return server.newSession({ id: `${readable}-${randomHex(12)}`.replace(/^-/, ''), ...settings });
}

/**
 * Returns the newest requests of a session as lines. It never fails, since it reports another failure.
 *
 * @param {import('./client.js').Client} session
 */
export async function journalOf(session) {
  try {
    return (await session.requests(undefined, { limit: NEWEST })).map(renderExchange).join('\n') || 'none';
  } catch (error) {
    if (error instanceof AdminError) {
      return error.message;
    }
    throw error;
  }
}
