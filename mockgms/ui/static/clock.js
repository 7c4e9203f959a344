// The clock of the session: what it shows, and how it is moved.

import { api } from './api.js';
import { byId } from './elements.js';
import { attempt, say } from './notice.js';
import { shortDay, Zone } from './zone.js';

const TICK = 250; // milliseconds

export class Clock {
  /**
   * @param {object} calendar
   * @param {() => Zone | null} calendar.zone null until the service is known
   * @param {() => string | undefined} calendar.service its name
   */
  constructor({ zone, service }) {
    this._zone = zone;
    this._service = service;
    /** @type {Admin.Clock | null} */
    this._read = null;
    this._at = 0; // when it was read, in milliseconds since the page was opened
    byId('clock-run').addEventListener('click', () => this._toggle());
    byId('clock-quarter').addEventListener('click', () => this._advance({ by: '15m' }));
    byId('clock-hour').addEventListener('click', () => this._advance({ by: '1h' }));
    byId('clock-opening').addEventListener('click', () => this._advance({
      to: 'next_opening',
      service: this._service(),
    }));
    setInterval(() => this._tick(), TICK);
  }

  get frozen() {
    return this._known.frozen;
  }

  get _known() {
    if (!this._read) throw new Error('The clock has not been read yet.');
    return this._read;
  }

  /** The time it shows, as milliseconds. */
  now() {
    const passed = this.frozen ? 0 : performance.now() - this._at;
    return Date.parse(this._known.now) + passed;
  }

  async refresh() {
    this._show(await api.get('clock'));
  }

  _toggle() {
    return this._change(() => api.put('clock', { frozen: !this.frozen }));
  }

  /** @param {Admin.Body<'post', 'clock/advance'>} how */
  _advance(how) {
    return this._change(() => api.post('clock/advance', how));
  }

  /** @param {() => Promise<Admin.Clock>} ask */
  async _change(ask) {
    const read = await attempt(ask);
    if (!read) return;
    this._show(read);
    say(`The clock shows ${byId('clock-day').textContent}, ${byId('clock-time').textContent}.`);
  }

  /** @param {Admin.Clock} read */
  _show(read) {
    this._read = read;
    this._at = performance.now();
    byId('clock-state').textContent = read.frozen ? 'frozen' : 'running';
    byId('clock-run').textContent = read.frozen ? 'Run' : 'Freeze';
    this._tick();
  }

  _tick() {
    if (!this._read) return;
    const zone = this._zone() ?? new Zone('UTC');
    const now = this.now();
    const { date, second } = zone.shown(now);
    const texts = {
      'clock-day': shortDay(date),
      'clock-time': `${zone.time(now)}:${String(second).padStart(2, '0')}`,
      'clock-zone': `${zone.name}${zone.name === 'UTC' ? '' : ` (${zone.offset(now)})`}`,
    };
    for (const [id, text] of Object.entries(texts)) {
      if (byId(id).textContent !== text) byId(id).textContent = text;
    }
  }
}
