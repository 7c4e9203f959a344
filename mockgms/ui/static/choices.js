// The choices of the playground: they are in the address of the page, so that they survive a reload and can be shared.

import { byId, field } from './elements.js';
import { mark } from './groups.js';

const FIELDS = ['service', 'firstname', 'lastname', 'phonenumber', 'email', 'subject', 'day', 'fault'];
const GROUPS = ['version', 'when'];
/** @type {{ [name: string]: string }} the choices that an address does not name */
const USUAL = {};

/** The button of a group that is pressed.
 *
 * @param {string} id
 */
export function pressed(id) {
  return byId(id).querySelector('button[aria-pressed="true"]')?.getAttribute('value') ?? '';
}

/** Whether a check box is checked.
 *
 * @param {string} id
 */
export function isOn(id) {
  return /** @type {HTMLInputElement} */ (byId(id)).checked;
}

/** Change the usual value of a field, and show it unless the visitor has chosen another one.
 *
 * @param {string} id
 * @param {string} value
 */
export function setUsual(id, value) {
  const isChosen = field(id).value !== USUAL[id] || new URLSearchParams(location.search).has(id);
  USUAL[id] = value;
  if (!isChosen) field(id).value = value;
}

/** Take the choices from the address.
 *
 * @returns {string | null} the time that was chosen, in ISO 8601
 */
export function restoreChoices() {
  const given = new URLSearchParams(location.search);
  for (const id of FIELDS) {
    USUAL[id] = field(id).value;
    const value = given.get(id);
    if (value !== null) field(id).value = id === 'fault' ? offeredFault(value) : value;
  }
  for (const id of GROUPS) {
    USUAL[id] = pressed(id);
    mark(byId(id), given.get(id) ?? USUAL[id]);
    if (!pressed(id)) mark(byId(id), USUAL[id]);
  }
  /** @type {HTMLInputElement} */ (byId('take')).checked = given.has('take');
  return given.get('time');
}

/** The offered fault with the name of the one in an address. Its values in the address may differ, lack quotes, or be
 * missing.
 *
 * @param {string} written
 */
function offeredFault(written) {
  const { options } = /** @type {HTMLSelectElement} */ (byId('fault'));
  const offered = [...options].map(({ value }) => value);
  /** @param {string} text */
  const plain = (text) => text.replaceAll('"', '');
  /** @param {string} text */
  const nameIn = (text) => /^(?:\{fault: )?(\w+)/.exec(plain(text))?.[1];
  const same = offered.find((text) => plain(text) === plain(written));
  return same ?? offered.find((text) => nameIn(text) === nameIn(written)) ?? '';
}

/** Put the choices into the address.
 *
 * @param {string | undefined} time that is chosen
 */
export function keepChoices(time) {
  const chosen = new URLSearchParams();
  for (const id of FIELDS) if (field(id).value !== USUAL[id]) chosen.set(id, field(id).value);
  if (pressed('when') === 'now') chosen.delete('day');
  for (const id of GROUPS) if (pressed(id) !== USUAL[id]) chosen.set(id, pressed(id));
  if (isOn('take')) chosen.set('take', 'yes');
  if (pressed('when') === 'later' && time) chosen.set('time', time);
  const query = chosen.toString();
  history.replaceState(null, '', location.pathname + (query && `?${query}`) + location.hash);
}
