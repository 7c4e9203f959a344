// Tests for Playwright; tests/javascript runs them. The last one fails, so that its report can be read.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { apiTest, expect, forward, test } from 'mockgms/playwright';

const MONDAY = '2026-03-02T08:55:00.000Z';
const LOCAL = 'http://localhost:3000/';
const BOOKING = { _customer_number: '+14155550100', _desired_time: '2026-03-02T10:00:00.000Z' };
const APP = `<button>Book</button><output></output><script>
  document.querySelector('button').onclick = async () => {
    const body = JSON.stringify(${JSON.stringify(BOOKING)});
    const answer = await fetch('/genesys/1/service/callback/sales', { method: 'POST', body }).catch((error) => error);
    document.querySelector('output').textContent = answer.status ?? answer.name;
  };
</script>`;

test.use({ gmsStart: { clock: MONDAY } });
apiTest.use({ gmsStart: { clock: MONDAY } });

/**
 * @param {import('@playwright/test').Page} page
 * @param {import('mockgms').Client} gms
 * @param {string} url
 */
async function open(page, gms, url = LOCAL) {
  await page.route(url, (route) => route.fulfill({ body: APP, contentType: 'text/html' }));
  await forward(page, gms);
  await page.goto(url);
}

for (const [name, url] of [['of this machine', LOCAL], ['from elsewhere', 'https://app.test/']]) {
  test(`a page ${name} books in the session of the test`, async ({ page, gms }) => {
    await open(page, gms, url);
    await page.getByRole('button').click();
    await expect(page.getByRole('status')).toHaveText('200');
    await gms.verify('v1.schedule', { exactly: 1 });
  });

  test(`a page ${name} meets a broken connection`, async ({ page, gms }) => {
    await gms.arm('disconnect', { times: 1 });
    await open(page, gms, url);
    await page.getByRole('button').click();
    await expect(page.getByRole('status')).toHaveText('TypeError');
  });
}

test('a pattern of its own with the flag g forwards each request', async ({ page, gms }) => {
  await page.route(LOCAL, (route) => route.fulfill({ body: APP, contentType: 'text/html' }));
  await forward(page, gms, /^\/genesys\//g);
  await gms.arm('throttle', { skip: 1 });
  await page.goto(LOCAL);
  for (const status of ['200', '429']) {
    await page.getByRole('button').click();
    await expect(page.getByRole('status')).toHaveText(status);
  }
});

test('the page meets a full slot', async ({ page, gms }) => {
  await gms.fill(BOOKING._desired_time, 'sales');
  await open(page, gms);
  await page.getByRole('button').click();
  await expect(page.getByRole('status')).toHaveText('400');
});

apiTest('the API is tested by baseURL', async ({ request, gms }) => {
  const answer = await request.post('genesys/1/service/callback/sales', { data: BOOKING });
  expect(answer.status()).toBe(200);
  expect(await gms.callbacks()).toHaveLength(1);
  expect((await gms.clock()).now).toBe(MONDAY);
});

test('a page controls its session, and a reason that the browser hides is in its console', async ({ page, gms }) => {
  const source = fileURLToPath(new URL('./', import.meta.resolve('mockgms')));
  const files = createServer(({ url = '/' }, answer) => {
    answer.setHeader('Content-Type', url === '/' ? 'text/html' : 'text/javascript');
    answer.end(url === '/' ? APP : readFileSync(join(source, url)));
  });
  await new Promise((listening) => { files.listen(0, 'localhost', () => listening(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (files.address());
  await page.goto(`http://localhost:${port}/`);
  const results = await page.evaluate(async (url) => {
    const browser = '/browser.js';
    const { connect } = await import(browser);
    const { frozen } = await connect(url).clock();
    const { message } = await connect('http://127.0.0.1:2').clock().catch((/** @type {Error} */ error) => error);
    return [frozen, message];
  }, gms.baseUrl);
  expect(results).toEqual(
    [true, 'no answer from http://127.0.0.1:2: Failed to fetch (the console of the browser says why)'],
  );
  await page.close();
  files.close();
});

test('this one fails', async ({ page, gms }) => {
  await open(page, gms);
  await page.getByRole('button').click();
  await expect(page.getByRole('status')).toHaveText('200');
  await gms.verify('cancel');
});
