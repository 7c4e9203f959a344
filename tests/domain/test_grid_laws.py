"""Laws of the grid: in every zone, and on the days on which its clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgms.domain.capacity import Capacity
from mockgms.domain.grid import Grid
from mockgms.domain.hours import EVERY_DAY, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY, HOUR, MINUTE, from_datetime, parse_instant, to_datetime
from mockgms.domain.service import TIME_BUCKETS

pytestmark = pytest.mark.usefixtures("unmeasured")

ONE_DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
ZONES = sorted(available_timezones())

# Dates on which the clocks of a zone change, and what is odd about it.
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
# Until 2010 some clocks were put back just after midnight, so that the end of a date came twice; since then none was.
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


def grid(zone: str, bucket: int = 15, hours: OfficeHours | None = None) -> Grid:
    return Grid(ZoneInfo(zone), bucket, hours or OfficeHours(), Capacity())


def midnight_utc(day: date) -> int:
    return from_datetime(datetime.combine(day, time(), UTC))


def wall_clock(instant: int, zone: str) -> tuple[date, int]:
    """The date and the minute of the day that a wall clock shows."""
    local = to_datetime(instant, ZoneInfo(zone))
    return local.date(), local.hour * 60 + local.minute


def starts_by_the_wall_clock(zone: str, day: date) -> list[int]:
    """The instants at which a wall clock shows that date and a quarter hour, by looking every quarter hour."""
    looks = range(midnight_utc(day) - 14 * HOUR, midnight_utc(day) + 37 * HOUR, 15 * MINUTE)
    shown = ((instant, wall_clock(instant, zone)) for instant in looks)
    return [instant for instant, (when, minute) in shown if when == day and minute % 15 == 0]


def days_to_look_at(zone: str) -> set[date]:
    """A Monday like any other, and the dates of 2026 between whose noons the clocks of the zone change."""
    noons = [datetime.combine(date(2026, 1, 1) + days * ONE_DAY, time(12), ZoneInfo(zone)) for days in range(365)]
    changed = [pair for pair in pairwise(noons) if pair[0].utcoffset() != pair[1].utcoffset()]
    known = {day for name, day in CHANGES if name == zone}
    return {MONDAY, *known, *(noon.date() for pair in changed for noon in pair)}


@pytest.mark.slow
@pytest.mark.parametrize("first_letter", sorted({zone[0] for zone in ZONES}))
def test_in_every_zone_and_on_every_change_of_2026_slots_start_by_the_wall_clock_and_ascend(first_letter: str) -> None:
    for zone in (name for name in ZONES if name[0] == first_letter):
        found = grid(zone)
        for day in days_to_look_at(zone):
            starts = [slot.start for slot in found.day(day).slots]
            assert starts == starts_by_the_wall_clock(zone, day), (zone, day)
            around = [slot.start for days in (-1, 0, 1) for slot in found.day(day + days * ONE_DAY).slots]
            assert around == sorted(set(around)), (zone, day)


@given(places, buckets)
def test_every_instant_lies_in_exactly_one_slot(where: tuple[str, int], bucket: int) -> None:
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
def test_the_date_of_an_instant_began_before_it_and_ends_after_it(where: tuple[str, int]) -> None:
    zone, instant = where
    found = grid(zone)
    today = found.date_of(instant)
    assert found.midnight(today) <= instant < found.midnight(today + ONE_DAY)
    assert today == wall_clock(instant, zone)[0]


@given(places, office_hours)
def test_an_office_is_open_when_the_wall_clock_shows_one_of_its_hours(
    where: tuple[str, int], hours: OfficeHours
) -> None:
    zone, instant = where
    day, minute = wall_clock(instant, zone)
    assert grid(zone, 15, hours).is_open(instant) == any(start <= minute < end for start, end in hours.on(day))


@given(places, office_hours, buckets)
def test_an_open_slot_is_one_that_starts_while_the_office_is_open(
    where: tuple[str, int], hours: OfficeHours, bucket: int
) -> None:
    zone, instant = where
    day = wall_clock(instant, zone)[0]
    found, always = grid(zone, bucket, hours), grid(zone, bucket)
    assert found.day(day).slots == tuple(slot for slot in always.day(day).slots if found.is_open(slot.start))


@pytest.mark.slow
@settings(max_examples=200)
@given(places, office_hours)
def test_open_for_ends_with_the_first_minute_that_is_not_open(where: tuple[str, int], hours: OfficeHours) -> None:
    zone, instant = where
    instant -= instant % MINUTE
    found = grid(zone, 15, hours)
    stepped = next((after for after in range(0, 30 * HOUR, MINUTE) if not found.is_open(instant + after)), 30 * HOUR)
    assert min(found.open_for(instant), 30 * HOUR) == stepped
