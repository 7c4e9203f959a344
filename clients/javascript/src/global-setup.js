// One server for a whole test run, as the `globalSetup` of Playwright or Vitest. Without it, each worker has its own.

import process from 'node:process';

import { start } from './start.js';

/**
 * Starts a server, and returns the function that stops it. Does nothing if MOCKGMS_URL names a server.
 *
 * @returns {Promise<() => Promise<void>>}
 */
export default async function setup() {
  if (process.env.MOCKGMS_URL) {
    return async () => {};
  }
  const server = await start();
  process.env.MOCKGMS_URL = server.url;
  return async () => {
    delete process.env.MOCKGMS_URL;
    await server.stop();
  };
}
