// A session of mockgms for one test, by its admin API.
import { randomUUID } from 'node:crypto';

const server = process.env.MOCKGMS_URL ?? 'http://localhost:8080';
const token = process.env.MOCKGMS_ADMIN_TOKEN; // when the server wants one
const headers = token ? { Authorization: `Bearer ${token}` } : {};

export async function session({ scenario, clock } = {}) {
  const id = randomUUID();
  const url = `${server}/s/${id}`;

  async function ask(method, path, body) {
    const response = await fetch(`${url}/__admin/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) {
      const near = (answer.nearest ?? []).map(({ request, differs }) => `\n  request ${request}: ${differs.join('; ')}`);
      throw new Error(answer.message + near.join(''));
    }
    return answer;
  }

  await ask('PUT', `sessions/${id}`, { scenario, clock: clock && { now: clock, frozen: true } });
  return {
    v1: (service) => `${url}/genesys/1/service/callback/${encodeURIComponent(service)}`,
    v3: `${url}/engagement/v3/callbacks`,
    advance: (by) => ask('POST', 'clock/advance', { by }),
    arm: (rule) => ask('POST', 'rules', rule),
    callbacks: () => ask('GET', 'callbacks'),
    fill: (service, start) => ask('PUT', 'slots', { service, start, free: 0 }),
    verify: (expected) => ask('POST', 'verify', expected),
    forget: () => ask('DELETE', `sessions/${id}`),
  };
}
