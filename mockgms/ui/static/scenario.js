// The scenario of the session: which one it is, another one, back to its start, and a copy of what was clicked.

import { api } from './api.js';
import { copy } from './copy.js';
import { byId, choices, choicesOf, field } from './elements.js';
import { attempt, say } from './notice.js';
import { dataUrl, statsConfiguration } from './place.js';

/** @import { Record } from './record.js' */

export class ScenarioPanel {
  /** @param {Record} record */
  constructor(record) {
    this._record = record;
    /** @type {{ name: string }[]} */
    this._known = [];
    this._name = '';
    byId('scenario-name').addEventListener('change', () => this._use(field('scenario-name').value));
    byId('reset').addEventListener('click', () => this._reset());
    byId('copy-clicked').addEventListener('click', () => attempt(() => copy(this.yaml)));
  }

  get yaml() {
    return this._record.yaml(this._name, this._known.some(({ name }) => name === this._name));
  }

  async refresh() {
    const [known, active] = await Promise.all([api.get('scenarios'), api.get('scenario')]);
    this._known = known;
    this._name = active.name;
    const isKnown = known.some(({ name }) => name === active.name);
    /** @type {[value: string, text: string][]} */
    const own = isKnown ? [] : [[active.name, active.name === '<body>' ? 'scenario that was sent' : active.name]];
    choices(byId('scenario-name'), [...own, ...choicesOf(known.map(({ name }) => name))], active.name);
    byId('scenario-description').textContent = active.description;
    this.showClicked();
  }

  /** Show what was clicked so far. */
  showClicked() {
    byId('clicked').hidden = this._record.isEmpty;
    byId('clicked-yaml').textContent = this._record.isEmpty ? '' : this.yaml;
  }

  /** @param {string} name */
  async _use(name) {
    const used = await attempt(() => api.put('scenario', { name }));
    if (!used) {
      field('scenario-name').value = this._name;
      return;
    }
    say(`The session starts over with ${used.name}.`);
  }

  async _reset() {
    const done = await attempt(() => api.post('reset'));
    if (!done) return;
    say(`The session starts over with ${done.name}.`);
  }
}

/** Show where a widget finds the session, for a service.
 *
 * @param {string} service
 */
export function showDataUrls(service) {
  byId('data-url-v1').textContent = dataUrl('v1', service);
  byId('data-url-v3').textContent = dataUrl('v3', service);
  byId('stats-v1').textContent = statsConfiguration('v1');
  byId('stats-v2').textContent = statsConfiguration('v2');
  byId('stats-v3').textContent = statsConfiguration('v3');
  byId('service-v3').textContent = service;
}
