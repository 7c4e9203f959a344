// The playground: commands of CallbackService as a visitor gives them, and their outcomes.

import { attempt, say } from './actionbar.js';
import { Refused, api } from './api.js';
import { isOn, keepChoices, pressed, restoreChoices, setUsual } from './choices.js';
import { stopCountdown } from './countdown.js';
import { byId, button, choices, el, field } from './elements.js';
import { FAULTS } from './faults.js';
import { askedFault, presetValues, sentenceOf } from './faultwords.js';
import { choose } from './groups.js';
import { wordsOf } from './outcome.js';
import { dataUrl, pathOf, place } from './place.js';
import { OTHERS, TABLES, rowOf } from './rows.js';
import { carryService, watchServer } from './shell.js';
import { showOutcome } from './showoutcome.js';
import { chosenTime, dayOf, queryOf, showTimes } from './times.js';
import { askForToken } from './token.js';
import { changeUndoably, keepState } from './undo.js';
import { expect } from './watch.js';

/** @import { Outcome } from './outcome.js' */
/** @import { Case, Command, Options, Settled } from './rows.js' */

const EVENTS = ['scheduled', 'scheduleError', 'availableSlots', 'availabilityError'];
const NEWEST = 20; // callbacks among which one that was just booked is looked for
/** @param {string} id */
const value = (id) => field(id).value.trim();

/** @type {Outcome | null} */
let current = null; // the command that is shown, and what became of it so far
/** @type {Promise<unknown>} */
let looking = Promise.resolve(); // the query for the times of a day
let isLooking = false;

// The configuration.

function configuration() {
  const version = pressed('version');
  /** @type {CallbackService.Settings} */
  const settings = { apiVersion: version, dataURL: dataUrl(version, value('service')) };
  if (version === 'v3') settings.serviceName = value('service');
  if (value('apikey')) settings.apikey = value('apikey');
  return settings;
}

function showConfiguration() {
  const settings = Object.entries(configuration()).map(([name, setting]) => `  ${name}: ${JSON.stringify(setting)},\n`);
  byId('configuration').textContent = `window._genesys.widgets.callback = {\n${settings.join('')}};`;
  carryService(value('service'));
}

function configure() {
  plugin.command('CallbackService.configure', { serviceName: '', apikey: '', ...configuration() });
}

// Commands.

/** @typedef {{ phone: string, bringBack: () => Promise<void>, known: string[] }} Before */

/** The callbacks before a booking, so that it can be undone. Null when nothing is booked, or the admin API refuses.
 *
 * @param {Command} command
 * @param {Options} options
 * @returns {Promise<Before | null>}
 */
async function before(command, { phonenumber }) {
  if (command !== 'schedule' || !phonenumber) return null;
  const phone = String(phonenumber);
  try {
    const [bringBack, known] = await Promise.all([keepState(), callbacksOf(phone)]);
    return { phone, bringBack, known };
  } catch {
    return null;
  }
}

/** The ids of the newest callbacks of a number.
 *
 * @param {string} phone
 */
async function callbacksOf(phone) {
  const digits = phone.replace(/\D/g, '');
  const found = await api.get(`callbacks?limit=${NEWEST}`);
  return found.filter((each) => each.phone.replace(/\D/g, '').endsWith(digits)).map(({ id }) => id);
}

/** Give a command, and show its outcome. A later command replaces it.
 *
 * @param {Command} command
 * @param {Options} options
 * @param {{ fault?: string, taken?: string, meant?: Case | null }} [by] `taken` is the slot to fill before
 */
async function run(command, options, { fault = '', taken = '', meant = null } = {}) {
  stopCountdown();
  await giveUp();
  await looking;
  const was = await before(command, options);
  if (taken && await attempt(() => takeAway(taken)) === undefined) return;
  configure();
  const mine = begun(command, options, { fault, isTaken: taken !== '' });
  current = mine;
  markCase(command, meant);
  setTimeout(() => show(mine, options)); // by then the request is under way
  const began = performance.now();
  mine.settled = await mine.settling;
  mine.took = Math.round(performance.now() - began);
  mine.isBooked = was && await isNew(was);
  show(mine, options);
  report(mine, was);
  await explain(mine, options);
  if (command === 'schedule') await pick();
}

/** Give a command to the stand-in.
 *
 * @param {Command} command
 * @param {Options} options
 * @param {{ fault: string, isTaken: boolean }} by
 * @returns {Outcome}
 */
function begun(command, options, { fault, isTaken }) {
  const sent = expect(fault);
  const settling = settledBy(plugin.command(`CallbackService.${command}`, options));
  return {
    command, sent, settling, took: 0, version: pressed('version'), service: value('service'),
    desired: options.desiredtime?.toString(), isTaken,
    settled: null, events: [], why: null, unexplained: null, hints: [], isBooked: null,
  };
}

