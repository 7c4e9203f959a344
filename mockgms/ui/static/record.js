// The record: what was clicked since the session was last started over, as a scenario that starts with it.

import { place } from './place.js';

/** @typedef {{ now: () => number, frozen: boolean }} Clock that of the session */
/** @typedef {{ [key: string]: any }} Rule as it is written in a scenario; it has a name */
/** @typedef {{ free?: number, closed?: boolean }} SlotChange */
/** @typedef {{ [start: string]: SlotChange }} SlotChanges */
/**
 * @typedef {object} Clicked
 * @property {{ now: string, frozen: boolean } | null} began when the first click was, by the session's clock
 * @property {{ [service: string]: SlotChanges }} slots
 * @property {{ [name: string]: Rule }} rules
 * @property {string[]} notes
 * @property {{ now: string, frozen: boolean } | null} [clock] as it was last set by hand
 */

const KEY = `mockgms-clicked ${place.session}`;
/** @type {Clicked} */
const NOTHING = { began: null, slots: {}, rules: {}, notes: [] };

/** How many clicks are recorded in the session of this page. */
export function clicksIn() {
  const { slots, rules, notes, clock } = read();
  const changed = Object.values(slots).flatMap((changes) => Object.keys(changes));
  return changed.length + Object.keys(rules).length + notes.length + (clock ? 1 : 0);
}

/** What is recorded in the session of this page.
 *
 * @returns {Clicked}
 */
export function read() {
  return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') ?? structuredClone(NOTHING);
}

/** Forget what is recorded, and return a function that restores it. */
export function forget() {
  const was = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return () => { if (was !== null) sessionStorage.setItem(KEY, was); };
}

export class Record {
  /**
   * @param {object} parts
   * @param {Clock} parts.clock that of the session
   * @param {() => void} parts.changed called at each click
   */
  constructor({ clock, changed }) {
    this._clock = clock;
    this._changed = changed;
    /** @type {Clicked} */
    this._clicked = read();
    /** @param {string} text */
    this.note = (text) => this._add((clicked) => clicked.notes.push(text));
  }

  get isEmpty() {
    return this._clicked.began === null;
  }

  /** Return a function that restores what is recorded now. */
  restorer() {
    const was = structuredClone(this._clicked);
    return () => {
      this._clicked = was;
      this._save();
    };
  }

  /** The clock was set. @param {{ now: string, frozen: boolean }} clock */
  clock(clock) {
    this._add((clicked) => { clicked.clock = { now: clock.now, frozen: clock.frozen }; });
  }

  /** A slot was changed, in the way that the admin API takes it.
   *
   * @param {string} service
   * @param {string} start
   * @param {SlotChange} change
   */
  slot(service, start, change) {
    this._add((clicked) => {
      // Without a prototype, because a service may be called `__proto__` or `constructor`.
      clicked.slots = Object.assign(Object.create(null), clicked.slots);
      const changes = (clicked.slots[service] ??= {});
      changes[start] = { ...changes[start], ...change };
    });
  }

  /** A rule was armed.
   *
   * @param {Rule} rule
   */
  armed(rule) {
    this._add(({ rules }) => { rules[rule.name] = rule; });
  }

  /** A rule was disarmed. A rule of the scenario is recorded as disarmed; one that was armed by hand is forgotten.
   *
   * @param {Rule} rule
   * @param {boolean} isOfScenario
   */
  disarmed(rule, isOfScenario) {
    this._add(({ rules }) => {
      if (isOfScenario) rules[rule.name] = { ...rule, times: 0 };
      else delete rules[rule.name];
    });
  }

  /** A rule of the scenario was put back.
   *
   * @param {Rule} rule
   */
  restored(rule) {
    this._add(({ rules }) => { delete rules[rule.name]; });
  }

  /** The session was started over. */
  clear() {
    this._clicked = structuredClone(NOTHING);
    this._save();
  }

  /** The scenario, as YAML. It extends the scenario of the session if the server has that by name.
   *
   * @param {string} scenario
   * @param {boolean} isKnown
   */
  yaml(scenario, isKnown) {
    const { began, slots, rules, notes, clock } = this._clicked;
    const start = clock ?? began ?? { now: new Date(this._clock.now()).toISOString(), frozen: this._clock.frozen };
    return [
      `description: ${quoted(`Your changes in ${scenario}.`)}`,
      `${isKnown ? 'extends' : '# which has no file to extend'}: ${quoted(scenario)}`,
      `clock: ${flow(start)}`,
      ...section('services', Object.entries(slots).flatMap(([service, changes]) => [
        `  ${quoted(service)}:`,
        '    slots:',
        ...Object.entries(changes).map(([at, change]) => `      - ${flow({ start: at, ...change })}`),
      ])),
      ...section('rules', Object.values(rules).map((rule) => `  - ${flow(rule)}`)),
      ...section('# A scenario cannot say this, so it is left out', notes.map((text) => `#   ${oneLine(text)}`)),
      '',
    ].join('\n');
  }

  /** @param {(clicked: Clicked) => void} change */
  _add(change) {
    this._clicked.began ??= { now: new Date(this._clock.now()).toISOString(), frozen: this._clock.frozen };
    change(this._clicked);
    this._save();
  }

  _save() {
    sessionStorage.setItem(KEY, JSON.stringify(this._clicked));
    this._changed();
  }
}

/**
 * @param {string} name
 * @param {string[]} lines
 */
function section(name, lines) {
  return lines.length ? [`${name}:`, ...lines] : [];
}

/** YAML on one line. Values are written as in JSON, and keys without quotes where they need none.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function flow(value) {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (value === null || typeof value !== 'object') return quoted(value);
  /** @param {string} key */
  const name = (key) => (/^[a-z_]+$/.test(key) ? key : quoted(key));
  return `{${Object.entries(value).map(([key, each]) => `${name(key)}: ${flow(each)}`).join(', ')}}`;
}

/** A value as JSON that is also valid YAML: it escapes the characters that end a line in YAML or are not allowed there.
 *
 * @param {unknown} value
 */
function quoted(value) {
  return JSON.stringify(value).replace(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, (char) => (
    `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

/** @param {string} text */
function oneLine(text) {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
