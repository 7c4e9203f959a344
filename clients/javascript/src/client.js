// The client of the admin API: one session of a server, as a test uses it. As mockgms/client/client.py.

import { Address, DEFAULT } from './address.js';
import { NotReached, Refused, VerificationFailed } from './errors.js';
import { renderFailure } from './journal-text.js';

const CONFLICT = 409;
const MISDIRECTED_REQUEST = 421;

/**
 * A session of a running server.
 *
 * Times are ISO 8601 texts or Dates. Durations are texts such as `15m`. Methods resolve to the JSON of the admin API.
 * Every method rejects with NotReached if no server answers, and with Refused and the server's message if the server
 * refuses.
 */
export class Client extends Address {
  /**
   * The ids of the sessions that this client has created. All clients that come from it share them.
   *
   * @type {Set<string>}
   * @protected
   */
  _opened = new Set();

  // Sessions.

  /** The ids of the sessions that this client has created, and not forgotten. */
  get opened() {
    return [...this._opened];
  }

  /**
   * Returns a client for another session of the same server. The session is created on its first use.
   *
   * @param {string} id
   */
  session(id) {
    const other = new Client(...this._server);
    other.id = id;
    other._opened = this._opened;
    return other;
  }

  /**
   * Creates a session, or starts an existing one over, and returns its client.
   *
   * @param {object} [start]
   * @param {string} [start.id] the id of the session; by default, a new unique one
   * @param {import('./api.js').ScenarioSource} [start.scenario] by default, that of the server
   * @param {import('./api.js').Moment} [start.clock] the time at which its clock is frozen; by default, it runs
   */
  async newSession({ id, scenario, clock } = {}) {
    const other = this.session(id ?? newId());
    const frozen = clock === undefined ? undefined : { now: renderMoment(clock), frozen: true };
    // The path names only the new session, so a proxy routes the request to the replica of that session.
    const path = `sessions/${encodeURIComponent(other.id)}`;
    await this._sendScenario(scenario, (sent) => (
      this.session(DEFAULT)._ask('PUT', path, { scenario: sent, clock: frozen })));
    this._opened.add(other.id);
    return other;
  }

