// The scenario editor: the text, its mistakes, the gallery, and what was clicked.

import { attempt, complain, say } from './actionbar.js';
import { Refused, api, fetchAdmin, query } from './api.js';
import { copyBy } from './copy.js';
import { button, byId, el, field } from './elements.js';
import { nameOf, SENT } from './exchange.js';
import { icon } from './icons.js';
import { place } from './place.js';
import { forget, read } from './record.js';
import { showClicks, watchServer } from './shell.js';
import { TextField } from './textfield.js';
import { askForToken } from './token.js';
import { changeUndoably } from './undo.js';
import { clicksOf, difference } from './yamltext.js';
import { Zone, ofBrowser } from './zone.js';

/** @import { Problem } from './textfield.js' */
/** @import { Click } from './yamltext.js' */

const PAUSE = 300; // milliseconds without a key, after which the text is checked
const DRAFT = `mockgms-draft ${place.session}`;
const zone = new Zone(ofBrowser());

let active = { name: '', text: '' }; // the scenario of the session
let opened = { name: '', text: '' }; // what the text was last read from
/** @type {Problem[]} */
let problems = [];
/** @type {Click[]} */
let clicks = [];
let turn = 0; // of the check that counts
/** @type {number | undefined} */
let waiting;

const text = new TextField({ changed, shown: problemHere });

// The check.

function changed() {
  byId('title').textContent = titleOf(opened.name);
  byId('state').textContent = stateOf();
  clearTimeout(waiting);
  turn += 1;
  waiting = setTimeout(paused, PAUSE);
}

function paused() {
  showDifference();
  keepDraft();
  check();
}

/** Store text that is not applied, so that a reload of the page keeps it, unless it is too long. */
function keepDraft() {
  sessionStorage.removeItem(DRAFT);
  if (text.text === active.text) return;
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify({ text: text.text, name: opened.name }));
  } catch {
    complain('The text is too long to be kept when the page is reloaded. Download it.');
  }
}

/** @param {string} name */
function titleOf(name) {
  return name === SENT ? nameOf(name).replace(/^a/, 'A') : name || 'Scenario';
}

function stateOf() {
  if (text.text === active.text) return 'Active';
  return text.text === opened.text ? 'Opened' : 'Edited';
}

async function check() {
  const mine = turn;
  try {
    const answer = await fetchAdmin('scenario/check', {
      method: 'POST', body: text.text, headers: { 'Content-Type': 'application/yaml' },
    });
    /** @type {{ findings: Admin.Finding[] }} */
    const { findings } = await answer.json();
    if (mine !== turn) return;
    problems = findings.map(problemOf);
    showProblems();
  } catch (error) {
    if (error instanceof Refused && error.status !== 401) complain(error.message);
  }
}

/** A finding of the check. In its message, places are shortened to their lines.
 *
 * @param {Admin.Finding} finding
 * @returns {Problem}
 */
function problemOf({ severity, line, column, message }) {
  const shortened = message.replace(/<body>:(\d+):\d+/g, 'line $1');
  return { line: line ?? 0, column: column ?? 0, message: shortened, isWarning: severity === 'warning' };
}

function mistakes() {
  return problems.filter(({ isWarning }) => !isWarning);
}

function showProblems() {
  text.mark(problems);
  const wrong = mistakes().length;
  const odd = problems.length - wrong;
  const verdict = byId('verdict');
  verdict.className = `status is-${verdictKind(wrong, odd)}`;
  verdict.textContent = verdictOf(wrong, odd);
  byId('why-not').textContent = wrong ? `Mend the mistake ${placeIn(mistakes()[0])} first.` : '';
  for (const id of ['apply', 'rules-only']) byId(id).setAttribute('aria-disabled', String(wrong > 0));
  byId('problems').replaceChildren(...(problems.length ? problems.map(problemShown)
    : [el('p', { class: 'hint' }, 'No mistakes and no warnings.')]));
}

/** @param {number} wrong @param {number} odd */
function verdictKind(wrong, odd) {
  if (wrong) return 'failed';
  return odd ? 'refused' : 'ok';
}

/** @param {number} wrong @param {number} odd */
function verdictOf(wrong, odd) {
  if (wrong) return `${wrong} ${wrong === 1 ? 'mistake' : 'mistakes'}`;
  return odd ? `${odd} ${odd === 1 ? 'warning' : 'warnings'}` : 'No mistakes';
}

/** @param {Problem} problem */
function placeIn({ line }) {
  return line ? `at line ${line}` : 'in the text';
}

/** A problem in the list.
 *
 * @param {Problem} problem
 */
