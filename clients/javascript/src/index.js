// The package in Node.js.

import { Client } from './client.js';
import { readFile } from './files.js';

export * from './exports.js';
export { Server, start } from './start.js';

/**
 * Returns a client of a running server, or of one of its sessions. It asks the server only when a method is called.
 *
 * @param {string} url
 * @param {import('./api.js').ConnectOptions} [options]
 */
export function connect(url, options) {
  return new Client(url, { ...options, readFile });
}
