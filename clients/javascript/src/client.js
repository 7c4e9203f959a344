// The client of the admin API: one session of a server, as a test uses it. As mockgms/client/client.py.

import { Address, DEFAULT } from './address.js';
import { checkName, checkOptions, segment, shown } from './arguments.js';
import { renderExpectation, renderMoment, renderRule } from './bodies.js';
import { NotReached, Refused, VerificationFailed } from './errors.js';
import { renderFailure } from './journal-text.js';
import { randomHex } from './random.js';

const NOT_FOUND = 404;
const CONFLICT = 409;
const MISDIRECTED_REQUEST = 421;
/** The key of the method that `await using` calls. */
export const DISPOSE = /** @type {typeof Symbol.asyncDispose} */ (Symbol.asyncDispose ?? Symbol('not in this Node.js'));

/**
 * A session of a running server.
 *
 * Times are ISO 8601 texts or Dates. Durations are texts such as `15m`. Methods resolve to the JSON of the admin API.
 * Every method rejects with NotReached if no server answers, with Refused and the server's message if the server
 * refuses, and with TypeError for an unknown option or a wrong kind of argument. `null` and `undefined` mean that an
 * argument is not given.
 */
export class Client extends Address {
  /** @type {Set<string>} */ #opened = new Set(); // shared by the clients of all sessions

  // Sessions.

