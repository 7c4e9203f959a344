// Why: the explanation of an answer.

import { el } from './elements.js';

/** @import { Zone } from './zone.js' */

/** What decided comes first; then which rules matched and what became of seats; then the whole explanation.
 *
 * @param {Admin.Explanation} explanation
 * @param {Zone} zone
 */
export function whyOf({ paragraph, rules, slots }, zone) {
  const [first, rest] = parted(paragraph);
  const facts = [
    ...rules.filter(({ match }) => match !== null).map(({ name, reason }) => [`Rule ${name}`, reason]),
    ...slots.map((slot) => [`Slot ${zone.moment(Date.parse(slot.start))}`, seats(slot)]),
  ];
  return el('div', { class: 'why' },
    el('h3', {}, 'Why this answer'),
    el('p', {}, el('b', {}, first)),
    facts.length > 0 && el('ul', {}, facts.map(([what, how]) => el('li', {}, `${what}: ${how}`))),
    rest && el('details', {}, el('summary', {}, 'In full'), el('p', {}, rest)));
}

/** The first sentence, and what follows.
 *
 * @param {string} paragraph
 */
function parted(paragraph) {
  const end = paragraph.indexOf('. ');
  return end < 0 ? [paragraph, ''] : [paragraph.slice(0, end + 1), paragraph.slice(end + 2)];
}

/** @param {Admin.Explanation['slots'][number]} slot */
function seats({ capacity, before, after }) {
  const isSame = before.free === after.free;
  return `${before.free} of ${capacity} free${isSame ? '' : ` before, ${after.free} after`}`;
}
