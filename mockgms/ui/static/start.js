// The start page: its parts, and which of them each event brings up to date.

import { attempt, complain, say } from './actionbar.js';
import { Calendar, FIRST_NAME } from './calendar.js';
import { CallbackList } from './callbacks.js';
import { Clock } from './clock.js';
import { Connect } from './connect.js';
import { byId } from './elements.js';
import { follow } from './events.js';
import { FailPanel } from './fail.js';
import { choose, mark } from './groups.js';
import { startInspector } from './inspector.js';
import { Journal, serviceInCalendar } from './journal.js';
import { Record } from './record.js';
import { RulesPanel } from './rules.js';
import { ScenarioPanel } from './scenario.js';
import { carryService, showClicks, showConnection } from './shell.js';
import { askForToken } from './token.js';

const TOGETHER = 100; // milliseconds in which what happens is shown at once
const MINUTE = 60_000;
const PEEK = 2_000;

startInspector();
/** @type {Clock} */
const clock = new Clock({
  zone: () => calendar.zone,
  service: () => calendar.service?.name,
  record: () => record,
  ticked: () => calendar.showNow(),
});
const record = new Record({ clock, changed: showClicks });
const connect = new Connect();
const scenario = new ScenarioPanel({ record, setAside });
/** @type {Calendar} */
const calendar = new Calendar({
  clock,
  record,
  chosen: showService,
  rezoned: () => {
    journal.draw();
    refresh('callbacks');
  },
});
const rules = new RulesPanel(record);
const fail = new FailPanel({
  record,
  armed: async () => {
    rules.show('rules');
    await readRules();
  },
});
const journal = new Journal({
  zone: () => calendar.zone,
  makeRule: (prefilled) => {
    showView('fail');
    fail.prefill(prefilled);
  },
});
const callbacks = new CallbackList({
  zone: () => calendar.zone,
  record,
  find: (service, start) => {
    showView('calendar');
    calendar.find(service, start);
  },
});

/** @type {{ [name: string]: { refresh: () => Promise<void> } }} */
const PARTS = { // in the order in which they are read
  clock,
  scenario,
  journal,
  calendar,
  callbacks: { refresh: () => callbacks.refresh(calendar.callbacks) },
  rules: { refresh: readRules },
};

// The parts of the page that each change makes out of date. Any other change makes all parts out of date.
/** @type {{ [what: string]: string[] }} */
const OUTDATED = {
  callback: ['calendar', 'callbacks'],
  slots: ['calendar', 'callbacks'],
  clock: ['clock', 'calendar', 'callbacks', 'rules'],
  rules: ['rules'],
  requests: ['journal'],
};

/** @type {Set<string>} */
const outdated = new Set();
/** @type {number | null} */
let reading = null;
let isConnected = false;
let isRead = false; // since the connection was made
let wasConnected = false;

/** Bring parts up to date soon. Each is read once for all changes until then.
 *
 * @param {string[]} names
 */
function refresh(...names) {
  for (const name of names) outdated.add(name);
  reading ??= setTimeout(read, TOGETHER);
}

async function read() {
  const names = Object.keys(PARTS).filter((name) => outdated.has(name));
  outdated.clear();
  const began = performance.now();
  for (const name of names) {
    await attempt(() => PARTS[name].refresh());
    if (name === 'journal') calendar.startWith(journal.newestService);
  }
  const pause = Math.max(TOGETHER, performance.now() - began); // so that a busy server is not kept busy by its page
  reading = outdated.size ? setTimeout(read, pause) : null;
  if (isConnected && !isRead) showRead();
}

async function readRules() {
  fail.show(await rules.refresh());
}

/** Show that the page is up to date: its buttons work from now on. */
function showRead() {
  isRead = true;
  showConnection('live');
  byId('app').inert = false;
  if (wasConnected && byId('app').hasAttribute('data-lost')) say('The server answers again.');
  byId('app').removeAttribute('data-lost');
  if (!wasConnected) say('Nothing was changed from this page yet.');
  wasConnected = true;
}

/** @param {string} name */
function showService(name) {
  connect.show(name);
  carryService(name);
  byId('any-name').hidden = !calendar.anyName;
}

/** The number of bookings and requests that starting over removes, in words. */
function setAside() {
  /**
   * @param {number} count
   * @param {string} what
   */
  const counted = (count, what) => `${count} ${what}${count === 1 ? '' : 's'}`;
  return `${counted(calendar.callbacks, 'booking')} and ${counted(journal.size, 'request')} set aside.`;
}

/**
 * @param {boolean} isLive
 * @param {string | null} refusal
 */
function showLive(isLive, refusal) {
  const wasLive = isConnected;
  isConnected = isLive;
  isRead = false;
  byId('denied').hidden = refusal === null;
  byId('denied').textContent = refusal ?? '';
  if (isLive) {
    showConnection('waiting', 'Reading');
    refresh(...Object.keys(PARTS));
    return;
  }
  showConnection('lost');
  if (!wasLive || !wasConnected) return;
  byId('app').setAttribute('data-lost', '');
  complain(`The server does not answer. What you see is from ${byId('clock-time').textContent}.`);
}

/** Whether there is somebody to show something to, and something to show. */
function isWatched() {
  return isConnected && !document.hidden;
}

/**
 * @param {string} name
 * @param {any} data
 */
function take(name, data) {
  if (name === 'exchange') {
    journal.add(data);
    calendar.follow(serviceInCalendar(data));
    refresh('rules');
  } else if (name === 'change') {
    if (data.what === 'scenario' && !['reloaded', 'broken'].includes(data.did)) record.clear();
    refresh(...(OUTDATED[data.what] ?? Object.keys(PARTS)));
  } else refresh(...Object.keys(PARTS));
}

/** On a phone, one of the panels is shown.
 *
 * @param {string} view
 */
function showView(view) {
  mark(byId('views'), view);
  byId('app').dataset.view = view;
  journal.draw();
}

function begin() {
  follow({ event: take, live: showLive });
}

/** Block the controls while the server is lost. The content can still be read and copied.
 *
 * @param {Event} event
 */
function block(event) {
  const { target } = event;
  if (!byId('app').hasAttribute('data-lost') || !(target instanceof Element)) return;
  if (target.closest('[data-copy], .seg, .tabs, #views, #config-button, .inspector .btn.icon')) return;
  event.preventDefault();
  event.stopPropagation();
}

askForToken(begin);
choose(byId('views'), showView);
byId('see-numbers').addEventListener('click', () => {
  showView('fail');
  fail.showNumbers();
});
mark(byId('views'), 'journal');
for (const type of ['click', 'submit', 'change']) byId('app').addEventListener(type, block, true);
setInterval(() => { if (isWatched()) refresh('calendar', 'callbacks'); }, MINUTE);
setInterval(() => { if (isWatched()) journal.peek().catch(() => {}); }, PEEK);
showService(new URLSearchParams(location.search).get('service') ?? FIRST_NAME);
begin();