  /** The ids of the sessions that this client has created, and not forgotten. */
  get opened() {
    return [...this.#opened];
  }

  /**
   * Returns a client for another session of the same server. The session is created on its first use.
   *
   * @param {string} id
   * @throws {TypeError} if the id is missing
   */
  session(id) {
    const other = new Client(...this._server);
    other.id = checkName('session', 'id', id);
    other.#opened = this.#opened;
    return other;
  }

  /**
   * Creates a session, or starts an existing one over, and returns its client.
   *
   * @param {object} [start]
   * @param {string} [start.id] the id of the session; by default, a new unique one
   * @param {import('./api.js').ScenarioSource} [start.scenario] by default, that of the server
   * @param {import('./api.js').Moment} [start.clock] the time at which its clock is frozen; by default, it runs
   * @param {import('./api.js').Variables} [start.variables] values of `${NAME}` in the file of the scenario, in place
   *   of those of the environment
   */
  async newSession(start) {
    const known = ['id', 'scenario', 'clock', 'variables'];
    const { id, scenario, clock, variables } = checkOptions('newSession', start, known);
    const other = this.session(id ? checkName('newSession', 'id', id) : randomHex(32));
    const now = renderMoment(clock);
    const body = {
      scenario: await this._readScenario(scenario, variables),
      clock: now === undefined ? undefined : { now, frozen: true },
    };
    // The path names only the new session, so a proxy routes the request to the replica of that session.
    const path = `sessions/${encodeURIComponent(other.id)}`;
    await this.session(DEFAULT)._ask('PUT', path, body);
    this.#opened.add(other.id);
    return other;
  }

  /**
   * Copies this session into another one, by default a new one, and returns its client. The copy is independent.
   *
   * Before several replicas, a proxy refuses a request for two sessions; then the copy is made by a snapshot.
   *
   * @param {string} [id]
   */
  async fork(id) {
    const other = this.session(id ? checkName('fork', 'id', id) : randomHex(32));
    const path = `/s/${encodeURIComponent(this.id)}/__admin/sessions/${encodeURIComponent(other.id)}`;
    try {
      await this._askServer('PUT', path, { from: this.id });
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== MISDIRECTED_REQUEST) {
        throw error;
      }
      await other.restore(await this.snapshot());
    }
    this.#opened.add(other.id);
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
    this.#opened.delete(this.id);
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
   * Starts this session over with a scenario, and returns it with its `warnings`.
   *
   * @param {import('./api.js').ScenarioSource} scenario its name, YAML text or an object; in Node.js also the path or
   *   the URL of its file, which may extend others by path
   * @param {object} [options]
   * @param {import('./api.js').Variables} [options.variables] values of `${NAME}` in the file, in place of those of the
   *   environment
   * @returns {Promise<import('./api.js').Scenario>}
   */
  async use(scenario, options) {
    const { variables } = checkOptions('use', options, ['variables']);
    const sent = await this._readScenario(scenario, variables);
    const isName = typeof sent === 'string' && !sent.includes(':');
    return this._ask('PUT', 'scenario', isName ? { name: sent } : sent);
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
   * The newest rule is tried first, then older ones, then the rules of the scenario. By default, a rule is named after
   * its fault, with a number if that name is taken (`throttle-2`). A rule with a given name replaces the armed rule of
   * this name. The rule has `warnings` if it never fires, or if some of its parts have no effect. Its method `disarm()`
   * removes it; with `await using rule = ...`, it is removed at the end of the block.
   *
   * @param {import('./api.js').Faults} fault the name of a fault (`'throttle'`), an object of its keys
   *   (`{ fault: 'delay', by: '2s' }`), a list of these, or a whole rule as an object
   * @param {import('./api.js').RuleSettings} [settings] other keys of a rule: `{ when: { phone: '+1555*' }, times: 1 }`
   * @param {object} [options]
   * @param {boolean} [options.last] tries it after the other armed rules; by default, it is tried before them
   * @returns {Promise<import('./api.js').ArmedRule>}
   */
  async arm(fault, settings, options) {
    const { last } = checkOptions('arm', options, ['last']);
    const { rule, isNamed } = renderRule(fault, settings);
    const armed = await this._ask('POST', 'rules', rule, { last, unique: !isNamed });
    const disarm = { value: () => this.#disarmIfArmed(armed.name) };
    return Object.defineProperties(armed, { disarm, [DISPOSE]: disarm }); // no JSON of the rule has them
  }

  /**
   * Removes a rule, and returns the remaining rules.
   *
   * @param {string} name
   * @returns {Promise<import('./api.js').Rule[]>}
   */
  async disarm(name) {
    return this._ask('DELETE', `rules/${segment('disarm', 'name', name)}`);
  }

  /**
   * Removes a rule. Without effect if it was already removed, for example by a reset.
   *
   * @param {string} name
   * @returns {Promise<void>}
   */
  async #disarmIfArmed(name) {
    try {
      await this.disarm(name);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== NOT_FOUND) {
        throw error;
      }
    }
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
  async freeze(at) {
    return this._ask('PUT', 'clock', { frozen: true, now: renderMoment(at) });
  }

  /**
   * Advances the clock by a duration.
   *
   * @param {string} by a number and its unit: `15m`, `30s`
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
  async slots(service, period) {
    const { start, days } = checkOptions('slots', period, ['start', 'days']);
    return this._ask('GET', 'slots', undefined, { service, start: renderMoment(start), days });
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
  async book(service, phone, desiredTime, properties) {
    const time = renderMoment(desiredTime);
    return this._ask('POST', 'callbacks', { service, phone, properties: properties ?? {}, desired_time: time });
  }

  /**
   * Cancels a callback, as its customer would, and returns it.
   *
   * @param {string} id
   * @returns {Promise<import('./api.js').Callback>}
   */
  async cancel(id) {
    return this.#change('cancel', id, 'COMPLETED', 'CANCELLED');
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
  async move(id, state, options) {
    return this.#change('move', id, state, checkOptions('move', options, ['reason']).reason);
  }

  /**
   * @param {string} call the name of the function, for messages
   * @param {string} id
   * @param {string} state
   * @param {string} [reason]
   */
  #change(call, id, state, reason) {
    return this._ask('PATCH', `callbacks/${segment(call, 'id', id)}`, { state, reason });
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
  async fill(slot, service, options) {
    const { free } = checkOptions('fill', options, ['free']);
    return this._ask('PUT', 'slots', { service, start: renderMoment(slot), free: free ?? 0 });
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
  async requests(operation, filters) {
    const known = ['phone', 'status', 'limit', 'unmasked'];
    const query = {
      ...checkOptions('requests', filters, known),
      operation: operation == null ? undefined : checkName('requests', 'operation', operation),
    };
    return (await this._ask('GET', 'requests', undefined, query)).requests;
  }

  /**
   * Returns the explanation of an answer. Its `paragraph` consists of a few sentences.
   *
   * @param {number | import('./api.js').Exchange | import('./api.js').DescribedRequest} request an exchange of the
   *   journal, or its number. A described request (its `method`, `path`, `fields` and so on) is explained as it would
   *   be answered now.
   * @returns {Promise<import('./api.js').Explanation>}
   */
  async explain(request) {
    if (request == null) {
      throw new TypeError(`explain takes an exchange of the journal, its number or a request, not ${shown(request)}`);
    }
    if (typeof request === 'object' && !('id' in request)) {
      return this._ask('POST', 'explain', request);
    }
    const number = typeof request === 'object' ? request.id : request;
    return this._ask('GET', `requests/${segment('explain', 'number', number)}/explain`);
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
   *   `noRetryBeforeRetryAfter: true` and `eachPhoneBookedAtMostOnce: true`; and filters: `phone: '+1555*'`
   */
  async verify(request, expected) {
    const expectation = renderExpectation(request, expected);
    /** @type {Parameters<typeof renderFailure>[0]} */
    let failed;
    try {
      await this._ask('POST', 'verify', expectation);
      return;
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== CONFLICT) {
        throw error;
      }
      failed = /** @type {any} */ (error.answer);
    }
    const lines = [renderFailure(failed, await this.#exchanges(failed.nearest))];
    if (failed.nearest.length === 0 && (await this.requests(undefined, { limit: 1 })).length === 0) {
      lines.push(`No request came to this session at all. Its URL is ${this.baseUrl}`);
    }
    throw new VerificationFailed(lines.join('\n'));
  }

  /**
   * Returns those exchanges of a failed verification that are still in the journal, by number.
   *
   * @param {{ request: number }[]} nearest
   * @returns {Promise<Map<number, import('./api.js').Exchange>>}
   */
  async #exchanges(nearest) {
    const found = new Map();
    for (const { request } of nearest) {
      try {
        found.set(request, await this._ask('GET', `requests/${request}`));
      } catch (error) {
        if (!(error instanceof Refused)) {
          throw error;
        }
      }
    }
    return found;
  }

  /**
   * Returns which rules have matched and fired in this session, or in all sessions the server ever had.
   *
   * @param {object} [options]
   * @param {boolean} [options.allSessions]
   * @returns {Promise<import('./api.js').Coverage>}
   */
  async coverage(options) {
    const { allSessions } = checkOptions('coverage', options, ['allSessions']);
    return this._ask('GET', 'coverage', undefined, { sessions: allSessions ? 'all' : undefined });
  }

  // The server.

  /** Returns the metrics of the server, in the text format of Prometheus. */
  metrics() {
    return this._readText('/__admin/metrics');
  }
}
