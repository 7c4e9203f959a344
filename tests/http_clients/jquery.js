// The requests by jQuery 3 in a page of another origin: what the widget's own requests look like.
globalThis.sendAll = async (base) => {
  const v1 = `${base}/genesys/1/service/callback/sales`;
  const v3 = `${base}/engagement/v3/callbacks`;
  const TEN = '2026-03-02T10:00:00Z';
  const outcomes = [];
  const send = (settings) =>
    new Promise((resolve) => {
      jQuery.ajax({ dataType: 'json', timeout: 10_000, ...settings }).always((first, _, last) => {
        const answer = first.status === undefined || typeof first.getResponseHeader !== 'function' ? last : first;
        const wait = answer.getResponseHeader('Retry-After');
        outcomes.push({ status: answer.status, body: answer.responseJSON, wait });
        resolve(answer.responseJSON);
      });
    });
  await send({ url: `${v1}/availability`, data: { start: TEN, maxTimeSlots: 2 } });
  const booking = { _customer_number: '+14155550100', _desired_time: TEN, name: 'Zoë 😀' };
  const booked = await send({ url: v1, method: 'POST', data: booking });
  const full = { serviceName: 'sales', phoneNumber: '+14155550101', desiredTime: TEN };
  await send({ url: `${v3}/create`, method: 'POST', data: full });
  const throttled = JSON.stringify({ serviceName: 'sales', phoneNumber: '+14155550429' });
  await send({ url: `${v3}/create`, method: 'POST', data: throttled, contentType: 'application/json' });
  await send({ url: v1, method: 'POST', data: { _customer_number: '+14155550500' } });
  await send({ url: `${v1}/${booked._id}`, method: 'DELETE' });
  return outcomes;
};
