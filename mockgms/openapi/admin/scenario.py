"""What is told of the scenario of a session."""

from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import Meta

from mockgms.api.field_types import Answer
from mockgms.openapi.described import JSON, YAML, Body, Case, Described, Table

Scenario: TypeAlias = Annotated[
    dict[str, Any],
    Meta(
        description=(
            "The name of a scenario, `{name: office-hours}`, or a whole one. The keys of a whole one are in the JSON"
            " Schema that `mockgms schema` prints."
        ),
        extra_json_schema={"anyOf": [{"required": ["name"]}, {"required": ["description"]}]},
        examples=[{"name": "office-hours"}],
    ),
]


class ActiveScenario(Answer):
    """What a session has started from."""

    name: str
    description: str
    seed: int
    dialect: Literal["8.5.1", "8.5.2"]
    services: Annotated[list[str], Meta(description="Those that it lists")]


_WHOLE: Final = {"description": "One seat a slot.", "services": {"sales": {"capacity": 1}}}
_ACTIVE: Final = Case("What it has started from", given="services: {sales: {}}")

TABLE: Table = {
    "GET /scenario": Described("The scenario that is active.", ActiveScenario, cases=(_ACTIVE,)),
    "PUT /scenario": Described(
        "Start over with another scenario.",
        ActiveScenario,
        detail="By its name, or a whole one as JSON or YAML. One with mistakes changes nothing.",
        body=Body(Scenario, (JSON, YAML)),
        cases=(
            Case("By name", body={"name": "office-hours"}),
            Case("A whole one", body=_WHOLE),
            Case("There is none of the name", body={"name": "office-hour"}),
            Case("One with mistakes", body={"description": "One seat a slot.", "services": {"sales": {"seats": 1}}}),
        ),
    ),
    "POST /reset": Described(
        "Back to what the scenario says.",
        ActiveScenario,
        detail="Its clock, its calendar, the same ids again; nothing in the journal. A body is not read.",
        cases=(_ACTIVE,),
    ),
}
