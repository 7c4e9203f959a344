// The Cypress plugin, with a stand-in for what Cypress passes to it: Cypress itself is a download from another host.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { start } from 'mockgms';

test('a test has a session, whose methods are called by name and whose journal is shown after a failure', async (t) => {
  const server = await start();
  t.after(() => server.stop());
  process.env.MOCKGMS_URL = server.url;
  /** @type {{ [task: string]: (argument: any) => Promise<any> }} */
  let tasks = {};
  const { default: mockgms } = await import('mockgms/cypress');
  const config = { baseUrl: 'http://localhost:3000' };
  assert.equal(await mockgms((event, action) => { tasks = event === 'task' ? action : {}; }, config), config);

  /** @type {{ [name: string]: (...args: any[]) => any }} */
  const commands = {};
  /** @type {((this: any) => any)[]} */
  const hooks = [];
  /** @type {Promise<unknown>[]} */
  const queue = [];
  /** @type {string[]} */
  const shown = [];
  // Cypress runs commands later, and passes what crosses its processes as JSON.
  const cy = {
    wrap: (/** @type {any} */ value) => value,
    task: (/** @type {string} */ name, /** @type {any} */ argument) => {
      const done = tasks[name](JSON.parse(JSON.stringify(argument))).then((answer) => {
        assert.notEqual(answer, undefined);
        return JSON.parse(JSON.stringify(answer));
      });
      queue.push(done.catch(() => {}));
      const chain = { then: (/** @type {any} */ use) => queue.push(done.then(use, () => {})) };
      return name === 'mockgms:open' ? chain : done;
    },
  };
  const Cypress = {
    Commands: { add: (/** @type {string} */ name, /** @type {any} */ command) => { commands[name] = command; } },
    currentTest: { title: 'books' },
    log: (/** @type {{ message: string }} */ { message }) => shown.push(message),
  };
  const add = (/** @type {any} */ hook) => hooks.push(hook);
  Object.assign(globalThis, { Cypress, cy, beforeEach: add, afterEach: add });
  await import('mockgms/cypress/support');
  const [before, after] = hooks;

  before.call({});
  await Promise.all(queue);
  const session = commands.gmsSession();
  const baseUrl = `${server.url}/s/${session.id}`;
  assert.deepEqual(session, { id: session.id, baseUrl, v3Url: `${baseUrl}/engagement/v3/callbacks` });
  assert.match(session.id, /^books-/);
  assert.equal((await commands.gms('freeze', '2026-03-02T08:55:00.000Z')).now, '2026-03-02T08:55:00.000Z');
  assert.equal((await commands.gms('book', 'sales', '+14155550100')).service, 'sales');
  assert.equal(await commands.gms('verify', 'schedule', { exactly: 0 }), null);
  await assert.rejects(commands.gms('bok'), new TypeError("cy.gms: there is no method 'bok', did you mean `book`?"));
  for (const name of ['xyz', 'constructor', 'newSession', 'opened']) {
    await assert.rejects(commands.gms(name), new RegExp(`^TypeError: cy.gms: there is no method '${name}'`));
  }
  await assert.rejects(commands.gms('_ask'), /^TypeError: cy.gms: there is no method '_ask'/);
  assert.equal((await commands.gms('requests', undefined, { limit: 1 })).length, 0);
  await fetch(`${session.baseUrl}/genesys/1/service/callback/sales/availability`);

  shown.length = 0;
  after.call({ currentTest: { state: 'failed', title: 'books' } });
  await Promise.all(queue);
  await new Promise((next) => { setImmediate(next); });
  assert.match(shown[0], /^requests of books\n#1 {2}\S+ {2}GET \/\S+\/availability -> 200$/);
  assert.deepEqual((await server.sessions()).map(({ id }) => id), ['default']);

  await server.stop();
  before.call({});
  await Promise.all(queue);
  after.call({ currentTest: { state: 'failed', title: 'books' } }); // nothing is asked for the session of another test
  assert.equal(commands.gmsSession(), undefined);
});
