// The calendar: a week of one service's slots. It follows the newest request until a service is chosen by hand.

import { attempt } from './actionbar.js';
import { api, query } from './api.js';
import { lookOf, WORDS } from './cell.js';
import { button, byId, el, field } from './elements.js';
import { Grid } from './grid.js';
import { choose, mark } from './groups.js';
import { isInspecting, leaveInspector } from './inspector.js';
import { closePopover, popover } from './popover.js';
import { SlotPanel } from './slot.js';
import { weekOf, weekQuery } from './week.js';
import { daysAfter, headOf, ofBrowser, shortWeek, Zone } from './zone.js';

/** @import { Clock } from './clock.js' */
/** @import { Record } from './record.js' */
/** @import { Week } from './week.js' */

const EDGE = 4; // pixels between a tab and the edge of its group
export const FIRST_NAME = 'sales'; // of the service that is shown where any name will do

export class Calendar {
  /**
   * @param {object} parts
   * @param {Clock} parts.clock
   * @param {Record} parts.record keeps what is clicked
   * @param {(service: string) => void} parts.chosen called with the name of the service that is shown
   * @param {() => void} parts.rezoned called when the zone of all times changes
   */
  constructor({ clock, record, chosen, rezoned }) {
    this._clock = clock;
    this._chosen = chosen;
    this._rezoned = rezoned;
    /** @type {Admin.Service[]} */
    this._services = [];
    const given = new URLSearchParams(location.search);
    this._name = given.get('service');
    this._isInBrowserZone = given.get('zone') === 'browser';
    this._zone = new Zone(this._isInBrowserZone ? ofBrowser() : 'UTC');
    /** @type {string | null} */
    this._first = null; // the date that the week begins with; null: today
    /** @type {string | null} */
    this._day = null; // on a phone
    /** @type {string | null} */
    this._pending = null; // the service to show as soon as nothing moves under a hand
    this._anyName = true;
    this._shown = '';
    this._reading = Promise.resolve();
    this._grid = new Grid(byId('week'), (slot) => this._open(slot));
    this._panel = new SlotPanel({ record, zone: () => this.zone, left: (start) => this._slotClosed(start) });
    this._listen();
  }

  get service() {
    return this._services.find(({ name }) => name === this._name);
  }

  get zone() {
    const name = this._isInBrowserZone || !this.service ? ofBrowserOr(this._isInBrowserZone) : this.service.timezone;
    if (name !== this._zone.name) this._zone = new Zone(name);
    return this._zone;
  }

  /** How many callbacks there are, of all services. */
  get callbacks() {
    return this._services.reduce((sum, { callbacks }) => sum + callbacks, 0);
  }

  /** Whether a service of any name can be used. */
  get anyName() {
    return this._anyName;
  }

  /** Refresh the list of services, then the slots of the shown service. */
  async refresh() {
    await this._readServices();
    await this._readSlots();
  }

  /** Show the service of a new request, unless a service was chosen by hand.
   *
   * @param {string | null} service
   */
  follow(service) {
    if (service === null || !this._isFollowing || service === this._name) return;
    this._pending = service;
    this._showPending();
  }

  /** Show the service that the newest request was for, unless the address names one.
   *
   * @param {string | null} service
   */
  startWith(service) {
    if (this._name === null && service !== null) this._name = service;
  }

  /** Show the slot that starts at this time, with its week.
   *
   * @param {string} service
   * @param {string} start
   */
  async find(service, start) {
    if (service !== this._name) this._choose(service);
    this._first = this.zone.shown(Date.parse(start)).date;
    this._day = this._first;
    await attempt(() => this.refresh());
    this._grid.scrollTo(start);
    this._grid.focus(start);
    const slot = this._grid.slot(start);
    if (slot) this._open(slot);
  }

  /** Show the time of the clock. */
  showNow() {
    if (!this._clock.isKnown) return;
    const { date, minute } = this.zone.shown(this._clock.now());
    this._grid.showNow(date, minute);
  }

  get _isFollowing() {
    return /** @type {HTMLInputElement} */ (field('follow')).checked;
  }