function problemShown(problem) {
  const { line, column, message, isWarning } = problem;
  return el('div', { class: `problem is-${isWarning ? 'refused' : 'failed'}` },
    button([
      icon(isWarning ? 'warn' : 'stop'), el('span', {}, message),
      line > 0 && el('span', { class: 'hint' }, `line ${line}, column ${column}`),
    ], () => text.go(line || 1, column || 1)),
    mendButton(problem));
}

/** A problem at its line.
 *
 * @param {Problem} problem
 */
function problemHere(problem) {
  const { message, isWarning } = problem;
  return [el('div', { class: `problem-here is-${isWarning ? 'refused' : 'failed'}` },
    icon(isWarning ? 'warn' : 'stop'), el('span', {}, message), mendButton(problem))];
}

/** @param {Problem} problem */
function mendButton({ line, column, message }) {
  const better = /did you mean `([^`]+)`\?$/.exec(message)?.[1];
  return better && line > 0 && button(`Use ${better}`, () => {
    const back = text.replace(line, column, better);
    say(`Line ${line} has ${better} now.`, back);
  }, { class: 'btn sm' });
}

// Applying.

/** Apply the text. If it is an unchanged scenario of the server, it is sent by its name.
 *
 * @param {boolean} isRulesOnly
 */
async function send(isRulesOnly) {
  const isNamed = text.text === opened.text && opened.name !== '' && opened.name !== SENT;
  const [body, type] = isNamed ? [JSON.stringify({ name: opened.name }), 'application/json']
    : [text.text, 'application/yaml'];
  const path = isRulesOnly ? 'scenario?rules_only=true' : 'scenario';
  return (await fetchAdmin(path, { method: 'PUT', body, headers: { 'Content-Type': type } })).json();
}

/** @param {boolean} isRulesOnly */
async function apply(isRulesOnly) {
  clearTimeout(waiting);
  await check();
  if (mistakes().length > 0) {
    complain(byId('why-not').textContent);
    text.go(mistakes()[0].line || 1, mistakes()[0].column || 1);
    return;
  }
  const was = active;
  const remember = isRulesOnly ? null : forget();
  const done = await attempt(() => changeUndoably(() => send(isRulesOnly), () => (isRulesOnly
    ? 'The rules are in force. Calendar and clock stay as they are.' : 'Applied, and started over.'), () => {
    remember?.();
    active = was;
    showClicked();
    changed();
    attempt(showGallery);
  }));
  if (!done) {
    remember?.();
    return;
  }
  active = { name: done.name, text: text.text };
  opened = active;
  showClicked();
  changed();
  await attempt(showGallery);
}

// Files and the gallery.

/** Show another text. Undo restores the previous one.
 *
 * @param {{ name: string, text: string }} scenario
 */
function open(scenario) {
  const was = { opened, text: text.text };
  opened = scenario;
  text.set(scenario.text);
  say(`Opened ${titleOf(scenario.name)}. Nothing is applied yet.`, () => {
    opened = was.opened;
    text.set(was.text);
  });
}

async function openFile() {
  const input = /** @type {HTMLInputElement} */ (byId('file'));
  const [file] = input.files ?? [];
  if (file) open({ name: file.name.replace(/\.(ya?ml|json)$/, ''), text: await file.text() });
  if (file) opened = { name: SENT, text: '' }; // the server does not know it by its name
  input.value = '';
  if (file) byId('title').textContent = file.name;
}

function download() {
  const address = URL.createObjectURL(new Blob([text.text], { type: 'application/yaml' }));
  const name = /^[\w.-]+$/.test(opened.name) ? opened.name : 'scenario';
  el('a', { href: address, download: `${name}.yaml` }).click();
  URL.revokeObjectURL(address);
  say(`Downloaded ${name}.yaml.`);
}

async function showGallery() {
  const known = await api.get('scenarios');
  const { name: used, description: about } = await api.get('scenario');
  const mine = itemOf({ name: nameOf(used), description: about }, 'scenario/text');
  mine.setAttribute('aria-current', 'true');
  byId('gallery').replaceChildren(
    el('h2', {}, 'This session'), mine,
    el('h2', {}, 'Available'), ...known.filter(({ name }) => name !== used)
      .map((each) => itemOf(each, query('scenario/text', { name: each.name }))),
    el('p', { class: 'empty muted', id: 'none', role: 'status', hidden: true }, 'No scenario matches.'),
  );
  filter();
}

/** A scenario of the gallery, which opens its text.
 *
 * @param {{ name: string, description: string }} scenario
 * @param {'scenario/text' | `scenario/text?${string}`} path
 */
function itemOf({ name, description }, path) {
  return button([el('b', {}, name), el('span', { class: 'hint' }, description)], () => attempt(async () => {
    open(await api.get(path));
    delete byId('gallery-col').dataset.open;
    byId('gallery-button').setAttribute('aria-expanded', 'false');
  }), { 'data-text': `${name} ${description}`.toLowerCase() });
}

function filter() {
  const wanted = field('find').value.trim().toLowerCase();
  const items = [...byId('gallery').querySelectorAll('button')];
  for (const item of items) item.hidden = !item.dataset.text?.includes(wanted);
  items.forEach((item, index) => {
    const heading = item.previousElementSibling;
    if (heading instanceof HTMLElement && heading.matches('h2')) {
      heading.hidden = index === 0 ? item.hidden : items.slice(1).every((each) => each.hidden);
    }
  });
  byId('none').hidden = items.some((item) => !item.hidden);
}

// What was clicked.

function showClicked() {
  clicks = clicksOf(read(), (instant) => zone.moment(instant));
  byId('clicks-count').textContent = String(clicks.length);
  byId('clicks').replaceChildren(...(clicks.length ? clicks.map(({ says, put }, index) => el('li', {},
    el('input', { type: 'checkbox', id: `click-${index}`, checked: put !== null, disabled: put === null }),
    el('label', { for: `click-${index}` }, says,
      put === null && el('span', { class: 'hint' }, ' A scenario cannot say this.'))))
    : [el('li', { class: 'muted' }, 'Nothing yet. Fill slots, arm faults or move the clock on the start page.')]));
  showClicks();
  showDifference();
}

/** The text with the clicks that are checked. */
function withClicks() {
  const lines = text.text.split('\n');
  const failed = clicks.filter(({ put }, index) => {
    const box = /** @type {HTMLInputElement | null} */ (document.getElementById(`click-${index}`));
    return put && box?.checked && !put(lines);
  });
  return { lines, failed };
}

function showDifference() {
  const old = text.text.split('\n');
  const { lines } = withClicks();
  byId('diff').replaceChildren(...difference(old, lines).map(({ kind, line }) => el('div', { class: kind }, line)));
}

function putClicks() {
  const was = text.text;
  const { lines, failed } = withClicks();
  const added = difference(was.split('\n'), lines).filter(({ kind }) => kind === 'add').map(({ at }) => at);
  if (failed.length) {
    const left = failed.map(({ says }) => says).join('; ');
    complain(`Write this by hand, since the text has its map in one line: ${left}.`);
  }
  if (added.length === 0) {
    if (!failed.length) say('There is nothing to put into the text.');
    return;
  }
  text.set(lines.join('\n'), added);
  if (!failed.length) say('The clicks are in the text, marked green. Apply to use them.', () => text.set(was));
}

// The page.

async function start() {
  await attempt(async () => {
    try {
      active = await api.get('scenario/text');
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return; // the page asks for the token
      throw error;
    }
    opened = active;
    const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? 'null');
    if (draft) opened = { ...active, name: draft.name };
    text.set(draft?.text ?? active.text);
    showProblems();
    await showGallery();
    showClicked();
    document.body.dataset.ready = 'yes';
  });
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.key === 's' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    apply(false);
  } else if (event.key === 'F8' && problems.length > 0) {
    event.preventDefault();
    const caret = /** @type {HTMLTextAreaElement} */ (byId('text')).selectionStart;
    const here = text.text.slice(0, caret).split('\n').length;
    const next = problems.find(({ line }) => line > here) ?? problems[0];
    text.go(next.line || 1, next.column || 1);
  }
}

watchServer();
askForToken(start);
document.addEventListener('keydown', press);
window.addEventListener('pagehide', keepDraft);
byId('apply').addEventListener('click', () => apply(false));
byId('rules-only').addEventListener('click', () => apply(true));
byId('open-file').addEventListener('click', () => byId('file').click());
byId('file').addEventListener('change', () => attempt(openFile));
byId('download').addEventListener('click', download);
byId('find').addEventListener('input', filter);
byId('add').addEventListener('click', putClicks);
byId('clicks').addEventListener('change', showDifference);
byId('copy-clicks').addEventListener('click', () => copyBy(byId('copy-clicks'), () => byId('diff').innerText));
byId('gallery-button').addEventListener('click', () => {
  const isOpen = byId('gallery-col').toggleAttribute('data-open');
  byId('gallery-button').setAttribute('aria-expanded', String(isOpen));
});
start();
