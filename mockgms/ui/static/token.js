// The form that asks for the admin token, in pages that use the admin API.

import { say } from './actionbar.js';
import { token } from './api.js';
import { el } from './elements.js';
import { icon } from './icons.js';

/** Show the form whenever the server asks for a token, and call `goOn` after the user has given one.
 *
 * @param {() => void} goOn
 */
export function askForToken(goOn) {
  const field = el('input', {
    id: 'token-text',
    class: 'input',
    type: 'password',
    required: true,
    autocomplete: 'current-password',
    placeholder: 'MOCKGMS_ADMIN_TOKEN',
    'aria-describedby': 'token-hint token-wrong',
  });
  const wrong = el('p', { id: 'token-wrong', class: 'field-error', role: 'alert', hidden: true },
    icon('warn'), 'The token is wrong. It is the value of --admin-token or MOCKGMS_ADMIN_TOKEN of the server.');
  const form = el('form', { id: 'token', class: 'panel above', hidden: true },
    el('label', { class: 'label', for: 'token-text' }, 'This server requires its admin token'),
    el('div', { class: 'row' }, field, el('button', { class: 'btn primary' }, 'Go on')),
    wrong,
    el('p', { class: 'hint', id: 'token-hint' },
      'The page forgets it when you reload or leave it. The browser can save it as a password.'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    token.keep(field.value);
    form.hidden = true;
    say(''); // no longer that the token is missing
    goOn();
  });
  const main = document.querySelector('main');
  const title = main?.querySelector(':scope > h1');
  if (title) title.after(form);
  else main?.prepend(form);
  token.whenWanted(() => {
    wrong.hidden = !token.isKept;
    if (token.isKept) field.setAttribute('aria-invalid', 'true');
    if (!form.hidden) return;
    form.hidden = false;
    field.focus();
  });
}
