// The rules of the session: what goes wrong, how often it has, and a switch for each.

import { api } from './api.js';
import { button, byId, el } from './elements.js';
import { attempt, say } from './notice.js';

export class RulesPanel {
  constructor(record) {
    this._record = record;
    this._names = new Set();
    byId('fail').addEventListener('submit', (event) => {
      event.preventDefault();
      this._failNext();
    });
  }

  async refresh() {
    const rules = await api.get('rules');
    this._names = new Set(rules.map(({ name }) => name));
    byId('no-rules').hidden = rules.length > 0;
    const focused = document.activeElement?.dataset.rule;
    byId('rules').replaceChildren(...rules.map((rule) => this._item(rule)));
    if (focused) byId('rules').querySelector(`[data-rule="${CSS.escape(focused)}"]`)?.focus();
  }

  _item(rule) {
    const isOver = rule.from === 'armed' && !rule.in_force;
    const isArmed = rule.in_force || isOver;
    const badges = [
      rule.from === 'armed' && 'by hand',
      !isArmed && 'disarmed',
      isSpent(rule) && 'used up',
      rule.expires && `${isOver ? 'over since' : 'until'} ${rule.expires.slice(11, 16)}Z`,
    ].filter(Boolean);
    return el('li', { class: rule.in_force ? null : 'off' },
      el('div', { class: 'rule-head' },
        el('b', {}, rule.name),
        badges.map((text) => el('span', { class: 'badge' }, text)),
        button(isArmed ? 'Disarm' : 'Arm', () => this._switch(rule), {
          class: 'small', 'data-rule': rule.name, 'aria-label': `${isArmed ? 'Disarm' : 'Arm'} the rule ${rule.name}`,
        })),
      el('div', { class: 'muted' }, described(rule.rule)),
      el('div', { class: 'counts-of-rule' }, counted(rule)));
  }

  _switch(rule) {
    const path = `rules/${encodeURIComponent(rule.name)}`;
    attempt(async () => {
      if (rule.in_force || rule.from === 'armed') {
        await api.delete(path);
        this._record.disarmed(rule.rule, rule.from === 'scenario');
        say(`${rule.name} is disarmed.`);
      } else {
        await api.put(path);
        this._record.restored(rule.rule);
        say(`${rule.name} is armed.`);
      }
      await this.refresh();
    });
  }

  _failNext() {
    const operation = byId('fail-operation').value;
    const rule = {
      name: this._unused(),
      ...(operation && { when: { operation } }),
      times: 1,
      then: JSON.parse(byId('fail-fault').value),
    };
    attempt(async () => {
      await api.post('rules', rule);
      this._record.armed(rule);
      const [what, how] = ['fail-operation', 'fail-fault'].map((id) => byId(id).selectedOptions[0].textContent);
      say(`Armed: the next ${what} meets ${how}, once.`);
      await this.refresh();
    });
  }

  _unused() {
    let number = 1;
    while (this._names.has(`next-${number}`)) number += 1;
    return `next-${number}`;
  }
}

/** Whether it fires no more, whoever asks. */
function isSpent({ rule, firings }) {
  return rule.times !== undefined && !rule.per && firings >= rule.times;
}

/** What a rule does, in one line. */
function described({ name, when = {}, then = [], ...limits }) {
  const faults = [then].flat().map(({ fault, ...keys }) => [fault, ...pairs(keys)].join(' '));
  const conditions = pairs(when).join(', ');
  return [faults.join(', then '), conditions && `when ${conditions}`, ...pairs(limits)].filter(Boolean).join(' · ');
}

function counted({ matches, firings }) {
  if (!matches) return 'no request has matched it';
  return `matched ${times(matches)}, fired ${firings ? times(firings) : 'never'}`;
}

function pairs(values) {
  const written = (value) => {
    if (Array.isArray(value)) return value.map(written).join(' or ');
    return typeof value === 'object' ? JSON.stringify(value) : value;
  };
  return Object.entries(values).map(([key, value]) => `${key} ${written(value)}`);
}

function times(number) {
  return number === 1 ? 'once' : `${number} times`;
}
