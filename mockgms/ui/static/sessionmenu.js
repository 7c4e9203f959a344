// The menu of sessions: switch, make, fork, compare and delete. Sessions do not affect each other.

import { attempt, complain, say } from './actionbar.js';
import { api, Refused } from './api.js';
import { compare } from './compare.js';
import { ask } from './dialog.js';
import { button, byId, el, field } from './elements.js';
import { nameOf } from './exchange.js';
import { icon } from './icons.js';
import { DEFAULT, herePathOf, place } from './place.js';
import { closePopover, popover } from './popover.js';
import { isCopy, keepState } from './undo.js';
import { dayAndTime } from './zone.js';

const MADE_HERE = 'mockgms-sessions'; // their names, in the storage of the browser
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Put the menu into the header. */
export function startSessionMenu() {
  const label = `Session: ${place.session}. Switch, make, fork, compare or delete`;
  byId('session-name').textContent = place.session;
  byId('session-button').setAttribute('aria-label', label);
  const error = el('p', { class: 'field-error', id: 'session-error', role: 'alert' });
  const name = el('input', {
    class: 'input sm', id: 'session-new', maxlength: 64, autocomplete: 'off',
    placeholder: 'Name of a new session',
    'aria-label': 'Name of a new session', 'aria-describedby': 'session-hint session-error',
    oninput: () => showError(''),
  });
  const form = el('form', { class: 'row sessions-new' }, name,
    el('button', { class: 'btn sm primary', value: 'new' }, 'New'),
    el('button', { class: 'btn sm', value: 'fork' }, icon('fork'), 'Fork this'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    make(name.value.trim(), event.submitter?.getAttribute('value') === 'fork');
  });
  byId('sessions').append(el('ul', { class: 'list session-list', id: 'session-list' }), form,
    el('div', { class: 'sessions-new' }, error,
      el('p', { class: 'hint', id: 'session-hint' },
        'Each session has its own scenario, clock, calendar and limits, at ', el('code', {}, '/s/NAME/'),
        '. A name has letters, digits, . _ and -')));
  popover('session-button', () => {
    showError('');
    attempt(refresh);
  });
}

async function refresh() {
  const sessions = (await api.get('sessions')).filter(({ id }) => !isCopy(id));
  const mine = sessions.find(({ id }) => id === place.session);
  const others = sessions.filter(({ id }) => id !== place.session).reverse(); // the one used last comes first
  byId('session-list').replaceChildren(...(mine ? [itemOf(mine)] : []), ...others.map(itemOf));
}

/** @param {Admin.Answer<'get', 'sessions'>[number]} session */
function itemOf(session) {
  const { id, scenario, clock, callbacks } = session;
  const isHere = id === place.session;
  const time = `frozen at ${dayAndTime(Date.parse(clock.now))}`;
  const about = [
    nameOf(scenario),
    clock.frozen ? time : 'clock runs',
    callbacks === 1 ? '1 callback' : `${callbacks || 'no'} callbacks`,
  ].join(' · ');
  return el('li', {},
    el('div', { class: 'row' },
      isHere
        ? [el('b', { class: 'grow cut' }, id), el('span', { class: 'badge accent' }, 'this page')]
        : [
          el('a', { href: herePathOf(id), class: 'grow cut' }, el('b', {}, id)),
          button('Compare', () => showCompared(id), { class: 'btn sm quiet', 'aria-label': `Compare with ${id}` }),
          button('Fork', () => forkOf(id), { class: 'btn sm quiet', 'aria-label': `Fork ${id}` }),
          id !== DEFAULT && button(icon('trash'), () => remove(id), {
            class: 'btn sm quiet icon', 'aria-label': `Delete ${id}`,
          }),
        ]),
    el('p', { class: 'hint' }, about));
}

/** @param {string} id */
function showCompared(id) {
  closePopover();
  attempt(() => compare(id));
}

/** Fork another session under the name in the field, or by default under a name made from that of the other session.
 *
 * @param {string} id
 */
async function forkOf(id) {
  const sessions = await attempt(() => api.get('sessions'));
  if (!sessions) return;
  const taken = new Set(sessions.map((each) => each.id));
  const written = field('session-new').value.trim();
  let number = 1;
  while (taken.has(`${id.slice(0, 55)}-fork-${number}`)) number += 1;
  await make(written || `${id.slice(0, 55)}-fork-${number}`, true, id);
}

/**
 * @param {string} id
 * @param {boolean} isFork
 * @param {string} [from]
 */
async function make(id, isFork, from = place.session) {
  if (!NAME.test(id)) {
    showError(id ? 'Use letters, digits, . _ and -, and begin with a letter or digit.' : 'Write a name.');
    return;
  }
  try {
    if ((await api.get('sessions')).some((each) => each.id === id)) {
      showError(`There is a session ${id} already: open it in the list, or choose another name.`);
      return;
    }
    await api.put(`sessions/${encodeURIComponent(id)}`, isFork ? { from } : {});
    keepMade([...made(), id]);
    location.assign(herePathOf(id));
  } catch (error) {
    showError(error instanceof Refused ? error.message : String(error));
  }
}

/** Delete a session. Ask first if it was not made in this browser, because somebody else may use it.
 *
 * @param {string} id
 */
async function remove(id) {
  closePopover();
  const isOwn = made().includes(id);
  if (!isOwn && !await ask({
    title: `Delete the session ${id}?`,
    text: `It was not made in this browser: a test or another person may be using it. The next request to ${id} would `
      + 'start a new session.',
    keep: 'Keep it',
    act: 'Delete it',
  })) return;
  await attempt(async () => {
    const bringBack = await keepState(id);
    await api.delete(`sessions/${encodeURIComponent(id)}`);
    say(`Deleted the session ${id}.`, async () => {
      await bringBack();
      say(`The session ${id} is back.`);
    });
  });
}

/** @param {string} text */
function showError(text) {
  byId('session-error').replaceChildren(...(text ? [icon('warn'), text] : []));
  byId('session-new').toggleAttribute('aria-invalid', Boolean(text));
  if (text) {
    byId('session-new').setAttribute('aria-invalid', 'true');
    byId('session-new').focus();
  }
}

/** The names of the sessions that were made in this browser. @returns {string[]} */
function made() {
  try {
    return JSON.parse(localStorage.getItem(MADE_HERE) ?? '[]');
  } catch {
    return [];
  }
}

/** @param {string[]} names */
function keepMade(names) {
  try {
    localStorage.setItem(MADE_HERE, JSON.stringify(names.slice(-100)));
  } catch {
    complain('The browser keeps nothing for this page: deleting this session will ask first.');
  }
}
