import tracemalloc
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.cache_budget import BUDGET
from mockgms.domain.capacity import Capacity, SeatsAt
from mockgms.domain.grid import Grid
from mockgms.domain.hours import EVERY_DAY, CalendarDay, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY, HOUR, MINUTE, parse_instant, to_datetime
from mockgms.domain.service import TIME_BUCKETS
from mockgms.domain.slots import Slot
from mockgms.http.messages import run_to_end

ONE_DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)


def grid(zone: str, bucket: int = 15, hours: OfficeHours | None = None) -> Grid:
    return Grid(ZoneInfo(zone), bucket, hours or OfficeHours(), Capacity())


def local_times(zone: str, day: date, bucket: int) -> list[str]:
    slots = grid(zone, bucket).day(day).slots
    return [to_datetime(slot.start, ZoneInfo(zone)).strftime("%H:%M%z") for slot in slots]


def test_slots_start_when_the_wall_clock_shows_a_multiple_of_the_bucket() -> None:
    assert local_times("Asia/Kolkata", MONDAY, 60) == [f"{hour:02}:00+0530" for hour in range(24)]
    assert local_times("Asia/Kathmandu", MONDAY, 120) == [f"{hour:02}:00+0545" for hour in range(0, 24, 2)]
    assert local_times("Pacific/Chatham", date(2026, 7, 1), 30)[:3] == ["00:00+1245", "00:30+1245", "01:00+1245"]


@pytest.mark.parametrize("bucket", TIME_BUCKETS)
def test_each_time_bucket_divides_a_day_of_24_hours(bucket: int) -> None:
    assert len(grid("Europe/Paris", bucket).day(MONDAY).slots) == 1440 // bucket


@pytest.mark.parametrize(
    ("zone", "day", "slots"),
    [
        ("Europe/Paris", date(2026, 3, 28), 96),
        ("Europe/Paris", date(2026, 3, 29), 92),
        ("Europe/Paris", date(2026, 10, 25), 100),
        ("Australia/Lord_Howe", date(2026, 4, 5), 98),
        ("Australia/Lord_Howe", date(2026, 10, 4), 94),
        ("Pacific/Chatham", date(2026, 4, 5), 100),
        ("America/Havana", date(2022, 3, 13), 92),
        ("America/Havana", date(2022, 11, 6), 100),
        ("Africa/Cairo", date(2023, 4, 28), 92),
        ("Africa/Cairo", date(2023, 10, 26), 100),
        ("Asia/Beirut", date(2022, 3, 27), 92),
        ("Asia/Beirut", date(2022, 10, 29), 100),
        ("Pacific/Apia", date(2011, 12, 29), 96),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Pacific/Apia", date(2011, 12, 31), 96),
    ],
)
def test_a_day_has_as_many_slots_as_it_has_quarter_hours_even_if_the_clocks_change(
    zone: str, day: date, slots: int
) -> None:
    assert len(grid(zone).day(day).slots) == slots


def test_skipped_times_have_no_slot() -> None:
    assert local_times("Europe/Paris", date(2026, 3, 29), 60)[:4] == [
        "00:00+0100",
        "01:00+0100",
        "03:00+0200",
        "04:00+0200",
    ]
    assert local_times("America/Havana", date(2022, 3, 13), 120)[:2] == ["02:00-0400", "04:00-0400"]


def test_repeated_times_have_two_slots() -> None:
    assert local_times("Europe/Paris", date(2026, 10, 25), 60)[1:5] == [
        "01:00+0200",
        "02:00+0200",
        "02:00+0100",
        "03:00+0100",
    ]
    assert local_times("America/Havana", date(2022, 11, 6), 60)[:3] == ["00:00-0400", "00:00-0500", "01:00-0500"]


def test_a_slot_is_longer_if_the_next_start_is_skipped_or_shifted() -> None:
    assert local_times("Australia/Lord_Howe", date(2026, 4, 5), 60)[:4] == [
        "00:00+1100",
        "01:00+1100",
        "02:00+1030",
        "03:00+1030",
    ]
    assert local_times("Pacific/Chatham", date(2026, 9, 27), 60)[:4] == [
        "00:00+1245",
        "01:00+1245",
        "02:00+1245",
        "04:00+1345",
    ]


