// The client against a real server, which start() starts.

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, beforeEach, test } from 'node:test';

import { AdminError, connect, NotReached, Refused, start, VerificationFailed } from 'mockgms';

const MONDAY = '2026-03-02T08:55:00.000Z';
const TEN = '2026-03-02T10:00:00.000Z';
const PHONE = '+14155550100';

/** @type {import('mockgms').Server} */
let server;
/** @type {import('mockgms').Client} */
let gms;

before(async () => {
  server = await start({ options: ['--journal', '50'] });
});
after(() => server.stop());
beforeEach(async () => {
  gms = await server.newSession({ clock: MONDAY });
});

/** @param {{ [name: string]: unknown }} fields */
async function book(fields) {
  return fetch(gms.v1Url('sales'), { method: 'POST', body: JSON.stringify(fields) });
}

test('the addresses of a session have its id, those of the default session do not', () => {
  const session = connect('http://localhost:8080/s/a%20b/');
  assert.deepEqual(
    [session.id, session.baseUrl, session.v3Url, session.v1Url('a/b')],
    ['a b', 'http://localhost:8080/s/a%20b', 'http://localhost:8080/s/a%20b/engagement/v3/callbacks',
      'http://localhost:8080/s/a%20b/genesys/1/service/callback/a%2Fb'],
  );
  assert.deepEqual([session.session('default').baseUrl], ['http://localhost:8080']);
});

test('what is not the URL of a server is refused', () => {
  for (const url of ['localhost:8080', 'ftp://localhost', '', 'http://']) {
    assert.throws(() => connect(url), new TypeError(
      `'${url.replace(/\/+$/, '')}' is not the URL of a server, such as http://localhost:8080`,
    ));
  }
  assert.throws(() => connect('http://localhost:0'), /no running server has port 0: give its port$/);
});

test('a session is created, listed, copied and deleted', async () => {
  await gms.book('sales', PHONE, TEN, { name: 'Ann' });
  const copy = await gms.fork();
  await gms.forget();
  assert.deepEqual((await copy.callbacks()).map(({ service, slot }) => [service, slot]), [['sales', TEN]]);
  const ids = (await server.sessions()).map(({ id }) => id);
  assert.deepEqual([ids.includes(copy.id), ids.includes(gms.id)], [true, false]);
  const scenario = { description: 'Mine.' };
  const named = await server.newSession({ id: 'named', scenario, clock: new Date(MONDAY) });
  assert.equal(named.id, 'named');
  assert.deepEqual([(await named.scenario()).description, (await named.clock()).now], ['Mine.', MONDAY]);
});

test('a snapshot restores a session elsewhere', async () => {
  await gms.book('sales', PHONE, new Date(TEN));
  const other = server.session('elsewhere');
  const restored = await other.restore(await gms.snapshot());
  assert.equal(restored.callbacks, 1);
  await other.reset();
  assert.deepEqual(await other.callbacks(), []);
});

test('a scenario is used by name, as text, as an object, or as a file', async () => {
  assert.equal((await gms.use('full-day')).name, 'full-day');
  assert.equal((await gms.use('description: As text.')).description, 'As text.');
  assert.equal((await gms.use({ description: 'As an object.' })).description, 'As an object.');
  const file = join(mkdtempSync(join(tmpdir(), 'mockgms-')), 'own.yaml');
  writeFileSync(file, 'description: In a file.');
  assert.equal((await gms.use(file)).description, 'In a file.');
  const session = await server.newSession({ scenario: pathToFileURL(file) });
  assert.equal((await session.scenario()).description, 'In a file.');
});

test('mistakes of a file name the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mockgms-'));
  const file = join(folder, 'own.yaml');
  writeFileSync(file, 'description: x\nservices:\n  a: {capcity: 1}\n');
  const mistake = `${file}:3:7: unknown key \`capcity\`, did you mean \`capacity\`?`;
  await assert.rejects(gms.use(file), (/** @type {Refused} */ error) => {
    assert.ok(error instanceof Refused && error instanceof AdminError);
    assert.deepEqual([error.status, error.mistakes], [400, [mistake]]);
    return true;
  });
  writeFileSync(file, `# ${'x'.repeat(1 << 20)}`);
  await assert.rejects(gms.use(file), new RangeError(`${file} has more than 1048576 bytes, which is the limit`));
  await assert.rejects(gms.use(pathToFileURL(folder)), new TypeError(`${folder} is not a regular file`));
  await assert.rejects(gms.use('missing.yaml'), /ENOENT/);
});

