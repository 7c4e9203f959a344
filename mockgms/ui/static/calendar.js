// The calendar: a week of one service's slots, and the slot selected in it.

import { api, query } from './api.js';
import { callbackList } from './callbacks.js';
import { WORDS } from './cell.js';
import { byId, choices, choicesOf, el, field, present } from './elements.js';
import { Grid } from './grid.js';
import { attempt } from './notice.js';
import { SlotPanel } from './slot.js';
import { asked, weekOf } from './week.js';
import { daysAfter, ofBrowser, shortDay, Zone } from './zone.js';

/** @import { Clock } from './clock.js' */
/** @import { Record } from './record.js' */
/** @import { Week } from './week.js' */

export const FIRST_NAME = 'sales'; // of the service that is shown where any name will do
const OTHER = ''; // the choice to name another service

export class Calendar {
  /**
   * @param {object} parts
   * @param {Clock} parts.clock
   * @param {Record} parts.record keeps what is clicked
   * @param {(service: string) => void} parts.chosen called with the name of the service that is shown
   */
  constructor({ clock, record, chosen }) {
    this._clock = clock;
    this._record = record;
    this._chosen = chosen;
    /** @type {Admin.Service[]} */
    this._services = [];
    const given = new URLSearchParams(location.search);
    this._name = given.get('service');
    if (given.get('zone') === 'browser') field('zone').value = 'browser';
    /** @type {string | null} */
    this._first = null; // the date that the week begins with; null: today
    /** @type {string | null} */
    this._selected = null; // when the selected slot starts
    this._grid = new Grid(/** @type {HTMLTableElement} */ (byId('grid')), (slot) => this._select(slot));
    this._panel = new SlotPanel({ record, leave: () => this._leave() });
    this._listen();
  }

  get service() {
    return this._services.find(({ name }) => name === this._name);
  }

  get zone() {
    return new Zone(field('zone').value === 'browser' || !this.service ? ofBrowser() : this.service.timezone);
  }

  /** Read the services anew, then the slots and the callbacks of the one that is shown. */
  async refresh() {
    await this._readServices();
    await this._readSlots();
  }

  async _readServices() {
    const { services, any_name: anyName } = await api.get('services');
    this._services = services;
    if (!this.service && !(anyName && this._name)) this._name = services[0]?.name ?? (anyName ? FIRST_NAME : null);
    if (this._name !== null && !this.service) { // made by asking for it
      await api.get(query('slots', { service: this._name }));
      this._services = (await api.get('services')).services;
    }
    const names = choicesOf(this._services.map(({ name }) => name));
    choices(byId('service'), anyName ? [...names, [OTHER, 'another…']] : names, this._name);
    if (this.service) this._chosen(this.service.name);
  }

  async _readSlots() {
    byId('no-service').hidden = Boolean(this.service);
    byId('week').hidden = !this.service;
    const { zone, service } = this;
    if (!service) return;
    const today = zone.shown(this._clock.now()).date;
    const first = this._first ?? today;
    const [slots, callbacks] = await Promise.all([
      api.get(query('slots', { service: service.name, ...asked(first) })),
      api.get(query('callbacks', { service: service.name })),
    ]);
    if (service !== this.service || first !== (this._first ?? today)) return; // another one was chosen meanwhile
    this._showWeek(weekOf(first, slots, zone), service, zone, today);
    this._showCallbacks(callbacks, zone);
    const selected = slots.find(({ start }) => start === this._selected) ?? null;
    await this._panel.show(selected, service.name, zone);
  }

  /**
   * @param {Week} week
   * @param {Admin.Service} service
   * @param {Zone} zone
   * @param {string} today
   */
  _showWeek(week, service, zone, today) {
    const isNew = this._shown !== `${service.name} ${week.days[0]} ${zone.name}`;
    this._shown = `${service.name} ${week.days[0]} ${zone.name}`;
    byId('week-title').textContent = `${shortDay(week.days[0])} to ${shortDay(week.days[6])}`;
    byId('zone-service').textContent = `${service.timezone} (service)`;
    byId('zone-browser').textContent = `${ofBrowser()} (browser)`;
    byId('counts').replaceChildren(...Object.keys(WORDS).map((state) => el('li', { class: `slot ${state}` },
      `${week.counts[state] ?? 0} ${WORDS[state]}`)));
    this._grid.show(week, { selected: this._selected, today });
    if (isNew) this._grid.scrollTo(this._selected);
  }

  /**
   * @param {Admin.Callback[]} callbacks
   * @param {Zone} zone
   */
  _showCallbacks(callbacks, zone) {
    byId('callbacks-count').textContent = callbacks.length ? `(${callbacks.length})` : '';
    byId('no-callbacks').hidden = callbacks.length > 0;
    byId('callbacks').replaceChildren(...present(callbacks.length
      ? callbackList(callbacks, zone, { record: this._record.note, find: (start) => this._find(start) })
      : []));
  }

  /** @param {Admin.Slot} slot */
  _select(slot) {
    this._selected = slot.start;
    attempt(() => this._readSlots());
  }

  /** Show the slot that starts then, in whatever week it is.
   *
   * @param {string} start
   */
  async _find(start) {
    this._first = this.zone.shown(Date.parse(start)).date;
    this._selected = start;
    await attempt(() => this._readSlots());
    this._grid.scrollTo(start);
    this._grid.focus(start);
  }

  _leave() {
    const start = this._selected;
    this._selected = null;
    this._grid.focus(start);
    attempt(() => this._readSlots());
  }

  /** @param {string | null} first */
  _go(first) {
    this._first = first;
    this._selected = null;
    attempt(() => this._readSlots());
  }

  _listen() {
    /** @param {number} days */
    const shift = (days) => daysAfter(this._first ?? this.zone.shown(this._clock.now()).date, days);
    byId('week-before').addEventListener('click', () => this._go(shift(-7)));
    byId('week-after').addEventListener('click', () => this._go(shift(7)));
    byId('week-today').addEventListener('click', () => this._go(null));
    byId('zone').addEventListener('change', () => attempt(() => this._readSlots()));
    byId('service').addEventListener('change', () => this._choose(field('service').value));
    byId('service-other').addEventListener('submit', (event) => {
      event.preventDefault();
      this._choose(field('service-name').value);
    });
    byId('slot').addEventListener('keydown', (event) => { if (event.key === 'Escape') this._leave(); });
  }

  /** @param {string} name */
  _choose(name) {
    byId('service-other').hidden = name !== OTHER;
    if (name === OTHER) {
      byId('service-name').focus();
      return;
    }
    this._name = name;
    this._selected = null;
    attempt(() => this.refresh());
  }
}
