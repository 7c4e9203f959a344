// The client against a real server, which start() starts.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, beforeEach, test } from 'node:test';

import { AdminError, connect, NotReached, Refused, start, VerificationFailed } from 'mockgms';

const VERSION = JSON.parse(readFileSync(new URL(import.meta.resolve('mockgms/package.json')), 'utf8')).version;
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
  assert.equal(connect(new URL('http://localhost:8080/s/mine')).id, 'mine');
  assert.equal(connect('http://localhost:8080/s/%zz').id, '%zz');
});

test('what is not the URL of a server is refused', () => {
  for (const url of ['localhost:8080', 'ftp://localhost', '', 'http://']) {
    assert.throws(() => connect(url), new TypeError(
      `'${url.replace(/\/+$/, '')}' is not the URL of a server, such as http://localhost:8080`,
    ));
  }
  assert.throws(() => connect('http://localhost:0'), /no running server has port 0: give its port$/);
  assert.throws(() => connect('http://localhost?a=b'), /is not the URL of a server, because of its \?a=b$/);
  assert.throws(() => connect('http://me:secret@localhost'), new TypeError(
    'the URL of a server has no user and no password: the option `token` is for the admin API',
  ));
});

test('a token or a timeout that cannot be used is refused, and the token is not shown', () => {
  assert.throws(() => connect(server.url, { token: 'secret\n' }), new TypeError(
    'the token has a space, a line break or another character that a token cannot have',
  ));
  for (const timeout of [0, -1, NaN, 86_401, /** @type {any} */ ('1')]) {
    assert.throws(() => connect(server.url, { timeout }), /^TypeError: connect takes the timeout as a number/);
  }
});

test('an unknown option is refused, with the nearest known one', async () => {
  /** @type {any} */
  const untyped = gms;
  await assert.rejects(untyped.newSession({ sceanrio: 'full-day' }), new TypeError(
    "newSession has no option 'sceanrio', did you mean `scenario`? (there are: id, scenario, clock, variables)",
  ));
  await assert.rejects(untyped.fill(TEN, 'sales', { xyz: 1 }), new TypeError(
    "fill has no option 'xyz' (there are: free)",
  ));
  await assert.rejects(untyped.newSession('mine'), new TypeError(
    "newSession takes its options as { id, scenario, clock, variables }, not 'mine'",
  ));
  const text = "arm takes its options as an object, not 'once'";
  await assert.rejects(untyped.arm('throttle', 'once'), new TypeError(text));
  assert.throws(() => connect(server.url, /** @type {any} */ ({ tokn: 'x' })), /did you mean `token`\?/);
  await assert.rejects(start(/** @type {any} */ ({ prot: 8080 })), /^TypeError: .* 'prot', did you mean `port`/);
});

test('null means that an argument is not given', async () => {
  /** @type {any} */
  const untyped = gms;
  const session = await untyped.newSession({ id: null, scenario: null, clock: null, variables: null });
  await session.freeze(null);
  await session.freeze(MONDAY);
  await session.fill(TEN, 'sales', null);
  await session.book('sales', PHONE, null, null);
  assert.ok((await session.slots('sales', { start: null, days: null })).length > 0);
  assert.deepEqual(await session.requests(null, { phone: null, status: null, limit: null, unmasked: null }), []);
  await session.verify(null, { order: null, exactly: 0, operation: 'schedule' });
  await session.arm('throttle', null, null);
  assert.equal((await session.arm('throttle', { name: null, times: null, when: undefined })).name, 'throttle-2');
});

test('a name that is missing is refused, before a path is made of it', async () => {
  /** @type {any} */
  const untyped = gms;
  assert.throws(() => untyped.session(), new TypeError('session takes the id as text, not undefined'));
  assert.throws(() => untyped.v1Url(), new TypeError('v1Url takes the service as text, not undefined'));
  await assert.rejects(untyped.fork({ id: 'x' }), new TypeError('fork takes the id as text, not an object'));
  await assert.rejects(untyped.disarm(''), new TypeError("disarm takes the name as text, not ''"));
  await assert.rejects(untyped.cancel(() => {}), new TypeError('cancel takes the id as text, not a function'));
  const list = 'requests takes the operation as text, not a list';
  await assert.rejects(untyped.requests(['schedule']), new TypeError(list));
  await assert.rejects(untyped.explain(), new TypeError(
    'explain takes an exchange of the journal, its number or a request, not undefined',
  ));
});

