// The form that asks for the admin token, in pages that use the admin API.

import { token } from './api.js';
import { el } from './elements.js';

/** Show the form whenever the server asks for a token, and call `goOn` after the user has given one.
 *
 * @param {() => void} goOn
 */
export function askForToken(goOn) {
  const field = el('input', {
    id: 'token-text',
    type: 'password',
    required: true,
    autocomplete: 'current-password',
    placeholder: 'MOCKGMS_ADMIN_TOKEN',
  });
  const wrong = el('p', { id: 'token-wrong', class: 'bad', role: 'alert', hidden: true },
    'The token is wrong.');
  const form = el('form', { id: 'token', class: 'panel token', hidden: true },
    el('label', { for: 'token-text' }, 'This server requires its admin token'),
    el('div', { class: 'inline' }, field, el('button', { class: 'primary' }, 'Go on')),
    el('p', { class: 'muted' },
      'The page forgets it when you reload or leave it. The browser can save it as a password.'),
    wrong);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    token.keep(field.value);
    form.hidden = true;
    goOn();
  });
  document.querySelector('main')?.before(form);
  token.whenWanted(() => {
    wrong.hidden = !token.isKept;
    if (!form.hidden) return;
    form.hidden = false;
    field.focus();
  });
}
