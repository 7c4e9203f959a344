// The API reference: one endpoint at a time, examples that follow its fields, and sending them.

import { say } from './actionbar.js';
import { token } from './api.js';
import { coloured, readableBody } from './code.js';
import { byId, el, field } from './elements.js';
import { choose, mark } from './groups.js';
import { addressOf, place } from './place.js';
import { watchServer } from './shell.js';
import { askForToken } from './token.js';

/**
 * @typedef {object} DescribedRequest
 * @property {string} method
 * @property {string} path
 * @property {{ [name: string]: string }} headers
 * @property {string} [body]
 */

const START = 'start';
const NO_FAULT = 'none';
let language = 'curl';

/** @type {NodeListOf<HTMLElement>} */
const entries = document.querySelectorAll('.entry');
/** @type {NodeListOf<HTMLAnchorElement>} */
const links = document.querySelectorAll('#list a');

/** The entry that is shown. */
function current() {
  return [...entries].find((each) => !each.hidden) ?? entries[0];
}

/** Show the entry that the address names. */
function show() {
  const id = decodeURIComponent(location.hash.slice(1)) || START;
  const wanted = [...entries].find((each) => each.id === id) ?? entries[0];
  for (const each of entries) each.hidden = each !== wanted;
  for (const each of links) {
    if (each.hash === `#${wanted.id}`) each.setAttribute('aria-current', 'page');
    else each.removeAttribute('aria-current');
  }
  document.querySelector('#list [aria-current]')?.scrollIntoView({ block: 'nearest' });
  field('jump').value = wanted.id;
  byId('examples').hidden = !wanted.querySelector('form');
  for (const each of wanted.querySelectorAll('.answer-of pre')) each.replaceChildren(...coloured(each.textContent));
  if (wanted.querySelector('form')) {
    showExample();
    showAnswer(exampleOf(wanted), 'Example');
  }
  scrollTo(0, 0);
}

/** The first example of an answer to a request of an entry.
 *
 * @param {HTMLElement} entry
 */
function exampleOf(entry) {
  return entry.querySelector('.answer-of pre')?.textContent ?? 'No body.';
}

/** @param {string} text @param {string} about */
function showAnswer(text, about) {
  byId('answer').replaceChildren(...coloured(text));
  byId('sent').textContent = about;
}

/** The fields of one kind that are not empty.
 *
 * @param {HTMLFormElement} form
 * @param {string} kind path, query, header or body
 */
function filled(form, kind) {
  return [...form.querySelectorAll('input')].filter(({ dataset, value }) => dataset.in === kind && value !== '');
}

/** The request that the fields of the entry describe.
 *
 * @returns {DescribedRequest}
 */
function describedRequest() {
  const form = /** @type {HTMLFormElement} */ (current().querySelector('form'));
  const { path: pattern = '', method = 'GET' } = form.dataset;
  const path = filled(form, 'path').reduce((found, { name, value }) => (
    found.replace(`{${name}}`, encodeURIComponent(value))), pattern);
  const query = new URLSearchParams(filled(form, 'query').map(({ name, value }) => [name, value])).toString();
  const headers = Object.fromEntries(filled(form, 'header').map(({ name, value }) => [name, value]));
  const body = bodyOf(form);
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (field('fault').value !== NO_FAULT) headers['X-Mockgms-Fault'] = field('fault').value;
  return { method, path: path + (query && `?${query}`), headers, body };
}

/** The body that the fields of a form describe, or undefined without such fields.
 *
 * @param {HTMLFormElement} form
 */
function bodyOf(form) {
  const text = form.querySelector('textarea');
  if (text) return text.value;
  if (!form.querySelector('[data-in=body]')) return undefined;
  const members = filled(form, 'body').map(({ name, value, dataset }) => (
    [name, dataset.type === 'json' ? parsed(value) : value]));
  return JSON.stringify(Object.fromEntries(members), null, 2);
}

/** The value of a text that is JSON; otherwise the text.
 *
 * @param {string} text
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** @type {{ [language: string]: (request: DescribedRequest) => string }} */
const WRITTEN = {
  curl: ({ method, path, headers, body }) => [
    `curl -i -X ${method} ${quoted(addressOf(path))}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${quoted(body)}`]),
  ].join(' \\\n  '),
  fetch: ({ method, path, headers, body }) => [
    `const answer = await fetch(${JSON.stringify(addressOf(path))}, {`,
    `  method: ${JSON.stringify(method)},`,
    ...(Object.keys(headers).length ? [`  headers: ${indented(JSON.stringify(headers, null, 2), 2)},`] : []),
    ...(body === undefined ? [] : [`  body: ${scriptOf(body)},`]),
    '});',
    'console.log(answer.status, await answer.text());',
  ].join('\n'),
  python: ({ method, path, headers, body }) => {
    const isValue = body !== undefined && isJson(body);
    const { 'Content-Type': _type, ...others } = headers;
    const sent = isValue ? others : headers; // with `json`, the library adds the content type
    const content = isValue ? `json=${pythonOf(body)}` : `data=${JSON.stringify(body)}.encode()`;
    return [
      'import requests',
      '',
      `answer = requests.${method.toLowerCase()}(`,
      `    ${JSON.stringify(addressOf(path))},`,
      ...(Object.keys(sent).length ? [`    headers=${indented(JSON.stringify(sent, null, 4), 4)},`] : []),
      ...(body === undefined ? [] : [`    ${content},`]),
      ')',
      'print(answer.status_code, answer.text)',
    ].join('\n');
  },
};

