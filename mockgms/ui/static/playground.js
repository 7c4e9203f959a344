// The playground: commands of CallbackService as a visitor gives them, and what becomes of each.

import { Refused, api } from './api.js';
import { button, byId, choices, el, field, valueOfChecked } from './elements.js';
import { shown } from './outcome.js';
import { dataUrl, pathOf, place } from './place.js';
import { TABLES, rowOf } from './rows.js';
import { watchServer } from './shell.js';
import { chosenTime, dayOf, queryOf, showTimes } from './times.js';
import { askForToken } from './token.js';
import { expect, seen } from './watch.js';

/** @import { Outcome } from './outcome.js' */
/** @import { Command, Options, Row, Settled } from './rows.js' */

const EVENTS = ['scheduled', 'scheduleError', 'availableSlots', 'availabilityError'];
/** @param {string} id */
const value = (id) => field(id).value.trim();

/** @type {Outcome | null} */
let current = null; // the command that is shown, and what became of it so far

// The configuration.

function configuration() {
  const version = valueOfChecked('version') ?? 'v3';
  /** @type {CallbackService.Settings} */
  const settings = { apiVersion: version, dataURL: dataUrl(version, value('service')) };
  if (version === 'v3') settings.serviceName = value('service');
  if (value('apikey')) settings.apikey = value('apikey');
  return settings;
}

/* The calendar with what is booked here, in the zone in which its time is chosen here. */
function calendarPath() {
  return `${pathOf('/')}?${new URLSearchParams({ service: value('service'), zone: 'browser' })}`;
}

function showConfiguration() {
  const settings = Object.entries(configuration()).map(([name, setting]) => `  ${name}: ${JSON.stringify(setting)},\n`);
  byId('configuration').textContent = `window._genesys.widgets.callback = {\n${settings.join('')}};`;
  byId('home').setAttribute('href', calendarPath());
}

// Commands.

/** Give a command, show what becomes of it, and return how it settled; a later command takes its place.
 *
 * @param {Command} command
 * @param {Options} options
 * @param {{ fault?: string, meant?: Row | null }} [by]
 */
async function run(command, options, { fault = value('fault'), meant = null } = {}) {
  await giveUp();
  field('fault').value = '';
  configure();
  expect(fault);
  const settling = settledBy(plugin.command(`CallbackService.${command}`, options));
  /** @type {Outcome} */
  const mine = {
    command, meant, settling, request: null, settled: null, events: [], why: null, unexplained: null, hints: [],
  };
  current = mine;
  setTimeout(() => show(mine)); // by then the request is under way
  const settled = await settling;
  mine.settled = settled;
  show(mine);
  await explain(mine);
  return settled;
}

function configure() {
  plugin.command('CallbackService.configure', { serviceName: '', apikey: '', ...configuration() });
}

/** Break off the command that waits, so that its events are not taken for those of the next. */
async function giveUp() {
  if (!current || current.settled) return;
  seen()?.giveUp();
  await current.settling;
  await new Promise((resolve) => { setTimeout(resolve); });
}

/**
 * @param {CallbackService.Promised} promise
 * @returns {Promise<Settled>}
 */
function settledBy(promise) {
  return new Promise((resolve) => {
    promise.done((answer) => resolve({ how: 'done', value: answer }))
      .fail((answer) => resolve({ how: 'fail', value: answer }));
  });
}

/** Look up why the server answered like this, in its journal, which lists requests of the API only.
 *
 * @param {Outcome} mine
 */
async function explain(mine) {
  const { request: sent } = mine;
  if (!sent) return;
  const path = sent.url.pathname.slice(place.base.length);
  mine.unexplained = null;
  try {
    const { requests } = await api.get('requests?limit=20');
    const entries = /** @type {Admin.Entry[]} */ (requests);
    const noted = entries.findLast(({ request }) => request.method === sent.method && request.path === path);
    if (!noted) return;
    mine.hints = noted.hints;
    mine.why = await api.get(`requests/${noted.id}/explain`);
  } catch (error) {
    // A server that asks for a token, for example: everything else is shown without the explanation.
    mine.unexplained = error instanceof Refused ? error : new Refused(0, String(error));
  } finally {
    show(mine);
  }
}

/** @param {Outcome} mine */
function show(mine) {
  if (mine !== current) return;
  mine.request = seen();
  byId('give-up').hidden = Boolean(mine.settled);
  byId('told').textContent = told(mine);
  byId('outcome').replaceChildren(...shown(mine, calendarPath()));
  const row = mine.settled && rowOf(mine.command, mine.settled);
  document.querySelectorAll('#tables tr').forEach((line) => line.removeAttribute('aria-current'));
  if (row) byId(idOf(mine.command, row)).setAttribute('aria-current', 'true');
}

/** @param {Outcome} outcome */
function told({ command, meant, settled }) {
  if (!settled) return `CallbackService.${command} is under way.`;
  const row = rowOf(command, settled);
  const what = row
    ? `Row ${row.number} of ${command}: ${row.how}. ${row.when}: ${row.returns}.`
    : `Rejected with ${reasonTold(settled.value)}. No row of the reference describes it.`;
  return meant && meant !== row ? `${what} The click was for row ${meant.number}.` : what;
}

/** @param {any} reason */
function reasonTold(reason) {
  if (typeof reason === 'string') return `the text "${reason}"`;
  return 'readyState' in reason ? `status ${reason.status}` : 'the body of an answer that has no slots';
}

