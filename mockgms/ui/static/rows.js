// The rows of the reference: what each command of CallbackService may settle with, and how to make it do so.

const NUMBER = '4155550100';
const BOB = { firstname: 'Bob', lastname: 'Jones', email: 'b.jones@mail.com', subject: 'product questions' };

/** The tables. `options` gives what the command is called with at an instant; `fault` is asked for along with it. */
export const TABLES = [
  {
    command: 'schedule',
    rows: [
      {
        number: 1, how: 'resolved', when: 'When server confirms callback is scheduled', returns: '200 OK',
        options: () => ({ ...BOB, phonenumber: NUMBER }),
      },
      {
        number: 2, how: 'rejected', when: 'When selected timeslot is not available', returns: '400 Bad Request',
        options: (now) => ({ ...BOB, phonenumber: NUMBER, desiredtime: inAnHour(now) }), fault: 'slot_conflict',
      },
      {
        number: 3, how: 'rejected', when: 'When AJAX exception occurs', returns: '429 Too Many Requests',
        options: () => ({ ...BOB, phonenumber: NUMBER }), fault: 'throttle',
      },
      {
        number: 4, how: 'rejected', when: 'When server exception occurs', returns: '500 Internal Server Error',
        options: () => ({ ...BOB, phonenumber: NUMBER }), fault: 'server_error',
      },
      {
        number: 5, how: 'rejected', when: 'When no form data is found to schedule callback',
        returns: 'No data found to schedule callback', options: () => ({}),
      },
    ],
  },
  {
    command: 'availability',
    rows: [
      {
        number: 1, how: 'resolved', when: 'When server confirms the list of available callback timeslots',
        returns: '200 OK', options: (now) => ({ startDate: iso(now), numberOfDays: '5', maxTimeSlots: 20 }),
      },
      {
        number: 2, how: 'rejected', when: 'When timeslots are not available for selected period',
        returns: '400 Bad Request', options: (now) => ({ startDate: iso(now), numberOfDays: '5' }), fault: 'slot_conflict',
      },
      {
        number: 3, how: 'rejected', when: 'When AJAX exception occurs', returns: '400 Bad Request',
        options: () => ({ startDate: 'tomorrow', numberOfDays: '5' }),
      },
      {
        number: 4, how: 'rejected', when: 'When server exception occurs', returns: '500 Internal Server Error',
        options: (now) => ({ startDate: iso(now), numberOfDays: '5' }), fault: 'server_error',
      },
      {
        number: 5, how: 'rejected', when: 'When no query data is found',
        returns: 'No query parameters passed for callback availability service', options: () => ({}),
      },
    ],
  },
];

/** The row that a command has met, or null when the reference does not tell of such an outcome. */
export function rowOf(command, { how, value }) {
  const number = how === 'done' ? 1 : NUMBERS[command](value);
  const { rows } = TABLES.find((table) => table.command === command);
  return rows.find((row) => row.number === number) ?? null;
}

const NUMBERS = {
  schedule: (value) => {
    if (typeof value === 'string') return textual('schedule', value);
    if (value.status === 400) return isAboutTime(value) ? 2 : null;
    return { 429: 3, 500: 4 }[value.status];
  },
  availability: (value) => {
    if (typeof value === 'string') return textual('availability', value);
    if (value.status === 400) return isAboutTime(value) ? 2 : 3;
    return { 500: 4 }[value.status];
  },
};

function textual(command, text) {
  const { rows } = TABLES.find((table) => table.command === command);
  return rows.find((row) => row.returns === text)?.number;
}

/* The codes of a full slot and of a closed office; the GMS of dialect 8.5.1 has no codes, but names its exception. */
function isAboutTime({ responseJSON }) {
  const code = responseJSON?.status?.code ?? responseJSON?.code;
  return [7041, 7042].includes(code) || /CallbackExceptionAvailability$/.test(responseJSON?.exception ?? '');
}

function iso(instant) {
  return new Date(instant).toISOString();
}

function inAnHour(now) {
  const hour = 3_600_000; // milliseconds
  return iso(Math.ceil(now / hour + 1) * hour);
}
