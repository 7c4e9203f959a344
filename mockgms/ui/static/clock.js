// The clock of the session: shows its time, and sets, freezes and advances it.

import { attempt, say } from './actionbar.js';
import { api, Refused } from './api.js';
import { byId, field } from './elements.js';
import { icon } from './icons.js';
import { closePopover, popover } from './popover.js';
import { shortDay, timeOf } from './zone.js';

/** @import { Record } from './record.js' */
/** @import { Zone } from './zone.js' */

const TICK = 250; // milliseconds

export class Clock {
  /**
   * @param {object} parts
   * @param {() => Zone} parts.zone
   * @param {() => string | undefined} parts.service the name of the service that is shown
   * @param {() => Record} parts.record keeps what is clicked
   * @param {() => void} parts.ticked called when the minute changes
   */
  constructor({ zone, service, record, ticked }) {
    this._zone = zone;
    this._service = service;
    this._record = record;
    this._ticked = ticked;
    /** @type {Admin.Clock | null} */
    this._state = null;
    this._readAt = 0; // when it was read, in milliseconds since the page was opened
    this._minute = '';
    byId('clock-run').addEventListener('click', () => this._change(() => api.put('clock', { frozen: !this.frozen })));
    byId('clock-quarter').addEventListener('click', () => this._advance('15m'));
    byId('clock-hour').addEventListener('click', () => this._advance('1h'));
    byId('clock-opening').addEventListener('click', () => this._advanceToOpening());
    byId('clock-present').addEventListener('click', () => this._set({ now: new Date().toISOString(), frozen: false }));
    byId('clock-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this._setByHand();
    });
    popover('clock-more', () => this._fillForm());
    setInterval(() => this._tick(), TICK);
  }

  get isKnown() {
    return this._state !== null;
  }

  get frozen() {
    return this._known.frozen;
  }

  get _known() {
    if (!this._state) throw new Error('The clock has not been read yet.');
    return this._state;
  }

  /** The time it shows, as milliseconds. */
  now() {
    const passed = this.frozen ? 0 : performance.now() - this._readAt;
    return Date.parse(this._known.now) + passed;
  }

  async refresh() {
    this._show(await api.get('clock'));
  }

  /** @param {string} by */
  _advance(by) {
    return this._change(() => api.post('clock/advance', { by }));
  }

  async _advanceToOpening() {
    try {
      const service = this._service();
      await this._showChange(await this._sendChange(() => api.post('clock/advance', { to: 'next_opening', service })));
      closePopover();
    } catch (error) {
      const why = error instanceof Refused ? error.message.replace(/^.*next_opening: /, '') : String(error);
      this._showError(`There is no next opening: ${why}.`);
    }
  }

  _setByHand() {
    const [date, time] = [field('clock-date').value, field('clock-at').value];
    if (!date || !time) {
      this._showError('Write a date and a time, such as 02/03/2026 and 08:55.');
      return;
    }
    const frozen = /** @type {HTMLInputElement} */ (field('clock-frozen')).checked;
    this._set({ now: new Date(this._zone().instantOf(date, time)).toISOString(), frozen });
  }

  /** @param {{ now: string, frozen: boolean }} setting */
  async _set(setting) {
    try {
      await this._showChange(await this._sendChange(() => api.put('clock', setting)));
      closePopover();
    } catch (error) {
      this._showError(error instanceof Error ? error.message : String(error));
    }
  }

  _fillForm() {
    const zone = this._zone();
    const { date } = zone.shown(this.now());
    field('clock-date').value = date;
    field('clock-at').value = zone.seconds(this.now());
    /** @type {HTMLInputElement} */ (field('clock-frozen')).checked = this.frozen;
    byId('clock-pop-zone').textContent = zone.name;
    this._showError('');
  }

  /** @param {string} text */
  _showError(text) {
    byId('clock-error').hidden = !text;
    byId('clock-error').replaceChildren(...(text ? [icon('warn'), text] : []));
  }

  /** @param {() => Promise<Admin.Clock>} send */
  async _change(send) {
    await attempt(async () => this._showChange(await this._sendChange(send)));
  }

  /** Send a change of the clock. Return its state before the change, and the answer of the server.
   *
   * @param {() => Promise<Admin.Clock>} send
   */
  async _sendChange(send) {
    const before = { now: this.now(), frozen: this.frozen, at: performance.now() };
    return { before, read: await send() };
  }

  /** @param {{ before: { now: number, frozen: boolean, at: number }, read: Admin.Clock }} change */
  async _showChange({ before, read }) {
    const restoreRecord = this._record().restorer();
    this._record().clock(read);
    this._show(read);
    const moment = this._zone().moment(this.now());
    say(before.frozen === read.frozen ? `The clock shows ${moment}.`
      : `The clock ${read.frozen ? 'is frozen' : 'runs'} at ${moment}.`, async () => {
      const passed = before.frozen ? 0 : performance.now() - before.at;
      const now = new Date(before.now + passed).toISOString();
      this._show(await api.put('clock', { now, frozen: before.frozen }));
      restoreRecord();
    });
  }

  /** @param {Admin.Clock} read */
  _show(read) {
    const isNew = this._state?.frozen !== read.frozen;
    this._state = read;
    this._readAt = performance.now();
    if (isNew) {
      byId('clock-state').textContent = read.frozen ? 'frozen' : 'runs';
      byId('clock-run').replaceChildren(icon(read.frozen ? 'play' : 'pause'), read.frozen ? 'Run' : 'Freeze');
    }
    byId('clock-zone').title = this._zone().name;
    this._tick();
  }

  _tick() {
    if (!this._state) return;
    const zone = this._zone();
    const now = this.now();
    const { date, minute } = zone.shown(now);
    const texts = {
      'clock-day': shortDay(date),
      'clock-time': zone.seconds(now),
      'clock-zone': zone.name.replace(/^.*\//, '').replaceAll('_', ' '),
    };
    for (const [id, text] of Object.entries(texts)) {
      if (byId(id).textContent !== text) byId(id).textContent = text;
    }
    if (this._minute === `${date} ${timeOf(minute)}`) return;
    this._minute = `${date} ${timeOf(minute)}`;
    this._ticked();
  }
}
