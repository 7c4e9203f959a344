import pytest
from multidict import CIMultiDict

from mockgms.api.inline_fault import inline_rule, wants_explanation
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable
from mockgms.scenario.engine import Engine
from mockgms.scenario.faults.conflict import SlotConflict
from mockgms.scenario.faults.delay import Delay
from mockgms.scenario.faults.server_error import ServerError
from mockgms.scenario.faults.throttle import Throttle
from mockgms.scenario.rules import Rule

MINE = Rule("mine", (ServerError(),))
ENGINE = Engine([MINE])


def rule_of(query: str = "", **headers: str) -> Rule | None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return inline_rule(Request("POST", "/callbacks/create", query, named), ENGINE)


def test_a_request_without_a_fault_has_no_inline_rule() -> None:
    assert rule_of() is None


@pytest.mark.parametrize("fault", ["slot_conflict", "{fault: slot_conflict}", "[{fault: slot_conflict}]"])
def test_the_fault_header_can_name_a_fault(fault: str) -> None:
    assert rule_of(x_mockgms_fault=fault) == Rule("asked:slot_conflict", (SlotConflict(),))


def test_the_fault_header_can_have_a_chain_of_faults_with_fields() -> None:
    assert rule_of(x_mockgms_fault="[{fault: delay, by: 2s}, {fault: server_error, status: 503}]") == Rule(
        "asked:delay+server_error", (Delay(by=2_000), ServerError(status=503))
    )


def test_the_fault_parameter_can_name_a_fault() -> None:
    assert rule_of("a=1&__fault=slot_conflict") == Rule("asked:slot_conflict", (SlotConflict(),))


@pytest.mark.parametrize("name", ["%5F%5Ffault", "_%5ffault"])
def test_the_name_of_the_fault_parameter_can_be_percent_encoded(name: str) -> None:
    assert rule_of(f"{name}=slot_conflict") == Rule("asked:slot_conflict", (SlotConflict(),))


def test_an_empty_fault_parameter_is_ignored() -> None:
    assert rule_of("__fault=") is None


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ("code=400", Rule("asked:slot_conflict", (SlotConflict(),))),
        ("code=429", Rule("asked:throttle", (Throttle(),))),
        ('respond-async, code="503"', Rule("asked:server_error", (ServerError(503),))),
        ("code=599", Rule("asked:server_error", (ServerError(599),))),
        ("code=404", None),
        ("code=x", None),
        ("return=minimal", None),
        ("example=mine", MINE),
        ("EXAMPLE = mine", MINE),
        ("explain, CODE=429", Rule("asked:throttle", (Throttle(),))),
        ("code=429; explain", Rule("asked:throttle", (Throttle(),))),
        ("explain", None),
        ("?, example=mine", MINE),
    ],
)
def test_the_prefer_header_can_ask_for_a_status_or_a_rule(header: str, rule: Rule | None) -> None:
    assert rule_of(prefer=header) == rule


@pytest.mark.parametrize(
    ("header", "asks"),
    [
        ("explain", True),
        ("respond-async, Explain", True),
        ("code=429; explain", True),
        ("explain=no", False),
        ("explained", False),
    ],
)
def test_the_prefer_header_can_ask_for_an_explanation(header: str, asks: bool) -> None:
    assert wants_explanation(Request("GET", "/", headers={"prefer": header})) is asks
    assert not wants_explanation(Request("GET", "/", headers={}))


def test_preferences_can_come_in_several_prefer_headers() -> None:
    headers = CIMultiDict([("Prefer", "explain"), ("prefer", "example=mine")])
    request = Request("GET", "/", headers=headers)
    assert (wants_explanation(request), inline_rule(request, ENGINE)) == (True, MINE)


@pytest.mark.parametrize(
    ("query", "headers", "field", "reason"),
    [
        ("", {"x_mockgms_fault": "slot_conflikt"}, "X-Mockgms-Fault", "did you mean `slot_conflict`?"),
        ("", {"x_mockgms_fault": "{fault: delay, bye: 2s}"}, "X-Mockgms-Fault", "unknown key `bye`"),
        ("", {"x_mockgms_fault": "{"}, "X-Mockgms-Fault", "cannot be read: "),
        ("__fault=x", {}, "__fault", "unknown fault"),
        ("", {"prefer": "example=nine"}, "Prefer", "asks for the rule 'nine', which the scenario does not have"),
    ],
)
def test_an_invalid_inline_fault_is_refused_with_its_field_and_reason(
    query: str, headers: dict[str, str], field: str, reason: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        rule_of(query, **headers)
    assert refused.value.field == field
    assert reason in refused.value.reason