/** A body as an expression of JavaScript.
 *
 * @param {string} body
 */
function scriptOf(body) {
  return isJson(body) ? `JSON.stringify(${indented(body, 2)})` : JSON.stringify(body);
}

const IN_PYTHON = new Map([['true', 'True'], ['false', 'False'], ['null', 'None']]);

/** A JSON body as an expression of Python, with twice its indentation: four spaces instead of two.
 *
 * @param {string} body
 */
function pythonOf(body) {
  const text = body.trim().replaceAll(/"(?:[^"\\]|\\.)*"|[a-z]+/g, (part) => (
    part.startsWith('"') ? part.replaceAll(/\\./g, pythonEscape) : IN_PYTHON.get(part) ?? part));
  return indented(text.replaceAll(/^( +)/gm, '$1$1'), 4);
}

/** An escape sequence of JSON in Python, which has none for a slash.
 *
 * @param {string} escape
 */
function pythonEscape(escape) {
  return escape === '\\/' ? '/' : escape;
}

/** @param {string} text @param {number} by */
function indented(text, by) {
  return text.replaceAll('\n', `\n${' '.repeat(by)}`);
}

/** @param {string} text */
function isJson(text) {
  const value = parsed(text);
  return typeof value === 'object' && value !== null;
}

function showExample() {
  byId('example').textContent = WRITTEN[language](describedRequest());
}

/** Send the request that the fields describe, and show the answer. */
async function send() {
  const { method, path, headers, body } = describedRequest();
  const began = performance.now();
  showAnswer('…', 'Sending');
  try {
    const isAdmin = path.startsWith('/__admin/') && !('Authorization' in headers);
    const answer = await fetch(place.base + path, {
      method, headers: isAdmin ? { ...token.headers, ...headers } : headers, body: method === 'GET' ? undefined : body,
    });
    const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
    const text = await answer.text();
    const shown = readableBody(text, answer.headers.get('Content-Type') ?? '');
    showAnswer([`${answer.status} ${answer.statusText}`, ...lines, '', shown].join('\n'),
      `Real answer · ${Math.round(performance.now() - began)} ms`);
    say(`Answered with ${answer.status}.`);
    const same = current().querySelector(`.answer-of[data-status="${answer.status}"]`);
    if (same instanceof HTMLDetailsElement) same.open = true;
  } catch (error) {
    showAnswer(`No answer: ${error instanceof Error ? error.message : error}`, 'Lost');
    say('No answer came: the connection was lost.');
  }
}

/** The links between a heading of the list and the next one.
 *
 * @param {Element} heading
 */
function linksUnder(heading) {
  const all = [...heading.parentElement?.children ?? []];
  const rest = all.slice(all.indexOf(heading) + 1);
  const end = rest.findIndex((each) => each.matches('h2'));
  return /** @type {HTMLElement[]} */ (rest.slice(0, end < 0 ? rest.length : end));
}

/** The text that is searched for a link: its words, and the path, id, fields and parameters of its entry.
 *
 * @param {HTMLAnchorElement} link
 */
function searchedText(link) {
  const entry = [...entries].find((each) => `#${each.id}` === link.hash);
  const inputs = /** @type {HTMLInputElement[]} */ ([...entry?.querySelectorAll('input') ?? []]);
  // All entries have the same headers.
  const names = inputs.filter(({ dataset }) => dataset.in !== 'header').map(({ name }) => name);
  return [link.textContent, entry?.querySelector('.path')?.textContent, entry?.id, ...names].join(' ').toLowerCase();
}

/** Show the links that contain all words of the search. */
function filter() {
  const words = field('find').value.toLowerCase().split(/\s+/);
  for (const link of links) {
    const text = searchedText(link);
    link.hidden = !words.every((word) => text.includes(word));
  }
  for (const heading of document.querySelectorAll('#list h2')) {
    /** @type {HTMLElement} */ (heading).hidden = !linksUnder(heading).some((link) => !link.hidden);
  }
  byId('none').hidden = [...links].some((link) => !link.hidden);
}

byId('jump').append(...[...links].map((link) => (
  el('option', { value: link.hash.slice(1) }, link.textContent.replace(/^(GET|PUT|POST|PATCH|DEL)/, '$1 ')))));
field('jump').addEventListener('change', () => { location.hash = field('jump').value; });
field('find').addEventListener('input', filter);
field('find').addEventListener('keydown', (event) => {
  const first = [...links].find((link) => !link.hidden);
  if (/** @type {KeyboardEvent} */ (event).key === 'Enter' && first) location.hash = first.hash;
});
choose(byId('languages'), (chosen) => {
  language = chosen;
  showExample();
});
mark(byId('languages'), language);
for (const form of document.querySelectorAll('.entry form')) {
  form.addEventListener('input', showExample);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
}
field('fault').addEventListener('change', showExample);
byId('send').addEventListener('click', send);
addEventListener('hashchange', show);
addEventListener('load', () => scrollTo(0, 0)); // after the browser has scrolled to the entry itself
watchServer();
askForToken(() => {}); // the menu of sessions needs the token, and the requests that are sent then have it too
show();
