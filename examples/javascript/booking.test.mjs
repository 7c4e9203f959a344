import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { book } from './booking.mjs';
import { session } from './mockgms.mjs';

const TEN = '2026-03-02T10:00:00.000Z';
const QUARTER_PAST = '2026-03-02T10:15:00.000Z';
/** @type {Awaited<ReturnType<typeof session>>} */
let gms;

beforeEach(async () => {
  gms = await session({ clock: '2026-03-02T08:55:00Z' });
});

afterEach(() => gms.forget());

test('a callback is booked at the desired time', async () => {
  assert.equal(await book(gms.v3, 'sales', '+14155550100', TEN), TEN);
  const [callback] = await gms.callbacks();
  assert.equal(callback.slot, TEN);
});

test('when the slot is full, the first one that is proposed is taken', async () => {
  await gms.fill('sales', TEN);
  assert.equal(await book(gms.v3, 'sales', '+14155550100', TEN), QUARTER_PAST);
  await gms.verify({ request: { operation: 'schedule', phone: '+14155550100' }, exactly: 2 });
});

test('a callback is queued two minutes before its time', async () => {
  await book(gms.v3, 'sales', '+14155550100', TEN);
  await gms.advance('63m');
  const [callback] = await gms.callbacks();
  assert.equal(callback.state, 'QUEUED');
});

test('what goes wrong is told', async () => {
  await gms.arm({ name: 'broken', then: { fault: 'server_error', message: 'Out of order' } });
  await assert.rejects(book(gms.v3, 'sales', '+14155550100', TEN), /not booked: Out of order/);
});
