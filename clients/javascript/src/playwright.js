// Fixtures for Playwright: `gms`, a session for each test, whose journal is attached to the report of a failed test.

import { test as base } from '@playwright/test';

import { journalOf, openServer, sessionFor } from './fixtures.js';

export { expect } from '@playwright/test';

const API = /^\/(genesys|engagement|callbacks)\//;

/**
 * @typedef {object} TestFixtures
 * @property {import('./client.js').Client} gms a session for this test alone; it is deleted afterwards
 * @property {import('./fixtures.js').SessionStart} gmsStart the scenario of the session, and the time at which its
 *   clock is frozen: `test.use({ gmsStart: { scenario: 'full-day', clock: '2026-03-02T08:55:00Z' } })`
 */

/**
 * @typedef {object} WorkerFixtures
 * @property {import('./client.js').Client} mockgms the server at MOCKGMS_URL, or else one for this worker
 */

/**
 * @type {import('@playwright/test').Fixtures<
 *   TestFixtures, WorkerFixtures,
 *   import('@playwright/test').PlaywrightTestArgs, import('@playwright/test').PlaywrightWorkerArgs
 * >}
 */
export const fixtures = {
  gmsStart: [{}, { option: true }],
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names in it
  mockgms: [async ({}, use) => {
    const { server, close } = await openServer();
    await use(server);
    await close();
  }, { scope: 'worker', timeout: 0 }], // start() has its own limit: the server may be downloaded first
  gms: async ({ mockgms, gmsStart }, use, info) => {
    const session = await sessionFor(mockgms, info.title, gmsStart);
    await use(session);
    if (info.status !== info.expectedStatus) {
      await info.attach(`requests to mockgms, session ${session.id}`, {
        body: await journalOf(session), contentType: 'text/plain',
      });
    }
    await session.forget();
  },
};

/** Playwright's `test` with the fixtures `gms`, `gmsStart` and `mockgms`. */
export const test = base.extend(fixtures);

/** The same as `test`, for tests of the API itself: `request.post('genesys/1/...')` reaches the session. */
export const apiTest = test.extend({
  baseURL: async ({ gms }, use) => {
    await use(`${gms.baseUrl}/`);
  },
});

/**
 * Sends the requests of a page for the API, whatever their host, to a session: those whose path begins with
 * `/genesys/`, `/engagement/` or `/callbacks/`. The page sees no difference, and needs no other configuration.
 *
 * The test fetches the answers, because browsers keep pages of HTTPS or of another machine from reaching this machine.
 * The page gets each answer as a whole, and a broken one as a lost connection.
 *
 * @param {import('@playwright/test').Page | import('@playwright/test').BrowserContext} page
 * @param {import('./client.js').Client} gms
 * @param {RegExp} [path] the paths of the API, in place of these
 * @returns {Promise<void>} when the requests that follow are forwarded
 */
export async function forward(page, gms, path = API) {
  await page.route(({ pathname }) => pathname.search(path) >= 0, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    try {
      await route.fulfill({ response: await route.fetch({ url: gms.baseUrl + pathname + search, timeout: 0 }) });
    } catch {
      await route.abort('connectionreset');
    }
  });
}