test('a rule is armed by the name of its fault, its keys, several or a whole rule, and disarmed', async () => {
  assert.equal((await gms.arm('throttle', { times: 1, when: { operation: 'schedule' } })).name, 'throttle');
  assert.equal((await gms.arm([{ fault: 'delay', by: '1ms' }, { fault: 'server_error' }])).name, 'delay-server_error');
  const whole = await gms.arm({ name: 'whole', then: { fault: 'rival' } }, { for: '1m', when: { service: 'support' } });
  assert.equal(whole.name, 'whole');
  const armed = (/** @type {{ name: string }[]} */ rules) => (
    rules.map(({ name }) => name).filter((name) => !/^magic/.test(name)));
  assert.deepEqual(armed(await gms.rules()), ['whole', 'delay-server_error', 'throttle']);
  assert.deepEqual(armed(await gms.disarm('delay-server_error')), ['whole', 'throttle']);
  assert.equal((await book({ _customer_number: PHONE })).status, 429);
  const fired = (/** @type {import('mockgms').Coverage} */ { rules }) => (
    rules.find(({ name }) => name === 'throttle')?.firings);
  assert.deepEqual([fired(await gms.coverage()), fired(await gms.coverage({ allSessions: true }))], [1, 1]);
});

test('a rule without a name gets one of its own, and can be tried last', async () => {
  assert.equal((await gms.arm('throttle', { times: 1 })).name, 'throttle');
  assert.equal((await gms.arm('server_error', {}, { last: true })).name, 'server_error');
  assert.equal((await gms.arm('throttle', { times: 1 })).name, 'throttle-2');
  assert.equal((await gms.arm('throttle', { name: 'throttle', times: 1 })).name, 'throttle');
  const statuses = [];
  for (let count = 0; count < 3; count += 1) {
    statuses.push((await book({ _customer_number: PHONE })).status);
  }
  assert.deepEqual(statuses, [429, 429, 500]);
});

test('a rule can be armed with a sequence or a choice in place of its faults, and needs no name', async () => {
  assert.equal((await gms.arm({ sequence: ['server_error', 'pass'], when: { operation: 'schedule' } })).name, 'armed');
  assert.deepEqual(
    [(await book({ _customer_number: PHONE })).status, (await book({ _customer_number: PHONE })).status], [500, 200]);
  const choice = await gms.arm({ choose: [{ weight: 1, then: 'throttle' }] }, { name: 'chosen' });
  assert.equal(choice.name, 'chosen');
  assert.equal((await gms.arm({ then: ['throttle'] })).name, 'throttle');
  assert.equal((await book({ _customer_number: PHONE })).status, 429);
});

test('the clock is advanced, frozen and released', async () => {
  assert.deepEqual(await gms.advance('15m'), { ...(await gms.clock()), now: '2026-03-02T09:10:00.000Z' });
  await gms.use({ description: 'Hours.', services: { sales: { office_hours: ['mon-fri 09:00-17:00'] } } });
  assert.equal((await gms.freeze('2026-03-07T12:00:00Z')).now, '2026-03-07T12:00:00.000Z');
  assert.equal((await gms.freeze()).frozen, true);
  assert.equal((await gms.advanceToOpening('sales')).now, '2026-03-09T09:00:00.000Z');
  assert.equal((await gms.run()).frozen, false);
});

