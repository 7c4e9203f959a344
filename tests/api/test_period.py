from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.api.period import requested_period, requested_zone
from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.instants import DAY, HOUR, Instant, parse_instant, render_instant
from mockgms.domain.quoting import quoted
from mockgms.domain.service import Service
from mockgms.http.refusals import Unreadable
from tests.messages import NOT_A_FLAG, NOT_A_NUMBER, NOT_A_TIME, NOT_A_ZONE, OUTSIDE_THE_YEARS

SALES = Service(name="sales", timezone=ZoneInfo("Asia/Kolkata"))
NOW = parse_instant("2026-03-02T08:55:00.000Z")


def ask(query_string: str, *, may_be_busy: bool = True) -> AvailabilityQuery:
    return requested_period(query_string, may_be_busy=may_be_busy).query(SALES, NOW)


def period(query_string: str) -> tuple[str, str]:
    requested = ask(query_string)
    return render_instant(requested.start), render_instant(requested.end)


def refusal(query_string: str) -> tuple[str, str]:
    with pytest.raises(Unreadable) as refused:
        ask(query_string)
    return refused.value.field, refused.value.reason


def test_the_default_period_is_the_next_24_hours() -> None:
    assert ask("") == AvailabilityQuery(SALES, NOW, NOW + DAY)


def test_unknown_parameters_are_ignored() -> None:
    assert ask("_=1772441700000&days=x") == AvailabilityQuery(SALES, NOW, NOW + DAY)


def test_all_parameters_can_be_combined() -> None:
    assert ask("start=2026-03-03T00:00:00Z&end=2026-03-04T00:00:00Z&maxTimeSlots=3&reportBusy=true") == (
        AvailabilityQuery(
            SALES,
            parse_instant("2026-03-03T00:00:00Z"),
            parse_instant("2026-03-04T00:00:00Z"),
            max_slots=3,
            include_full=True,
        )
    )


@pytest.mark.parametrize(
    "query",
    [
        "startMS=1772496000000&endMS=1772582400000&maxTimeSlots=3&reportBusy=true",
        "start-ms=1772496000000&end-ms=1772582400000&max-time-slots=3&report-busy=true",
        "startMS=1772496000000&numberOfDays=1&maxTimeSlots=3&reportBusy=true",
        "start-ms=1772496000000&number-of-days=1&max-time-slots=3&report-busy=1",
        "start=2026-03-03T00:00:00Z&number-of-days=1&maxTimeSlots=3&report-busy=TRUE",
    ],
)
def test_both_spellings_of_each_parameter_are_read(query: str) -> None:
    start = parse_instant("2026-03-03T00:00:00Z")
    assert ask(query) == AvailabilityQuery(SALES, start, start + DAY, max_slots=3, include_full=True)


def test_start_takes_precedence_over_start_in_milliseconds() -> None:
    assert period("startMS=0&start=2026-03-03T00:00:00Z&numberOfDays=1")[0] == "2026-03-03T00:00:00.000Z"


def test_end_takes_precedence_over_milliseconds_and_milliseconds_over_days() -> None:
    end = parse_instant("2026-03-04T00:00:00Z")
    assert ask(f"end=2026-03-05T00:00:00Z&endMS={end}&numberOfDays=9").end == end + DAY
    assert ask(f"endMS={end}&numberOfDays=9").end == end


def test_a_start_in_the_past_is_accepted() -> None:
    assert period("start=2026-03-01T23:00:00.000Z&numberOfDays=1") == (
        "2026-03-01T23:00:00.000Z",
        "2026-03-02T23:00:00.000Z",
    )


def test_a_start_in_the_year_1000_is_accepted() -> None:
    assert period("start=1000-01-01T00:00:00Z&timezone=America/New_York") == (
        "1000-01-01T00:00:00.000Z",
        "1000-01-01T04:56:02.000Z",
    )


def test_without_an_end_the_period_ends_with_the_day_of_the_start() -> None:
    assert period("start=2026-03-03T10:00:00Z") == ("2026-03-03T10:00:00.000Z", "2026-03-04T00:00:00.000Z")


def test_the_day_of_the_start_is_that_of_the_requested_zone() -> None:
    assert period("start=2026-03-03T10:00:00Z&timezone=America/New_York") == (
        "2026-03-03T10:00:00.000Z",
        "2026-03-04T05:00:00.000Z",
    )


def test_days_without_a_start_count_from_now() -> None:
    assert ask("numberOfDays=5") == AvailabilityQuery(SALES, NOW, NOW + 5 * DAY)


def test_an_end_without_a_start_counts_from_now() -> None:
    assert period("end=2026-03-02T10:00:00Z") == ("2026-03-02T08:55:00.000Z", "2026-03-02T10:00:00.000Z")


def test_times_without_an_offset_are_utc() -> None:
    assert period("start=2026-03-03T10:00&end=2026-03-03T11:00:00.000") == (
        "2026-03-03T10:00:00.000Z",
        "2026-03-03T11:00:00.000Z",
    )


