// Dialogs: questions before a loss that cannot be undone, and content that is too wide for a panel.

import { button, el } from './elements.js';

/** @import { Child } from './elements.js' */

/** Show a dialog, and return the name of the button that closed it; "" for Escape.
 *
 * @param {string} title
 * @param {Child[]} content
 * @param {[name: string, label: string, kind: string][]} buttons the first one gets the focus
 * @returns {Promise<string>}
 */
export function showDialog(title, content, buttons) {
  return new Promise((resolve) => {
    const focused = document.activeElement;
    const dialog = el('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' },
      el('div', { class: 'dialog-head' }, el('h2', { id: 'dialog-title' }, title)),
      el('div', { class: 'dialog-body stack' }, content),
      el('div', { class: 'dialog-foot' }, buttons.map(([name, label, kind], index) => (
        button(label, () => dialog.close(name), { class: `btn ${kind}`, autofocus: index === 0 })))));
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (focused instanceof HTMLElement) focused.focus();
      resolve(dialog.returnValue);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Ask, and return whether the answer was yes. The first button keeps everything as it is.
 *
 * @param {{ title: string, text: string, keep: string, act: string }} question
 */
export async function ask({ title, text, keep, act }) {
  return await showDialog(title, [el('p', {}, text)], [['keep', keep, ''], ['act', act, 'danger']]) === 'act';
}
