// The theme wraps the buttons of each code block in an unnamed `nav`, which assistive technology takes for navigation.
new MutationObserver(() => {
  for (const nav of document.querySelectorAll('.md-code__nav:not([role])')) nav.setAttribute('role', 'presentation');
}).observe(document.body, { childList: true, subtree: true });