test('what is not a time is refused, and what has no form in JSON', async () => {
  await assert.rejects(gms.freeze(new Date('tomorrow')), /^TypeError: an invalid Date is not a time/);
  await assert.rejects(gms.freeze(/** @type {any} */ (Date.now())), /^TypeError: \d+ is not a time: write a text/);
  await assert.rejects(gms.arm('throttle', /** @type {any} */ ({ times: 1n })), /^TypeError: .*BigInt/);
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

test('a scenario file is sent with its parents by path and the values of its variables', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mockgms-'));
  mkdirSync(join(folder, 'parents', 'default.yaml'), { recursive: true });
  writeFileSync(join(folder, 'own.yaml'), 'extends: parents/${PARENT:-shop}.yaml\ndescription: ${TITLE}.\n');
  const shop = 'extends: default\ndescription: Shop.\nservices:\n  sales: {capacity: 7}\n';
  writeFileSync(join(folder, 'parents', 'shop.yaml'), `\ufeff${shop}`);
  const own = pathToFileURL(join(folder, 'own.yaml'));
  const { description } = await gms.use(own, { variables: { TITLE: 'Mine' } });
  await gms.freeze(MONDAY);
  const [slot] = await gms.slots('sales', { start: TEN });
  assert.deepEqual([description, slot.capacity], ['Mine.', 7]);
  process.env.TITLE = 'Of the environment';
  const session = await server.newSession({ scenario: join(folder, 'own.yaml') });
  assert.equal((await session.scenario()).description, 'Of the environment.');
  delete process.env.TITLE;
  await assert.rejects(gms.use(own, { variables: { TITEL: 1 } }), new RangeError(
    `the variable TITEL is not used in ${join(folder, 'own.yaml')}: the variables there are PARENT, TITLE`,
  ));
  await assert.rejects(gms.use(own, { variables: { TITLE: 'x', PARENT: 'none' } }), /own\.yaml:1:\d+: .*none/);
});

test('the parents and variables of a long file are found in linear time', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'mockgms-')), 'own.yaml');
  const texts = ['\n'.repeat(500_000), `extends: a${' '.repeat(500_000)}b"`, `extends: ${'${A:-'.repeat(100_000)}`];
  for (const text of texts) {
    writeFileSync(file, text);
    await assert.rejects(gms.use(file), Refused); // each took minutes
  }
});

test('variables without a file are refused', async () => {
  const message = 'variables are for the file of a scenario: ';
  await assert.rejects(gms.use('full-day', { variables: { A: 1 } }), new TypeError(
    `${message}this is a name, a text or an object`,
  ));
  await assert.rejects(gms.newSession({ variables: { A: 1 } }), new TypeError(`${message}\`scenario\` is missing`));
});

test('mistakes of a file name the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mockgms-'));
  const file = join(folder, 'own.yaml');
  writeFileSync(file, 'description: x\nservices:\n  a: {capcity: 1}\n');
  const mistake = `${file.split(sep).join('/')}:3:7: unknown key \`capcity\`, did you mean \`capacity\`?`;
  await assert.rejects(gms.use(file), (/** @type {Refused} */ error) => {
    assert.ok(error instanceof Refused && error instanceof AdminError);
    assert.deepEqual([error.status, error.mistakes], [400, [mistake]]);
    return true;
  });
  writeFileSync(file, `# ${'x'.repeat(1 << 20)}`);
  await assert.rejects(gms.use(file), new RangeError(`${file} has more than 1048576 bytes, which is the limit`));
  writeFileSync(file, Buffer.from([0xff]));
  await assert.rejects(gms.use(file), new TypeError(`${file} is not UTF-8: save it as UTF-8`));
  writeFileSync(file, 'description: ${A}');
  await assert.rejects(gms.use(pathToFileURL(folder)), new TypeError(`${folder} is not a regular file`));
  await assert.rejects(gms.use(join(folder, 'onw.yaml')), (/** @type {any} */ error) => {
    assert.match(error.message, /^ENOENT: .*onw\.yaml', did you mean `own\.yaml`\?$/);
    assert.equal(error.code, 'ENOENT');
    return true;
  });
  writeFileSync(file, 'description: None.');
  await assert.rejects(gms.use(file, { variables: { A: 1 } }), /: there are no variables$/);
});

