"""The scenario of a session: which one is active, another one, back to its start."""

from functools import partial
from http import HTTPStatus
from typing import Final

from mockgms.api.admin.format import render_json
from mockgms.http.messages import Reply, Request, Steps
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.customers import prepare_customers
from mockgms.scenario.document import parse_document
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario
from mockgms.session import Session

_LONGEST_BY_NAME: Final = 1_000  # bytes


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


def use(catalog: Catalog, request: Request, session: Session) -> Steps:
    """Start over with a scenario: `{"name": ...}`, or a whole one, as YAML or JSON. A mistake leaves the old one."""
    try:
        scenario = yield partial(_scenario, catalog, request.body)
    except ScenarioMistakes as mistakes:
        told = {
            "message": "The scenario has mistakes; the old one stays.",
            "mistakes": list(map(str, mistakes.mistakes)),
        }
        return render_json(told, HTTPStatus.BAD_REQUEST)
    yield from session.use_in_steps(scenario)
    return read(request, session)


def reset(request: Request, session: Session) -> Steps:
    """Back to what the scenario says: its clock, its calendar, its ids."""
    yield from session.reset_in_steps()
    return read(request, session)


def _scenario(catalog: Catalog, body: bytes) -> Scenario:
    name = _named(body) if len(body) <= _LONGEST_BY_NAME else None
    scenario = catalog.parse(body) if name is None else catalog.named(name)
    prepare_customers(scenario)
    return scenario


def _named(body: bytes) -> str | None:
    """The name that alone is written in a body; None for a whole scenario, and for what is none."""
    try:
        written = parse_document(body, "<body>")
    except ScenarioMistakes:
        return None
    name = written["name"].node.value if list(written) == ["name"] else None
    return name if isinstance(name, str) else None
