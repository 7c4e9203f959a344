// The theme: that of the system until another one is chosen. Loaded before the page is drawn, so that it never flashes.
'use strict';

(() => {
  const KEY = 'mockgms-theme';
  const dark = matchMedia('(prefers-color-scheme: dark)');

  function chosen() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // the browser keeps nothing for this page
    }
  }

  function show() {
    document.documentElement.dataset.theme = chosen() ?? (dark.matches ? 'dark' : 'light');
  }

  show();
  dark.addEventListener('change', show);
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element && event.target.closest('#theme-button'))) return;
    const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem(KEY, theme);
    } catch { /* then it lasts as long as the page */ }
    document.documentElement.dataset.theme = theme;
  });
})();