def test_a_slot_has_the_capacity_of_its_start() -> None:
    capacity = Capacity(1, (SeatsAt(WeeklySpan(EVERY_DAY, 90, 180), 4),))
    slots = Grid(ZoneInfo("UTC"), 60, OfficeHours(), capacity).day(MONDAY).slots
    assert [slot[1:] for slot in slots[:4]] == [(1, 1), (1, 1), (4, 4), (1, 1)]


def test_a_slot_is_open_if_the_office_is_open_at_its_start() -> None:
    hours = OfficeHours((WeeklySpan(EVERY_DAY, 9 * 60 + 10, 10 * 60),))
    morning = parse_instant("2026-03-02T09:00Z")
    assert grid("UTC", 15, hours).day(MONDAY).slots == tuple(
        Slot(morning + quarter * 15 * MINUTE, 5, 5) for quarter in (1, 2, 3)
    )


def test_an_instant_is_in_the_slot_that_started_last() -> None:
    kolkata = grid("Asia/Kolkata", 60)
    nine = parse_instant("2026-03-02T09:00+05:30")
    assert kolkata.slot_of(nine) == kolkata.slot_of(nine + HOUR - 1) == Slot(nine, 5, 5)
    assert kolkata.slot_of(nine - 1) == Slot(nine - HOUR, 5, 5)


def test_an_instant_before_the_first_slot_of_its_date_is_in_a_slot_of_the_previous_day() -> None:
    havana = grid("America/Havana", 120)
    assert havana.slot_of(parse_instant("2022-03-13T01:30-04:00")).start == parse_instant("2022-03-12T22:00-05:00")


def test_a_date_begins_at_its_first_instant_even_without_a_midnight() -> None:
    havana = grid("America/Havana")
    assert havana.midnight(date(2022, 3, 13)) == parse_instant("2022-03-13T01:00-04:00")
    assert havana.midnight(date(2022, 11, 6)) == parse_instant("2022-11-06T00:00-04:00")
    apia = grid("Pacific/Apia")
    assert apia.midnight(date(2011, 12, 30)) == apia.midnight(date(2011, 12, 31)) == parse_instant("2011-12-30T10:00Z")


def test_a_grid_drops_its_cached_days_after_many_and_computes_them_again() -> None:
    utc = grid("UTC", 120)
    first = utc.day(MONDAY)
    for days in range(1, 751):
        utc.day(MONDAY + days * ONE_DAY)
    assert utc.day(MONDAY) is not first
    assert utc.day(MONDAY).slots == first.slots


def test_a_day_is_computed_once() -> None:
    utc = grid("UTC")
    assert utc.day(MONDAY) is utc.day(MONDAY)


def test_open_for_is_the_rest_of_the_office_hours() -> None:
    paris = grid("Europe/Paris", 15, OfficeHours((WeeklySpan(frozenset(range(5)), 9 * 60, 18 * 60),)))
    assert paris.open_for(parse_instant("2026-03-02T09:00+01:00")) == 9 * HOUR
    assert paris.open_for(parse_instant("2026-03-02T17:59:59.999+01:00")) == 1
    assert paris.open_for(parse_instant("2026-03-02T18:00+01:00")) == 0
    assert paris.open_for(parse_instant("2026-03-02T08:59:59.999+01:00")) == 0


def test_office_hours_can_end_after_midnight() -> None:
    night = grid("UTC", 15, OfficeHours((WeeklySpan(EVERY_DAY, 22 * 60, 2 * 60),)))
    assert night.open_for(parse_instant("2026-03-02T23:00Z")) == 3 * HOUR
    assert night.open_for(parse_instant("2026-03-03T01:00Z")) == HOUR


def test_open_for_is_seven_days_if_the_office_never_closes() -> None:
    assert grid("UTC").open_for(parse_instant("2026-03-02T23:59Z")) == 7 * DAY
    assert grid("Europe/Paris").open_for(parse_instant("2026-03-28T23:59+01:00")) == 7 * DAY


def test_an_office_that_closes_in_the_repeated_hour_closes_twice() -> None:
    paris = grid("Europe/Paris", 15, OfficeHours((WeeklySpan(EVERY_DAY, 60, 150),)))
    assert [
        paris.open_for(parse_instant(f"2026-10-25T{time}")) // MINUTE
        for time in ("01:00+02:00", "02:29+02:00", "02:30+02:00", "02:00+01:00", "02:30+01:00")
    ] == [90, 1, 0, 30, 0]


