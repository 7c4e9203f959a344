// Tests for Vitest; tests/javascript runs them. The last one fails, so that its report can be read.

import { describe } from 'vitest';

import { expect, test } from 'mockgms/vitest';

/** @param {string} url */
async function book(url) {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ _customer_number: '+14155550100' }) });
  return answer.status;
}

describe('a session for each test', () => {
  test.override({ gmsStart: { clock: '2026-03-02T08:55:00.000Z' } });

  for (const number of [1, 2]) {
    test(`its own bookings alone, ${number}`, async ({ gms }) => {
      expect(await book(gms.v1Url('sales'))).toBe(200);
      expect(await gms.callbacks()).toHaveLength(1);
      expect((await gms.clock()).now).toBe('2026-03-02T08:55:00.000Z');
    });
  }
});

test('this one fails', async ({ gms }) => {
  await book(gms.v1Url('sales'));
  await gms.verify('cancel');
});
