from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.scenario.facts import OPERATIONS
from mockgms.session.verification.filters import Filter, NearMiss, nearest, parse_condition
from mockgms.session.verification.recorded_request import RecordedRequest
from tests.messages import NO_PATTERN, NOT_A_REGEX

BOOKING = {"operation": ["v1.schedule"], "phone": ["+14155550101"], "status": ["200"], "field level": ["gold", "red"]}


def seen(number: int = 1, **texts: str) -> RecordedRequest:
    return RecordedRequest(number, 0, {name: [text] for name, text in texts.items()})


def wanted(**texts: Any) -> Filter:
    return Filter({name: parse_condition(name, texts[name]) for name in texts})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("operation", "schedule"),
        ("operation", "v1.schedule"),
        ("operation", "sched*"),
        ("operation", "v?.schedule"),
        ("operation", "/sched/"),
        ("phone", "+14155550101"),
        ("phone", "14155550101"),
        ("phone", "+1 (415) 555-0101"),
        ("phone", "+1415*"),
        ("phone", r"/0101$/"),
        ("status", "2??"),
        ("field level", "red"),
    ],
)
def test_a_value_matches_its_text_a_glob_or_a_regular_expression(name: str, text: str) -> None:
    assert Filter({name: parse_condition(name, [text])}).differences(RecordedRequest(1, 0, BOOKING)) == []


def test_of_several_patterns_one_must_match() -> None:
    assert wanted(method=["GET", "PUT"]).differences(seen(method="PUT")) == []
    assert wanted(method=["GET", "PUT"]).differences(seen(method="POST")) == ["method is POST, not GET or PUT"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("operation", "cancel", "operation is v1.schedule, not cancel"),
        ("operation", "v3.schedule", "operation is v1.schedule, not v3.schedule"),
        ("phone", "4155550101", "phone is +14155550101, not 4155550101"),
        ("status", "5??", "status is 200, not 5??"),
        ("rule", "slow", "there is no rule to match slow"),
        ("field level", "silver", "field level is gold or red, not silver"),
    ],
)
def test_a_value_that_does_not_match_is_reported(name: str, text: str, sentence: str) -> None:
    assert Filter({name: parse_condition(name, [text])}).differences(RecordedRequest(1, 0, BOOKING)) == [sentence]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("operation", "shedule", "'shedule' matches no operation, did you mean `schedule`?"),
        ("operation", "v1.schedul", "'v1.schedul' matches no operation, did you mean `v1.schedule`?"),
        ("version", "v4", "'v4' matches no version (there are: v1, v2, v3)"),
        ("status", "20", "'20' matches no status: statuses are 100 to 599"),
        ("fault", "hangs", "'hangs' matches no fault, did you mean `hang`?"),
        ("method", "post", "'post' matches no method (there are: GET, POST, PUT, DELETE, PATCH, OPTIONS)"),
        ("phone", "", NO_PATTERN),
        ("field x", "/(/", f"/(/ {NOT_A_REGEX}("),
    ],
)
def test_a_pattern_that_can_never_match_is_a_mistake(name: str, text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the sentence is compared
        parse_condition(name, [text])
    assert str(refused.value) == sentence


@given(st.sampled_from(OPERATIONS), st.sampled_from(["v1", "v2", "v3"]))
def test_an_operation_without_a_version_matches_every_version(operation: str, version: str) -> None:
    assert wanted(operation=[operation]).differences(seen(operation=f"{version}.{operation}")) == []
    others = [other for other in OPERATIONS if other != operation]
    assert all(wanted(operation=[operation]).differences(seen(operation=f"{version}.{other}")) for other in others)


def test_the_text_of_a_filter_names_its_conditions() -> None:
    assert str(wanted(operation=["schedule", "cancel"], phone=["+1*"])) == "operation schedule or cancel, phone +1*"
    assert str(wanted()) == "any request"


def test_the_nearest_requests_differ_in_the_fewest_fields_and_then_letters() -> None:
    exchanges = [
        seen(1, operation="v1.cancel", phone="+15550102"),
        seen(2, operation="v1.schedule", phone="+49301234"),
        seen(3, operation="v1.schedule", phone="+15550101"),
        seen(4, operation="v1.cancel", phone="+15550199"),
    ]
    near = nearest(wanted(operation=["schedule"], phone=["+15550102"]), exchanges)
    assert near == (
        NearMiss(3, ("phone is +15550101, not +15550102",)),
        NearMiss(1, ("operation is v1.cancel, not schedule",)),
        NearMiss(2, ("phone is +49301234, not +15550102",)),
        NearMiss(4, ("operation is v1.cancel, not schedule", "phone is +15550199, not +15550102")),
    )


def test_of_requests_that_differ_equally_the_newest_five_are_listed() -> None:
    near = nearest(wanted(phone=["+15550102"]), [seen(number, phone="+15550101") for number in range(1, 100)])
    assert [each.number for each in near] == [99, 98, 97, 96, 95]


def test_a_request_that_came_too_early_differs_in_that_too() -> None:
    exchanges = [seen(1, method="GET"), seen(2, method="PUT"), seen(3, method="POST")]
    assert nearest(wanted(method=["GET"]), exchanges, after=exchanges[1]) == (
        NearMiss(1, ("it came no later than request 2",)),
        NearMiss(3, ("method is POST, not GET",)),
        NearMiss(2, ("it came no later than request 2", "method is PUT, not GET")),
    )


NAMES = st.sampled_from(["path", "method", "field a", "field b"])
WORDS = st.sampled_from(["a", "b", "ab", "ba"])


@given(
    st.dictionaries(NAMES, st.lists(st.sampled_from(["a", "*b", "?a", "/b/"]), min_size=1, max_size=3)),
    st.dictionaries(NAMES, st.lists(WORDS, min_size=1, max_size=3)),
)
def test_the_counted_misses_are_as_many_as_the_reported_differences(
    conditions: dict[str, list[str]], texts: dict[str, list[str]]
) -> None:
    wanted = Filter(
        {name: parse_condition("path", patterns) for name, patterns in conditions.items() if name != "method"}
    )
    exchange = RecordedRequest(1, 0, texts)
    differences = wanted.differences(exchange)
    assert (wanted.misses(exchange), wanted.matches(exchange)) == (len(differences), not differences)


def test_only_the_first_pairs_are_compared_letter_by_letter() -> None:
    near = [*("zzzz" for _ in range(20)), "abcd"]
    values = {"path": ("abcx",), "field x": ("abcd",)}
    filters = [Filter({"path": parse_condition("path", near[skip:])}) for skip in (0, 1)]
    assert [each.likeness(RecordedRequest(1, 0, values)) for each in filters] == [0.0, 0.75]
    both = Filter({"path": parse_condition("path", near), "field x": parse_condition("field x", ["abcd"])})
    assert both.likeness(RecordedRequest(1, 0, values)) == 0.0
