import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import formatdate
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.instants import (
    DAY,
    EARLIEST,
    LATEST,
    from_datetime,
    parse_instant,
    parse_rendered,
    render_http_date,
    render_instant,
    to_datetime,
)

PARIS = ZoneInfo("Europe/Paris")
NINE_IN_PARIS = 1_772_438_400_000  # 2026-03-02T08:00Z

instants = st.integers(
    from_datetime(datetime(1000, 1, 1, tzinfo=UTC)), from_datetime(datetime(9998, 1, 1, tzinfo=UTC)) - 1
)
zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def test_an_instant_is_written_in_utc_with_milliseconds_and_a_z() -> None:
    assert render_instant(0) == "1970-01-01T00:00:00.000Z"
    assert render_instant(NINE_IN_PARIS + 7) == "2026-03-02T08:00:00.007Z"
    assert render_instant(-1) == "1969-12-31T23:59:59.999Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T08:00:00.000Z",
        "2026-03-02T08:00:00Z",
        "2026-03-02T08:00Z",
        "2026-03-02 08:00:00+00:00",
        "2026-03-02T09:00:00+01:00",
        "2026-03-02T09:00:00+0100",
        "2026-03-02T13:30:00.000+05:30",
        "20260302T080000Z",
        "2026-03-02T03:00:00.000999-05:00",
        " 2026-03-02T08:00:00Z\n",
        "2026-03-02t08:00:00z",
        "2026-03-02T08:00:00z",
        "2026-03-02 08:00:00z",
        "20260302t080000z",
        "2026-03-02T08:00:00,000Z",
    ],
)
def test_each_usual_spelling_of_iso_8601_is_parsed(text: str) -> None:
    assert parse_instant(text) == NINE_IN_PARIS


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-03-01T24:00:00.000Z",
            "2026-03-01T24:00Z",
            "2026-03-01t24z",
            "20260301T240000Z",
            "2026-03-01 24:00:00Z",
        ),
        *("2026-03-01T24:00:00,0-00:00", "2026-03-01T24:00 +00:00"),
    ],
)
def test_the_end_of_a_day_is_the_midnight_after_it(text: str) -> None:
    assert render_instant(parse_instant(text)) == "2026-03-02T00:00:00.000Z"


def test_the_end_of_a_day_on_which_the_clocks_change_is_that_of_the_zone() -> None:
    assert render_instant(parse_instant("2026-03-29T24:00", PARIS)) == "2026-03-29T22:00:00.000Z"


def test_a_time_without_an_offset_is_in_the_given_zone() -> None:
    assert parse_instant("2026-03-02T09:00:00", PARIS) == NINE_IN_PARIS
    assert render_instant(parse_instant("2026-03-02", PARIS)) == "2026-03-01T23:00:00.000Z"


@pytest.mark.parametrize("text", ["2026-03-02", "20260302"])
def test_a_date_without_a_time_and_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^'{text}' has no time: write 2026-03-02T08:55:00Z$"):
        parse_instant(text)


def test_the_offset_of_a_time_takes_precedence_over_the_given_zone() -> None:
    assert parse_instant("2026-03-02T08:00:00Z", PARIS) == NINE_IN_PARIS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2026-13-01",
        "2026-02-30T00:00Z",
        "1772438400000",
        "2026-03-02T08:00:00+1",
        "2026-W10-1T08:00:00Z",
        "2026W101T080000Z",
        "2026-w10-1",
        "2026-061T08:00:00Z",
        "2026-03-02x08:00:00Z",
        "2026-03-02_08:00:00Z",
        "2026-03-02T24:01:00Z",
        "2026-03-02T24:00:00.001Z",
        "2026-03-02T25:00:00Z",
        "9999-12-31T24:00:00Z",
        "2026-03-02T",
        "2026-03-02T08:00:00Z\0",
        "2026-03-02T08:00:00\0Z",
        "2026-03T08:00:00Z",
        "Mon, 02 Mar 2026 08:00:00 GMT",
    ],
)
def test_a_text_that_is_not_a_time_is_refused_with_an_example(text: str) -> None:
    sentence = f"{text!r} is not an ISO 8601 time such as 2026-03-02T08:55:00.000Z"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_instant(text, PARIS)


def test_a_time_without_offset_or_zone_is_refused() -> None:
    sentence = "'2026-03-02T09:00:00' has no zone: end it with Z or an offset such as +01:00"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_instant("2026-03-02T09:00:00")


@pytest.mark.parametrize(
    "text",
    [
        "9998-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "0999-12-31T23:59:59Z",
        "9997-12-31T23:59:59-00:01",
        "9997-12-31T12:00:00-14:00",
    ],
)
def test_years_before_1000_and_after_9997_are_refused(text: str) -> None:
    sentence = f"{text!r} lies outside the years 1000 to 9997"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_instant(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_utc_cannot_represent_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="lies outside the years 1000 to 9997"):
        parse_instant(text)


@given(instants)
def test_parse_and_render_are_inverse(instant: int) -> None:
    assert parse_instant(render_instant(instant)) == instant


@given(instants, offsets)
def test_the_same_moment_with_any_offset_is_the_same_instant(instant: int, offset: timezone) -> None:
    moment = to_datetime(instant, offset)
    if moment.year >= 1000:
        assert parse_instant(moment.isoformat()) == instant


@given(st.integers(EARLIEST - 2 * DAY, LATEST))
def test_a_rendered_instant_has_a_four_digit_year_and_parses_to_itself(instant: int) -> None:
    assert re.fullmatch(r"[0-9]{4}-.{19}", render_instant(instant))
    assert parse_rendered(render_instant(instant)) == instant


@given(st.integers(EARLIEST, LATEST))
def test_an_http_date_equals_that_of_the_standard_library(instant: int) -> None:
    assert render_http_date(instant) == formatdate(instant // 1_000, usegmt=True)


def test_the_first_and_last_instant_are_the_ends_of_the_years_1000_and_9997() -> None:
    assert render_instant(EARLIEST) == "1000-01-01T00:00:00.000Z"
    assert render_instant(LATEST) == "9997-12-31T23:59:59.999Z"


@given(instants, zones)
def test_conversion_to_a_zone_and_back_keeps_the_instant(instant: int, zone: ZoneInfo) -> None:
    assert from_datetime(to_datetime(instant, zone)) == instant


def test_the_refusal_of_a_too_long_text_shows_only_its_beginning() -> None:
    with pytest.raises(ValueError, match=r"^'x{100}'\.\.\. is too long for an ISO 8601 time"):
        parse_instant("x" * 1_000_000)
