// A session of mockgms for one test, by its admin API.
import { randomUUID } from 'node:crypto';

const server = process.env.MOCKGMS_URL ?? 'http://localhost:8080';
const token = process.env.MOCKGMS_ADMIN_TOKEN; // when the server wants one
/** @type {{ [name: string]: string }} */
const headers = token ? { Authorization: `Bearer ${token}` } : {};

/** @param {{ scenario?: string | object, clock?: string }} [start] */
export async function session({ scenario, clock } = {}) {
  const id = randomUUID();
  const url = `${server}/s/${id}`;

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async function ask(method, path, body) {
    const response = await fetch(`${url}/__admin/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) {
      /** @type {{ request: number, differs: string[] }[]} */
      const nearest = answer.nearest ?? [];
      const near = nearest.map(({ request, differs }) => `\n  request ${request}: ${differs.join('; ')}`);
      throw new Error(answer.message + near.join(''));
    }
    return answer;
  }

  await ask('PUT', `sessions/${id}`, { scenario, clock: clock && { now: clock, frozen: true } });
  return {
    v1: (/** @type {string} */ service) => `${url}/genesys/1/service/callback/${encodeURIComponent(service)}`,
    v3: `${url}/engagement/v3/callbacks`,
    advance: (/** @type {string} */ by) => ask('POST', 'clock/advance', { by }),
    arm: (/** @type {object} */ rule) => ask('POST', 'rules', rule),
    callbacks: () => ask('GET', 'callbacks'),
    fill: (/** @type {string} */ service, /** @type {string} */ start) => (
      ask('PUT', 'slots', { service, start, free: 0 })),
    verify: (/** @type {object} */ expected) => ask('POST', 'verify', expected),
    forget: () => ask('DELETE', `sessions/${id}`),
  };
}
