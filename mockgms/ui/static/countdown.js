// The countdown of Retry-After, by the clock of the session.

import { attempt, say } from './actionbar.js';
import { api } from './api.js';
import { button, el } from './elements.js';

const TICK = 250; // milliseconds

/** @type {number | undefined} */
let ticking;

/** Stop the running countdown, if there is one. */
export function stopCountdown() {
  clearInterval(ticking);
}

/** The seconds until the time of a Retry-After, or null when it has no valid time.
 *
 * @param {string} value seconds or a date of HTTP
 * @param {number} now by the clock of the session, in milliseconds
 */
function secondsOf(value, now) {
  if (/^\d+$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.ceil((at - now) / 1000);
}

/** Count down in the outcome: its sentence changes, and buttons move the clock on or send again.
 *
 * @param {HTMLElement} box the outcome
 * @param {string} retryAfter
 * @param {() => void} again sends the request once more
 */
export async function countDown(box, retryAfter, again) {
  stopCountdown();
  const clock = await attempt(() => api.get('clock'));
  const sentence = box.querySelector('.say');
  if (!clock || !sentence?.isConnected) return;
  const read = Date.parse(clock.now);
  const seconds = secondsOf(retryAfter, read);
  if (seconds === null || seconds <= 0) return;
  const at = performance.now();
  let isOver = false;
  let isWanted = false;
  const bar = el('progress', { class: 'countdown', 'aria-label': 'Time until the next try', max: seconds });
  const later = button('Send again when it is over', () => {
    if (isOver) {
      again();
      return;
    }
    isWanted = !isWanted;
    later.setAttribute('aria-pressed', String(isWanted));
  }, { class: 'btn', 'aria-pressed': 'false' });
  const hint = el('span', { class: 'hint' }, clock.frozen && 'The clock of the session is frozen.');
  /** @param {string} text */
  const end = (text) => {
    isOver = true;
    stopCountdown();
    sentence.textContent = text;
    bar.value = 0;
    hint.textContent = '';
    move.disabled = true;
    later.textContent = 'Send again';
    later.removeAttribute('aria-pressed');
    if (isWanted) again();
  };
  const show = () => {
    const left = Math.ceil(seconds - (clock.frozen ? 0 : (performance.now() - at) / 1000));
    if (!sentence.isConnected) stopCountdown();
    else if (left <= 0) end('Throttled before: you can try again now.');
    else {
      const text = `Throttled: try again in ${left} s.`;
      if (sentence.textContent !== text) sentence.textContent = text;
      bar.value = left;
    }
  };
  const move = button(`Move the clock on by ${seconds} s`, () => attempt(async () => {
    const was = await api.get('clock');
    await api.post('clock/advance', { by: `${seconds}s` });
    say(`The clock was moved on by ${seconds} s.`, () => api.put('clock', { now: was.now, frozen: was.frozen }));
    end('Throttled before: you can try again now.');
  }), { class: 'btn' });
  box.append(bar, el('div', { class: 'row wrap' }, move, later, hint));
  ticking = setInterval(show, TICK);
  show();
}
