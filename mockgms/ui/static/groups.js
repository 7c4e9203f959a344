// Groups of buttons of which one is chosen: segments, tabs and tiles.

/** A group whose buttons choose by a click, and by arrow keys unless choosing would change data.
 *
 * @param {HTMLElement} group its buttons have a value each
 * @param {(value: string) => void} chosen
 * @param {{ looks?: boolean }} [options] with `looks`, arrow keys only move the focus
 */
export function choose(group, chosen, { looks = false } = {}) {
  group.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (!button) return;
    mark(group, button.value);
    chosen(button.value);
  });
  group.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (!step || !button) return;
    const all = [...group.querySelectorAll('button')];
    const next = all[(all.indexOf(button) + step + all.length) % all.length];
    for (const each of all) each.tabIndex = each === next ? 0 : -1;
    next.focus();
    if (!looks) next.click();
    event.preventDefault();
  });
}

/** Show which button of a group is chosen; the group is one tab stop.
 *
 * @param {HTMLElement} group
 * @param {string} value
 */
export function mark(group, value) {
  const all = [...group.querySelectorAll('button')];
  const state = all.some((each) => each.hasAttribute('aria-selected')) ? 'aria-selected' : 'aria-pressed';
  const hasOne = all.some((each) => each.value === value);
  all.forEach((each, index) => {
    const isChosen = each.value === value;
    if (each.getAttribute(state) !== String(isChosen)) each.setAttribute(state, String(isChosen));
    each.tabIndex = isChosen || (!hasOne && index === 0) ? 0 : -1;
  });
}
