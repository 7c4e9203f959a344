"""The overview of a service: each slot of a period, with its state and the reason."""

from collections.abc import Generator, Iterator
from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import ScheduleCallback
from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import EVERY_DAY, CalendarDay, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY, HOUR, MINUTE, parse_instant
from mockgms.domain.overview import SlotState, SlotStatus, open_slots, overview, slot_status
from mockgms.domain.service import Service, Services
from mockgms.domain.slots import Slot

NINE = parse_instant("2026-03-02T09:00Z")
QUARTER = 15 * MINUTE
NOW = NINE + QUARTER
SALES = Service(
    "sales",
    capacity=Capacity(2),
    hours=OfficeHours((WeeklySpan(EVERY_DAY, 9 * 60, 10 * 60 + 45),)),
    horizon=HOUR,
)


def booked(service: Service, *, taken: dict[int, int], closed: tuple[int, ...] = ()) -> Bookings:
    """Return bookings with these numbers of taken seats, and with these slots closed."""
    bookings = Bookings(Services({service.name: service}, None), lambda: str(len(bookings)))
    for start, seats in taken.items():
        bookings.book_without_limits(ScheduleCallback(service, "5115", start, seats=seats), NOW)
    for start in closed:
        bookings.calendar(service).close(start)
    return bookings


def seen(start: int, free: int, state: SlotState, reason: str | None = None) -> SlotStatus:
    return SlotStatus(Slot(start, free, 2), state, reason)


def result(steps: Generator[None, None, Iterator[SlotStatus]]) -> list[SlotStatus]:
    """Return the result after all steps."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return list(end.value)


def test_the_overview_has_the_state_of_each_slot_of_the_period() -> None:
    quarters = [NINE + turn * QUARTER for turn in range(8)]
    bookings = booked(SALES, taken={quarters[2]: 1, quarters[3]: 2, quarters[4]: 2}, closed=(quarters[0], quarters[4]))
    found = list(overview(SALES, bookings.calendar(SALES), quarters[0], quarters[7] + 1, NOW))
    assert found == [
        seen(quarters[0], 2, SlotState.PAST, "has begun"),
        seen(quarters[1], 2, SlotState.FREE),
        seen(quarters[2], 1, SlotState.TAKEN),
        seen(quarters[3], 0, SlotState.FULL),
        seen(quarters[4], 0, SlotState.CLOSED, "closed by hand"),
        seen(quarters[5], 2, SlotState.FREE),
        seen(quarters[6], 2, SlotState.BEYOND, "beyond the horizon"),
        seen(quarters[7], 2, SlotState.CLOSED, "out of hours"),
    ]


def test_the_period_of_an_overview_includes_its_start_but_not_its_end() -> None:
    calendar = booked(SALES, taken={}).calendar(SALES)
    assert [each.slot.start for each in overview(SALES, calendar, NOW, NOW + QUARTER, NOW)] == [NOW]


def test_without_a_horizon_no_slot_is_beyond_it() -> None:
    service = Service("sales", capacity=Capacity(2))
    calendar = booked(service, taken={}).calendar(service)
    assert slot_status(service, calendar, Slot(NOW + 365 * DAY, 2, 2), NOW) == seen(NOW + 365 * DAY, 2, SlotState.FREE)


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("2026-03-02T20:00+05:30", "out of hours"),
        ("2026-03-03T00:30+05:30", "a holiday"),  # still the day before in UTC
        ("2026-03-03T12:00+05:30", "a holiday"),
        ("2026-03-04T00:30+05:30", "out of hours"),
    ],
)
def test_a_holiday_is_a_date_in_the_zone_of_the_service(start: str, reason: str) -> None:
    hours = OfficeHours((WeeklySpan(EVERY_DAY, 9 * 60, 18 * 60),), holidays=(CalendarDay(3, 3, 2026),))
    service = Service("sales", timezone=ZoneInfo("Asia/Kolkata"), time_bucket=30, capacity=Capacity(2), hours=hours)
    calendar = booked(service, taken={}).calendar(service)
    at = parse_instant(start)
    assert slot_status(service, calendar, Slot(at, 2, 2), NOW) == seen(at, 2, SlotState.CLOSED, reason)


def test_a_slot_without_seats_is_full() -> None:
    service = Service("sales", capacity=Capacity(0))
    calendar = booked(service, taken={}).calendar(service)
    slot = Slot(NOW, 0, 0)
    assert slot_status(service, calendar, slot, NOW) == SlotStatus(slot, SlotState.FULL, None)


def test_open_slots_are_the_coming_slots_within_hours_and_horizon_free_or_full() -> None:
    quarters = [NINE + turn * QUARTER for turn in range(8)]
    bookings = booked(SALES, taken={quarters[2]: 1, quarters[3]: 2}, closed=(quarters[4],))
    assert result(open_slots(SALES, bookings.calendar(SALES), quarters[0], quarters[7] + 1, NOW)) == [
        seen(quarters[1], 2, SlotState.FREE),
        seen(quarters[2], 1, SlotState.TAKEN),
        seen(quarters[3], 0, SlotState.FULL),
        seen(quarters[5], 2, SlotState.FREE),
    ]
    assert result(open_slots(SALES, bookings.calendar(SALES), quarters[2], quarters[3], NOW)) == [
        seen(quarters[2], 1, SlotState.TAKEN)
    ]


def test_open_slots_are_searched_with_one_step_for_each_day() -> None:
    service = Service("sales", time_bucket=120, capacity=Capacity(2))
    calendar = booked(service, taken={}).calendar(service)
    steps = list(open_slots(service, calendar, NOW, NOW + 3 * DAY, NOW))
    assert steps == [None] * 4
