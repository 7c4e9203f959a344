"""What is told of the coverage of rules."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from mockgms.api.field_types import Answer, Whole
from mockgms.openapi.described import TEXT, Case, Described, Param, Table
from mockgms.openapi.stories import QUEUED


class RuleCovered(Answer):
    """How far a rule has come."""

    name: str
    scenario: Annotated[str | None, Meta(description="Where it is from; null when it was armed by hand")]
    state: Literal["fired", "matched", "never_reached", "hidden"]
    matches: Whole
    firings: Whole
    hidden_by: Annotated[str | None, Meta(description="The rule in front that leaves it nothing")]


class Coverage(Answer):
    """Which rules fired, since the session was made: a reset does not count."""

    rules: list[RuleCovered]
    fired: Whole
    total: Whole
    percent: Annotated[float, Meta(ge=0, le=100, description="Of the rules that fired; 100 where there are none")]
    dropped: Annotated[Whole, Meta(description="Rules that had to make room for newer ones")]


_GIVEN: Final = (
    "rules: [{name: outage, when: {operation: schedule}, then: {fault: server_error}},"
    " {name: no-cancelling, when: {operation: cancel}, then: {fault: server_error}}]"
)

TABLE: Table = {
    "GET /coverage": Described(
        "Which rules fired, and which were never reached.",
        Coverage,
        query=(
            Param(
                "sessions",
                "Over all sessions of the server, forgotten ones included.",
                "all",
                {**TEXT, "enum": ["all"]},
            ),
        ),
        cases=(
            Case("One of two fired", given=_GIVEN, before=(QUEUED,)),
            Case("The sessions are none", query="sessions=some"),
        ),
    ),
}
