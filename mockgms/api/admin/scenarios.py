"""The scenarios that a session can be switched to."""

from mockgms.api.admin.format import render_json
from mockgms.http.messages import Request, Steps
from mockgms.scenario.catalog import Catalog
from mockgms.session import Session


def read(catalog: Catalog, request: Request, session: Session) -> Steps:
    """All of the catalog, by name; the description of one that does not load says why."""
    names = yield catalog.names
    return render_json([{"name": name, "description": description} for name, description in names])
