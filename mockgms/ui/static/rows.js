// The rows of the reference: the outcomes of each command of CallbackService, and how to cause them.

const NUMBER = '4155550100';
const BOB = { firstname: 'Bob', lastname: 'Jones', email: 'b.jones@mail.com', subject: 'product questions' };

/** @typedef {{ [name: string]: string | number | undefined }} Options the options of a command */
/** @import { Kind } from './exchange.js' */
/**
 * @typedef {object} Case the command that a button sends, and its outcome
 * @property {string} name
 * @property {Kind} kind
 * @property {string} badge
 * @property {(now: number) => Options} options the options of the command at an instant
 * @property {string} [fault] asked for along with it
 */
/**
 * @typedef {object} Described
 * @property {number} number
 * @property {string} how
 * @property {string} when
 * @property {string} returns
 */
/** @typedef {Case & Described} Row of the vendor's reference */
/** @typedef {'schedule' | 'availability'} Command */
/** @typedef {{ how: 'done' | 'fail', value: any }} Settled */

/** The tables of the vendor's reference.
 *
 * @type {{ command: Command, rows: Row[] }[]}
 */
export const TABLES = [
  {
    command: 'schedule',
    rows: [
      {
        name: 'Accepted', kind: 'ok', badge: '200',
        number: 1, how: 'resolved', when: 'When server confirms callback is scheduled', returns: '200 OK',
        options: () => ({ ...BOB, phonenumber: NUMBER }),
      },
      {
        name: 'Slot is full', kind: 'refused', badge: '400',
        number: 2, how: 'rejected', when: 'When selected timeslot is not available', returns: '400 Bad Request',
        options: (now) => ({ ...BOB, phonenumber: NUMBER, desiredtime: inAnHour(now) }), fault: 'slot_conflict',
      },
      {
        name: 'Too many requests', kind: 'throttled', badge: '429',
        number: 3, how: 'rejected', when: 'When AJAX exception occurs', returns: '429 Too Many Requests',
        options: () => ({ ...BOB, phonenumber: NUMBER }), fault: 'throttle',
      },
      {
        name: 'Server error', kind: 'failed', badge: '500',
        number: 4, how: 'rejected', when: 'When server exception occurs', returns: '500 Internal Server Error',
        options: () => ({ ...BOB, phonenumber: NUMBER }), fault: 'server_error',
      },
      {
        name: 'No form data', kind: 'lost', badge: '–',
        number: 5, how: 'rejected', when: 'When no form data is found to schedule callback',
        returns: 'No data found to schedule callback', options: () => ({}),
      },
    ],
  },
  {
    command: 'availability',
    rows: [
      {
        name: 'Times are free', kind: 'ok', badge: '200',
        number: 1, how: 'resolved', when: 'When server confirms the list of available callback timeslots',
        returns: '200 OK', options: (now) => ({ startDate: iso(now), numberOfDays: '5', maxTimeSlots: 20 }),
      },
      {
        name: 'No time is free', kind: 'refused', badge: '400',
        number: 2, how: 'rejected', when: 'When timeslots are not available for selected period',
        returns: '400 Bad Request',
        options: (now) => ({ startDate: iso(now), numberOfDays: '5' }), fault: 'slot_conflict',
      },
      {
        name: 'Wrong request', kind: 'refused', badge: '400',
        number: 3, how: 'rejected', when: 'When AJAX exception occurs', returns: '400 Bad Request',
        options: () => ({ startDate: 'tomorrow', numberOfDays: '5' }),
      },
      {
        name: 'Server error', kind: 'failed', badge: '500',
        number: 4, how: 'rejected', when: 'When server exception occurs', returns: '500 Internal Server Error',
        options: (now) => ({ startDate: iso(now), numberOfDays: '5' }), fault: 'server_error',
      },
      {
        name: 'No query data', kind: 'lost', badge: '–',
        number: 5, how: 'rejected', when: 'When no query data is found',
        returns: 'No query parameters passed for callback availability service', options: () => ({}),
      },
    ],
  },
];

/** Outcomes of `schedule` that no row of the reference describes. @type {Case[]} */
export const OTHERS = [
  {
    name: 'Office closed', kind: 'refused', badge: '400', fault: 'office_closed',
    options: (now) => ({ ...BOB, phonenumber: NUMBER, desiredtime: inAnHour(now) }),
  },
  {
    name: 'Unavailable', kind: 'failed', badge: '503',
    fault: '{fault: server_error, status: 503}',
    options: () => ({ ...BOB, phonenumber: NUMBER }),
  },
  {
    name: 'Connection lost', kind: 'lost', badge: 'Lost', fault: 'disconnect',
    options: () => ({ ...BOB, phonenumber: NUMBER }),
  },
  {
    name: 'No answer yet', kind: 'lost', badge: 'None', fault: 'hang',
    options: () => ({ ...BOB, phonenumber: NUMBER }),
  },
  {
    name: 'Not JSON', kind: 'failed', badge: '200', fault: 'garbage',
    options: () => ({ ...BOB, phonenumber: NUMBER }),
  },
];

/** The row that describes the outcome of a command, or null when the reference has none.
 *
 * @param {Command} command
 * @param {Settled} settled
 */
export function rowOf(command, { how, value }) {
  const number = how === 'done' ? 1 : NUMBERS[command](value);
  return rowsOf(command).find((row) => row.number === number) ?? null;
}

/** @param {Command} command */
function rowsOf(command) {
  return TABLES.find((table) => table.command === command)?.rows ?? [];
}

/** @type {{ [command in Command]: (value: any) => number | null | undefined }} */
const NUMBERS = {
  schedule: (value) => {
    if (typeof value === 'string') return textual('schedule', value);
    if (value.status === 400) return isAboutTime(value) ? 2 : null;
    return new Map([[429, 3], [500, 4]]).get(value.status);
  },
  availability: (value) => {
    if (typeof value === 'string') return textual('availability', value);
    if (value.status === 400) return isAboutTime(value) ? 2 : 3;
    return value.status === 500 ? 4 : null;
  },
};

/**
 * @param {Command} command
 * @param {string} text
 */
function textual(command, text) {
  return rowsOf(command).find((row) => row.returns === text)?.number;
}

/** Whether an answer has the code of a full slot or of a closed office; dialect 8.5.1 has an exception instead.
 *
 * @param {any} answer
 */
function isAboutTime({ responseJSON }) {
  const code = responseJSON?.status?.code ?? responseJSON?.code;
  return [7041, 7042].includes(code) || /CallbackExceptionAvailability$/.test(responseJSON?.exception ?? '');
}

/** @param {number} instant */
function iso(instant) {
  return new Date(instant).toISOString();
}

/** @param {number} now */
function inAnHour(now) {
  const hour = 3_600_000; // milliseconds
  return iso(Math.ceil(now / hour + 1) * hour);
}