  /**
   * Copies this session into another one, by default a new one, and returns its client. The copy is independent.
   *
   * Before several replicas, a proxy refuses a request for two sessions; then the copy is made by a snapshot.
   *
   * @param {string} [id]
   */
  async fork(id = newId()) {
    const other = this.session(id);
    const path = `/s/${encodeURIComponent(this.id)}/__admin/sessions/${encodeURIComponent(id)}`;
    try {
      await this._askServer('PUT', path, { from: this.id });
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== MISDIRECTED_REQUEST) {
        throw error;
      }
      await other.restore(await this.snapshot());
    }
    this._opened.add(other.id);
    return other;
  }

  /**
   * Returns the whole session except its journal, as JSON that `restore` accepts on any server.
   *
   * @returns {Promise<import('./api.js').Snapshot>}
   */
  snapshot() {
    return this._ask('GET', 'snapshot');
  }

  /**
   * Replaces the state of this session by a snapshot.
   *
   * @param {import('./api.js').Snapshot} snapshot
   * @returns {Promise<import('./api.js').Session>}
   */
  restore(snapshot) {
    return this._ask('PUT', 'snapshot', snapshot);
  }

  /**
   * Returns all sessions of the server, each with its scenario, its clock and its number of callbacks.
   *
   * @returns {Promise<import('./api.js').Session[]>}
   */
  sessions() {
    return this._ask('GET', 'sessions');
  }

  /**
   * Returns the scenarios that the server has by name, each with its description.
   *
   * @returns {Promise<{ name: string, description: string }[]>}
   */
  scenarios() {
    return this._ask('GET', 'scenarios');
  }

  /** Returns whether the server answers requests. */
  async isReady() {
    try {
      await this._ask('GET', 'ready');
      return true;
    } catch (error) {
      if (error instanceof NotReached) {
        return false;
      }
      throw error;
    }
  }

  /** Deletes this session; the default session is reset instead. */
  async forget() {
    await this._ask('DELETE', `sessions/${encodeURIComponent(this.id)}`);
    this._opened.delete(this.id);
  }

  /**
   * Starts this session over: with its scenario and clock as at the start, no bookings and an empty journal.
   *
   * @returns {Promise<import('./api.js').Scenario>}
   */
  reset() {
    return this._ask('POST', 'reset');
  }

  // The scenario and its rules.

  /**
   * Returns the active scenario.
   *
   * @returns {Promise<import('./api.js').Scenario>}
   */
  scenario() {
    return this._ask('GET', 'scenario');
  }

  /**
   * Starts this session over with a scenario.
   *
   * @param {import('./api.js').ScenarioSource} scenario
   * @returns {Promise<import('./api.js').Scenario>}
   */
  use(scenario) {
    return this._sendScenario(scenario, (sent, isFile) => {
      const isName = typeof sent === 'string' && !isFile && !sent.includes(':');
      return this._ask('PUT', 'scenario', isName ? { name: sent } : sent);
    });
  }

  /**
   * Returns the active rules in the order they are tried, each with how often it matched and fired.
   *
   * @returns {Promise<import('./api.js').Rule[]>}
   */
  rules() {
    return this._ask('GET', 'rules');
  }

  /**
   * Adds a rule that injects faults from now on, and returns it.
   *
   * By default, a rule is named after its fault, with a number if that name is taken (`throttle-2`). A rule with a
   * given name replaces the armed rule of this name.
   *
   * @param {import('./api.js').Faults} fault the name of a fault (`'throttle'`), an object of its keys
   *   (`{ fault: 'delay', by: '2s' }`), a list of such objects, or a whole rule as an object
   * @param {import('./api.js').RuleSettings} [settings] other keys of a rule: `{ when: { phone: '+1555*' }, times: 1 }`
   * @param {object} [options]
   * @param {boolean} [options.last] tries it after the other armed rules; by default, it is tried before them
   * @returns {Promise<import('./api.js').Rule>}
   */
  arm(fault, settings = {}, { last = false } = {}) {
    const isNamed = 'name' in settings || (typeof fault === 'object' && 'name' in fault);
    return this._ask('POST', 'rules', renderRule(fault, settings), { last, unique: !isNamed });
  }

  /**
   * Removes a rule, and returns the remaining rules.
   *
   * @param {string} name
   * @returns {Promise<import('./api.js').Rule[]>}
   */
  disarm(name) {
    return this._ask('DELETE', `rules/${encodeURIComponent(name)}`);
  }

  // The clock.

  /**
   * Returns the clock of the session: the time it shows (`now`), and whether it is `frozen`.
   *
   * @returns {Promise<import('./api.js').Clock>}
   */
  clock() {
    return this._ask('GET', 'clock');
  }

  /**
   * Freezes the clock, at a time or at the time it shows.
   *
   * @param {import('./api.js').Moment} [at]
   * @returns {Promise<import('./api.js').Clock>}
   */
  freeze(at) {
    return this._ask('PUT', 'clock', { frozen: true, ...(at !== undefined && { now: renderMoment(at) }) });
  }

  /**
   * Advances the clock by a duration.
   *
   * @param {string} by
   * @returns {Promise<import('./api.js').Clock>}
   */
  advance(by) {
    return this._ask('POST', 'clock/advance', { by });
  }

  /**
   * Advances the clock to the next opening of a service.
   *
   * @param {string} service
   * @returns {Promise<import('./api.js').Clock>}
   */
  advanceToOpening(service) {
    return this._ask('POST', 'clock/advance', { to: 'next_opening', service });
  }

  /**
   * Unfreezes the clock.
   *
   * @returns {Promise<import('./api.js').Clock>}
   */
  run() {
    return this._ask('PUT', 'clock', { frozen: false });
  }

  // The calendar.

  /**
   * Returns the open slots of a service, each with its capacity and its booked and free seats.
   *
   * @param {string} service
   * @param {object} [period]
   * @param {import('./api.js').Moment} [period.start] by default, now
   * @param {number} [period.days] 1 by default
   * @returns {Promise<import('./api.js').Slot[]>}
   */
  slots(service, { start, days = 1 } = {}) {
    return this._ask('GET', 'slots', undefined, { service, start: start && renderMoment(start), days });
  }

  /**
   * Returns all callbacks with their states, in the order in which they were booked.
   *
   * @returns {Promise<import('./api.js').Callback[]>}
   */
  callbacks() {
    return this._ask('GET', 'callbacks');
  }

  /**
   * Books a callback. Only the seats of its slot are checked, not throttles, other limits or office hours.
   *
   * @param {string} service
   * @param {string} phone
   * @param {import('./api.js').Moment} [desiredTime] by default, as soon as possible
   * @param {{ [name: string]: unknown }} [properties]
   * @returns {Promise<import('./api.js').Callback>}
   */
  book(service, phone, desiredTime, properties = {}) {
    const time = desiredTime === undefined ? undefined : renderMoment(desiredTime);
    return this._ask('POST', 'callbacks', { service, phone, properties, desired_time: time });
  }

  /**
   * Cancels a callback, as its customer would, and returns it.
   *
   * @param {string} id
   * @returns {Promise<import('./api.js').Callback>}
   */
  cancel(id) {
    return this.move(id, 'COMPLETED', { reason: 'CANCELLED' });
  }

  /**
   * Moves a callback to a later state.
   *
   * @param {string} id
   * @param {string} state
   * @param {object} [options]
   * @param {string} [options.reason] why it is COMPLETED
   * @returns {Promise<import('./api.js').Callback>}
   */
  move(id, state, { reason } = {}) {
    return this._ask('PATCH', `callbacks/${encodeURIComponent(id)}`, { state, reason });
  }

  /**
   * Books the seats of the slot that contains a time, except `free` ones, and returns the slot.
   *
   * @param {import('./api.js').Moment} slot
   * @param {string} service
   * @param {object} [options]
   * @param {number} [options.free] 0 by default
   * @returns {Promise<import('./api.js').Slot>}
   */
  fill(slot, service, { free = 0 } = {}) {
    return this._ask('PUT', 'slots', { service, start: renderMoment(slot), free });
  }

  // The journal.

  /**
   * Returns the newest exchanges of the journal, the oldest of them first.
   *
   * @param {string} [operation] only those of an operation, `schedule` or with its version `v1.schedule`
   * @param {object} [filters]
   * @param {string} [filters.phone] only those of a phone number; `*` matches any characters
   * @param {number} [filters.status] only those with this status
   * @param {number} [filters.limit] the maximum number of exchanges; 100 by default
   * @param {boolean} [filters.unmasked] whether phone numbers and keys are shown as they were sent
   * @returns {Promise<import('./api.js').Exchange[]>}
   */
  async requests(operation, { phone, status, limit, unmasked = false } = {}) {
    const filters = { operation, phone, status, limit, unmasked };
    return (await this._ask('GET', 'requests', undefined, filters)).requests;
  }

  /**
   * Returns the explanation of an answer. Its `paragraph` consists of a few sentences.
   *
   * @param {number | import('./api.js').Exchange | import('./api.js').DescribedRequest} request an exchange of the
   *   journal, or its number. A described request (its `method`, `path`, `fields` and so on) is explained as it would
   *   be answered now.
   * @returns {Promise<import('./api.js').Explanation>}
   */
  explain(request) {
    if (typeof request === 'object' && !('id' in request)) {
      return this._ask('POST', 'explain', request);
    }
    return this._ask('GET', `requests/${typeof request === 'object' ? request.id : request}/explain`);
  }

  /** Empties the journal. */
  async forgetRequests() {
    await this._ask('DELETE', 'requests');
  }

  /**
   * Checks the requests in the journal. Rejects with VerificationFailed and the closest ones if they are not as
   * expected.
   *
   * @param {import('./api.js').Filter} [request] which requests to count: an operation, `'schedule'`, or an object of
   *   filters, `{ operation: 'schedule', phone: '+1555*' }`
   * @param {import('./api.js').Expectation} [expected] the required number of requests: `exactly`, `atLeast` (1 by
   *   default) and `atMost`; `order`, requests that must have come one after the other; also
   *   `noRetryBeforeRetryAfter: true` and `eachPhoneBookedAtMostOnce: true`
   */
  async verify(request, { order, ...expected } = {}) {
    const expectation = {
      ...Object.fromEntries(Object.entries(expected).map(([name, value]) => [inSnakeCase(name), value])),
      request: request && renderFilter(request),
      order: order?.map(renderFilter),
    };
    try {
      await this._ask('POST', 'verify', expectation);
    } catch (error) {
      if (error instanceof Refused && error.status === CONFLICT) {
        throw new VerificationFailed(renderFailure(/** @type {any} */ (error.answer)));
      }
      throw error;
    }
  }

  /**
   * Returns which rules have matched and fired in this session, or in all sessions the server ever had.
   *
   * @param {object} [options]
   * @param {boolean} [options.allSessions]
   * @returns {Promise<import('./api.js').Coverage>}
   */
  coverage({ allSessions = false } = {}) {
    return this._ask('GET', 'coverage', undefined, { sessions: allSessions ? 'all' : undefined });
  }

  // The server.

  /** Returns the metrics of the server, in the text format of Prometheus. */
  metrics() {
    return this._readText('/__admin/metrics');
  }
}