test('slots are listed and filled, callbacks booked and moved', async () => {
  const [slot] = await gms.slots('sales', { start: TEN, days: 1 });
  assert.equal(slot.start, TEN);
  assert.equal((await gms.fill(TEN, 'sales', { free: 1 })).free, 1);
  assert.equal((await gms.fill(TEN, 'sales')).free, 0);
  const { id } = await gms.book('sales', PHONE);
  assert.equal((await gms.move(id, 'COMPLETED', { reason: 'NO_ANSWER' })).state, 'COMPLETED');
  assert.ok((await gms.slots('sales')).length > 0);
});

test('the journal is read, explained, verified and emptied', async () => {
  await book({ _customer_number: PHONE, _desired_time: TEN });
  await gms.fill('2026-03-02T10:15:00Z', 'sales');
  await book({ _customer_number: PHONE, _desired_time: '2026-03-02T10:15:00.000Z' });
  const [first, second] = await gms.requests('schedule', { phone: PHONE, unmasked: true });
  assert.deepEqual([first.answer?.status, second.answer?.status], [200, 400]);
  assert.equal((await gms.requests('schedule', { status: 400, limit: 5 })).length, 1);
  const { paragraph } = await gms.explain(second);
  assert.equal((await gms.explain(second.id)).paragraph, paragraph);
  const fields = { _customer_number: '1' };
  const path = '/genesys/1/service/callback/sales';
  assert.ok((await gms.explain({ method: 'POST', path, fields })).paragraph);
  await gms.verify('schedule', { exactly: 2 });
  await gms.verify({ operation: 'schedule', status: 400 });
  await gms.verify(undefined, { order: ['v1.schedule', { operation: 'schedule', status: 400 }] });
  await assert.rejects(gms.verify('schedule', { eachPhoneBookedAtMostOnce: true, atMost: 1 }), VerificationFailed);
  await assert.rejects(gms.verify('cancel'), (/** @type {Error} */ error) => {
    assert.equal(error.name, 'AssertionError');
    assert.match(error.message, /^[^\n]+\n {2}request \d+: operation is v1.schedule, not cancel\n/);
    return true;
  });
  await assert.rejects(gms.verify('cancel', /** @type {any} */ ({ exactly: 'x' })), Refused);
  await gms.forgetRequests();
  assert.deepEqual(await gms.requests(), []);
});

test('a callback that is cancelled is completed, as if its customer had cancelled it', async () => {
  const { id } = await gms.book('sales', PHONE, TEN);
  const { state, reason } = await gms.cancel(id);
  assert.deepEqual([state, reason], ['COMPLETED', 'CANCELLED']);
});

test('a client knows the sessions that it has created', async () => {
  const client = connect(server.url);
  const made = await client.newSession({ id: 'made' });
  await made.fork('forked');
  assert.deepEqual(client.opened, ['made', 'forked']);
  await made.forget();
  assert.deepEqual(client.opened, ['forked']);
});

test('the scenarios of the server have names', async () => {
  assert.ok((await gms.scenarios()).some(({ name }) => name === 'office-hours'));
});

test('the metrics are text', async () => {
  assert.match(await server.metrics(), /^# HELP /);
});

test('a server that does not answer is not reached', async () => {
  const free = connect('http://127.0.0.1:1');
  await assert.rejects(free.clock(), new NotReached('no answer from http://127.0.0.1:1: bad port'));
  await assert.rejects(connect(`${server.url}/elsewhere`, { token: 'x' }).metrics(), AdminError);
});

test('a timeout is counted in seconds', async () => {
  await assert.rejects(connect(server.url, { timeout: 0.000_001 }).clock(), NotReached);
});

test('a server that does not start says why', async () => {
  await assert.rejects(start({ scenario: 'no-such-scenario' }), /did not start \(.*\): .*no-such-scenario/s);
  await assert.rejects(start({ command: ['no-such-program'] }), /did not start \(no-such-program\): .*ENOENT/);
  await assert.rejects(start({ command: ['sleep', '9', '#'], startTimeout: 0.01 }), /did not start \(sleep\)/);
});

test('a stopped server no longer answers', async () => {
  const other = await start();
  assert.equal(await other.isReady(), true);
  await other.stop();
  assert.equal(await other.isReady(), false);
  await assert.rejects(other.clock(), NotReached);
  assert.equal(other.log, '');
});
