// The faults that can be armed: the status that a client sees, the keys of each, and what happens in words.

/** @import { Kind } from './exchange.js' */
/** @typedef {{ [name: string]: string }} Values as they are written in the fields */
/**
 * @typedef {object} Key
 * @property {string} name
 * @property {string} label
 * @property {string} value the initial value of its field
 * @property {string[]} [choices]
 * @property {boolean} [isMore] shown behind a button
 * @property {number} [size] characters
 */
/**
 * @typedef {object} Fault
 * @property {string} id
 * @property {string} fault its name in a rule
 * @property {string} status what the client sees, in a word or a number
 * @property {Kind} kind
 * @property {string} label
 * @property {string} about
 * @property {Key[]} keys
 * @property {(values: Values) => string} says continues "The next booking"
 */

/** @type {Key[]} of the faults that block slots in the calendar */
const BLOCKING = [
  { name: 'slots', label: 'Slots', value: 'asked', choices: ['asked', 'day'] },
  { name: 'for', label: 'for', value: '10m', size: 5 },
];
/** @type {Values} */
const SLOTS = { asked: 'its slot', day: 'the whole day' };

/** @type {Fault[]} the first eight have a button each, the others are behind More */
export const FAULTS = [
  {
    id: 'slot_conflict', fault: 'slot_conflict', status: '400', kind: 'refused', label: 'Slot is full',
    about: 'Refuses the requested slot or period as full. The proposed slots are really free.',
    keys: [], says: () => 'is refused with 400: the slot is full, others are proposed',
  },
  {
    id: 'office_closed', fault: 'office_closed', status: '400', kind: 'refused', label: 'Office closed',
    about: 'Refuses the requested time or period because the office is closed.',
    keys: [], says: () => 'is refused with 400: the office is closed',
  },
  {
    id: 'throttle', fault: 'throttle', status: '429', kind: 'throttled', label: 'Throttled',
    about: 'Refuses the request as if the service had reached its limit of starts.',
    keys: [
      { name: 'retry_after', label: 'Retry-After', value: '30s', size: 4 },
      {
        name: 'form', label: 'written as', value: 'seconds', isMore: true,
        choices: ['seconds', 'http_date', 'past', 'zero', 'text', 'missing'],
      },
    ],
    says: ({ retry_after: wait, form }) => {
      if (form === 'missing') return 'is refused with 429, without Retry-After';
      const header = form === 'seconds' || !form ? wait.replace(/s$/, '') : form.replace('_', ' ');
      return `is refused with 429 and Retry-After: ${header}`;
    },
  },
  {
    id: 'server_error', fault: 'server_error', status: '500', kind: 'failed', label: 'Server error',
    about: 'Answers with a server error, in the error format of the API.',
    keys: [
      { name: 'status', label: 'Status', value: '500', size: 4 },
      { name: 'message', label: 'Message', value: '', isMore: true, size: 20 },
    ],
    says: ({ status }) => `fails with ${status}`,
  },
  {
    id: 'proxy', fault: 'respond', status: '502', kind: 'failed', label: 'Proxy page',
    about: 'Answers with the HTML page of a proxy, as a gateway in front of the API does.',
    keys: [
      { name: 'status', label: 'Status', value: '502', size: 4 },
      { name: 'Content-Type', label: 'Type', value: 'text/html', isMore: true, size: 16 },
      { name: 'body', label: 'Body', value: '<h1>Bad Gateway</h1>', isMore: true, size: 20 },
    ],
    says: ({ status }) => `gets the ${status} page of a proxy`,
  },
  {
    id: 'disconnect', fault: 'disconnect', status: 'Lost', kind: 'lost', label: 'Connection',
    about: 'Resets the connection.', keys: [], says: () => 'loses its connection',
  },
  {
    id: 'hang', fault: 'hang', status: 'None', kind: 'lost', label: 'No answer',
    about: 'Never answers; the client has to give up.', keys: [], says: () => 'gets no answer',
  },
  {
    id: 'delay', fault: 'delay', status: 'Slow', kind: 'lost', label: 'Delay',
    about: 'Delays the answer by a fixed time, between two times, or by median and 99th percentile.',
    keys: [
      { name: 'by', label: 'By', value: '5s', size: 4 },
      { name: 'min', label: 'or from', value: '', isMore: true, size: 4 },
      { name: 'max', label: 'to', value: '', isMore: true, size: 4 },
      { name: 'median', label: 'or median', value: '', isMore: true, size: 4 },
      { name: 'p99', label: 'p99', value: '', isMore: true, size: 4 },
    ],
    says: ({ by, min, max, median, p99 }) => {
      if (min) return `waits ${min} to ${max}`;
      return median ? `waits about ${median}, at times ${p99}` : `waits ${by}`;
    },
  },
  {
    id: 'rate_limit', fault: 'rate_limit', status: '429', kind: 'throttled', label: 'Rate limit',
    about: 'Allows a number of requests per period, and refuses others with 429. Headers say how many are left.',
    keys: [
      { name: 'limit', label: 'Limit', value: '5', size: 4 },
      { name: 'per', label: 'per', value: '30s', size: 4 },
      { name: 'burst', label: 'at once', value: '', isMore: true, size: 4 },
      {
        name: 'key', label: 'for each', value: 'session', isMore: true,
        choices: ['session', 'phone', 'api_key', 'service'],
      },
    ],
    says: ({ limit, per }) => `is refused with 429 beyond ${limit} per ${per}`,
  },
  {
    id: 'rival', fault: 'rival', status: '400', kind: 'refused', label: 'Rival',
    about: 'Other customers book seats of the requested slot just before the request.',
    keys: [{ name: 'seats', label: 'Seats taken', value: '', size: 4 }],
    says: ({ seats }) => `meets rivals who take ${seats || 'all'} seats of its slot just before`,
  },
  {
    id: 'empty', fault: 'empty', status: 'Lost', kind: 'lost', label: 'Empty answer',
    about: 'Closes the connection without a byte of an answer.', keys: [],
    says: () => 'gets a closed connection without a byte',
  },
  {
    id: 'truncate', fault: 'truncate', status: 'Half', kind: 'lost', label: 'Cut off',
    about: 'Closes the connection in the middle of the body, before the announced length.',
    keys: [{ name: 'keep', label: 'Part sent', value: '50%', size: 4 }],
    says: ({ keep }) => `gets ${keep} of its answer, then a closed connection`,
  },
  {
    id: 'garbage', fault: 'garbage', status: '200', kind: 'failed', label: 'Not JSON',
    about: 'Replaces the body by one that is not JSON, with the right status and headers.', keys: [],
    says: () => 'gets a body that is not JSON, with the usual status',
  },
  {
    id: 'slow_body', fault: 'slow_body', status: 'Slow', kind: 'lost', label: 'Slow body',
    about: 'Sends the body piece by piece, with a pause after each.',
    keys: [
      { name: 'chunk', label: 'Bytes', value: '16', size: 4 },
      { name: 'every', label: 'every', value: '200ms', size: 5 },
    ],
    says: ({ chunk, every }) => `gets its body in pieces of ${chunk} bytes, one every ${every}`,
  },
  {
    id: 'raw', fault: 'respond', status: 'Raw', kind: 'failed', label: 'Raw answer',
    about: 'Answers with the status, type and body that are written here.',
    keys: [
      { name: 'status', label: 'Status', value: '200', size: 4 },
      { name: 'Content-Type', label: 'Type', value: 'application/json', size: 16 },
      { name: 'body', label: 'Body', value: '{}', size: 20 },
    ],
    says: ({ status }) => `gets ${status} with the body written here`,
  },
  {
    id: 'error', fault: 'error', status: '4xx', kind: 'refused', label: 'Any error',
    about: 'Answers with an error in the format of the API: of a status, or of a refusal by its name.',
    keys: [
      { name: 'status', label: 'Status', value: '409', size: 4 },
      { name: 'message', label: 'Message', value: '', isMore: true, size: 20 },
    ],
    says: ({ status }) => `is answered with ${status} in the form of the API`,
  },
  {
    id: 'close_slots', fault: 'close_slots', status: '400', kind: 'refused', label: 'Close slots',
    about: 'Closes slots in the calendar, so that availability and proposals agree.', keys: BLOCKING,
    says: ({ slots }) => `finds ${SLOTS[slots] ?? slots} closed in the calendar`,
  },
  {
    id: 'fill_slots', fault: 'fill_slots', status: '400', kind: 'refused', label: 'Fill slots',
    about: 'Fills slots in the calendar, so that availability and proposals agree.', keys: BLOCKING,
    says: ({ slots }) => `finds ${SLOTS[slots] ?? slots} full in the calendar`,
  },
  {
    id: 'set_state', fault: 'set_state', status: 'Sets', kind: 'ok', label: 'Set a state',
    about: 'Sets a named state, which the condition "state" of other rules asks for. Later rules are tried as well.',
    keys: [
      { name: 'name', label: 'Name', value: 'outage', size: 8 },
      { name: 'for', label: 'for', value: '', isMore: true, size: 5 },
    ],
    says: ({ name }) => `sets the state ${name}`,
  },
  {
    id: 'pass', fault: 'pass', status: 'Passes', kind: 'ok', label: 'Pass',
    about: 'Nothing happens, and no later rule is tried.', keys: [],
    says: () => 'is answered as if there were no rule',
  },
];

export const BUTTONS = 8; // faults that have a button each

/** A fault as a rule writes it. What is left empty is left out.
 *
 * @param {Fault} fault
 * @param {Values} values
 */
export function writtenFault({ fault, keys }, values) {
  /** @type {{ [key: string]: unknown }} */
  const written = { fault };
  for (const { name, choices } of keys) {
    const value = values[name]?.trim() ?? '';
    if (value === '' || (choices && value === choices[0])) continue;
    if (name === 'Content-Type') written.headers = { 'Content-Type': value };
    else written[name] = isNumber(name, value) ? Number(value) : value;
  }
  if (written.min !== undefined || written.median !== undefined) delete written.by;
  return written;
}

/**
 * @param {string} name of a key
 * @param {string} value
 */
function isNumber(name, value) {
  return /^\d+$/.test(value) && name !== 'message' && name !== 'body';
}
