// Bodies of requests to the admin API: times, rules and expectations. As mockgms/client/bodies.py and expectations.py.

import { checkOptions, shown } from './arguments.js';

// The keys of a rule that say what happens.
const ACTIONS = ['then', 'sequence', 'choose'];
const CHECKS = ['exactly', 'atLeast', 'atMost', 'noRetryBeforeRetryAfter', 'eachPhoneBookedAtMostOnce'];
const FILTERS = [
  'operation', 'version', 'service', 'phone', 'status', 'rule', 'fault', 'method', 'path', 'fields', 'header', 'query',
];

/**
 * Returns a time as text; `undefined` if there is none.
 *
 * @param {import('./api.js').Moment | null | undefined} moment
 * @returns {string | undefined}
 * @throws {TypeError} if it is neither text nor a Date, or a Date without a time
 */
export function renderMoment(moment) {
  if (moment == null || typeof moment === 'string') {
    return moment ?? undefined;
  }
  // Not `instanceof`, since test runners have a Date of their own.
  if (typeof moment.toISOString !== 'function') {
    throw new TypeError(`${shown(moment)} is not a time: write a text such as '2026-03-02T08:55:00Z', or a Date`);
  }
  if (Number.isNaN(Number(moment))) {
    throw new TypeError("an invalid Date is not a time: it was made from a text that is not one, such as 'tomorrow'");
  }
  return moment.toISOString();
}

/**
 * Returns the rule for one fault, for several, or for a whole rule. Without a name, it is named after its faults.
 *
 * @param {import('./api.js').Faults} fault
 * @param {import('./api.js').RuleSettings | null | undefined} settings
 * @returns {{ rule: { [key: string]: unknown }, isNamed: boolean }} the rule, and whether its name was given
 */
export function renderRule(fault, settings) {
  const isRule = typeof fault === 'object' && fault && ACTIONS.some((key) => key in fault);
  const faults = isRule ? fault : { then: Array.isArray(fault) ? fault.map(asFault) : asFault(fault) };
  /** @type {{ [key: string]: unknown }} */
  const { name, ...rule } = { ...faults, ...withoutNull(checkOptions('arm', settings)) };
  return { rule: { name: name ?? nameOf(rule.then), ...rule }, isNamed: name != null };
}

/**
 * Returns a fault as an object; a text is its name.
 *
 * @param {unknown} written
 */
function asFault(written) {
  return typeof written === 'string' ? { fault: written } : written;
}

/**
 * Returns the name of a rule after its faults. They may be wrong: the server checks them.
 *
 * @param {unknown} then
 */
function nameOf(then) {
  const names = [then].flat().map((each) => /** @type {any} */ (asFault(each))?.fault);
  return names.filter((each) => each !== undefined).join('-') || 'armed';
}

/**
 * Returns the body of a verification.
 *
 * @param {import('./api.js').Filter | null | undefined} request
 * @param {import('./api.js').Expectation | null | undefined} expected
 * @returns {{ [name: string]: unknown }}
 * @throws {TypeError} for an unknown option, or for a filter that is given twice
 */
export function renderExpectation(request, expected) {
  /** @type {{ [name: string]: any }} */
  const options = checkOptions('verify', inCamelCase(expected), ['order', ...CHECKS, ...FILTERS]);
  checkIsFilter(request);
  const given = Object.entries(withoutNull(options));
  const filters = Object.fromEntries(given.filter(([name]) => FILTERS.includes(name)));
  const checks = given.filter(([name]) => CHECKS.includes(name)).map(([name, value]) => [inSnakeCase(name), value]);
  const isFiltered = request != null || Object.keys(filters).length > 0;
  return {
    ...Object.fromEntries(checks),
    request: isFiltered ? withFilters(renderFilter(request ?? {}), filters) : undefined,
    order: options.order == null ? undefined : [options.order].flat().map(renderFilter),
  };
}

/**
 * Checks that a request has no check, which belongs into the options.
 *
 * @param {unknown} request
 * @throws {TypeError} if it has one
 */
function checkIsFilter(request) {
  const names = typeof request === 'object' && request ? Object.keys(inCamelCase(request)) : [];
  const check = names.find((name) => name === 'order' || CHECKS.includes(name));
  if (check !== undefined) {
    throw new TypeError(`verify takes '${check}' after the request: verify(undefined, { ${check}: ... })`);
  }
}

/**
 * Adds filters to those of a request. What is no object is left to the server to refuse.
 *
 * @param {any} request
 * @param {{ [name: string]: unknown }} filters
 */
function withFilters(request, filters) {
  const names = Object.keys(filters);
  const twice = names.find((name) => typeof request === 'object' && name in request);
  if (twice !== undefined) {
    const values = [request[twice], filters[twice]].map(shown).join(' and ');
    throw new TypeError(`verify gets the filter '${twice}' twice: ${values}`);
  }
  return names.length > 0 ? { ...request, ...filters } : request;
}

/**
 * Returns the options that are given: not those that are `null` or `undefined`.
 *
 * @param {{ [name: string]: any }} options
 */
function withoutNull(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value != null));
}

/** @param {import('./api.js').Filter} request */
function renderFilter(request) {
  return typeof request === 'string' ? { operation: request } : request;
}

/**
 * Returns an object with its names in camel case: checks may have the names that the admin API gives them.
 *
 * @param {any} given
 */
function inCamelCase(given) {
  if (typeof given !== 'object' || !given || Array.isArray(given)) {
    return given;
  }
  const rename = (/** @type {string} */ name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [rename(name), value]));
}

/** @param {string} name */
function inSnakeCase(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
