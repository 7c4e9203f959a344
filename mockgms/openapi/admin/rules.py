"""What is told of the rules of a session."""

from typing import Annotated, Any, Final, Literal

from msgspec import Meta

from mockgms.api.field_types import Answer, Time, Whole
from mockgms.openapi.described import JSON, YAML, Body, Call, Case, Described, Param, Table
from mockgms.scenario.rule_schema import RuleSettings


class ArmedRule(RuleSettings, forbid_unknown_fields=True, rename={"lasting": "for"}):
    """A rule, written as in a scenario."""

    lasting: Annotated[
        str | None, Meta(description="How long it is in force, on the session's clock; without it for good")
    ] = None


class RuleInForce(Answer, rename={"origin": "from"}):
    """A rule, and how often it has matched and fired."""

    name: str
    origin: Literal["armed", "scenario"]
    expires: Annotated[Time | None, Meta(description="When one that was armed for a time is over")]
    matches: Whole
    firings: Whole
    in_force: Annotated[bool, Meta(description="Whether it is neither disarmed nor over")]
    rule: Annotated[dict[str, Any] | None, Meta(description="As it was written")]


_GIVEN: Final = "rules: [{name: second-attempt, when: {operation: schedule}, skip: 1, then: {fault: server_error}}]"
_RULE: Final = {"name": "outage", "then": {"fault": "server_error", "status": 503}}
_NAME: Final = Param("name", "The name of the rule.", "second-attempt")
_NONE: Final = Case("There is none of the name", path={"name": "second-attempts"}, given=_GIVEN)

TABLE: Table = {
    "GET /rules": Described(
        "The rules, in the order in which they are tried.",
        list[RuleInForce],
        detail="Those of the scenario that were disarmed come last.",
        cases=(Case("One of the scenario", given=_GIVEN),),
    ),
    "POST /rules": Described(
        "Arm a rule, in front of all others.",
        RuleInForce,
        detail="As JSON or YAML. One of the same name that was armed before is replaced.",
        body=Body(ArmedRule, (JSON, YAML)),
        cases=(
            Case("For half a minute", body={**_RULE, "for": "30s"}),
            Case("The fault is none", body={"name": "outage", "then": {"fault": "server_errors"}}),
            Case("A rule of the scenario has the name", body={**_RULE, "name": "second-attempt"}, given=_GIVEN),
        ),
    ),
    "PUT /rules/{name}": Described(
        "Put a rule of the scenario that was disarmed back into its place.",
        list[RuleInForce],
        detail="A body is not read.",
        path=(_NAME,),
        cases=(
            Case("It is back", given=_GIVEN, before=(Call("DELETE", "/__admin/rules/second-attempt"),)),
            _NONE,
        ),
    ),
    "DELETE /rules/{name}": Described(
        "Disarm a rule; one of the scenario is back with the next reset.",
        list[RuleInForce],
        path=(_NAME,),
        cases=(Case("It is disarmed", given=_GIVEN), _NONE),
    ),
}
