// Fixtures for Vitest: `gms`, a session for each test, whose journal is printed after a failed test.

import { test as base } from 'vitest';

import { journalOf, openServer, sessionFor } from './fixtures.js';

export { expect } from 'vitest';

/** @template T @typedef {(value: T) => Promise<void>} Use */
/** @typedef {import('./client.js').Client} Client */

/** @typedef {{ gms: Client, gmsStart: import('./fixtures.js').SessionStart, mockgms: Client }} Fixtures */

/**
 * Vitest's `test` with the fixtures `gms`, `gmsStart` and `mockgms`. `override` sets fixtures for a file or a suite.
 *
 * @type {import('vitest').TestAPI<Fixtures> & { override: (fixtures: Partial<Fixtures>) => void }}
 */
export const test = /** @type {any} */ (base).extend({
  gmsStart: /** @type {import('./fixtures.js').SessionStart} */ ({}),
  // eslint-disable-next-line no-empty-pattern -- Vitest reads the names in it
  mockgms: [async ({}, /** @type {Use<Client>} */ use) => {
    const { server, close } = await openServer();
    await use(server);
    await close();
  }, { scope: 'worker' }],
  gms: async (
    /** @type {any} */ { mockgms, gmsStart, task },
    /** @type {Use<Client>} */ use,
  ) => {
    const session = await sessionFor(mockgms, task.name, gmsStart);
    await use(session);
    if (task.result?.state === 'fail') {
      // eslint-disable-next-line no-console -- Vitest shows it with the test
      console.error(`requests to mockgms, session ${session.id}\n${await journalOf(session)}`);
    }
    await session.forget();
  },
});

test.override ??= test.scoped; // its name before Vitest 4.1
