// Where mockgms serves the site, the header leads to its other pages.
if (/\/__admin\/docs\//.test(location.pathname)) document.querySelector('.app-nav')?.removeAttribute('hidden');

// The theme wraps the buttons of each code block in an unnamed `nav`, which assistive technology takes for navigation.
// It wraps tables too. One that is wider than the page is scrolled by keyboard if it has a tab stop.
function mend() {
  for (const nav of document.querySelectorAll('.md-code__nav:not([role])')) nav.setAttribute('role', 'presentation');
  for (const wrap of document.querySelectorAll('.md-typeset__scrollwrap')) {
    const isWide = wrap.scrollWidth > wrap.clientWidth;
    if (isWide !== wrap.hasAttribute('tabindex')) wrap.toggleAttribute('tabindex', isWide);
    if (isWide) wrap.setAttribute('tabindex', '0');
  }
}
new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
addEventListener('resize', mend);
mend();
