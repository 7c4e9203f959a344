"""Laws of the grid: they hold in every zone, even on days on which the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgms.domain.hours import EVERY_DAY, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY, HOUR, MINUTE, from_datetime, parse_instant, to_datetime
from mockgms.domain.service import TIME_BUCKETS
from tests.domain.test_grid import grid

pytestmark = pytest.mark.unmeasured

ONE_DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
ZONES = sorted(available_timezones())

# Dates on which the clocks of a zone change.
CHANGES = [
    ("Europe/Paris", date(2026, 3, 29)),  # 02:00 becomes 03:00
    ("Europe/Paris", date(2026, 10, 25)),  # 03:00 becomes 02:00
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour back
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # half an hour forward
    ("Pacific/Chatham", date(2026, 4, 5)),  # 03:45 becomes 02:45
    ("Pacific/Chatham", date(2026, 9, 27)),  # 02:45 becomes 03:45
    ("America/Havana", date(2022, 3, 13)),  # midnight becomes 01:00
    ("America/Havana", date(2022, 11, 6)),  # 01:00 becomes midnight: two midnights
    ("Africa/Cairo", date(2023, 4, 28)),  # midnight becomes 01:00
    ("Africa/Cairo", date(2023, 10, 26)),  # midnight becomes 23:00 of the day before
    ("Asia/Beirut", date(2022, 3, 27)),  # midnight becomes 01:00
    ("Asia/Beirut", date(2022, 10, 29)),  # midnight becomes 23:00 of the day before
    ("Pacific/Apia", date(2011, 12, 30)),  # a date that never was
]

zones = st.sampled_from(ZONES)
buckets = st.sampled_from(TIME_BUCKETS)
# Before 2011 some clocks were set back just after midnight, so that the end of a date occurred twice.
instants = st.integers(parse_instant("2011-12-01T00:00Z"), parse_instant("2037-12-31T00:00Z"))
change_instants = st.tuples(st.sampled_from(CHANGES), st.integers(-DAY, 2 * DAY)).map(
    lambda drawn: (drawn[0][0], midnight_utc(drawn[0][1]) + drawn[1])
)
places = st.one_of(st.tuples(zones, instants), change_instants)
office_hours = st.builds(
    OfficeHours,
    st.lists(st.builds(WeeklySpan, st.just(EVERY_DAY), st.integers(0, 1439), st.integers(0, 1440)), max_size=3).map(
        tuple
    ),
)


def midnight_utc(day: date) -> int:
    return from_datetime(datetime.combine(day, time(), UTC))


def wall_clock(instant: int, zone: str) -> tuple[date, int]:
    """Return the date and the minute of the day that a wall clock shows."""
    local = to_datetime(instant, ZoneInfo(zone))
    return local.date(), local.hour * 60 + local.minute


def starts_by_the_wall_clock(zone: str, day: date) -> list[int]:
    """Return the instants at which a wall clock shows a quarter hour of a date, found by checking every 15 minutes."""
    candidates = range(midnight_utc(day) - 14 * HOUR, midnight_utc(day) + 37 * HOUR, 15 * MINUTE)
    shown = ((instant, wall_clock(instant, zone)) for instant in candidates)
    return [instant for instant, (when, minute) in shown if when == day and minute % 15 == 0]


def days_to_check(zone: str) -> set[date]:
    """Return an ordinary Monday, and the dates of 2026 before and after each clock change of the zone."""
    noons = [datetime.combine(date(2026, 1, 1) + days * ONE_DAY, time(12), ZoneInfo(zone)) for days in range(365)]
    changed = [pair for pair in pairwise(noons) if pair[0].utcoffset() != pair[1].utcoffset()]
    known = {day for name, day in CHANGES if name == zone}
    return {MONDAY, *known, *(noon.date() for pair in changed for noon in pair)}


@pytest.mark.slow
@pytest.mark.parametrize("first_letter", sorted({zone[0] for zone in ZONES}))
def test_in_each_zone_slots_start_by_the_wall_clock_and_ascend_even_on_clock_changes(first_letter: str) -> None:
    for zone in (name for name in ZONES if name[0] == first_letter):
        found = grid(zone)
        for day in days_to_check(zone):
            starts = [slot.start for slot in found.day(day).slots]
            assert starts == starts_by_the_wall_clock(zone, day), (zone, day)
            around = [slot.start for days in (-1, 0, 1) for slot in found.day(day + days * ONE_DAY).slots]
            assert around == sorted(set(around)), (zone, day)


@given(places, buckets)
def test_each_instant_lies_in_exactly_one_slot(where: tuple[str, int], bucket: int) -> None:
    zone, instant = where
    found = grid(zone, bucket)
    today = found.date_of(instant)
    starts = [slot.start for days in (-2, -1, 0, 1, 2) for slot in found.day(today + days * ONE_DAY).slots]
    holding = [start for start, following in pairwise(starts) if start <= instant < following]
    assert [found.slot_of(instant).start] == holding


@given(places, buckets)
def test_a_slot_starts_when_the_wall_clock_shows_a_multiple_of_its_bucket(where: tuple[str, int], bucket: int) -> None:
    zone, instant = where
    start = grid(zone, bucket).slot_of(instant).start
    assert wall_clock(start, zone)[1] % bucket == 0
    assert start % MINUTE == 0


@given(places)
def test_an_instant_lies_between_the_midnights_of_its_date(where: tuple[str, int]) -> None:
    zone, instant = where
    found = grid(zone)
    today = found.date_of(instant)
    assert found.midnight(today) <= instant < found.midnight(today + ONE_DAY)
    assert today == wall_clock(instant, zone)[0]


@given(places, office_hours)
def test_an_office_is_open_if_the_wall_clock_is_within_its_hours(where: tuple[str, int], hours: OfficeHours) -> None:
    zone, instant = where
    day, minute = wall_clock(instant, zone)
    assert grid(zone, 15, hours).is_open(instant) == any(start <= minute < end for start, end in hours.on(day))


@given(places, office_hours, buckets)
def test_the_slots_of_a_day_are_those_that_start_while_the_office_is_open(
    where: tuple[str, int], hours: OfficeHours, bucket: int
) -> None:
    zone, instant = where
    day = wall_clock(instant, zone)[0]
    found, always = grid(zone, bucket, hours), grid(zone, bucket)
    assert found.day(day).slots == tuple(slot for slot in always.day(day).slots if found.is_open(slot.start))


@pytest.mark.slow
@settings(max_examples=200)
@given(places, office_hours)
def test_open_for_ends_at_the_first_minute_that_is_not_open(where: tuple[str, int], hours: OfficeHours) -> None:
    zone, instant = where
    instant -= instant % MINUTE
    found = grid(zone, 15, hours)
    stepped = next((after for after in range(0, 30 * HOUR, MINUTE) if not found.is_open(instant + after)), 30 * HOUR)
    assert min(found.open_for(instant), 30 * HOUR) == stepped
