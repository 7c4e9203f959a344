"""The scenario of a session: which one is active, another one, back to its start."""

from http import HTTPStatus

import msgspec

from mockgms.admin.json import render_json
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario
from mockgms.state import Session
from mockgms.wire.http import Reply, Request


class _ByName(msgspec.Struct, forbid_unknown_fields=True):
    """A scenario of the catalog."""

    name: str


def read(request: Request, session: Session) -> Reply:
    """What is active."""
    scenario = session.scenario
    return render_json(
        {
            "name": scenario.name,
            "description": scenario.description,
            "seed": scenario.seed,
            "dialect": scenario.dialect,
            "services": sorted(scenario.services),
        }
    )


def use(catalog: Catalog, request: Request, session: Session) -> Reply:
    """Start over with a scenario: `{"name": ...}`, or a whole one as YAML or JSON. A mistake leaves the old one."""
    try:
        session.use(_scenario(catalog, request.body))
    except ScenarioMistakes as mistakes:
        told = {
            "message": "The scenario has mistakes; the old one stays.",
            "mistakes": list(map(str, mistakes.mistakes)),
        }
        return render_json(told, HTTPStatus.BAD_REQUEST)
    return read(request, session)


def reset(request: Request, session: Session) -> Reply:
    """Back to what the scenario says: its clock, its calendar, its ids."""
    session.reset()
    return read(request, session)


def _scenario(catalog: Catalog, body: bytes) -> Scenario:
    try:
        return catalog.named(msgspec.json.decode(body, type=_ByName).name)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return catalog.parse(body)
