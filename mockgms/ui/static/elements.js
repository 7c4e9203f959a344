// Elements: made of text and of each other, never of HTML, so that what a request says cannot become markup.

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {{ [name: string]: unknown }} Properties */

/** An element. A property that is a function is a listener; one that is null, undefined or false is left out.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Properties} properties
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(key.slice('on'.length), (event) => value(event));
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? '' : String(value));
    }
  }
  element.append(...present(children));
  return element;
}

/** The children without those that are null, undefined or false.
 *
 * @param {(Child | Child[])[]} children
 */
export function present(children) {
  return children.flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

/** A button that does something.
 *
 * @param {Child | Child[]} text
 * @param {() => void} act
 * @param {Properties} [properties]
 */
export function button(text, act, properties = {}) {
  return el('button', { type: 'button', onclick: act, ...properties }, text);
}

/** The element of the page with this id.
 *
 * @param {string} id
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element with the id ${id}.`);
  return element;
}

/** The form control of the page with this id.
 *
 * @param {string} id
 */
export function field(id) {
  return /** @type {HTMLInputElement | HTMLSelectElement} */ (byId(id));
}

/** The value of the radio button that is chosen, if one is.
 *
 * @param {string} name
 */
export function valueOfChecked(name) {
  /** @type {HTMLInputElement | null} */
  const checked = document.querySelector(`input[name="${name}"]:checked`);
  return checked?.value;
}

/** Choices whose values are their texts.
 *
 * @param {string[]} values
 * @returns {[value: string, text: string][]}
 */
export function choicesOf(values) {
  return values.map((value) => [value, value]);
}

/** Set the choices of a list, each a value and a text. The chosen value is kept.
 *
 * Unchanged choices are not replaced, because that would close a list that is open.
 *
 * @param {HTMLElement} list a `select` or a `datalist`
 * @param {[value: string, text: string][]} options
 * @param {string | null} [chosen]
 */
export function choices(list, options, chosen) {
  const single = list instanceof HTMLSelectElement ? list : null;
  const wanted = chosen ?? single?.value;
  const there = [...list.querySelectorAll('option')].map((option) => [option.value, option.textContent]);
  if (JSON.stringify(there) !== JSON.stringify(options)) {
    list.replaceChildren(...options.map(([value, text]) => el('option', { value }, text)));
  }
  if (single && wanted !== undefined && options.some(([value]) => value === wanted)) single.value = wanted;
}

/** A `select` with choices.
 *
 * @param {string} id "" for none
 * @param {[value: string, text: string][]} options
 * @param {string} [chosen]
 */
export function select(id, options, chosen) {
  return el('select', { class: 'select', id: id || null }, options.map(([value, text]) => (
    el('option', { value, selected: value === chosen }, text))));
}
