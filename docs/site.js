// Where mockgms serves the site, the header leads to its other pages.
if (/\/__admin\/docs\//.test(location.pathname)) document.querySelector('.app-nav')?.removeAttribute('hidden');

// The theme wraps the buttons of each code block in an unnamed `nav`, which assistive technology takes for navigation.
// It wraps tables too. One that is wider than the page is scrolled by keyboard if it has a tab stop. On a telephone,
// cells are below each other, so each says of which column it is.
function mend() {
  for (const nav of document.querySelectorAll('.md-code__nav:not([role])')) nav.setAttribute('role', 'presentation');
  for (const cell of document.querySelectorAll('.md-typeset table:not([class]) td:not([data-column])')) {
    cell.dataset.column = cell.closest('table').rows[0].cells[cell.cellIndex].textContent;
  }
  for (const wrap of document.querySelectorAll('.md-typeset__scrollwrap')) {
    const isWide = wrap.scrollWidth > wrap.clientWidth;
    if (isWide !== wrap.hasAttribute('tabindex')) wrap.toggleAttribute('tabindex', isWide);
    if (isWide) wrap.setAttribute('tabindex', '0');
  }
}
new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
addEventListener('resize', mend);
mend();

// The theme remembers light or dark for itself. One choice holds for the site and the pages: see theme.js there.
const KEY = 'mockgms-theme';
const inputs = [...document.querySelectorAll('input[name="__palette"]')];
const isDark = ({ dataset }) => dataset.mdColorScheme === 'slate';
const chosen = localStorage.getItem(KEY) ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
if (isDark(document.body) !== (chosen === 'dark')) inputs.find((each) => isDark(each) === (chosen === 'dark'))?.click();
for (const input of inputs) {
  input.addEventListener('change', () => localStorage.setItem(KEY, isDark(input) ? 'dark' : 'light'));
}
