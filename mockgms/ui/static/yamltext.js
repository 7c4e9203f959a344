// The text of a scenario: where its keys are, and how clicks are put into it. It changes lines, and reads no YAML.

import { flow } from './record.js';

/** @import { Clicked, Rule, SlotChange } from './record.js' */

/** The indentation of a line; null for one without content.
 *
 * @param {string} line
 */
export function indentOf(line) {
  const found = /^( *)[^\s#]/.exec(line);
  return found ? found[1].length : null;
}

/** The first line after a block that begins at a line.
 *
 * @param {string[]} lines
 * @param {number} start
 */
function endOf(lines, start) {
  const indent = indentOf(lines[start]) ?? 0;
  let end = start + 1;
  for (let at = end; at < lines.length; at += 1) {
    const deep = indentOf(lines[at]);
    if (deep === null) continue;
    if (deep < indent || (deep === indent && !(lines[at].trimStart().startsWith('- ') && !isItem(lines[start])))) break;
    end = at + 1;
  }
  return end;
}

/** @param {string} line */
const isItem = (line) => line.trimStart().startsWith('- ');

/** The line of a key within a block, or -1.
 *
 * @param {string[]} lines
 * @param {string} key
 * @param {number} [start] the line that begins the block; by default the whole text
 */
function find(lines, key, start = -1) {
  const end = start < 0 ? lines.length : endOf(lines, start);
  const outer = start < 0 ? -1 : indentOf(lines[start]) ?? 0;
  let indent = start < 0 ? 0 : null;
  for (let at = start + 1; at < end; at += 1) {
    const deep = indentOf(lines[at]);
    if (deep === null || deep <= outer) continue;
    indent ??= deep;
    if (deep === indent && keyOf(lines[at]) === key) return at;
  }
  return -1;
}

/** The key that a line begins with, without its quotes; null when it has none.
 *
 * @param {string} line
 */
export function keyOf(line) {
  const found = /^\s*(?:- )?(?:"([^"]*)"\s*|'([^']*)'\s*|([^\s"'#{}[\],:][^:#]*)):(?:\s|$)/.exec(line);
  return found ? found[1] ?? found[2] ?? found[3].trimEnd() : null;
}

/** What follows the key of a line, without a comment.
 *
 * @param {string} line
 */
