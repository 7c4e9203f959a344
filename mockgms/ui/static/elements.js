// Elements: made of text and of each other, never of HTML, so that what a request says cannot become markup.

/** An element. A property that begins with `on` is a listener; one that is null, undefined or false is left out. */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? '' : String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A button that does something. */
export function button(text, act, properties = {}) {
  return el('button', { type: 'button', onclick: act, ...properties }, text);
}

/** The element of the page with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** The choices of a `select`, each a value and a text; what was chosen stays so.
 *
 * The same ones are left alone, or a list that somebody has just opened would close.
 */
export function choices(select, options, chosen = select.value) {
  const there = [...select.children].map((option) => [option.value, option.textContent]);
  if (JSON.stringify(there) !== JSON.stringify(options)) {
    select.replaceChildren(...options.map(([value, text]) => el('option', { value }, text)));
  }
  if (options.some(([value]) => value === chosen)) select.value = chosen;
}
