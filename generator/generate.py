"""The generated files: the OpenAPI document of the whole API, the page that shows it, and the default scenario."""

from collections.abc import Mapping
from typing import Any

import msgspec

from generator.chapters import GES_CHAPTER, GMS_CHAPTER, admin_chapter
from generator.derived import table
from generator.document import render_document
from generator.itself import TABLE
from generator.page import render_page
from generator.reference import with_reference
from mockgms.api import admin
from mockgms.api.admin import OPERATIONS
from mockgms.api.exchange import Exchange
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.app import assemble
from mockgms.scenario import kept_document
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.scenario.yaml_reader import read_yaml
from mockgms.session import Sessions
from mockgms.ui import documentation


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


def update_readme(page: str) -> str:
    """Return the README with its table of the endpoints of the admin API made anew."""
    return with_reference(page, (table(OPERATIONS), TABLE))


def make_document() -> Mapping[str, Any]:
    """Make the OpenAPI document, without its servers. Its examples are what servers really answer."""
    sessions = Sessions(Scenario("documentation", "For the documentation."))
    steering = admin.api(Catalog(), sessions, (GMS, GES), Exchange(sessions, (GMS, GES)).dry_run)
    own = admin_chapter(documentation.api(steering), TABLE)
    return render_document((GMS_CHAPTER, GES_CHAPTER, admin_chapter(steering), own), assemble)
