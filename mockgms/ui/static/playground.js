// The playground: commands of CallbackService as a visitor gives them, and what becomes of each.

import { api } from './api.js';
import { button, byId, choices, el } from './elements.js';
import { shown } from './outcome.js';
import { DEFAULT, dataUrl, pathOf, place } from './place.js';
import { TABLES, rowOf } from './rows.js';
import { chosenTime, dayOf, queryOf, showTimes } from './times.js';
import { askForToken } from './token.js';
import { expect, seen } from './watch.js';

const EVENTS = ['scheduled', 'scheduleError', 'availableSlots', 'availabilityError'];
const value = (id) => byId(id).value.trim();
const checked = (name) => document.querySelector(`input[name="${name}"]:checked`).value;

let plugin; // on the bus
let current = null; // the command that is shown, and what became of it so far

// The configuration.

function configuration() {
  const version = checked('version');
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
  byId('home').href = calendarPath();
}

// Commands.

/* Give a command, show what becomes of it, and return how it settled; a later command takes its place. */
async function run(command, options, { fault = value('fault'), meant = null } = {}) {
  await giveUp();
  const mine = { command, meant, request: null, settled: null, events: [], why: null, unexplained: null, hints: [] };
  current = mine;
  byId('fault').value = '';
  plugin.command('CallbackService.configure', { serviceName: '', apikey: '', ...configuration() });
  expect(fault);
  mine.settling = settling(plugin.command(`CallbackService.${command}`, options));
  setTimeout(() => show(mine)); // by then the request is under way
  mine.settled = await mine.settling;
  show(mine);
  if (mine.request) await explain(mine);
  return mine.settled;
}

/* Break off the command that waits, so that its events are not taken for those of the next. */
async function giveUp() {
  if (!current || current.settled) return;
  seen()?.giveUp();
  await current.settling;
  await new Promise((resolve) => { setTimeout(resolve); });
}

function settling(promise) {
  return new Promise((resolve) => {
    promise.done((answer) => resolve({ how: 'done', value: answer })).fail((answer) => resolve({ how: 'fail', value: answer }));
  });
}

/* Why the server has answered so, by its journal; what is no request of the API is not in it. */
async function explain(mine) {
  const path = mine.request.url.pathname.slice(place.base.length);
  mine.unexplained = null;
  try {
    const { requests } = await api.get('requests?limit=20');
    const noted = requests.findLast(({ request }) => request.method === mine.request.method && request.path === path);
    if (!noted) return;
    mine.hints = noted.hints;
    mine.why = await api.get(`requests/${noted.id}/explain`);
  } catch (error) {
    mine.unexplained = error; // of a server that asks for a token: everything else is to be seen without it
  } finally {
    show(mine);
  }
}

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

function told({ command, meant, settled }) {
  if (!settled) return `CallbackService.${command} is under way.`;
  const row = rowOf(command, settled);
  const what = row
    ? `Row ${row.number} of ${command}: ${row.how}. ${row.when}: ${row.returns}.`
    : `Rejected with ${reasonTold(settled.value)}. No row of the reference tells of it.`;
  return meant && meant !== row ? `${what} The click was for row ${meant.number}.` : what;
}

function reasonTold(reason) {
  if (typeof reason === 'string') return `the text "${reason}"`;
  return 'readyState' in reason ? `status ${reason.status}` : 'the body of an answer that has no slots';
}

// The form of the visitor.

function formData() {
  const data = {};
  for (const name of ['firstname', 'lastname', 'email', 'subject']) if (value(name)) data[name] = value(name);
  data.phonenumber = value('phonenumber').replace(/[\s()-]/g, '');
  if (checked('when') === 'later') data.desiredtime = chosenTime();
  return data;
}

async function pick() {
  byId('picker').hidden = checked('when') !== 'later';
  byId('day').setCustomValidity('');
  if (byId('picker').hidden || !value('day')) return;
  byId('times-told').textContent = 'Looking for free times …';
  const { how, value: body } = await run('availability', queryOf(value('day')));
  showTimes(how === 'done' ? body : null);
}

// The tables of the reference.

function idOf(command, { number }) {
  return `row-${command}-${number}`;
}

/* The roles are those of the elements: a narrow page shows the rows as cards, and would lose them. */
function tableOf({ command, rows }) {
  const heads = ['Row', 'Status', 'When', 'Returns', 'Click'];
  return el('table', { class: 'reference', role: 'table' },
    el('caption', {}, el('code', {}, `CallbackService.${command}`)),
    el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, heads.map((head) => el('th', { role: 'columnheader' }, head)))),
    el('tbody', { role: 'rowgroup' }, rows.map((row) => rowShown(command, row))));
}

function rowShown(command, row) {
  const label = `Produce row ${row.number} of ${command}`;
  const cells = [row.how, row.when, row.returns, button('Produce', () => produce(command, row), { 'aria-label': label })];
  return el('tr', { id: idOf(command, row), role: 'row' },
    el('th', { role: 'rowheader' }, row.number), cells.map((cell) => el('td', { role: 'cell' }, cell)));
}

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
  byId('session').value = place.session;
  byId('here').href = pathOf('/playground');
  byId('day').value = dayOf(await now());
  try {
    const ids = new Set([DEFAULT, ...(await api.get('sessions')).map(({ id }) => id)]);
    choices(byId('sessions'), [...ids].map((id) => [id, '']));
    choices(byId('services'), (await api.get('services')).services.map(({ name }) => [name, '']));
    byId('magic').disabled = !(await api.get('rules')).some(({ name }) => name.startsWith('magic-'));
  } catch { /* what could have been suggested can still be typed */ }
}

/* Load again what needed the token. */
async function begin() {
  await suggest();
  if (current?.unexplained) await explain(current);
}

function listen() {
  byId('session-form').addEventListener('submit', (event) => {
    event.preventDefault();
    location.assign(pathOf('/playground', value('session')));
  });
  byId('visitor').addEventListener('submit', (event) => {
    event.preventDefault();
    run('schedule', formData());
    lookAtOutcome();
  });
  byId('magic').addEventListener('change', () => {
    if (value('magic')) byId('phonenumber').value = value('magic');
    byId('magic').value = '';
  });
  for (const id of ['when-now', 'when-later', 'day', 'v1', 'v3', 'service']) byId(id).addEventListener('change', pick);
  for (const id of ['v1', 'v3', 'service', 'apikey']) byId(id).addEventListener('input', showConfiguration);
  byId('give-up').addEventListener('click', giveUp);
}

/* The script as any page includes it, after its configuration. */
function include() {
  window._genesys = { widgets: { callback: configuration() } };
  const script = el('script', { src: '/callbackservice.js' });
  return new Promise((resolve) => {
    script.addEventListener('load', resolve);
    document.head.append(script);
  });
}

byId('service').value = new URLSearchParams(location.search).get('service') ?? value('service');
showConfiguration();
askForToken(begin);
byId('tables').append(...TABLES.map(tableOf));
listen();
await suggest();
await include();
plugin = window._genesys.widgets.bus.registerPlugin('Playground');
for (const event of EVENTS) {
  plugin.subscribe(`CallbackService.${event}`, (happened) => {
    current.events.push(happened);
    show(current);
  });
}
document.body.dataset.ready = 'yes';
