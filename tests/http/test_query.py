from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.instants import DAY, SECOND, parse_instant
from mockgms.domain.quoting import quoted
from mockgms.http import query
from mockgms.http.messages import Params, Request
from mockgms.http.refusals import Unreadable
from tests.messages import HAS_NUL, NAME_TOO_LONG, NOT_A_TIME, OUTSIDE_THE_YEARS


def params(query_string: str) -> Params:
    return Request("GET", "/", query_string).params()


def test_the_sent_name_is_the_spelling_that_was_sent() -> None:
    assert query.sent_name(params("number-of-days=1"), "numberOfDays", "number-of-days") == "number-of-days"
    assert query.sent_name(params("days=1"), "numberOfDays", "number-of-days") is None


def test_text_is_decoded_and_otherwise_unchanged() -> None:
    assert query.text(params("_customer_number=%2B1+415"), "_customer_number") == "+1 415"


def test_the_first_of_two_spellings_and_of_two_values_counts() -> None:
    sent = params("max-time-slots=1&maxTimeSlots=2&maxTimeSlots=3")
    assert query.text(sent, "maxTimeSlots", "max-time-slots") == "2"


def test_a_parameter_that_is_empty_or_not_sent_is_absent() -> None:
    sent = params("a=&b")
    assert query.text(sent, "a", "b", "c") is None
    assert query.number(sent, "a", "b", "c") is None
    assert query.flag(sent, "a", "b", "c") is False
    assert query.instant(sent, "a", "b", "c") is None
    assert query.milliseconds(sent, "a", "b", "c") is None


def test_up_to_200_names_of_up_to_255_characters_are_accepted() -> None:
    query.check_service_names(["x" * 255] * 200, "vq")


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["sales"] * 201, "has more than 200 names: ask for fewer at a time"),
        (["sales", "x" * 256], NAME_TOO_LONG),
        (["sales", "a\0"], HAS_NUL),
    ],
)
def test_too_many_and_invalid_names_of_services_are_refused(names: list[str], reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        query.check_service_names(names, "vq")
    assert vars(refused.value) == {"field": "vq", "reason": reason}


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("-1", -1), ("%2B7", 7), ("007", 7), ("9" * 18, 10**18 - 1)],
)
def test_a_whole_number_is_read(text: str, number: int) -> None:
    assert query.number(params(f"n={text}"), "n") == number


@pytest.mark.parametrize(
    "text", ["x", "1.5", "1e3", "0x10", "1_000", " 5", "5\n", "--5", "٣", "9" * 19, "9" * 5_000, "\0"]
)
def test_a_value_that_is_not_a_whole_number_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        query.number({"number-of-days": [text]}, "numberOfDays", "number-of-days")
    reason = f"must be a whole number of at most 18 digits, not {quoted(text)}"
    assert vars(refused.value) == {"field": "number-of-days", "reason": reason}


@pytest.mark.parametrize(
    ("text", "flag"), [("true", True), ("TRUE", True), ("1", True), ("false", False), ("False", False), ("0", False)]
)
def test_a_truth_value_is_read(text: str, flag: bool) -> None:
    assert query.flag(params(f"report-busy={text}"), "reportBusy", "report-busy") is flag


@pytest.mark.parametrize("text", ["yes", "2", "tru e"])
def test_a_value_that_is_not_a_truth_value_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        query.flag({"reportBusy": [text]}, "reportBusy", "report-busy")
    assert vars(refused.value) == {"field": "reportBusy", "reason": f"must be true or false, not {text!r}"}


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T08:55:00.000Z",
        "2026-03-02T08:55:00Z",
        "2026-03-02T09:55:00%2B01:00",
        "2026-03-02T03:55:00.000-0500",
        "2026-03-02T09:55:00.000",
        "2026-03-02%2009:55",
    ],
)
def test_a_time_is_read_in_every_iso_spelling(text: str) -> None:
    zone = ZoneInfo("Europe/Paris")
    assert query.instant(params(f"start={text}"), "start", zone=zone) == parse_instant("2026-03-02T08:55:00.000Z")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x", f"'x' {NOT_A_TIME}"),
        ("2026-13-01", f"'2026-13-01' {NOT_A_TIME}"),
        ("2026-02-30T00:00:00Z", f"'2026-02-30T00:00:00Z' {NOT_A_TIME}"),
        (
            "2026-03-02T00:00:00+25:00",
            f"'2026-03-02T00:00:00+25:00' {NOT_A_TIME}",
        ),
        ("\0", f"'\\x00' {NOT_A_TIME}"),
        ("3/2/2026 10:00", f"'3/2/2026 10:00' {NOT_A_TIME}"),
        ("2026-03-02T08:55:00", "'2026-03-02T08:55:00' has no zone: end it with Z or an offset such as +01:00"),
        ("9999-12-31T23:59:59Z", f"'9999-12-31T23:59:59Z' {OUTSIDE_THE_YEARS}"),
        ("9998-01-01T00:00:00Z", f"'9998-01-01T00:00:00Z' {OUTSIDE_THE_YEARS}"),
        ("0001-01-01T00:00+14:00", f"'0001-01-01T00:00+14:00' {OUTSIDE_THE_YEARS}"),
        (
            "2026-03-02T08:55 01:00",
            (f"'2026-03-02T08:55 01:00' {NOT_A_TIME}; in a query, write the + of an offset as %2B"),
        ),
    ],
)
def test_a_value_that_is_not_a_time_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        query.instant({"start": [text]}, "start")
    assert vars(refused.value) == {"field": "start", "reason": reason}


def test_milliseconds_since_1970_are_read() -> None:
    assert query.milliseconds(params("start-ms=86400000"), "startMS", "start-ms") == DAY


def test_the_first_and_the_last_millisecond_are_read() -> None:
    last = parse_instant("9997-12-31T23:59:59.999Z")
    assert query.milliseconds({"startMS": ["0"]}, "startMS") == 0
    assert query.milliseconds({"startMS": [str(last)]}, "startMS") == last


@pytest.mark.parametrize("value", [-1, -(10**17), parse_instant("9997-12-31T23:59:59Z") + SECOND, 10**17])
def test_milliseconds_out_of_range_are_refused(value: int) -> None:
    with pytest.raises(Unreadable) as refused:
        query.milliseconds({"start-ms": [str(value)]}, "startMS", "start-ms")
    assert vars(refused.value) == {"field": "start-ms", "reason": "must lie in the years 1970 to 9997"}
