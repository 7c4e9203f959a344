// The requests by axios: its objects are JSON, and its URLSearchParams are forms.
import axios from 'axios';

const client = axios.create({ baseURL: process.argv[2], validateStatus: () => true });
const v1 = '/genesys/1/service/callback/sales';
const v3 = '/engagement/v3/callbacks';
const TEN = '2026-03-02T10:00:00Z';

const answers = [await client.get(`${v1}/availability`, { params: { start: TEN, maxTimeSlots: 2 } })];
const booking = new URLSearchParams({ _customer_number: '+14155550100', _desired_time: TEN, name: 'Zoë 😀' });
const booked = await client.post(v1, booking);
answers.push(booked);
for (const fields of [
  { serviceName: 'sales', phoneNumber: '+14155550101', desiredTime: TEN },
  { serviceName: 'sales', phoneNumber: '+14155550429' },
]) {
  answers.push(await client.post(`${v3}/create`, fields));
}
answers.push(await client.postForm(v1, { _customer_number: '+14155550500' })); // multipart
answers.push(await client.delete(`${v1}/${booked.data._id}`));
process.stdout.write(
  JSON.stringify(
    answers.map(({ status, data, headers }) => ({ status, body: data, wait: headers['retry-after'] ?? null })),
  ),
);
