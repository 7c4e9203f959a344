// The start page: its parts, and which of them each event brings up to date.

import { fetchAdmin } from './api.js';
import { Calendar, FIRST_NAME } from './calendar.js';
import { Clock } from './clock.js';
import { copy } from './copy.js';
import { byId } from './elements.js';
import { follow } from './events.js';
import { Journal } from './journal.js';
import { attempt } from './notice.js';
import { DEFAULT, pathOf, place } from './place.js';
import { Record } from './record.js';
import { RulesPanel } from './rules.js';
import { ScenarioPanel, showDataUrls } from './scenario.js';
import { SessionChooser } from './sessions.js';
import { askForToken } from './token.js';

const TOGETHER = 100; // milliseconds in which what happens is shown at once
const MINUTE = 60_000;
const PEEK = 2_000;

/** @type {Clock} */
const clock = new Clock({
  zone: () => (calendar.service ? calendar.zone : null),
  service: () => calendar.service?.name,
});
const record = new Record({ clock, changed: () => scenario.showClicked() });
const scenario = new ScenarioPanel(record);
/** @type {Calendar} */
const calendar = new Calendar({ clock, record, chosen: showService });
const rules = new RulesPanel(record);
const journal = new Journal(() => (calendar.service ? calendar.zone : null));
const sessions = new SessionChooser();

/** @type {{ [name: string]: { refresh: () => Promise<void> } }} */
const PARTS = { clock, scenario, calendar, rules, journal, sessions }; // in the order in which they are read

// What a change makes out of date; a change of anything else makes all of it so.
/** @type {{ [what: string]: string[] }} */
const OUTDATED = {
  callback: ['calendar'],
  slots: ['calendar'],
  clock: ['clock', 'calendar', 'rules'],
  rules: ['rules'],
  requests: ['journal'],
  session: ['sessions'],
};

/** @type {Set<string>} */
const outdated = new Set();
/** @type {number | null} */
let reading = null;
let isConnected = false;
let isRead = false; // since the connection was made

/** Bring parts up to date, soon, and each once for all that happens until then.
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
  for (const name of names) await attempt(() => PARTS[name].refresh());
  const pause = Math.max(TOGETHER, performance.now() - began); // so that a busy server is not kept busy by its page
  reading = outdated.size ? setTimeout(read, pause) : null;
  if (isConnected && !isRead) showRead();
}

/** All is as the server has it: from now on there is something to click. */
function showRead() {
  isRead = true;
  byId('live').textContent = 'live';
  for (const main of document.querySelectorAll('main')) main.inert = false;
}

/** @param {string} name */
function showService(name) {
  showDataUrls(name);
  const there = `${pathOf('/playground')}?service=${encodeURIComponent(name)}`;
  for (const link of document.querySelectorAll('a.playground')) link.setAttribute('href', there);
}

/**
 * @param {boolean} isLive
 * @param {string | null} refusal
 */
function showLive(isLive, refusal) {
  isConnected = isLive;
  isRead = false;
  document.body.classList.toggle('lost', !isLive);
  byId('denied').hidden = refusal === null;
  byId('denied').textContent = refusal ?? '';
  byId('live').textContent = isLive ? 'reading…' : 'connection lost, trying again…';
  if (isLive) refresh(...Object.keys(PARTS));
}

/** Whether there is somebody to show something to, and something to show. */
function isWatched() {
  return isConnected && !document.hidden;
}

/** Offer the certificate of the server's own authority, where it has one. */
async function offerAuthority() {
  byId('authority').hidden = !(await fetchAdmin('ca.pem', { method: 'HEAD' }).catch(() => null));
}

/**
 * @param {string} name
 * @param {any} data
 */
function take(name, data) {
  if (name === 'exchange') {
    journal.add(data);
    refresh('rules');
  } else if (name === 'change') {
    if (data.what === 'scenario' && data.did !== 'reloaded') record.clear();
    refresh(...(OUTDATED[data.what] ?? Object.keys(PARTS)));
  } else refresh(...Object.keys(PARTS));
}

function begin() {
  follow({ event: take, live: showLive });
}

askForToken(begin);
for (const each of document.querySelectorAll('[data-copy]')) {
  const source = byId(each.getAttribute('data-copy') ?? '');
  each.addEventListener('click', () => attempt(() => copy(source.textContent)));
}
document.title = place.session !== DEFAULT ? `${place.session} · mockgms` : 'mockgms';
setInterval(() => { if (isWatched()) refresh('clock', 'calendar'); }, MINUTE);
setInterval(() => { if (isWatched()) journal.peek().catch(() => {}); }, PEEK);
byId('docs').setAttribute('href', pathOf('/__admin/docs'));
if (location.protocol === 'https:') offerAuthority();
showService(FIRST_NAME);
begin();