function restOf(line) {
  return line.replace(/^\s*(?:"[^"]*"\s*|'[^']*'\s*|[^:]*):/, '').replace(/\s#.*$/s, '').trim();
}

/** Put the clock of a scenario into its text.
 *
 * @param {string[]} lines
 * @param {{ now: string, frozen: boolean }} clock
 */
function putClock(lines, clock) {
  const line = `clock: ${flow(clock)}`;
  const at = find(lines, 'clock');
  if (at >= 0) lines.splice(at, endOf(lines, at) - at, line);
  else {
    const description = find(lines, 'description');
    lines.splice(description < 0 ? 0 : endOf(lines, description), 0, line);
  }
  return true;
}

/** Add an entry to a flow collection that ends on its line. Returns false when it does not.
 *
 * @param {string[]} lines
 * @param {number} at
 * @param {string} entry
 * @param {string} end } or ]
 */
function addToFlow(lines, at, entry, end) {
  const found = new RegExp(`^(.*[^\\s])?\\s*\\${end}(\\s*(?:#.*)?)$`).exec(lines[at]);
  if (!found) return false;
  const before = found[1] ?? '';
  lines[at] = `${before}${/[{[]$/.test(before) ? '' : ', '}${entry}${end}${found[2]}`;
  return true;
}

/** Append a block at the end of the text.
 *
 * @param {string[]} lines
 * @param {string[]} block
 */
function append(lines, block) {
  while (lines.length > 0 && lines[lines.length - 1].trim() === '') lines.pop();
  lines.push('', ...block, '');
  return true;
}

/** Put a change of a slot into the text. Returns false when that is not possible.
 *
 * @param {string[]} lines
 * @param {string} service
 * @param {string} start
 * @param {SlotChange} change
 */
function putSlot(lines, service, start, change) {
  const item = flow({ start, ...change });
  const name = /^[a-z][\w-]*$/i.test(service) ? service : JSON.stringify(service);
  const services = find(lines, 'services');
  if (services < 0) return append(lines, ['services:', `  ${name}:`, '    slots:', `      - ${item}`]);
  const inside = restOf(lines[services]);
  if (inside !== '') {
    return inside.includes(`${name}:`) ? false : addToFlow(lines, services, `${name}: {slots: [${item}]}`, '}');
  }
  const at = find(lines, service, services);
  if (at < 0) {
    lines.splice(services + 1, 0, `  ${name}:`, '    slots:', `      - ${item}`);
    return true;
  }
  const own = restOf(lines[at]);
  if (own !== '') return !own.includes('slots:') && addToFlow(lines, at, `slots: [${item}]`, '}');
  return putIntoSlots(lines, at, item, start);
}

/**
 * @param {string[]} lines
 * @param {number} at the line of the service
 * @param {string} item
 * @param {string} start
 */
function putIntoSlots(lines, at, item, start) {
  const slots = find(lines, 'slots', at);
  const indent = ' '.repeat((indentOf(lines[at]) ?? 0) + 2);
  if (slots < 0) {
    lines.splice(endOf(lines, at), 0, `${indent}slots:`, `${indent}  - ${item}`);
    return true;
  }
  if (restOf(lines[slots]) !== '') return addToFlow(lines, slots, item, ']');
  const end = endOf(lines, slots);
  const same = lines.findIndex((line, index) => (
    index > slots && index < end && isItem(line) && line.includes(start.replace(/\.000Z$/, ''))));
  const deep = ' '.repeat(indentOf(lines[slots + 1] ?? '') ?? indent.length + 2);
  if (same >= 0) lines[same] = `${deep}- ${item}`;
  else lines.splice(end, 0, `${deep}- ${item}`);
  return true;
}

/** Put a rule into the text, before the others, in the place of one of the same name.
 *
 * @param {string[]} lines
 * @param {Rule} rule
 */
function putRule(lines, rule) {
  const item = flow(rule);
  const rules = find(lines, 'rules');
  if (rules < 0) return append(lines, ['rules:', `  - ${item}`]);
  if (restOf(lines[rules]) !== '') return addToFlow(lines, rules, item, ']');
  const end = endOf(lines, rules);
  const indent = ' '.repeat(indentOf(lines[rules + 1] ?? '') ?? 2);
  const named = new RegExp(`^ *- (?:\\{ *)?name: *["']?${rule.name.replaceAll('.', '\\.')}["']?(?:[ ,}]|$)`);
  for (let at = rules + 1; at < end; at += 1) {
    if (!named.test(lines[at])) continue;
    lines.splice(at, endOf(lines, at) - at, `${indent}- ${item}`);
    return true;
  }
  lines.splice(rules + 1, 0, `${indent}- ${item}`);
  return true;
}

/**
 * @typedef {object} Click
 * @property {string} says
 * @property {((lines: string[]) => boolean) | null} put changes the lines; null when a scenario cannot say it
 */

/** The recorded clicks, one by one.
 *
 * @param {Clicked} clicked
 * @param {(instant: number) => string} moment how a time is said
 * @returns {Click[]}
 */
export function clicksOf({ clock, slots, rules, notes }, moment) {
  /** @type {Click[]} */
  const found = [];
  if (clock) {
    const { now, frozen } = clock;
    found.push({
      says: `Set the clock to ${moment(Date.parse(now))}${frozen ? ', frozen' : ''}`,
      put: (lines) => putClock(lines, { now, frozen }),
    });
  }
  for (const [service, changes] of Object.entries(slots)) {
    for (const [start, change] of Object.entries(changes)) {
      const where = `${moment(Date.parse(start))} of ${service}`;
      found.push({ says: `${slotSays(change)} ${where}`, put: (lines) => putSlot(lines, service, start, change) });
    }
  }
  for (const rule of Object.values(rules).reverse()) {
    found.push({
      says: `${rule.times === 0 ? 'Switched off' : 'Armed'} ${rule.name}`, put: (lines) => putRule(lines, rule),
    });
  }
  return [...found, ...notes.map((says) => ({ says, put: null }))];
}

/** @param {SlotChange} change */
function slotSays({ free, closed }) {
  if (closed) return 'Closed';
  if (free === undefined) return 'Opened';
  return free === 0 ? 'Filled' : `Left ${free} ${free === 1 ? 'seat' : 'seats'} in`;
}

/** @typedef {{ kind: 'add' | 'del' | '', line: string, at: number }} Change `at` is its line in the new text */

const MAX_PAIRS = 4_000_000; // pairs of lines that are compared

/** The lines of two texts that differ, and those around them.
 *
 * @param {string[]} old
 * @param {string[]} now
 * @returns {Change[]}
 */
export function difference(old, now) {
  let first = 0;
  while (first < old.length && first < now.length && old[first] === now[first]) first += 1;
  let last = 0;
  while (last < Math.min(old.length, now.length) - first && old[old.length - 1 - last] === now[now.length - 1 - last]) {
    last += 1;
  }
  const [a, b] = [old.slice(first, old.length - last), now.slice(first, now.length - last)];
  if (a.length * b.length > MAX_PAIRS) {
    return [...a.map((line) => /** @type {Change} */ ({ kind: 'del', line, at: first })),
      ...b.map((line, index) => /** @type {Change} */ ({ kind: 'add', line, at: first + index }))];
  }
  return compared(a, b, first);
}

/**
 * @param {string[]} a
 * @param {string[]} b
 * @param {number} first
 * @returns {Change[]}
 */
function compared(a, b, first) {
  const same = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      same[i][j] = a[i] === b[j] ? same[i + 1][j + 1] + 1 : Math.max(same[i + 1][j], same[i][j + 1]);
    }
  }
  /** @type {Change[]} */
  const changes = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      changes.push({ kind: '', line: a[i], at: first + j });
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || same[i + 1][j] >= same[i][j + 1])) {
      changes.push({ kind: 'del', line: a[i], at: first + j });
      i += 1;
    } else {
      changes.push({ kind: 'add', line: b[j], at: first + j });
      j += 1;
    }
  }
  return changes;
}
