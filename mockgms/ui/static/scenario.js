// The scenario of the session: which one it is, another one, and back to its start.

import { attempt, complain, say } from './actionbar.js';
import { api } from './api.js';
import { button, byId, el, field } from './elements.js';
import { nameOf } from './exchange.js';
import { closePopover, popover } from './popover.js';
import { changeUndoably } from './undo.js';

/** @import { Record } from './record.js' */

export class ScenarioPanel {
  /**
   * @param {object} parts
   * @param {Record} parts.record
   * @param {() => string} parts.setAside what starting over sets aside, in words
   */
  constructor({ record, setAside }) {
    this._record = record;
    this._setAside = setAside;
    this._name = '';
    this._mistakes = ''; // in the file, which the server watches
    popover('scenario-button', () => this._open());
    byId('scenario-find').addEventListener('input', () => this._filter());
    byId('scenarios').addEventListener('click', ({ target }) => {
      const item = target instanceof Element ? target.closest('button') : null;
      if (item) this._use(item.value);
    });
    byId('start-over').addEventListener('click', () => attempt(() => this._startOver()));
  }

  async refresh() {
    const active = await api.get('scenario');
    this._showMistakes(active.name, active.mistakes.join('\n'));
    this._name = active.name;
    byId('scenario-name').textContent = nameOf(active.name);
    byId('scenario-about').textContent = active.description;
    byId('scenario-about').title = active.description;
  }

  /**
   * Say that the file of the scenario is broken, and when it is mended.
   *
   * @param {string} name
   * @param {string} mistakes
   */
  _showMistakes(name, mistakes) {
    if (mistakes && mistakes !== this._mistakes) {
      complain(`The file of ${name} has mistakes. Its previous version stays in force.`, mistakes);
    } else if (!mistakes && this._mistakes && name === this._name) {
      say(`The file of ${name} has no mistakes any more. Its rules are in force.`);
    }
    this._mistakes = mistakes;
  }

  _open() {
    field('scenario-find').value = '';
    attempt(async () => {
      const known = await api.get('scenarios');
      byId('scenarios').replaceChildren(...known.map(({ name, description }) => button([
        el('b', {}, name, name === this._name && el('span', { class: 'badge accent' }, 'active')),
        el('span', { class: 'hint' }, description),
      ], () => {}, { value: name, 'data-text': `${name} ${description}`.toLowerCase() })));
      this._filter();
    });
  }

  _filter() {
    const text = field('scenario-find').value.trim().toLowerCase();
    for (const item of byId('scenarios').querySelectorAll('button')) {
      item.hidden = !item.dataset.text?.includes(text);
    }
    byId('no-scenario').hidden = byId('scenarios').querySelector('button:not([hidden])') !== null;
  }

  /** @param {string} name */
  async _use(name) {
    closePopover();
    const aside = this._setAside();
    const restoreRecord = this._record.restorer();
    await attempt(() => changeUndoably(
      () => api.put('scenario', { name }),
      (used) => `Switched to ${used.name}. ${aside}`,
      restoreRecord,
    ));
  }

  async _startOver() {
    const aside = this._setAside();
    const restoreRecord = this._record.restorer();
    await changeUndoably(() => api.post('reset'), () => `Started over. ${aside}`, restoreRecord);
  }
}