def test_an_office_that_opens_in_the_repeated_hour_opens_twice() -> None:
    paris = grid("Europe/Paris", 15, OfficeHours((WeeklySpan(EVERY_DAY, 150, 240),)))
    assert [
        paris.open_for(parse_instant(f"2026-10-25T{time}")) // MINUTE
        for time in ("02:29+02:00", "02:30+02:00", "02:00+01:00", "02:30+01:00")
    ] == [0, 30, 0, 90]


def test_an_office_whose_hours_are_skipped_is_closed_that_day() -> None:
    hours = OfficeHours((WeeklySpan(EVERY_DAY, 130, 170),))
    paris = grid("Europe/Paris", 5, hours)
    assert paris.day(date(2026, 3, 29)).slots == ()
    assert paris.open_for(parse_instant("2026-03-29T03:00+02:00")) == 0


def test_an_office_whose_closing_time_is_skipped_closes_at_the_clock_change() -> None:
    paris = grid("Europe/Paris", 15, OfficeHours((WeeklySpan(EVERY_DAY, 60, 150),)))
    assert paris.open_for(parse_instant("2026-03-29T01:00+01:00")) == HOUR


def test_a_holiday_ends_longer_office_hours() -> None:
    hours = OfficeHours(holidays=(CalendarDay(3, 4),))
    assert grid("UTC", 15, hours).open_for(parse_instant("2026-03-02T12:00Z")) == 36 * HOUR


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-03-02T08:55Z", "2026-03-02T09:00Z"),
        ("2026-03-02T09:00Z", "2026-03-06T09:00Z"),
        ("2026-03-06T23:00Z", "2026-03-09T09:00Z"),
    ],
)
def test_the_next_opening_follows_a_time_when_the_office_is_closed(now: str, opening: str) -> None:
    nonstop = WeeklySpan(frozenset({0, 1, 2}), 9 * 60, 9 * 60)  # without a break until Thursday
    weekend = WeeklySpan(frozenset({4}), 9 * 60, 10 * 60)
    opened = grid("UTC", hours=OfficeHours((nonstop, weekend)))
    assert run_to_end(opened.next_opening(parse_instant(now))) == parse_instant(opening)


@pytest.mark.slow
def test_an_office_that_never_closes_or_never_opens_has_no_next_opening() -> None:
    assert run_to_end(grid("UTC").next_opening(parse_instant("2026-03-02T08:55Z"))) is None
    assert run_to_end(grid("UTC", hours=OfficeHours(())).next_opening(parse_instant("2026-03-02T08:55Z"))) is None


def test_the_cached_dates_of_a_grid_take_at_most_200_kilobytes() -> None:
    kolkata = grid("Asia/Kolkata")
    tracemalloc.start()
    try:
        for day in range(5_000):
            kolkata.date_of(day * DAY)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 200_000


def test_an_instant_is_on_the_date_that_the_wall_clock_of_the_zone_shows() -> None:
    kolkata = grid("Asia/Kolkata")
    midnight = parse_instant("2026-03-03T00:00+05:30")
    assert [kolkata.date_of(midnight + after) for after in (-1, 0)] == [MONDAY, MONDAY + ONE_DAY]


def test_an_office_that_opens_after_the_repeated_hour_opens_once() -> None:
    paris = grid("Europe/Paris", hours=OfficeHours((WeeklySpan(EVERY_DAY, 180, 240),)))
    assert run_to_end(paris.next_opening(parse_instant("2026-10-25T00:00Z"))) == parse_instant("2026-10-25T03:00+01:00")


def test_after_the_last_slot_of_a_date_the_next_one_starts_on_the_next_date() -> None:
    utc = grid("UTC", 120)
    midnight = parse_instant("2026-03-03T00:00Z")
    assert [utc.next_start(midnight + after) for after in (1 - 2 * HOUR, 0, 1)] == [
        midnight,
        midnight,
        midnight + 2 * HOUR,
    ]


def test_a_grid_drops_its_cached_day_when_the_cache_budget_is_spent() -> None:
    utc = grid("UTC", 120)
    first = utc.day(MONDAY)
    BUDGET.spend(1 << 60)
    assert utc.day(MONDAY) is not first
