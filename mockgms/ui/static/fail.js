// Make it fail: a rule for the next requests, magic numbers, or a header. A sentence says what a rule will do.

import { say } from './actionbar.js';
import { api, Refused } from './api.js';
import { OPERATIONS } from './conditionkinds.js';
import { Conditions } from './conditions.js';
import { copyButton } from './copy.js';
import { button, byId, el, select } from './elements.js';
import { FAULTS } from './faults.js';
import { askedFault, sentenceOf, writtenFault } from './faultwords.js';
import { choose, mark } from './groups.js';
import { icon } from './icons.js';
import { inspect, leaveInspector } from './inspector.js';
import { MagicNumbers } from './magic.js';
import { flow } from './record.js';

/** @import { Fault, Key } from './faultwords.js' */
/** @import { Record } from './record.js' */
/** @typedef {{ operation: string, phone: string | null, service: string | null }} Prefilled */

/** @type {[value: string, text: string][]} */
const TIMES = [
  ['times 1', '1 request'], ['times 2', '2 requests'], ['times 3', '3 requests'], ['times 10', '10 requests'],
  ['for 30s', '30 seconds'], ['for 5m', '5 minutes'], ['', 'until disarmed'],
];
const MORE = 'more'; // the tile that shows the faults without a tile of their own

/** @type {{ [times: string]: string }} */
const TIMES_IN_WORDS = {
  'times 1': 'once', 'times 2': 'twice', 'times 3': '3 times', 'times 10': '10 times', 'for 30s': 'for 30 seconds',
  'for 5m': 'for 5 minutes', '': 'until disarmed',
};

export class FailPanel {
  /**
   * @param {object} parts
   * @param {Record} parts.record
   * @param {() => Promise<void>} parts.armed called after a rule was armed
   */
  constructor({ record, armed }) {
    this._record = record;
    this._armed = armed;
    /** @type {Fault} */
    this._fault = FAULTS.find(({ id }) => id === 'throttle') ?? FAULTS[0];
    /** @type {Fault | null} the fault that was chosen behind the button More */
    this._otherFault = null;
    /** @type {Set<string>} */
    this._names = new Set();
    this._showsRareKeys = false;
    this._magic = new MagicNumbers(record);
    this._operation = select('f-what', OPERATIONS);
    this._times = select('f-times', TIMES);
    this._keys = el('span', { class: 'phrase keys' });
    this._conditions = new Conditions(() => this._update());
    const withButton = FAULTS.filter(({ hasButton }) => hasButton);
    this._faults = el('div', { class: 'faults', id: 'faults', role: 'group', 'aria-label': 'Answer' },
      withButton.map((fault) => tile(fault.id, fault)),
      tile(MORE, { status: 'More', kind: 'lost', label: `${FAULTS.length - withButton.length} faults` }));
    this._build();
    choose(byId('fail-by'), (way) => this._showWay(way));
  }

  /** Show the magic numbers. */
  showNumbers() {
    mark(byId('fail-by'), 'number');
    this._showWay('number');
    /** @type {HTMLElement | null} */
    const chosen = byId('fail-by').querySelector('[aria-pressed="true"]');
    chosen?.focus();
  }

  /** Show whether the session has magic numbers. The names of its rules are not used for new ones.
   *
   * @param {Admin.Rule[]} rules
   */
  show(rules) {
    this._names = new Set(rules.map(({ name }) => name));
    const hasMagic = this._magic.show(rules);
    byId('see-numbers').hidden = !hasMagic;
    byId('first-fail').replaceChildren(...(hasMagic ? [
      'Book with ', el('code', {}, '+1 400 555 0100'), ' for a full slot, ', el('code', {}, '+1 429 …'),
      ' to be throttled, ', el('code', {}, '+1 500 …'), ' for a server error.',
    ] : ['Choose an answer at ', el('b', {}, 'Make it fail'), ', and arm it for the next request.']));
  }

  /** Offer a rule for requests like one of the journal.
   *
   * @param {Prefilled} prefilled
   */
  prefill({ operation, phone, service }) {
    mark(byId('fail-by'), 'next');
    this._showWay('next');
    const known = OPERATIONS.some(([value]) => value === operation);
    this._operation.value = known ? operation : '';
    this._conditions.clear();
    if (phone) this._conditions.add('phone', phone);
    else if (service) this._conditions.add('service', service);
    this._update();
    byId('arm').focus();
  }

