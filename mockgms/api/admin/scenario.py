"""The scenario of a session: list the available ones, read it, replace it, start over."""

from functools import partial
from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import Meta

from mockgms.api.admin.refusals import Mistaken
from mockgms.api.field_types import Answer
from mockgms.api.operation import JSON, YAML, Written, operation
from mockgms.http.messages import InSteps
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.customers import prepare_customers
from mockgms.scenario.document import parse_document
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario
from mockgms.session import Session

_LONGEST_BY_NAME: Final = 1_000  # bytes

WrittenScenario: TypeAlias = Annotated[
    dict[str, Any],
    Meta(
        description=(
            "Name of a scenario, `{name: office-hours}`, or a complete scenario. Its keys are in the JSON"
            " Schema that `mockgms schema` prints."
        ),
        extra_json_schema={"anyOf": [{"required": ["name"]}, {"required": ["description"]}]},
        examples=[{"name": "office-hours"}],
    ),
]


class ScenarioSummary(Answer):
    """A scenario that a session can start over with."""

    name: str
    description: Annotated[str, Meta(description="Why it cannot be loaded")]


class ActiveScenario(Answer):
    """The scenario of a session."""

    name: str
    description: str
    seed: int
    dialect: Literal["8.5.1", "8.5.2"]
    services: Annotated[list[str], Meta(description="Services that it lists")]


@operation("GET", "/scenarios", "admin.scenarios")
def list_scenarios(catalog: Catalog) -> InSteps[list[ScenarioSummary]]:
    """List the scenarios of the server by name, with their descriptions."""
    names = yield catalog.names
    return [ScenarioSummary(name, description) for name, description in names]


@operation("GET", "/scenario", "admin.scenario.read")
def read_scenario(session: Session) -> ActiveScenario:
    """Return the active scenario."""
    scenario = session.scenario
    return ActiveScenario(
        name=scenario.name,
        description=scenario.description,
        seed=scenario.seed,
        dialect=scenario.dialect,
        services=sorted(scenario.services),
    )


@operation("PUT", "/scenario", "admin.scenario.use", refusals=(Mistaken,))
def use_scenario(
    session: Session, catalog: Catalog, body: Annotated[bytes, Written(WrittenScenario, (JSON, YAML))]
) -> InSteps[ActiveScenario]:
    """Start over with another scenario.

    It is named, `{"name": "office-hours"}`, or written in full as JSON or YAML. A scenario with mistakes changes
    nothing, and the answer lists all of them.
    """
    try:
        scenario = yield partial(_scenario, catalog, body)
    except ScenarioMistakes as mistakes:
        message = "The scenario has mistakes; the previous one stays active."
        raise Mistaken(message, mistakes=tuple(map(str, mistakes.mistakes))) from None
    yield from session.use_in_steps(scenario)
    return read_scenario(session)


@operation("POST", "/reset", "admin.reset")
def reset_session(session: Session) -> InSteps[ActiveScenario]:
    """Reset the session to the start of its scenario.

    Its clock, calendar and ids start over, and the journal is emptied.
    """
    yield from session.reset_in_steps()
    return read_scenario(session)


def _scenario(catalog: Catalog, body: bytes) -> Scenario:
    name = _named(body) if len(body) <= _LONGEST_BY_NAME else None
    scenario = catalog.parse(body) if name is None else catalog.named(name)
    prepare_customers(scenario)
    return scenario


def _named(body: bytes) -> str | None:
    """Return the name if a body has no other key. None for a whole scenario, or for a body that cannot be read."""
    try:
        written = parse_document(body, "<body>")
    except ScenarioMistakes:
        return None
    name = written["name"].node.value if list(written) == ["name"] else None
    return name if isinstance(name, str) else None