// `crypto.randomUUID` is missing in Node.js 18, and in pages without HTTPS.
function newId() {
  return Array.from({ length: 4 }, () => Math.floor(Math.random() * 2 ** 32).toString(16).padStart(8, '0')).join('');
}

/** @param {import('./api.js').Moment} moment */
function renderMoment(moment) {
  return typeof moment === 'string' ? moment : moment.toISOString();
}

// The keys of a rule that say what happens.
const ACTIONS = ['then', 'sequence', 'choose'];

/**
 * Returns the rule for one fault, for several, or for a whole rule. Without a name, it is named after its faults.
 *
 * @param {import('./api.js').Faults} fault
 * @param {import('./api.js').RuleSettings} settings
 */
function renderRule(fault, settings) {
  const isRule = typeof fault === 'object' && ACTIONS.some((key) => key in fault);
  const faults = isRule ? fault : { then: typeof fault === 'string' ? { fault } : fault };
  /** @type {{ [key: string]: unknown }} */
  const rule = { ...faults, ...settings };
  return { name: nameOf(rule.then), ...rule };
}

/**
 * Returns the name of a rule after its faults. They may be wrong: the server checks them.
 *
 * @param {unknown} then
 */
function nameOf(then) {
  const names = [then].flat().map((/** @type {any} */ each) => (typeof each === 'string' ? each : each?.fault));
  return names.filter((each) => each !== undefined).join('-') || 'armed';
}

/** @param {import('./api.js').Filter} request */
function renderFilter(request) {
  return typeof request === 'string' ? { operation: request } : request;
}

/** @param {string} name */
function inSnakeCase(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
