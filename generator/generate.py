"""The generated files: the OpenAPI document of the whole API, its page, the default scenario, faults, tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from generator import conditions, faults
from generator.chapters import GES_CHAPTER, GMS_CHAPTER, admin_chapter
from generator.document import render_document
from generator.document_routes import TABLE
from generator.gallery import PAGE, render_gallery
from generator.page import render_page
from generator.rows import add_rows
from generator.tables import insert_tables
from mockgms.api import admin
from mockgms.api.dispatcher import Dispatcher
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.app import assemble
from mockgms.scenario import kept_document
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.scenario.yaml_reader import read_yaml
from mockgms.session import Sessions
from mockgms.ui import documentation

RULES: Final = "docs/reference/rules.md"  # the page of conditions and faults


def generate() -> dict[str, bytes]:
    """Make the generated files: the bytes of each, by its name in `mockgms/generated`."""
    document = make_document()
    text = msgspec.json.format(msgspec.json.encode({**document, "servers": []}), indent=1)
    return {
        documentation.DOCUMENT: text + b"\n",
        documentation.PAGE: render_page(document).encode(),
        kept_document.FILE.name: make_default_scenario(),
    }


def make_default_scenario() -> bytes:
    """Make the file with the documents of the scenario with which a server starts by default."""
    texts = [file.read_bytes() for file in Catalog().load("default").files]
    roots = {text: read_yaml(text, "", []) for text in texts}
    return kept_document.render_kept({text: root for text, root in roots.items() if root is not None})


def update_pages(root: Path) -> dict[Path, str]:
    """Return the new README, pages of `docs/`, gallery and faults of the start page, by path."""
    pages = {file: insert_tables(file.read_text("utf-8")) for file in (root / "README.md", *root.glob("docs/**/*.md"))}
    rules = root / RULES
    return {
        **pages,
        rules: add_rows(pages[rules]),
        root / PAGE: render_gallery(root),
        root / faults.MODULE: faults.render_faults(),
        root / conditions.MODULE: conditions.render_conditions(),
    }


def make_document() -> Mapping[str, Any]:
    """Make the OpenAPI document, without its servers. Its examples are what servers really answer."""
    sessions = Sessions(Scenario("documentation", "For the documentation."))
    admin_api = admin.api(Catalog(), sessions, (GMS, GES), Dispatcher(sessions, (GMS, GES)).dry_run)
    own = admin_chapter(documentation.api(admin_api), TABLE)
    return render_document((GMS_CHAPTER, GES_CHAPTER, admin_chapter(admin_api), own), assemble)
