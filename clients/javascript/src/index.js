// The package in Node.js.

import { Client } from './client.js';
import { readScenario } from './files.js';

export * from './exports.js';
export { Server, start } from './start.js';

/**
 * Returns a client of a running server, or of one of its sessions. It asks the server only when a method is called.
 *
 * @param {string | URL} url
 * @param {import('./api.js').ConnectOptions} [options]
 * @throws {TypeError} if the URL is not that of a server, or an option is wrong
 */
export function connect(url, options) {
  return new Client(url, options, readScenario);
}
