"""The hooks of MkDocs (`mkdocs.yml`): they adapt the site to the content security policy of mockgms's pages.

Inline scripts of the theme move into files, because the policy forbids them. The search dialog gets an accessible name,
and the header the navigation of the pages, which `docs/site.js` shows where mockgms serves the site. Long paths in
tables can break before a slash.
"""

import re
from hashlib import sha256
from pathlib import Path
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from mockgms.ui.pages import DOCS, navigation

_INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_SCRIPTS: Final = "assets/inline"  # the folder of the scripts that were inline
_ICON: Final = "pictures/icon.svg"
_ICON_OF_PAGES: Final = "mockgms/ui/static/icon.svg"
_DIALOG: Final = 'data-md-component="search" role="dialog"'  # unnamed by the theme
_NAMED_DIALOG: Final = f'{_DIALOG} aria-label="Search"'
_AFTER_TITLE: Final = '<form class="md-header__option"'
_NAVIGATION: Final = '<nav class="app-nav" aria-label="Pages" hidden>'
_CELL: Final = re.compile(r"<td.*?</td>", re.DOTALL)
_CODE: Final = re.compile(r"<code>[^<]*</code>")
_SLASH_WITHIN: Final = re.compile(r"(?<=[^\s/<>])/")
# The page for unknown paths, source maps, and stemmers for languages other than English.
_UNUSED: Final = ("404.html", "sitemap.xml*", "assets/**/*.map", "assets/javascripts/lunr/**/*.js")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the icon of the pages to the site."""
    icon = Path(config.config_file_path).parent / _ICON_OF_PAGES
    files.append(File.generated(config, _ICON, content=icon.read_bytes()))
    return files


def on_page_content(html: str, **_: object) -> str:
    """Return the content of a page, in which the paths in tables can break before each slash but the first."""
    return _CELL.sub(lambda cell: _CODE.sub(lambda code: _SLASH_WITHIN.sub("<wbr>/", code[0]), cell[0]), html)


def on_post_build(config: MkDocsConfig) -> None:
    """Move inline scripts into files, complete the header, and delete unused files."""
    site = Path(config.site_dir)
    for pattern in _UNUSED:
        for file in site.glob(pattern):
            file.unlink()
    for page in site.rglob("*.html"):
        text = _without_inline_scripts(page, site).replace(_DIALOG, _NAMED_DIALOG)
        links = navigation(_up(page, site) + "../../", DOCS, has_site=True)  # the site is at /__admin/docs/
        page.write_text(text.replace(_AFTER_TITLE, f"{_NAVIGATION}\n{links}</nav>\n{_AFTER_TITLE}"), "utf-8")


def _up(page: Path, site: Path) -> str:
    """Return the relative path from a page to the root of the site."""
    return "../" * (len(page.relative_to(site).parts) - 1)


def _without_inline_scripts(page: Path, site: Path) -> str:
    """Return the text of a page, with a link to a file in place of each inline script."""
    up = _up(page, site)

    def moved(script: re.Match[str]) -> str:
        name = f"{_SCRIPTS}/{sha256(script[1].encode()).hexdigest()[:16]}.js"
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(script[1], "utf-8")
        return f'<script src="{up}{name}"></script>'

    return _INLINE.sub(moved, page.read_text("utf-8"))