test('a rule is armed by the name of its fault, its keys, several or a whole rule, and disarmed', async () => {
  assert.equal((await gms.arm('throttle', { times: 1, when: { operation: 'schedule' } })).name, 'throttle');
  const several = await gms.arm([{ fault: 'delay', by: '1ms' }, 'server_error']);
  assert.equal(several.name, 'delay-server_error');
  assert.deepEqual(several.rule.then, [{ fault: 'delay', by: '1ms' }, { fault: 'server_error' }]);
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

test('an armed rule disarms itself, also if it was removed already', async () => {
  const rule = await gms.arm('throttle');
  assert.deepEqual(JSON.parse(JSON.stringify(rule)), { ...rule });
  await rule.disarm();
  await rule.disarm();
  assert.equal((await book({ _customer_number: PHONE })).status, 200);
  if (Symbol.asyncDispose) {
    await (await gms.arm('throttle'))[Symbol.asyncDispose]();
    assert.equal((await book({ _customer_number: PHONE })).status, 200);
  }
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
  await gms.verify('schedule', { phone: PHONE, status: [400, 403] });
  await assert.rejects(gms.verify('cancel', /** @type {any} */ ({ exactly: 'x' })), Refused);
  await gms.forgetRequests();
  assert.deepEqual(await gms.requests(), []);
});

test('a failed verification is a failed assertion', async () => {
  await assert.rejects(gms.verify('schedule'), { name: 'AssertionError' });
});

test('an unknown, misplaced or repeated expectation is refused', async () => {
  await assert.rejects(gms.verify('schedule', /** @type {any} */ ({ exactley: 1 })), new TypeError(
    "verify has no option 'exactley', did you mean `exactly`? (there are: order, exactly, atLeast, atMost, "
    + 'noRetryBeforeRetryAfter, eachPhoneBookedAtMostOnce, operation, version, service, phone, status, rule, fault, '
    + 'method, path, fields, header, query)',
  ));
  await assert.rejects(gms.verify('schedule', { operation: 'cancel' }), new TypeError(
    "verify gets the filter 'operation' twice: 'schedule' and 'cancel'",
  ));
  for (const check of ['order', 'noRetryBeforeRetryAfter', 'each_phone_booked_at_most_once']) {
    const name = check.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
    await assert.rejects(gms.verify(/** @type {any} */ ({ [check]: true })), new TypeError(
      `verify takes '${name}' after the request: verify(undefined, { ${name}: ... })`,
    ));
  }
  await gms.verify('schedule', /** @type {any} */ ({ at_most: 3, at_least: 0 })); // as the admin API names them
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

test('a test may replace what is random and how requests are sent, without effect on the client', async (t) => {
  t.mock.method(Math, 'random', () => 0.5);
  t.mock.method(globalThis, 'fetch', () => { throw new Error('replaced'); });
  const [one, other] = [await gms.newSession(), await gms.fork()];
  assert.notEqual(one.id, other.id);
  assert.match(other.id, /^[0-9a-f]{32}$/);
});

test('a timeout is counted in seconds', async (t) => {
  const silent = createServer().listen(0, '127.0.0.1'); // accepts connections and answers none
  await once(silent, 'listening');
  t.after(() => silent.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (silent.address());
  const url = `http://127.0.0.1:${port}`;
  await assert.rejects(connect(url, { timeout: 0.010_5 }).clock(), new NotReached(
    `no answer from ${url}: The operation was aborted due to timeout`,
  ));
});

test('the reason of a refusal is shown once', async () => {
  await assert.rejects(gms.use('nope'), (/** @type {Refused} */ error) => {
    assert.deepEqual(Object.keys(error), ['name', 'status']);
    assert.deepEqual([error.mistakes.length, error.field, error.answer.mistakes], [1, undefined, error.mistakes]);
    return true;
  });
});

test('an error has the line of the test that waits for it in its stack', async () => {
  const nowhere = connect('http://127.0.0.1:2');
  for (const call of [() => gms.use('nope'), () => gms.verify('schedule'), () => nowhere.clock()]) {
    const waiting = async () => { await call(); };
    await assert.rejects(waiting, ({ stack }) => /at async waiting .*client\.test\.js:\d+/.test(stack));
  }
});

test('a server that does not start says why', async () => {
  await assert.rejects(start({ scenario: 'no-such-scenario' }), /did not start \(.*\): .*no-such-scenario/s);
  await assert.rejects(start({ command: ['no-such-program'] }), /did not start \(no-such-program\): .*ENOENT/);
  await assert.rejects(start({ command: ['sleep', '9', '#'], startTimeout: 0.01 }), /did not start \(sleep\)/);
  const node = (/** @type {string} */ script) => [process.execPath, '--eval', script, '--'];
  await assert.rejects(start({ command: node('process.exit(3)') }), /: it ended with status 3 without a message$/);
  const silent = 'process.stdin.resume().on("end", process.exit)';
  await assert.rejects(start({ command: node(silent), startTimeout: 0.01 }), (/** @type {Error} */ error) => (
    /: it was not ready after 0\.01 seconds \(startTimeout\)$/.test(error.message)));
});

test('a server of another version causes a warning, one of another patch does not', async () => {
  /** @type {string[]} */
  const warnings = [];
  const note = (/** @type {Error} */ { message }) => warnings.push(message);
  process.on('warning', note);
  const [major, minor] = VERSION.split('.');
  for (const version of [`${major}.${minor}.99`, '99.0.0']) {
    const script = `console.log("mockgms ${version} at http://localhost:1, scenario x"); process.stdin.resume()`;
    await (await start({ command: [process.execPath, '--eval', script, '--'] })).stop();
  }
  await new Promise((next) => { setImmediate(next); });
  process.off('warning', note);
  assert.deepEqual(warnings, [
    `${process.execPath} is mockgms 99.0.0, and the npm package is ${VERSION}: install the same version`,
  ]);
});

test('a server with a certificate has a URL of HTTPS', async () => {
  const script = `console.log("mockgms ${VERSION} at https://localhost:1, scenario x"); process.stdin.resume()`;
  const other = await start({ command: [process.execPath, '--eval', script, '--'] });
  assert.equal(other.url, 'https://127.0.0.1:1');
  await other.stop();
});

test('a command and options are lists', async () => {
  await assert.rejects(start(/** @type {any} */ ({ command: 'python -m mockgms' })), new TypeError(
    "start takes `command` as a list such as ['python', '-m', 'mockgms'], not 'python -m mockgms'",
  ));
  await assert.rejects(start({ command: [] }), /^TypeError: start takes `command` as a list .*, not an empty list$/);
  await assert.rejects(start(/** @type {any} */ ({ options: '--journal 5' })), new TypeError(
    "start takes `options` as a list such as ['--journal', '5000'], not '--journal 5'",
  ));
});

test('a stopped server no longer answers', async () => {
  const other = await start();
  assert.equal(await other.isReady(), true);
  await other.stop();
  assert.equal(await other.isReady(), false);
  await assert.rejects(other.clock(), NotReached);
  assert.equal(other.log, '');
  await other.stop();
});

test('a server starts with a scenario in a folder that a URL names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mockgms-'));
  writeFileSync(join(folder, 'shop.yaml'), 'description: Shop.');
  const other = await start({ scenario: pathToFileURL(join(folder, 'shop.yaml')), scenarios: pathToFileURL(folder) });
  assert.equal((await other.scenario()).description, 'Shop.');
  assert.equal((await other.use('shop')).description, 'Shop.');
  await other.stop();
});
