// A zone: what its wall clocks show.

const DAY = 86_400_000; // milliseconds
const UTC = { timeZone: 'UTC' };
const MOST_TEXTS = 1_000;

export class Zone {
  /** @param {string} name of the tz database */
  constructor(name) {
    this.name = name;
    /** @type {Intl.DateTimeFormatOptions} */
    const clock = { timeZone: name, hourCycle: 'h23', hour: '2-digit', minute: '2-digit' };
    /** @type {Intl.DateTimeFormatOptions} */
    const full = { ...clock, year: 'numeric', month: '2-digit', day: '2-digit', second: '2-digit' };
    this._parts = new Intl.DateTimeFormat('en-GB', full);
    this._offset = new Intl.DateTimeFormat('en-GB', { timeZone: name, timeZoneName: 'longOffset' });
  }

  /** The date, the minutes since midnight and the seconds that are shown at an instant, such as 2026-03-02, 535, 0.
   *
   * @param {number} instant in milliseconds
   */
  shown(instant) {
    /** @type {{ [type: string]: string }} */
    const parts = {};
    for (const { type, value } of this._parts.formatToParts(instant)) parts[type] = value;
    return {
      date: `${parts.year}-${parts.month}-${parts.day}`,
      minute: Number(parts.hour) * 60 + Number(parts.minute),
      second: Number(parts.second),
    };
  }

  /** The time of day at an instant: 08:55.
   *
   * @param {number} instant in milliseconds
   */
  time(instant) {
    return timeOf(this.shown(instant).minute);
  }

  /** Day and time at an instant: Mon 2 Mar 08:55.
   *
   * @param {number} instant in milliseconds
   */
  moment(instant) {
    const { date, minute } = this.shown(instant);
    return `${shortDay(date)} ${timeOf(minute)}`;
  }

  /** The time of day with its seconds: 08:55:00.
   *
   * @param {number} instant in milliseconds
   */
  seconds(instant) {
    const { minute, second } = this.shown(instant);
    return `${timeOf(minute)}:${String(second).padStart(2, '0')}`;
  }

  /** The instant at which it shows a date and a time of day.
   *
   * @param {string} date such as 2026-03-02
   * @param {string} time such as 08:55 or 08:55:30
   */
  instantOf(date, time) {
    const wanted = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`);
    let instant = wanted;
    for (let attempt = 0; attempt < 2; attempt += 1) { // a second time, because the clocks may change in between
      const { date: shownDate } = this.shown(instant);
      instant += wanted - Date.parse(`${shownDate}T${this.seconds(instant)}Z`);
    }
    return instant;
  }

  /** How far it is ahead of UTC at an instant: +01:00.
   *
   * @param {number} instant in milliseconds
   */
  offset(instant) {
    const name = this._offset.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value;
    return name?.replace('GMT', '') || '+00:00';
  }
}

/** The zone of the browser. */
export const ofBrowser = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Minutes after midnight as 08:55.
 *
 * @param {number} minute
 */
export function timeOf(minute) {
  /** @param {number} number */
  const two = (number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** The date a number of days after another.
 *
 * @param {string} date
 * @param {number} days
 */
export function daysAfter(date, days) {
  return new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);
}

const UTC_ZONE = new Zone('UTC');

/** Day and time at an instant in UTC: Mon 2 Mar 08:55.
 *
 * @param {number} instant in milliseconds
 */
export function dayAndTime(instant) {
  return UTC_ZONE.moment(instant);
}

/** A date as Mon 2 Mar.
 *
 * @param {string} date
 */
export function shortDay(date) {
  return written(date, { weekday: 'short', day: 'numeric', month: 'short' });
}

/** A date as Monday 2 March 2026.
 *
 * @param {string} date
 */
export function longDay(date) {
  return written(date, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

/** A week in short: 2 – 8 Mar.
 *
 * @param {string} first
 * @param {string} last
 */
export function shortWeek(first, last) {
  const isOneMonth = first.slice(0, 7) === last.slice(0, 7);
  const from = written(first, isOneMonth ? { day: 'numeric' } : { day: 'numeric', month: 'short' });
  return `${from} – ${written(last, { day: 'numeric', month: 'short' })}`;
}

/** The weekday and the day of a date, for the head of a narrow column: Mon, 2.
 *
 * @param {string} date
 */
export function headOf(date) {
  return [written(date, { weekday: 'short' }), written(date, { day: 'numeric' })];
}

/** @type {Map<string, string>} dates as they are written: making a format takes a tenth of a millisecond */
const texts = new Map();

/**
 * @param {string} date
 * @param {Intl.DateTimeFormatOptions} format
 */
function written(date, format) {
  const key = `${date} ${Object.entries(format)}`;
  let text = texts.get(key);
  if (text === undefined) {
    text = new Intl.DateTimeFormat('en-GB', { ...UTC, ...format }).format(Date.parse(date)).replace(',', '');
    if (texts.size > MOST_TEXTS) texts.clear();
    texts.set(key, text);
  }
  return text;
}
