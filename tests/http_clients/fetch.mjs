// The requests by fetch, with JSON.
const [, , base] = process.argv;
const v1 = `${base}/genesys/1/service/callback/sales`;
const v3 = `${base}/engagement/v3/callbacks`;
const TEN = '2026-03-02T10:00:00Z';
const outcomes = [];

/** @param {string} url @param {string} [method] @param {object} [fields] */
async function send(url, method = 'GET', fields = undefined) {
  const answer = await fetch(url, {
    method,
    headers: fields && { 'Content-Type': 'application/json' },
    body: fields && JSON.stringify(fields),
  });
  const body = await answer.json();
  outcomes.push({ status: answer.status, body, wait: answer.headers.get('Retry-After') });
  return body;
}

await send(`${v1}/availability?${new URLSearchParams({ start: TEN, maxTimeSlots: '2' })}`);
const booked = await send(v1, 'POST', { _customer_number: '+14155550100', _desired_time: TEN, name: 'Zoë 😀' });
await send(`${v3}/create`, 'POST', { serviceName: 'sales', phoneNumber: '+14155550101', desiredTime: TEN });
await send(`${v3}/create`, 'POST', { serviceName: 'sales', phoneNumber: '+14155550429' });
await send(v1, 'POST', { _customer_number: '+14155550500' });
await send(`${v1}/${booked._id}`, 'DELETE');
process.stdout.write(JSON.stringify(outcomes));
