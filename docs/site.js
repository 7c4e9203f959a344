// The theme wraps the buttons of each code block in an unnamed `nav`, which assistive technology takes for navigation.
new MutationObserver(() => {
  for (const nav of document.querySelectorAll('.md-code__nav:not([role])')) nav.setAttribute('role', 'presentation');
}).observe(document.body, { childList: true, subtree: true });

// A running mockgms serves the site at /__admin/docs/, and its API page at /__admin/docs. Each page leads to both.
const at = location.pathname.lastIndexOf('/__admin/docs/');
if (at >= 0) {
  const base = location.pathname.slice(0, at);
  const nav = document.createElement('nav');
  nav.className = 'this-server';
  nav.setAttribute('aria-label', 'This server');
  for (const [name, path] of [['Start page', '/'], ['API page', '/__admin/docs']]) {
    const link = document.createElement('a');
    link.href = base + path;
    link.textContent = name;
    nav.append(link);
  }
  document.querySelector('.md-content__inner')?.prepend(nav);
}