def test_times_without_an_offset_are_in_the_requested_zone() -> None:
    assert period("start=2026-03-03T10:00&end=2026-03-03T11:00:00.000&timezone=Asia/Kolkata") == (
        "2026-03-03T04:30:00.000Z",
        "2026-03-03T05:30:00.000Z",
    )


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)]
)
def test_days_in_a_zone_are_as_long_as_on_its_wall_clock(day: str, hours: int) -> None:
    requested = ask(f"start={day}T00:00&numberOfDays=1&timezone=Europe/Paris")
    assert requested.end - requested.start == hours * HOUR


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_days_without_a_zone_have_24_hours(day: str) -> None:
    requested = ask(f"start={day}T00:00%2B01:00&numberOfDays=1")
    assert requested.end - requested.start == DAY


def test_a_period_that_ends_at_its_start_is_empty() -> None:
    assert ask(f"startMS={NOW}&endMS={NOW}") == AvailabilityQuery(SALES, NOW, NOW)


def test_a_period_can_have_366_days_even_in_the_last_year() -> None:
    assert ask("numberOfDays=366").end == NOW + 366 * DAY
    assert ask(f"end={render_instant(NOW + 366 * DAY)}").end == NOW + 366 * DAY
    last = "start=9997-12-31T23:59:00Z&numberOfDays=366&timezone=Pacific/Kiritimati"
    assert period(last) == ("9997-12-31T23:59:00.000Z", "9999-01-01T23:59:00.000Z")


def test_an_api_version_without_busy_slots_ignores_their_parameter() -> None:
    assert ask("reportBusy=x", may_be_busy=False) == AvailabilityQuery(SALES, NOW, NOW + DAY)


@pytest.mark.parametrize(
    ("query", "field", "reason"),
    [
        ("maxTimeSlots=0", "maxTimeSlots", "must be 1 or more"),
        ("max-time-slots=-1", "max-time-slots", "must be 1 or more"),
        ("max-time-slots=x", "max-time-slots", f"{NOT_A_NUMBER} 'x'"),
        ("numberOfDays=0", "numberOfDays", "must be from 1 to 366"),
        ("number-of-days=-5", "number-of-days", "must be from 1 to 366"),
        ("number-of-days=367", "number-of-days", "must be from 1 to 366"),
        ("numberOfDays=999999999999999999", "numberOfDays", "must be from 1 to 366"),
        ("numberOfDays=1.5", "numberOfDays", f"{NOT_A_NUMBER} '1.5'"),
        ("reportBusy=maybe", "reportBusy", f"{NOT_A_FLAG} 'maybe'"),
        ("start=x", "start", f"'x' {NOT_A_TIME}"),
        ("end=2026-13-01", "end", f"'2026-13-01' {NOT_A_TIME}"),
        ("start=9999-12-31T23:59:59Z", "start", f"'9999-12-31T23:59:59Z' {OUTSIDE_THE_YEARS}"),
        ("startMS=-1", "startMS", "must lie in the years 1970 to 9997"),
        (
            "endMS=99999999999999999999",
            "endMS",
            f"{NOT_A_NUMBER} '99999999999999999999'",
        ),
        ("end=2026-03-02T08:54:59Z", "end", "lies before the start of the period"),
        ("startMS=2000&end-ms=1000", "end-ms", "lies before the start of the period"),
        (
            "start=2026-01-01T00:00:00Z&end=2426-01-01T00:00:00Z",
            "end",
            "lies more than 366 days after the start of the period",
        ),
        ("endMS=1804064100001", "endMS", "lies more than 366 days after the start of the period"),
        ("timezone=Mars/Base", "timezone", f"'Mars/Base' {NOT_A_ZONE}"),
    ],
)
def test_an_invalid_parameter_is_refused_by_name(query: str, field: str, reason: str) -> None:
    assert refusal(query) == (field, reason)


def test_the_requested_zone_is_read_from_the_timezone_parameter() -> None:
    assert requested_zone({"timezone": ["Europe/Paris"]}) == ZoneInfo("Europe/Paris")
    assert requested_zone({}) is None


@pytest.mark.parametrize("name", ["x", "../../etc/passwd", "/etc/passwd", ".", "\0", "é", "\udcff", "a" * 300])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        requested_zone({"timezone": [name]})
    assert vars(refused.value) == {
        "field": "timezone",
        "reason": f"{quoted(name)} {NOT_A_ZONE}",
    }


def test_the_refusal_of_a_zone_suggests_a_similar_name() -> None:
    with pytest.raises(Unreadable) as refused:
        requested_zone({"timezone": ["Europe/Pariss"]})
    assert refused.value.reason == f"'Europe/Pariss' {NOT_A_ZONE}, did you mean `Europe/Paris`?"


@given(
    start=st.none() | st.integers(0, NOW + 800 * DAY),
    days=st.none() | st.integers(1, 366),
    zone=st.sampled_from([None, "UTC", "Europe/Paris", "America/New_York", "Pacific/Chatham", "Australia/Lord_Howe"]),
)
def test_a_period_is_never_longer_than_366_days_and_one_clock_change(
    start: Instant | None, days: int | None, zone: str | None
) -> None:
    params = {"startMS": start, "numberOfDays": days, "timezone": zone}
    requested = ask("&".join(f"{name}={value}" for name, value in params.items() if value is not None))
    assert requested.start == (NOW if start is None else start)
    assert 0 < requested.end - requested.start <= 366 * DAY + HOUR
