// The page that tells of the API: sends what is filled in, and shows the answer and the same request for a shell.
'use strict';

const [base] = /^(\/s\/[^/]+)?/.exec(location.pathname);

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function described(form) {
  let path = base + form.dataset.path;
  const query = new URLSearchParams();
  const headers = {};
  for (const { name, value, dataset } of form.querySelectorAll('input')) {
    if (dataset.in === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== '' && dataset.in === 'query') query.append(name, value);
    else if (value !== '') headers[name] = value;
  }
  const body = form.elements.body?.value || undefined;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const search = query.toString();
  return { method: form.dataset.method, url: path + (search && `?${search}`), headers, body };
}

function forShell({ method, url, headers, body }) {
  const words = ['curl', '-i', '-X', method, quoted(location.origin + url)];
  for (const [name, value] of Object.entries(headers)) words.push('-H', quoted(`${name}: ${value}`));
  if (body !== undefined) words.push('-d', quoted(body));
  return words.join(' ');
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function answered({ method, url, headers, body }) {
  const answer = await fetch(url, { method, headers, body });
  const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
  return [`${answer.status} ${answer.statusText}`, ...lines, '', pretty(await answer.text())].join('\n');
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const show = form.querySelector('.answer');
  show.textContent = '...';
  try {
    const request = described(form);
    form.querySelector('.asked').textContent = forShell(request);
    show.textContent = await answered(request);
  } catch (failure) {
    show.textContent = `No answer: ${failure.message}`;
  }
}

// What a link leads to is opened, so that it can be seen.
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.tagName === 'DETAILS') {
    target.open = true;
    target.scrollIntoView();
  }
}

for (const form of document.forms) {
  form.hidden = false;
  form.addEventListener('submit', send);
}
addEventListener('hashchange', open);
open();
