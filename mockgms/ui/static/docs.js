// The page that tells of the API: sends what is filled in, and shows the answer and the same request for a shell.
'use strict';

const { src } = /** @type {HTMLScriptElement} */ (document.currentScript);
const base = new URL('..', src).pathname.slice(0, -1); // the session, and the path prefix of a proxy

/**
 * @typedef {object} DocsRequest
 * @property {string} method
 * @property {string} url
 * @property {{ [name: string]: string }} headers
 * @property {string} [body]
 */

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * @param {HTMLFormElement} form
 * @returns {DocsRequest}
 */
function described(form) {
  const { path: pattern = '', method = 'GET' } = form.dataset;
  let path = base + pattern;
  const query = new URLSearchParams();
  /** @type {{ [name: string]: string }} */
  const headers = {};
  for (const { name, value, dataset } of form.querySelectorAll('input')) {
    if (dataset.in === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== '' && dataset.in === 'query') query.append(name, value);
    else if (value !== '') headers[name] = value;
  }
  const body = form.querySelector('textarea')?.value || undefined;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const search = query.toString();
  return { method, url: path + (search && `?${search}`), headers, body };
}

/** @param {DocsRequest} request */
function forShell({ method, url, headers, body }) {
  const words = ['curl', '-i', '-X', method, quoted(location.origin + url)];
  for (const [name, value] of Object.entries(headers)) words.push('-H', quoted(`${name}: ${value}`));
  if (body !== undefined) words.push('-d', quoted(body));
  return words.join(' ');
}

/** @param {string} text */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** @param {DocsRequest} request */
async function answered({ method, url, headers, body }) {
  const answer = await fetch(url, { method, headers, body });
  const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
  return [`${answer.status} ${answer.statusText}`, ...lines, '', pretty(await answer.text())].join('\n');
}

/**
 * @param {HTMLFormElement} form
 * @param {string} selector
 * @param {string} text
 */
function show(form, selector, text) {
  for (const element of form.querySelectorAll(selector)) element.textContent = text;
}

/** @param {HTMLFormElement} form */
async function send(form) {
  show(form, '.answer', '...');
  try {
    const request = described(form);
    show(form, '.asked', forShell(request));
    show(form, '.answer', await answered(request));
  } catch (failure) {
    show(form, '.answer', `No answer: ${failure instanceof Error ? failure.message : failure}`);
  }
}

// What a link leads to is opened, so that it can be seen.
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
}

for (const form of document.forms) {
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form);
  });
}
addEventListener('hashchange', open);
open();
