"""Faults and armed rules that are read from a separate text."""

import pytest

from mockgms.domain.instants import MINUTE, SECOND, Duration
from mockgms.scenario.courses import Fault
from mockgms.scenario.document import parse_document
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.connection import Hang
from mockgms.scenario.faults.delay import Delay
from mockgms.scenario.faults.server_error import ServerError
from mockgms.scenario.field_types import Reader
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.rulebook import parse_armed_rule, parse_faults, read_faults
from mockgms.scenario.rules import Rule
from tests.messages import A_FAULT, FAULT_REQUIRED, NOT_A_DURATION, SET_TWICE


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("hang", (Hang(),)),
        ("{fault: server_error, status: 503}", (ServerError(503),)),
        ("[{fault: delay, by: 2s}, {fault: hang}]", (Delay(by=2 * SECOND), Hang())),
    ],
)
def test_faults_are_read_from_a_name_or_from_yaml(text: str, faults: tuple[Fault, ...]) -> None:
    assert parse_faults(text) == faults


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("zzz", f"unknown fault 'zzz' (there are: {', '.join(FAULTS)})"),
        ("server_eror", "unknown fault 'server_eror', did you mean `server_error`?"),
        (
            "{fault: throttle, retry_after: -5, form: x}",
            (
                "`retry_after` takes until_over, a whole number of at least 0 or text such as 30s, not -5; "
                "`form` takes seconds, http_date, past, zero, text or missing, not 'x'"
            ),
        ),
        ("5", A_FAULT),
        ("", A_FAULT),
        ("[]", FAULT_REQUIRED),
        ("[", "it is not YAML: did not find expected node content"),
    ],
)
def test_a_text_that_is_not_a_fault_is_refused_with_every_reason(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the whole message is compared
        parse_faults(text)
    assert str(refused.value) == sentence


def test_a_mistaken_fault_of_a_list_is_left_out() -> None:
    reader = Reader()
    node = parse_document("then: [{fault: delay}, {fault: hang}]", "")["then"].node
    assert read_faults(node, reader) == (Hang(),)
    assert len(reader.mistakes) == 1


@pytest.mark.parametrize(
    ("text", "lasting"),
    [
        ("{name: a, then: {fault: hang}}", None),
        ("name: a\nfor: 5m\nthen: {fault: hang}\n", 5 * MINUTE),
        (b'{"name": "a", "for": "5m", "then": {"fault": "hang"}}', 5 * MINUTE),
    ],
)
def test_an_armed_rule_is_read_with_its_duration(text: str | bytes, lasting: Duration | None) -> None:
    rule, read = parse_armed_rule(text, "armed.yaml")
    assert (rule, read) == (Rule("a", (Hang(),)), lasting)
    assert rule.written == {"name": "a", "then": {"fault": "hang"}}  # without its duration


FR = "unknown key `fr`, did you mean `for`?"


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        (
            "name: a\nfor: x\nthen: {fault: hang}\n",
            [f"2:6: `for`: 'x' {NOT_A_DURATION}"],
        ),
        (
            "\n\nfor: 5m\n",
            ["1:1: `name` is missing", "1:1: `then` is missing: a rule takes `then`, `sequence` or `choose`"],
        ),
        ("- a", ["1:1: a rule is a map of keys and values that begins with `name: ...`"]),
        ("{name: a, fr: 2, then: {fault: hang}}", [f"1:11: {FR}"]),
        (
            "name: a\nname: b\nfr: 1\nthen: {fault: hang}",
            [f"2:1: `name` {SET_TWICE} 1", f"3:1: {FR}"],
        ),
        (
            "name: a\nfor: 0s\nskp: 1\nthen: {fault: hang}",
            [
                "2:6: `for`: '0s' is not a duration of more than 0s and at most a year",
                "3:1: unknown key `skp`, did you mean `skip`?",
            ],
        ),
    ],
)
def test_every_mistake_of_an_armed_rule_has_its_place(text: str, mistakes: list[str]) -> None:
    with pytest.raises(ScenarioMistakes) as caught:
        parse_armed_rule(text, "armed.yaml")
    assert str(caught.value).splitlines() == [f"armed.yaml:{mistake}" for mistake in mistakes]
