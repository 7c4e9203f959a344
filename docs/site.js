// The theme wraps the buttons of each block of code in a `nav` without a name. They are no navigation.
new MutationObserver(() => {
  for (const nav of document.querySelectorAll('.md-code__nav:not([role])')) nav.setAttribute('role', 'presentation');
}).observe(document.body, { childList: true, subtree: true });
