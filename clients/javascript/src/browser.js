// The package in browsers.

import { Client } from './client.js';

export * from './exports.js';

/**
 * Returns a client of a running server, or of one of its sessions. It asks the server only when a method is called.
 *
 * @param {string | URL} url
 * @param {import('./api.js').ConnectOptions} [options]
 * @throws {TypeError} if the URL is not that of a server, or an option is wrong
 */
export function connect(url, options) {
  return new Client(url, options);
}

/**
 * Rejects, since a page cannot start a server.
 *
 * @returns {Promise<never>}
 */
export async function start() {
  throw new Error('start() needs Node.js. In a page, use connect(url) for a server that runs already.');
}