  /** Show the service of the newest request, unless the pointer or the focus is in the calendar, or a slot is open. */
  _showPending() {
    const panel = byId('calendar-panel');
    if (this._pending === null || this._panel.start !== null || panel.matches(':hover')) return;
    if (panel.contains(document.activeElement)) return;
    this._name = this._pending;
    this._pending = null;
    attempt(() => this.refresh());
  }

  async _readServices() {
    let { services, any_name: anyName } = await api.get('services');
    const isThere = services.some(({ name }) => name === this._name);
    if (!isThere && !(anyName && this._name)) this._name = services[0]?.name ?? (anyName ? FIRST_NAME : null);
    if (this._name !== null && !services.some(({ name }) => name === this._name)) { // made by asking for it
      await api.get(query('slots', { service: this._name }));
      ({ services, any_name: anyName } = await api.get('services'));
    }
    this._services = services;
    this._anyName = anyName;
    byId('service-more').hidden = !anyName;
    this._showTabs();
    if (this.service) this._chosen(this.service.name);
  }

  /** Show the tabs of the services. While only their numbers change, the elements stay the same. */
  _showTabs() {
    const group = byId('services');
    const names = this._services.map(({ name }) => name);
    const there = [...group.querySelectorAll('button')].map(({ value }) => value);
    if (JSON.stringify(names) !== JSON.stringify(there)) {
      group.replaceChildren(...this._services.map(({ name }) => button(
        [el('span', { class: 'cut' }, name), el('span', { class: 'n' })], () => {},
        { value: name, title: name, 'aria-pressed': 'false' },
      )));
    }
    this._services.forEach(({ callbacks }, index) => {
      const count = group.children[index].querySelector('.n');
      if (count && count.textContent !== String(callbacks)) count.textContent = String(callbacks);
    });
    mark(group, this._name ?? '');
  }

  /** Scroll the tab of the service into view, once: the tabs may be scrolled by hand later. */
  _revealTab() {
    const group = byId('services');
    const shown = JSON.stringify([this._name, group.children.length]);
    if (group.dataset.shown === shown) return;
    group.dataset.shown = shown;
    reveal(group, group.querySelector('[aria-pressed="true"]'));
  }

  /** Read the slots and show them, after any earlier read. */
  _readSlots() {
    const before = this._reading;
    this._reading = before.then(() => this._readWeek(), () => this._readWeek());
    return this._reading;
  }

  async _readWeek() {
    byId('no-service').hidden = Boolean(this.service);
    byId('week-wrap').hidden = byId('legend').hidden = !this.service;
    const { zone, service } = this;
    if (!service) return;
    const today = zone.shown(this._clock.now()).date;
    const first = this._first ?? today;
    const slots = await api.get(query('slots', { service: service.name, ...weekQuery(first) }));
    const week = weekOf(first, slots, zone);
    const made = await this._grid.make(week, today);
    if (service !== this.service || first !== (this._first ?? today)) return; // another one was chosen meanwhile
    this._show(week, made, service, zone);
    await this._panel.update(slots.find(({ start }) => start === this._panel.start));
  }

  /**
   * @param {Week} week
   * @param {import('./grid.js').Made | null} made
   * @param {Admin.Service} service
   * @param {Zone} zone
   */
  _show(week, made, service, zone) {
    const shown = `${service.name} ${week.days[0]} ${zone.name}`;
    const isNew = this._shown !== shown;
    this._shown = shown;
    const isRezoned = byId('zone').textContent !== zone.name;
    byId('week-title').textContent = shortWeek(week.days[0], week.days[6]);
    byId('zone').textContent = zone.name;
    const other = this._isInBrowserZone ? `Show the service's, ${service.timezone}`
      : `Show the browser's, ${ofBrowser()}`;
    byId('zone').title = other;
    byId('zone').setAttribute('aria-label', `Zone: ${zone.name}. ${other}`);
    this._revealTab(); // the title and the zone beside the tabs have their width now
    this._showLegend(week);
    this._grid.show(week, made, this._panel.start);
    this._showDays(week.days);
    this.showNow();
    if (isNew) this._grid.scrollTo(this._panel.start);
    if (isRezoned) this._rezoned();
  }