  _build() {
    const sentence = el('p', { class: 'sentence', id: 'sentence', role: 'status' });
    const wrong = el('p', { class: 'field-error', id: 'fail-error', role: 'alert', hidden: true });
    const form = byId('fail-next');
    form.append(
      el('div', { class: 'phrase' }, el('label', { for: 'f-what' }, 'The next'), this._operation, 'gets'),
      this._faults,
      el('div', { class: 'phrase' }, this._keys,
        el('span', { class: 'pair' }, el('label', { for: 'f-times' }, 'for'), this._times)),
      this._conditions.element,
      el('div', { class: 'stack last' }, sentence, wrong,
        el('div', { class: 'row' },
          el('button', { class: 'btn primary', id: 'arm' }, icon('bolt'), 'Arm'),
          button([icon('plus'), 'Condition'], () => this._conditions.add().focus(), {
            class: 'btn quiet', id: 'f-cond',
          }),
          el('span', { class: 'grow' }),
          copyButton('Copy as rule', () => `rules:\n  - ${flow(this._rule())}\n`, { class: 'btn quiet' }))),
    );
    choose(this._faults, (id) => this._choose(id));
    form.addEventListener('input', () => this._update());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this._arm();
    });
    this._choose(this._fault.id);
  }

  /** @param {string} id */
  _choose(id) {
    if (id === MORE) {
      this._showMore();
      return;
    }
    const fault = FAULTS.find((each) => each.id === id);
    if (!fault) return;
    this._limitTimes(fault);
    this._fault = fault;
    const isOther = !fault.hasButton;
    if (isOther) this._otherFault = fault;
    const other = this._faults.querySelector('[value="more"]');
    if (other && this._otherFault) other.replaceChildren(el('b', {}, this._otherFault.status), this._otherFault.label);
    if (other && this._otherFault) other.className = `is-${this._otherFault.kind}`;
    mark(this._faults, isOther ? MORE : id);
    this._showsRareKeys = false;
    this._keys.replaceChildren();
    this._showKeys();
    this._update();
  }

  /** Keep a rate limit in force until it is disarmed. A limit for one request would never refuse it.
   *
   * @param {Fault} fault
   */
  _limitTimes(fault) {
    const [before, after] = [this._fault, fault].map((each) => each.fault === 'rate_limit');
    if (after && this._times.value === 'times 1') this._times.value = '';
    if (before && !after && this._times.value === '') this._times.value = 'times 1';
  }

  _showKeys() {
    const { keys } = this._fault;
    const values = this._values();
    const hasHidden = keys.some(({ isRare }) => isRare) && !this._showsRareKeys;
    this._keys.replaceChildren(
      ...keys.filter(({ isRare }) => this._showsRareKeys || !isRare).flatMap((key) => [
        el('label', { for: `f-key-${key.name}` }, key.label), fieldOf(key, values[key.name]),
      ]),
      ...(hasHidden ? [button(icon('more'), () => {
        this._showsRareKeys = true;
        this._showKeys();
        this._keys.querySelectorAll('input, select').forEach((each, index) => {
          if (index === keys.findIndex(({ isRare }) => isRare) && each instanceof HTMLElement) each.focus();
        });
      }, { class: 'btn sm quiet icon', 'aria-label': `More keys of ${this._fault.label}` })] : []),
    );
  }

  /** The full list, in the side panel. */
  _showMore() {
    mark(this._faults, this._fault === this._otherFault ? MORE : this._fault.id);
    const back = () => {
      /** @type {HTMLElement | null} */
      const other = this._faults.querySelector('[value="more"]');
      other?.focus();
    };
    inspect('All faults', [el('ul', { class: 'all-faults' }, FAULTS.map((fault) => el('li', {},
      button([
        el('span', { class: `status is-${fault.kind}` }, fault.status),
        el('span', {}, el('b', {}, fault.label), ' ', el('code', {}, fault.fault), el('br'),
          el('span', { class: 'hint' }, fault.about)),
      ], () => {
        leaveInspector();
        this._choose(fault.id);
        /** @type {HTMLElement | null} */
        const chosen = this._faults.querySelector('[aria-pressed="true"]');
        chosen?.focus();
      }, { class: 'fault-item' }))))], back, { focus: true });
  }

  _values() {
    /** @type {{ [name: string]: string }} */
    const values = {};
    for (const { name, start } of this._fault.keys) {
      /** @type {HTMLInputElement | HTMLSelectElement | null} */
      const written = this._keys.querySelector(`#f-key-${CSS.escape(name)}`);
      values[name] = written?.value ?? start;
    }
    return values;
  }

  _rule() {
    const { when, beside } = this._conditions.keys;
    const operation = this._operation.value ? { operation: this._operation.value } : {};
    const [limit, amount] = this._times.value.split(' ');
    return {
      name: this._unusedName(),
      ...(this._operation.value || Object.keys(when).length > 0 ? { when: { ...operation, ...when } } : {}),
      ...beside,
      ...(limit === 'times' && { times: Number(amount) }),
      ...(limit === 'for' && { for: amount }),
      then: writtenFault(this._fault, this._values()),
    };
  }

  /** Write the sentence of the rule and the header, and hide the last error. */
  _update() {
    const operation = OPERATIONS.find(([value]) => value === this._operation.value)?.[1] ?? 'request';
    const { when, beside } = this._conditions.words;
    const which = this._times.value.startsWith('times') ? 'The next' : 'Every';
    const text = [
      [`${which} ${operation}`, ...when, sentenceOf(this._fault, this._values())].join(' '),
      ...beside, TIMES_IN_WORDS[this._times.value],
    ].join(', ');
    if (byId('sentence').textContent !== `${text}.`) byId('sentence').textContent = `${text}.`;
    byId('fail-error').hidden = true;
    this._showHeader();
  }

  async _arm() {
    const rule = this._rule();
    const restoreRecord = this._record.restorer();
    try {
      await api.post('rules', rule);
    } catch (error) {
      byId('fail-error').hidden = false;
      byId('fail-error').replaceChildren(icon('warn'), mistakeIn(error));
      return;
    }
    this._record.armed(rule);
    say(`Armed ${rule.name}. ${byId('sentence').textContent}`, async () => {
      await api.delete(`rules/${encodeURIComponent(rule.name)}`);
      restoreRecord();
    });
    await this._armed();
  }

  _unusedName() {
    let number = 1;
    while (this._names.has(`by-hand-${number}`)) number += 1;
    return `by-hand-${number}`;
  }

  /** @param {string} way */
  _showWay(way) {
    for (const each of ['next', 'number', 'header']) byId(`fail-${each}`).hidden = each !== way;
  }

  _showHeader() {
    const written = askedFault(this._fault, this._values());
    const inAddress = encodeURIComponent(written);
    const panel = byId('fail-header');
    if (panel.dataset.written === written) return;
    panel.dataset.written = written;
    const header = `X-Mockgms-Fault: ${written}`;
    panel.replaceChildren(
      el('p', { class: 'muted small' }, 'Ask for a fault in the request itself. No rule is needed, and nothing else '
        + 'is affected. The fault is the one chosen under Next.'),
      el('div', { class: 'code' },
        el('div', { class: 'code-head' }, el('span', { class: 'grow' }, 'Header'),
          copyButton('Copy', () => header, { class: 'btn sm quiet', 'aria-label': 'Copy the header' })),
        el('pre', { tabindex: 0, role: 'region', 'aria-label': 'Header' },
          el('span', { class: 'k' }, 'X-Mockgms-Fault'), ': ', el('span', { class: 's' }, written))),
      el('p', { class: 'hint' }, 'In an address:', el('code', { class: 'block' }, `?__fault=${inAddress}`)),
      el('p', { class: 'hint' }, 'By status:', el('code', { class: 'block' }, 'Prefer: code=429')));
  }
}

/**
 * @param {Key} key
 * @param {string} value
 */
function fieldOf({ name, choices, isText, words, insteadOf }, value) {
  const id = `f-key-${name}`;
  const unset = insteadOf ? 'none' : 'default';
  if (choices) return select(id, choices.map((each) => [each, each.replaceAll('_', ' ') || unset]), value);
  const placeholder = words?.[''] ?? null;
  return el('input', { class: `input wide-${isText ? 20 : 4}`, id, value, autocomplete: 'off', placeholder });
}

/**
 * @param {string} value
 * @param {{ status: string, kind: string, label: string }} fault
 */
function tile(value, { status, kind, label }) {
  const properties = { type: 'button', class: `is-${kind}`, 'aria-pressed': 'false', value };
  return el('button', properties, el('b', {}, status), label);
}

/** The first mistake in a rule, without its place: the user has not seen the text that was sent.
 *
 * @param {unknown} error
 */
function mistakeIn(error) {
  if (error instanceof Refused && error.findings.length > 0) return error.findings[0].message;
  return error instanceof Error ? error.message : String(error);
}
