// A project in TypeScript that uses the package; tests/javascript compiles it.

import { connect, start, Refused, type Callback, type Clock, type Faults, type Server } from 'mockgms';
import setup from 'mockgms/global-setup';
import { expect, forward, test } from 'mockgms/playwright';
import { test as vitest } from 'mockgms/vitest';
import mockgms from 'mockgms/cypress';
import 'mockgms/cypress/support';

export async function consume(): Promise<[Callback[], Clock, number]> {
  const server: Server = await start({ scenario: 'office-hours', options: ['--journal', '50'] });
  const gms = await server.newSession({ clock: new Date(0) });
  await gms.arm('throttle', { times: 1, when: { phone: '+1555*' } });
  await gms.verify({ operation: 'schedule' }, { atLeast: 2, noRetryBeforeRetryAfter: true, order: ['schedule'] });
  const [exchange] = await connect(gms.baseUrl, { token: 'x', timeout: 1 }).requests('schedule', { limit: 1 });
  await gms.arm({ fault: 'delay', by: '2s' });
  await gms.arm(['disconnect', { fault: 'server_error', status: 503 }] satisfies Faults);
  await gms.arm({ name: 'mine', then: 'throttle', skip: 1 });
  // @ts-expect-error -- a mistyped fault
  await gms.arm('throtle');
  // @ts-expect-error -- a mistyped fault with keys
  await gms.arm({ fault: 'dellay', by: '2s' });
  // @ts-expect-error -- a fault that needs keys
  await gms.arm('delay');
  // @ts-expect-error -- a mistyped expectation
  await gms.verify('schedule', { atMots: 2 });
  // @ts-expect-error -- a field that no clock has
  (await gms.clock()).frosen;
  // @ts-expect-error -- what is not public
  gms._ask;
  await gms.use('shop.yaml', { variables: { CAPACITY: 3 } });
  await gms.verify('schedule', { phone: ['+1555*', '+1666*'], fields: { level: 'gold' } });
  // @ts-expect-error -- a mistyped option
  await gms.slots('sales', { strat: new Date() });
  {
    await using rule = await gms.arm('throttle');
    await rule.disarm();
  }
  await server.stop();
  return [await gms.callbacks(), await gms.clock(), exchange.answer?.status ?? 0];
}

export const plugins = [setup, mockgms, Refused];

test('for Playwright', async ({ page, gms, mockgms: server }) => {
  await forward(page, gms, /^\/api\//);
  expect(await server.sessions()).toEqual([]);
});

vitest('for Vitest', async ({ gms }) => gms.forget());

// What the types of Cypress declare. The check was made once with these too (Cypress 15).
declare global {
  namespace Cypress {
    interface Chainable<Subject = any> { then(use: (subject: Subject) => void): void }
  }
}
declare const cy: Cypress.Chainable;
cy.gms('arm', 'throttle', { times: 1 });
cy.gms('freeze', '2026-03-02T08:55:00Z').then(({ now }) => now.length);
cy.gmsSession().then(({ v3Url }) => v3Url.length);
cy.gms('arm', 'throttle').then(({ name }) => name.length);
// @ts-expect-error -- a rule that Cypress yields is JSON
cy.gms('arm', 'throttle').then((rule) => rule.disarm());
// @ts-expect-error -- a mistyped method
cy.gms('frezee');
// @ts-expect-error -- a mistyped fault
cy.gms('arm', 'throtle');
// @ts-expect-error -- a mistyped expectation
cy.gms('verify', 'schedule', { atMots: 2 });