  /** @param {Week} week */
  _showLegend({ counts }) {
    const legend = byId('legend');
    const states = Object.keys(WORDS);
    if (!legend.firstChild) {
      legend.append(...states.map((state) => el('li', {},
        el('span', { class: 'slot', 'data-state': lookOf(state) }), el('span', {}))));
    }
    states.forEach((state, index) => {
      const text = legend.children[index].lastElementChild;
      if (text) text.textContent = `${counts[state] ?? 0} ${WORDS[state]}`;
    });
  }

  /** @param {string[]} days */
  _showDays(days) {
    const group = byId('days');
    const day = this._day !== null && days.includes(this._day) ? this._day : days[0];
    if (group.dataset.first !== days[0]) {
      group.dataset.first = days[0];
      group.replaceChildren(...days.map((each) => {
        const [weekday, number] = headOf(each);
        return button([el('span', { class: 'hint' }, weekday), number], () => {}, {
          class: 'btn', value: each, 'aria-pressed': 'false',
        });
      }));
    }
    mark(group, day);
    this._grid.showDay(day);
  }

  /** @param {Admin.Slot} slot */
  _open(slot) {
    if (!this.service) return;
    this._panel.show(slot, this.service.name);
    this._grid.select(slot.start);
  }

  /** @param {string} start */
  _slotClosed(start) {
    this._grid.select(null);
    if (!isInspecting()) this._grid.focus(start);
  }

  /** @param {string | null} first */
  _goTo(first) {
    if (this._panel.start !== null) leaveInspector();
    this._first = first;
    this._day = null;
    attempt(() => this._readSlots());
  }

  _listen() {
    /** @param {number} days */
    const shift = (days) => daysAfter(this._first ?? this.zone.shown(this._clock.now()).date, days);
    byId('week-before').addEventListener('click', () => this._goTo(shift(-7)));
    byId('week-after').addEventListener('click', () => this._goTo(shift(7)));
    byId('week-today').addEventListener('click', () => {
      this._goTo(null);
      this._grid.scrollTo(null);
    });
    byId('zone').addEventListener('click', () => {
      this._isInBrowserZone = !this._isInBrowserZone;
      attempt(() => this._readSlots());
    });
    byId('calendar-panel').addEventListener('pointerleave', () => setTimeout(() => this._showPending()));
    byId('calendar-panel').addEventListener('focusout', () => setTimeout(() => this._showPending()));
    choose(byId('services'), (name) => this._chooseByHand(name));
    choose(byId('days'), (day) => {
      this._day = day;
      this._grid.showDay(day);
    });
    field('follow').addEventListener('change', () => { if (!this._isFollowing) this._pending = null; });
    popover('service-more');
    byId('service-form').addEventListener('submit', (event) => {
      event.preventDefault();
      closePopover();
      this._chooseByHand(field('service-name').value);
    });
  }

  /** @param {string} name */
  _chooseByHand(name) {
    /** @type {HTMLInputElement} */ (field('follow')).checked = false;
    this._choose(name);
    const address = new URL(location.href);
    address.searchParams.set('service', name);
    history.replaceState(null, '', address);
    attempt(() => this.refresh());
  }

  /** @param {string} name */
  _choose(name) {
    if (this._panel.start !== null) leaveInspector();
    this._name = name;
    this._pending = null;
  }
}

/** The zone before any service is known. @param {boolean} isOfBrowser */
function ofBrowserOr(isOfBrowser) {
  return isOfBrowser ? ofBrowser() : 'UTC';
}

/** Scroll a group sideways, as far as needed, to show one of its buttons in full.
 *
 * @param {HTMLElement} group
 * @param {Element | null} chosen
 */
function reveal(group, chosen) {
  if (!chosen) return;
  const [box, inner] = [group.getBoundingClientRect(), chosen.getBoundingClientRect()];
  group.scrollLeft += Math.max(0, inner.right - box.right + EDGE) - Math.max(0, box.left + EDGE - inner.left);
}
