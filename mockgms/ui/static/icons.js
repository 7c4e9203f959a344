// Icons: drawn once in the frame of the page, and used by their names.

const SVG = 'http://www.w3.org/2000/svg';

/** An icon. It is hidden from screen readers, because a word is always beside it or in the name of its button.
 *
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'i');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}
