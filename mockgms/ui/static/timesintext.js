// Times in sentences of the server, short and in one piece.

import { el } from './elements.js';
import { dayAndTime } from './zone.js';

/** @import { Child } from './elements.js' */
/** @import { Zone } from './zone.js' */

const TIME = /(?:[A-Z][a-z]{2} )?(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d\.\d{3})(Z|[+-]\d\d:\d\d)/g;

/** A text in which each time is a `<time>`. Pointing at it shows what was written.
 *
 * A time in UTC is shown as the wall clocks of a zone show it. One with an offset is of a wall clock already: that of
 * the service, on which conditions depend.
 *
 * @param {string} text
 * @param {Zone} zone
 * @returns {Child[]}
 */
export function withTimes(text, zone) {
  /** @type {Child[]} */
  const parts = [];
  let at = 0;
  for (const { 0: written, 1: minute, 2: second, 3: offset, index } of text.matchAll(TIME)) {
    const moment = offset === 'Z'
      ? zone.moment(Date.parse(`${minute}${second}Z`))
      : dayAndTime(Date.parse(`${minute}${second}Z`));
    parts.push(text.slice(at, index), el('time', {
      class: 'nowrap', datetime: `${minute}${second}${offset}`, title: written,
    }, second === '00.000' ? moment : `${moment}:${second}`));
    at = index + written.length;
  }
  return [...parts, text.slice(at)];
}
