// What all pages share: the header with its menu of sessions, copying, popovers, and the action bar with its undo.

import { isTyping, startActionBar } from './actionbar.js';
import { startCopying } from './copy.js';
import { byId, el } from './elements.js';
import { fetchAdmin } from './api.js';
import { DEFAULT, place } from './place.js';
import { popover, startPopovers } from './popover.js';
import { clicksIn } from './record.js';
import { startSessionMenu } from './sessionmenu.js';

const LOOKING = 5_000; // milliseconds

/** @typedef {'live' | 'waiting' | 'lost'} Connection */

const WORDS = { live: 'Live', waiting: 'Connecting', lost: 'Connection lost' };
const MORE = ', trying again'; // on screens that have the room for it

/** Show whether the page is connected to the server.
 *
 * @param {Connection} state
 * @param {string} [text] in place of the usual words
 */
export function showConnection(state, text = WORDS[state]) {
  const shown = byId('connection');
  const words = state === 'lost' && text === WORDS.lost ? [text, el('span', { class: 'not-phone' }, MORE)] : [text];
  if (shown.dataset.state === state && shown.dataset.text === text) return;
  shown.dataset.state = state;
  shown.dataset.text = text;
  byId('connection-text').replaceChildren(...words);
}

/** Carry a choice over to the other pages: the links of the header get it in their addresses.
 *
 * @param {string} service
 */
export function carryService(service) {
  for (const link of document.querySelectorAll('a[data-carries-service], .app-nav a')) {
    const [path] = (link.getAttribute('href') ?? '').split('?');
    const there = `${path}?service=${encodeURIComponent(service)}`;
    if (/(^|\/)(\.\/|playground)$/.test(path)) link.setAttribute('href', there);
  }
}

/** Look every few seconds whether the server answers, on a page that does not follow its events. */
export async function watchServer() {
  for (;;) {
    const answers = document.hidden || await fetchAdmin('health').then(() => true, () => false);
    showConnection(answers ? 'live' : 'lost');
    await new Promise((resolve) => { setTimeout(resolve, LOOKING); });
  }
}

/** Show how many clicks are recorded. */
export function showClicks() {
  byId('clicked-count').textContent = String(clicksIn());
}

if (place.session !== DEFAULT) document.title = `${place.session} · ${document.title}`;
startPopovers();
startActionBar();
startCopying();
startSessionMenu();
popover('details');
showClicks();
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  /** @type {HTMLElement | null} */
  const search = document.querySelector('[data-search]');
  if (!search || search.closest('[hidden]')) return;
  event.preventDefault();
  search.focus();
});