/** Say the outcome of a command in the action bar, and offer to undo its change.
 *
 * @param {Outcome} outcome
 * @param {Before | null} was
 */
function report(outcome, was) {
  if (outcome !== current) return;
  say(wordsOf(outcome).say, was && (outcome.isBooked || outcome.isTaken) ? async () => {
    await was.bringBack();
    await pick();
  } : null);
}

/** Whether a number has a callback that is not among the known ones; null when that cannot be found out.
 *
 * @param {Before} was
 */
async function isNew({ phone, known }) {
  const ids = await callbacksOf(phone).catch(() => null);
  return ids && ids.some((id) => !known.includes(id));
}

/** Mark the outcome that was pressed.
 *
 * @param {Command} command
 * @param {Case | null} meant
 */
function markCase(command, meant) {
  for (const each of byId('cases').querySelectorAll('button')) {
    if (each.value === meant?.name && each.dataset.command === command) each.setAttribute('aria-current', 'true');
    else each.removeAttribute('aria-current');
  }
}

/** Fill the chosen slot, as another customer would.
 *
 * @param {string} start
 */
function takeAway(start) {
  return api.put('slots', { service: value('service'), start, free: 0 });
}

/** Abort the running command, so that its events are not taken for those of the next. */
async function giveUp() {
  if (!current || current.settled) return;
  current.sent.request?.giveUp();
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
 * @param {Options} options
 */
async function explain(mine, options) {
  const { sent: { request: sent } } = mine;
  if (!sent) return;
  const path = sent.url.pathname.slice(place.base.length);
  mine.unexplained = null;
  try {
    const { requests } = await api.get('requests?limit=20');
    const entries = /** @type {Admin.Entry[]} */ (requests);
    const noted = entries.findLast(({ request }) => request.method === sent.method && request.path === path);
    if (!noted) return;
    mine.hints = noted.hints;
    mine.why = await api.get(`requests/${noted.id}/explain?unmasked=true`);
  } catch (error) {
    // A server that asks for a token, for example: everything else is shown without the explanation.
    mine.unexplained = error instanceof Refused ? error : new Refused(0, String(error));
  } finally {
    show(mine, options, true);
  }
}

/** Show a command, unless a later one has replaced it.
 *
 * @param {Outcome} mine
 * @param {Options} options
 * @param {boolean} [isExplained] whether only the explanation is new
 */
function show(mine, options, isExplained = false) {
  if (mine !== current) return;
  const row = mine.settled && rowOf(mine.command, mine.settled);
  showOutcome(mine, row, isExplained, {
    giveUp,
    again: () => { run(mine.command, options); },
    book: (time) => {
      field('day').value = dayOf(Date.parse(time));
      run('schedule', { ...options, desiredtime: time }).then(() => pick(new Date(time).toISOString()));
    },
    cancel: (id) => attempt(() => changeUndoably(
      () => api.patch(`callbacks/${encodeURIComponent(id)}`, { state: 'COMPLETED', reason: 'CANCELLED' }),
      () => 'Cancelled the callback.',
    )),
    calendar: `${pathOf('/')}?${new URLSearchParams({ service: mine.service, zone: 'browser' })}`,
  });
}

// The form of the visitor.

/** @returns {Options} */
function formData() {
  /** @type {Options} */
  const data = {};
  for (const name of ['firstname', 'lastname', 'email', 'subject']) if (value(name)) data[name] = value(name);
  data.phonenumber = value('phonenumber').replace(/[\s()-]/g, '');
  if (pressed('when') === 'later') data.desiredtime = chosenTime();
  return data;
}

/** Open the form of the widget. The chosen fault is for its first request. */
async function openForm() {
  await giveUp();
  current = null;
  configure();
  expect(takeFault());
  plugin.command('Callback.open', { form: formData() });
}

/** The fault that is chosen, for one request. */
function takeFault() {
  const fault = value('fault');
  field('fault').value = '';
  return fault;
}

function submit() {
  const data = formData();
  const taken = isOn('take') && data.desiredtime ? String(data.desiredtime) : '';
  run('schedule', data, { fault: takeFault(), taken });
  keep();
  lookAtOutcome();
}

/** Show the times of the chosen day, as the widget asks for them.
 *
 * @param {string} [chosen] the time to choose; by default the one that is chosen already, or the first of another day
 */
async function pick(chosen) {
  const isLater = pressed('when') === 'later';
  byId('picker').hidden = !isLater;
  /** @type {HTMLInputElement} */ (byId('take')).disabled = !isLater;
  byId('take-label').title = isLater ? '' : 'Choose a time first.';
  field('day').setCustomValidity('');
  if (isLater && value('day')) {
    await looking;
    looking = look(chosen);
    await looking;
  }
  keep();
}

/** @param {string | undefined} chosen */
async function look(chosen) {
  const list = byId('time-list');
  const key = [pressed('version'), value('service'), value('day')].join(' ');
  const isSame = list.dataset.key === key && !byId('times').hidden;
  list.dataset.key = key;
  if (!isSame) byId('times-status').textContent = 'Looking for free times …';
  isLooking = true;
  configure();
  expect('');
  const { how, value: body } = await settledBy(plugin.command('CallbackService.availability', queryOf(value('day'))));
  await new Promise((resolve) => { setTimeout(resolve); }); // its event is published by then
  isLooking = false;
  showTimes(how === 'done' ? body : null, key, chosen ?? (isSame ? chosenTime() ?? '' : undefined));
}

function keep() {
  keepChoices(chosenTime());
}

// Every outcome.

/** The outcomes of a command, with a button for each.
 *
 * @param {Command} command
 * @param {string} title
 * @param {Case[]} all
 */
function casesOf(command, title, all) {
  return [
    el('h3', { class: 'cases-of' }, title),
    el('div', { class: 'cases', role: 'group', 'aria-label': title }, all.map((each) => button([
      el('span', { class: `status is-${each.kind}` }, each.badge), each.name,
    ], () => produce(command, each), { value: each.name, 'data-command': command }))),
  ];
}

/**
 * @param {Command} command
 * @param {Case} meant
 */
async function produce(command, meant) {
  const running = run(command, meant.options(await now()), { fault: meant.fault, meant });
  lookAtOutcome();
  await running;
}

/** Bring the outcome into view: to the top where the panels stand below each other. */
function lookAtOutcome() {
  const isWide = matchMedia('(min-width: 960px)').matches;
  byId('outcome').scrollIntoView({ block: isWide ? 'nearest' : 'start' });
}

// What the page starts with.

async function now() {
  try {
    return Date.parse((await api.get('clock')).now);
  } catch {
    return Date.now();
  }
}

/** Offer the faults that a request can ask for, with their first values. */
function offerFaults() {
  choices(byId('fault'), [['', 'is answered by the server'], ...FAULTS.map((fault) => {
    const values = presetValues(fault);
    return /** @type {[string, string]} */ ([askedFault(fault, values), sentenceOf(fault, values)]);
  })]);
}

/** Suggest a day and the services. If the scenario refuses the usual service, take its first one instead. */
async function suggest() {
  if (!value('day')) field('day').value = dayOf(await now());
  try {
    const { services, any_name: anyName } = await api.get('services');
    choices(byId('services'), services.map(({ name }) => [name, '']));
    const { defaultValue } = /** @type {HTMLInputElement} */ (byId('service'));
    if (!anyName && services.length > 0 && !services.some(({ name }) => name === defaultValue)) {
      setUsual('service', services[0].name);
      showConfiguration();
    }
    field('magic').disabled = !(await api.get('rules')).some(({ name }) => name.startsWith('magic-'));
  } catch { /* what could have been suggested can still be typed */ }
}

/** Load again the parts of the page that need the token. */
async function begin() {
  await suggest();
  if (current?.unexplained) await explain(current, {});
}

function listen() {
  byId('visitor').addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  byId('magic').addEventListener('change', () => {
    if (value('magic')) field('phonenumber').value = value('magic');
    field('magic').value = '';
    keep();
  });
  choose(byId('when'), () => pick());
  choose(byId('version'), () => {
    showConfiguration();
    pick();
  });
  for (const id of ['day', 'service']) byId(id).addEventListener('change', () => pick());
  for (const id of ['service', 'apikey']) byId(id).addEventListener('input', showConfiguration);
  for (const id of ['visitor', 'take', 'fault']) byId(id).addEventListener('change', keep);
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

offerFaults();
const wantedTime = restoreChoices() ?? undefined;
showConfiguration();
watchServer();
askForToken(begin);
const [schedule, availability] = TABLES;
byId('cases').append(
  ...casesOf('schedule', 'Of a booking', [...schedule.rows, ...OTHERS]),
  ...casesOf('availability', 'Of a query for free times', availability.rows),
);
showOutcome(null, null, false, { giveUp, again: () => {}, book: () => {}, cancel: () => {}, calendar: '' });
listen();
await suggest();
await include();
const plugin = registered();
for (const event of EVENTS) {
  plugin.subscribe(`CallbackService.${event}`, (happened) => {
    if (current && !isLooking) current.events.push(happened);
  });
}
await pick(wantedTime);
document.body.dataset.ready = 'yes';
