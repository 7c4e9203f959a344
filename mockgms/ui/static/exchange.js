// An exchange in words: what was asked, and what kind of answer came.

/** @typedef {'ok' | 'refused' | 'throttled' | 'failed' | 'lost'} Kind */

/** @type {{ [operation: string]: string }} */
const NAMES = {
  schedule: 'Book',
  availability: 'Availability',
  cancel: 'Cancel',
  reschedule: 'Reschedule',
  update: 'Update',
  find: 'Find',
  estimated_wait_time: 'EWT',
  check_phone_number: 'Check number',
};
/** @type {{ [delivery: string]: string }} */
const DELIVERIES = {
  reset: 'Lost',
  closed: 'Lost',
  truncated: 'Cut off',
  slow: 'Slow',
  abandoned: 'Abandoned',
};

/** The operation in short: Book v3.
 *
 * @param {{ operation: string | null, method: string, path: string }} exchange
 */
export function shortOperation({ operation, method, path }) {
  if (!operation) return `${method} ${path}`;
  const [version, ...rest] = operation.split('.');
  const name = rest.join('.');
  const words = NAMES[name] ?? name.replace(/[._]/g, ' ').replace(/^\w/, (letter) => letter.toUpperCase());
  return `${words} ${version}`;
}

/** The kind of an answer, which has a colour.
 *
 * @param {{ status: number | null, delivery: string | null }} answer
 * @returns {Kind}
 */
export function kindOf({ status, delivery }) {
  if (status === null || (delivery && delivery !== 'slow')) return 'lost';
  if (status < 400) return 'ok';
  if (status === 429) return 'throttled';
  return status < 500 ? 'refused' : 'failed';
}

const WORDS = { ok: 'OK', refused: 'Refused', throttled: 'Throttled', failed: 'Error', lost: 'Lost' };

/** The answer in a word or two: 400 Refused.
 *
 * @param {{ status: number | null, delivery: string | null }} answer
 */
export function shortAnswer(answer) {
  const { status, delivery } = answer;
  const kind = kindOf(answer);
  if (kind !== 'lost') return `${status} ${WORDS[kind]}`;
  return delivery ? DELIVERIES[delivery] ?? delivery : 'No answer';
}

/** A phone number in groups, as people read it: +1 415 555 0148.
 *
 * @param {string} phone
 */
export function readablePhone(phone) {
  const american = /^\+?1?(\d{3})(\d{3})(\d{4})$/.exec(phone.replace(/[\s().-]/g, ''));
  if (!american || !/^[+1]/.test(phone)) return phone;
  return `+1 ${american.slice(1).join(' ')}`;
}

/** The name of a scenario that was sent, and has no file. */
export const SENT = '<body>';

/** The name of a scenario for the reader.
 *
 * @param {string} name
 */
export function nameOf(name) {
  return name === SENT ? 'a scenario that was sent' : name;
}
