"""The scenario of a session: list the available ones, read it, replace it, start over."""

from functools import partial
from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import Meta

from mockgms.api.admin.findings import FindingView, render_findings
from mockgms.api.admin.refusals import Mistaken
from mockgms.api.field_types import Answer
from mockgms.api.operation import JSON, YAML, Written, operation
from mockgms.http.messages import InSteps
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.customers import prepare_customers
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario
from mockgms.scenario.sent_scenario import load_sent_scenario
from mockgms.session import Session, Sessions

_KEYS: Final = "Its keys are in the JSON Schema that `mockgms schema` prints."

WholeScenario: TypeAlias = Annotated[
    dict[str, Any],
    Meta(description=f"A complete scenario. {_KEYS}", examples=[{"description": "What it is for."}]),
]
WrittenScenario: TypeAlias = Annotated[
    dict[str, Any],
    Meta(
        description=f"Name of a scenario, `{{name: office-hours}}`, its `files`, or a complete scenario. {_KEYS}",
        extra_json_schema={"anyOf": [{"required": ["name"]}, {"required": ["files"]}, {"required": ["description"]}]},
        examples=[{"name": "office-hours"}],
    ),
]


class ScenarioSummary(Answer):
    """A scenario that a session can start over with."""

    name: str
    description: Annotated[str, Meta(description="What it is for, or why it cannot be loaded")]


class ActiveScenario(Answer):
    """The scenario of a session."""

    name: str
    description: str
    seed: int
    dialect: Literal["8.5.1", "8.5.2"]
    services: Annotated[list[str], Meta(description="Services that it lists")]
    warnings: Annotated[list[str], Meta(description="Rules, conditions and settings without effect, a line for each")]
    mistakes: Annotated[
        list[str],
        Meta(description="At most 10 mistakes in its file, which has changed: the previous version stays in force"),
    ]


class ScenarioText(Answer):
    """A scenario as it is written, without the scenarios that it extends."""

    name: str
    text: Annotated[str, Meta(description="YAML or JSON; empty if the scenario was not read from a text")]


class ScenarioCheck(Answer):
    """The result of a check. Each line starts with its place, `<body>:3:10: `, with line and column from 1."""

    mistakes: Annotated[list[str], Meta(description="Why the scenario cannot be used")]
    warnings: Annotated[list[str], Meta(description="Settings and rules without effect")]
    findings: Annotated[list[FindingView], Meta(description="The mistakes and warnings as objects")]


@operation("GET", "/scenarios", "admin.scenarios")
def list_scenarios(catalog: Catalog) -> InSteps[list[ScenarioSummary]]:
    """List the scenarios of the server by name, with their descriptions."""
    names = yield catalog.names
    return [ScenarioSummary(name, description) for name, description in names]


@operation("GET", "/scenario", "admin.scenario.read")
def read_scenario(session: Session, sessions: Sessions) -> ActiveScenario:
    """Return the active scenario."""
    scenario = session.scenario
    return ActiveScenario(
        name=scenario.name,
        description=scenario.description,
        seed=scenario.seed,
        dialect=scenario.dialect,
        services=sorted(scenario.services),
        warnings=list(map(str, scenario.warnings)),
        mistakes=list(sessions.mistakes_in_file(scenario)),
    )


@operation("GET", "/scenario/text", "admin.scenario.text", refusals=(Mistaken,))
def read_scenario_text(session: Session, catalog: Catalog, name: str | None = None) -> InSteps[ScenarioText]:
    """Return the text of the active scenario, or of a scenario by name.

    Args:
        name: A scenario of the server.
    """
    scenario = session.scenario
    if name is not None:
        try:
            scenario = yield partial(catalog.named, name)
        except ScenarioMistakes as mistakes:
            raise Mistaken("The scenario cannot be read.", mistakes=mistakes.mistakes) from None
    return ScenarioText(scenario.name, scenario.sources[0] if scenario.sources else "")


@operation("POST", "/scenario/check", "admin.scenario.check")
def check_scenario(
    catalog: Catalog, body: Annotated[bytes, Written(WholeScenario, (JSON, YAML))]
) -> InSteps[ScenarioCheck]:
    """Check a scenario without using it. It is written in full as JSON or YAML."""
    try:
        scenario = yield partial(catalog.parse, body)
    except ScenarioMistakes as mistakes:
        return ScenarioCheck(list(map(str, mistakes.mistakes)), [], render_findings("error", mistakes.mistakes))
    return ScenarioCheck([], list(map(str, scenario.warnings)), render_findings("warning", scenario.warnings))


@operation("PUT", "/scenario", "admin.scenario.use", refusals=(Mistaken,))
def use_scenario(
    session: Session,
    sessions: Sessions,
    catalog: Catalog,
    rules_only: bool = False,
    *,
    body: Annotated[bytes, Written(WrittenScenario, (JSON, YAML))],
) -> InSteps[ActiveScenario]:
    """Start over with another scenario.

    It is named, `{"name": "office-hours"}`, or written in full as JSON or YAML. Or its files are sent: `{"files":
    {"own.yaml": "...", "base.yaml": "..."}, "variables": {"NAME": "value"}}`, its own file first. A scenario with
    mistakes changes nothing, and the answer lists all of them.

    Args:
        rules_only: Use the rules at once, and the rest at the next reset. Calendar, clock and journal stay.
    """
    try:
        scenario = yield partial(_scenario, catalog, body)
    except ScenarioMistakes as mistakes:
        message = "The scenario has mistakes; the previous one stays active."
        raise Mistaken(message, mistakes=mistakes.mistakes) from None
    if rules_only:
        session.apply_rules(scenario)
    else:
        yield from session.use_in_steps(scenario)
    return read_scenario(session, sessions)


@operation("POST", "/reset", "admin.reset")
def reset_session(session: Session, sessions: Sessions) -> InSteps[ActiveScenario]:
    """Reset the session to the start of its scenario.

    Its clock, calendar and ids start over, and the journal is emptied.
    """
    yield from session.reset_in_steps()
    return read_scenario(session, sessions)


def _scenario(catalog: Catalog, body: bytes) -> Scenario:
    scenario = load_sent_scenario(body, catalog)
    prepare_customers(scenario)
    return scenario
