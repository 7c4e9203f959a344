// The commands of Cypress: import this in cypress/support/e2e.js. Each test has its own session.
//
//   cy.gms('freeze', '2026-03-02T08:55:00Z')   calls a method of the client, and yields its answer
//   cy.gms('arm', 'throttle', { times: 1 })
//   cy.gmsSession()                            yields { id, baseUrl, v3Url }

// The types of Cypress would be a dependency.
const { Cypress, cy, beforeEach, afterEach } = /** @type {any} */ (globalThis);
const QUIETLY = { log: false };

/** @type {{ id: string, baseUrl: string, v3Url: string } | undefined} */
let session;

Cypress.Commands.add('gmsSession', () => cy.wrap(session, QUIETLY));

Cypress.Commands.add('gms', (/** @type {string} */ method, /** @type {unknown[]} */ ...args) => {
  Cypress.log({ name: 'gms', message: [method, ...args.map((each) => JSON.stringify(each))].join(' ') });
  return cy.task('mockgms:call', { session: session?.id, method, args }, QUIETLY);
});

beforeEach(() => {
  session = undefined;
  cy.task('mockgms:open', Cypress.currentTest.title, QUIETLY).then((/** @type {any} */ opened) => {
    session = opened;
  });
});

afterEach(/** @this {any} */ function report() {
  const { state, title } = this.currentTest;
  if (!session) {
    return; // the server has not opened it, which the test reports
  }
  if (state === 'failed') {
    cy.task('mockgms:journal', session.id, QUIETLY).then((/** @type {string} */ journal) => {
      Cypress.log({ name: 'gms', message: `requests of ${title}\n${journal}` });
    });
  }
  cy.task('mockgms:call', { session: session.id, method: 'forget', args: [] }, QUIETLY);
});