// The form of the visitor.

/** @returns {Options} */
function formData() {
  /** @type {Options} */
  const data = {};
  for (const name of ['firstname', 'lastname', 'email', 'subject']) if (value(name)) data[name] = value(name);
  data.phonenumber = value('phonenumber').replace(/[\s()-]/g, '');
  if (valueOfChecked('when') === 'later') data.desiredtime = chosenTime();
  return data;
}

/** Open the form of the widget. The chosen fault is for its first request. */
async function openForm() {
  await giveUp();
  current = null;
  configure();
  expect(value('fault'));
  plugin.command('Callback.open', { form: formData() });
}

async function pick() {
  byId('picker').hidden = valueOfChecked('when') !== 'later';
  field('day').setCustomValidity('');
  if (byId('picker').hidden || !value('day')) return;
  byId('times-told').textContent = 'Looking for free times …';
  const { how, value: body } = await run('availability', queryOf(value('day')));
  showTimes(how === 'done' ? body : null);
}

// The tables of the reference.

/**
 * @param {Command} command
 * @param {Row} row
 */
function idOf(command, { number }) {
  return `row-${command}-${number}`;
}

/** A table of the reference. Its roles are explicit: a narrow page shows the rows as cards, and would lose them.
 *
 * @param {{ command: Command, rows: Row[] }} table
 */
function tableOf({ command, rows }) {
  const heads = ['Row', 'Status', 'When', 'Returns', 'Click'];
  return el('table', { class: 'reference', role: 'table' },
    el('caption', {}, el('code', {}, `CallbackService.${command}`)),
    el('thead', { role: 'rowgroup' },
      el('tr', { role: 'row' }, heads.map((head) => el('th', { role: 'columnheader' }, head)))),
    el('tbody', { role: 'rowgroup' }, rows.map((row) => rowShown(command, row))));
}

/**
 * @param {Command} command
 * @param {Row} row
 */
function rowShown(command, row) {
  const label = `Produce row ${row.number} of ${command}`;
  const produceButton = button('Produce', () => produce(command, row), { 'aria-label': label });
  const cells = [row.how, row.when, row.returns, produceButton];
  return el('tr', { id: idOf(command, row), role: 'row' },
    el('th', { role: 'rowheader' }, row.number), cells.map((cell) => el('td', { role: 'cell' }, cell)));
}

/**
 * @param {Command} command
 * @param {Row} row
 */
async function produce(command, row) {
  const running = run(command, row.options(await now()), { fault: row.fault ?? '', meant: row });
  lookAtOutcome();
  await running;
}

/* Where the panels stand below each other, what happened is out of sight. */
function lookAtOutcome() {
  if (!matchMedia('(min-width: 60rem)').matches) byId('outcome-title').scrollIntoView();
}

// What the page starts with.

async function now() {
  try {
    return Date.parse((await api.get('clock')).now);
  } catch {
    return Date.now();
  }
}

async function suggest() {
  field('day').value = dayOf(await now());
  try {
    choices(byId('services'), withoutText((await api.get('services')).services.map(({ name }) => name)));
    field('magic').disabled = !(await api.get('rules')).some(({ name }) => name.startsWith('magic-'));
  } catch { /* what could have been suggested can still be typed */ }
}

/**
 * @param {string[]} values
 * @returns {[value: string, text: string][]}
 */
function withoutText(values) {
  return values.map((each) => [each, '']);
}

/** Load again what needed the token. */
async function begin() {
  await suggest();
  if (current?.unexplained) await explain(current);
}

function listen() {
  byId('visitor').addEventListener('submit', (event) => {
    event.preventDefault();
    run('schedule', formData());
    lookAtOutcome();
  });
  byId('magic').addEventListener('change', () => {
    if (value('magic')) field('phonenumber').value = value('magic');
    field('magic').value = '';
  });
  for (const id of ['when-now', 'when-later', 'day', 'v1', 'v3', 'service']) byId(id).addEventListener('change', pick);
  for (const id of ['v1', 'v3', 'service', 'apikey']) byId(id).addEventListener('input', showConfiguration);
  byId('give-up').addEventListener('click', giveUp);
  byId('open-form').addEventListener('click', openForm);
}

/** Include the script as any page does, after its configuration. */
function include() {
  window._genesys = { widgets: { callback: configuration() } };
  const { nonce } = /** @type {HTMLScriptElement} */ (document.querySelector('script[nonce]'));
  const script = el('script', { src: pathOf('/callbackservice.js'), nonce });
  return new Promise((resolve) => {
    script.addEventListener('load', resolve);
    document.head.append(script);
  });
}

/** The page as a plugin on the bus of the script. */
function registered() {
  const own = window._genesys?.widgets?.bus?.registerPlugin('Playground');
  if (!own) throw new Error('The script of CallbackService offers no bus.');
  return own;
}

field('service').value = new URLSearchParams(location.search).get('service') ?? value('service');
showConfiguration();
watchServer();
askForToken(begin);
byId('tables').append(...TABLES.map(tableOf));
listen();
await suggest();
await include();
const plugin = registered();
for (const event of EVENTS) {
  plugin.subscribe(`CallbackService.${event}`, (happened) => {
    if (!current) return;
    current.events.push(happened);
    show(current);
  });
}
document.body.dataset.ready = 'yes';
