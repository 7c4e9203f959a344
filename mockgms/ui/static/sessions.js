// The chooser of sessions: each has a page of its own, and none sees what happens in the others.

import { api } from './api.js';
import { byId, choices, choicesOf, field } from './elements.js';
import { attempt } from './notice.js';
import { DEFAULT, pathOf, place } from './place.js';

const NEW = ''; // the choice to make one

export class SessionChooser {
  constructor() {
    for (const nears of ['focus', 'pointerenter']) {
      byId('session').addEventListener(nears, () => attempt(() => this.refresh())); // others are made all the time
    }
    byId('session').addEventListener('change', () => this._choose(field('session').value));
    byId('session-new').addEventListener('submit', (event) => {
      event.preventDefault();
      const id = field('session-name').value;
      attempt(async () => {
        await api.put(`sessions/${encodeURIComponent(id)}`);
        this._choose(id);
      });
    });
    byId('session-cancel').addEventListener('click', () => this._cancel());
  }

  async refresh() {
    const ids = new Set([DEFAULT, place.session, ...(await api.get('sessions')).map(({ id }) => id)]);
    choices(byId('session'), [...choicesOf([...ids]), [NEW, 'new…']], place.session);
  }

  /** @param {string} id */
  _choose(id) {
    if (id !== NEW) {
      location.assign(pathOf('/', id));
      return;
    }
    byId('session-new').hidden = false;
    byId('session-name').focus();
  }

  _cancel() {
    byId('session-new').hidden = true;
    field('session').value = place.session;
    byId('session').focus();
  }
}
