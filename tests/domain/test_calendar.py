from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.blocks import Block
from mockgms.domain.calendar import AvailabilityQuery, Calendar
from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import EVERY_DAY, CalendarDay, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY, HOUR, LATEST, MINUTE, parse_instant, render_instant
from mockgms.domain.refusals import OfficeClosed, SlotFull, TimeBeyondHorizon, TimePast, TimeUnavailable
from mockgms.domain.service import Service
from mockgms.domain.slots import Availability, Slot
from mockgms.http.messages import run_to_end

QUARTER = 15 * MINUTE
NINE = parse_instant("2026-03-02T09:00Z")  # a Monday
SALES = Service("sales", capacity=Capacity(2))
OFFICE = replace(SALES, hours=OfficeHours((WeeklySpan(frozenset(range(5)), 9 * 60, 10 * 60),)))


def availability(
    calendar: Calendar,
    start: int,
    end: int,
    now: int = NINE,
    *,
    max_slots: int | None = None,
    include_full: bool = False,
) -> tuple[list[Slot], bool]:
    """Return the slots, and whether the office is closed during the whole period."""
    query = AvailabilityQuery(SALES, start, end, max_slots, include_full)
    return list(calendar.availability(query, now).slots), calendar.nothing_free(query, now).closed


def fill(calendar: Calendar, *starts: int) -> None:
    for start in starts:
        for _ in range(calendar.slot_of(start).free):
            calendar.take(start, start)


def refusal(attempt: Callable[[], object]) -> tuple[type[TimeUnavailable], dict[str, object]]:
    with pytest.raises(TimeUnavailable) as refused:
        attempt()
    return type(refused.value), vars(refused.value)


def quarters(*numbers: int) -> tuple[Slot, ...]:
    """Return free slots that start these numbers of quarter hours after nine."""
    return tuple(Slot(NINE + number * QUARTER, 2, 2) for number in numbers)


def test_a_slot_without_bookings_is_free() -> None:
    assert Calendar(SALES).slot_of(NINE) == Slot(NINE, 2, 2)


def test_taking_a_seat_reduces_the_free_seats_and_releasing_it_restores_them() -> None:
    calendar = Calendar(SALES)
    assert calendar.take(NINE + 7 * MINUTE, NINE) == NINE
    assert calendar.slot_of(NINE) == Slot(NINE, 1, 2)
    calendar.release(NINE)
    assert calendar.slot_of(NINE) == Slot(NINE, 2, 2)


def test_a_full_slot_is_refused_with_the_five_free_slots_after_the_desired_time() -> None:
    calendar = Calendar(SALES)
    fill(calendar, NINE, NINE + 2 * QUARTER)
    desired = NINE + 7 * MINUTE
    assert refusal(lambda: calendar.take(desired, NINE)) == (
        SlotFull,
        {"desired": desired, "proposed": quarters(1, 3, 4, 5, 6)},
    )
    assert calendar.slot_of(NINE) == Slot(NINE, 0, 2)


def test_a_service_without_seats_has_nothing_to_propose() -> None:
    calendar = Calendar(replace(SALES, capacity=Capacity(0)))
    assert refusal(lambda: calendar.take(NINE, NINE)) == (SlotFull, {"desired": NINE, "proposed": ()})


def test_a_desired_time_outside_office_hours_is_refused_with_the_next_open_slots() -> None:
    desired = NINE + 55 * MINUTE + QUARTER
    tuesday = quarters(*(96 + quarter for quarter in range(4)))
    assert refusal(lambda: Calendar(OFFICE).check_time(desired, NINE)) == (
        OfficeClosed,
        {"desired": desired, "proposed": (*tuesday, *quarters(192))},
    )


def test_only_slots_of_the_next_14_days_are_proposed() -> None:
    closed = tuple(CalendarDay(3, day) for day in range(3, 17))
    service = replace(OFFICE, hours=replace(OFFICE.hours, holidays=closed))
    desired = NINE + 2 * HOUR
    assert refusal(lambda: Calendar(service).check_time(desired, NINE))[1] == {"desired": desired, "proposed": ()}
    later = NINE + 2 * HOUR + DAY
    assert refusal(lambda: Calendar(service).check_time(later, NINE))[1] == {
        "desired": later,
        "proposed": quarters(*(15 * 96 + quarter for quarter in range(4))),
    }


@pytest.mark.parametrize("desired", [NINE - 1, NINE - 400 * DAY])
def test_a_past_desired_time_is_refused_with_the_next_slots_from_now(desired: int) -> None:
    assert refusal(lambda: Calendar(SALES).check_time(desired, NINE)) == (
        TimePast,
        {"desired": desired, "proposed": quarters(0, 1, 2, 3, 4)},
    )


def test_the_present_time_can_be_desired() -> None:
    Calendar(SALES).check_time(NINE, NINE)


def test_a_desired_time_beyond_the_horizon_is_refused() -> None:
    calendar = Calendar(replace(SALES, horizon=DAY))
    calendar.check_time(NINE + DAY, NINE)
    assert refusal(lambda: calendar.check_time(NINE + DAY + 1, NINE)) == (
        TimeBeyondHorizon,
        {"desired": NINE + DAY + 1, "proposed": ()},
    )


def test_slots_are_proposed_up_to_the_horizon() -> None:
    calendar = Calendar(replace(SALES, horizon=2 * QUARTER))
    fill(calendar, NINE)
    assert refusal(lambda: calendar.take(NINE, NINE))[1] == {"desired": NINE, "proposed": quarters(1, 2)}


def test_check_open_accepts_a_time_within_office_hours() -> None:
    Calendar(OFFICE).check_open(NINE, NINE)


def test_availability_has_the_slots_that_start_in_the_period() -> None:
    calendar = Calendar(SALES)
    assert availability(calendar, NINE, NINE + 3 * QUARTER) == ([*quarters(0, 1, 2)], False)
    assert availability(calendar, NINE + 1, NINE + 3 * QUARTER + 1) == ([*quarters(1, 2, 3)], False)


def test_a_slot_that_has_begun_is_not_available() -> None:
    assert availability(Calendar(SALES), NINE - DAY, NINE + 2 * QUARTER, NINE + 1) == ([*quarters(1)], False)


def test_availability_ends_at_the_horizon() -> None:
    service = replace(SALES, horizon=QUARTER)
    assert availability(Calendar(service), NINE, NINE + DAY) == ([*quarters(0, 1)], False)


def test_availability_continues_after_midnight_and_after_closed_days() -> None:
    friday = NINE + 4 * DAY
    slots = [Slot(friday + day * DAY + quarter * QUARTER, 2, 2) for day in (0, 3) for quarter in range(4)]
    assert availability(Calendar(OFFICE), friday, friday + 4 * DAY) == (slots, False)


def test_availability_has_only_the_free_seats() -> None:
    calendar = Calendar(SALES)
    calendar.take(NINE, NINE)
    assert availability(calendar, NINE, NINE + 2 * QUARTER) == ([Slot(NINE, 1, 2), *quarters(1)], False)
    calendar.take(NINE, NINE)
    assert availability(calendar, NINE, NINE + 2 * QUARTER) == ([*quarters(1)], False)
    calendar.release(NINE)
    assert availability(calendar, NINE, NINE + 2 * QUARTER) == ([Slot(NINE, 1, 2), *quarters(1)], False)


def test_a_closed_slot_is_not_available_until_it_is_reopened() -> None:
    calendar = Calendar(SALES)
    calendar.take(NINE + QUARTER, NINE)
    second = Slot(NINE + QUARTER, 1, 2)
    assert availability(calendar, NINE, NINE + 2 * QUARTER) == ([*quarters(0), second], False)
    calendar.close(NINE)
    assert availability(calendar, NINE, NINE + 2 * QUARTER) == ([second], False)
    calendar.close(NINE + QUARTER)
    assert availability(calendar, NINE, NINE + 2 * QUARTER) == ([], True)
    calendar.reopen(NINE)
    assert availability(calendar, NINE, NINE + 2 * QUARTER) == ([*quarters(0)], False)
    calendar.reopen(NINE + QUARTER)
    assert availability(calendar, NINE, NINE + 2 * QUARTER) == ([*quarters(0), second], False)


def test_a_calendar_caches_the_answers_to_8_queries() -> None:
    calendar = Calendar(SALES)
    queries = [AvailabilityQuery(SALES, NINE, NINE + count * QUARTER) for count in range(1, 10)]
    kept = [calendar.availability(query, NINE) for query in queries[:8]]
    assert all(calendar.availability(query, NINE) is answer for query, answer in zip(queries, kept, strict=False))
    calendar.availability(queries[8], NINE)
    assert not any(calendar.availability(query, NINE) is answer for query, answer in zip(queries, kept, strict=False))


def test_availability_can_include_full_slots() -> None:
    calendar = Calendar(SALES)
    fill(calendar, NINE)
    assert availability(calendar, NINE, NINE + 2 * QUARTER, include_full=True) == (
        [Slot(NINE, 0, 2), *quarters(1)],
        False,
    )


def test_availability_has_at_most_max_slots_free_slots() -> None:
    calendar = Calendar(SALES)
    fill(calendar, NINE + QUARTER)
    assert availability(calendar, NINE, NINE + DAY, max_slots=2) == ([*quarters(0, 2)], False)
    assert availability(calendar, NINE, NINE + QUARTER, max_slots=2) == ([*quarters(0)], False)


def test_full_slots_do_not_count_towards_max_slots() -> None:
    calendar = Calendar(SALES)
    fill(calendar, NINE + QUARTER, NINE + 3 * QUARTER)
    full = Slot(NINE + QUARTER, 0, 2)
    assert availability(calendar, NINE, NINE + 3 * QUARTER, max_slots=3, include_full=True) == (
        [*quarters(0), full, *quarters(2)],
        False,
    )
    assert availability(calendar, NINE, NINE + DAY, max_slots=2, include_full=True) == (
        [*quarters(0), full, *quarters(2)],
        False,
    )


def test_max_slots_counts_across_several_days() -> None:
    monday, tuesday = quarters(0, 1, 2, 3), quarters(96, 97)
    assert availability(Calendar(OFFICE), NINE, NINE + DAY + HOUR, max_slots=6) == (
        [*monday, *tuesday],
        False,
    )
    assert availability(Calendar(OFFICE), NINE, NINE + DAY + HOUR, max_slots=4) == ([*monday], False)


def test_a_period_of_full_slots_is_not_closed() -> None:
    calendar = Calendar(SALES)
    fill(calendar, NINE)
    assert availability(calendar, NINE, NINE + QUARTER) == ([], False)
    assert availability(calendar, NINE, NINE + QUARTER, include_full=True) == ([Slot(NINE, 0, 2)], False)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NINE + HOUR, NINE + 3 * HOUR),  # after hours
        (NINE + 5 * DAY, NINE + 6 * DAY),  # Saturday
        (NINE - DAY, NINE),  # over
        (NINE + HOUR, NINE),  # ends before it begins
    ],
)
def test_a_period_without_an_open_slot_is_closed(start: int, end: int) -> None:
    assert availability(Calendar(OFFICE), start, end) == ([], True)


def test_calendars_share_days_without_bookings() -> None:
    query = AvailabilityQuery(SALES, NINE, NINE + DAY)

    def day(calendar: Calendar) -> object:
        found: Availability = calendar.availability(query, NINE)
        return found.runs[0].day

    booked = Calendar(SALES)
    assert day(Calendar(SALES)) is day(booked)
    booked.take(NINE, NINE)
    assert day(booked) is day(booked)
    assert day(booked) is not day(Calendar(SALES))


def test_a_time_before_the_first_slot_of_a_date_takes_a_seat_of_the_previous_day() -> None:
    service = replace(SALES, timezone=ZoneInfo("America/Havana"), time_bucket=120)
    calendar = Calendar(service)
    half_past_one = parse_instant("2022-03-13T01:30-04:00")
    last = parse_instant("2022-03-12T22:00-05:00")
    assert calendar.take(half_past_one, half_past_one) == last
    assert calendar.slot_of(half_past_one) == Slot(last, 1, 2)


def test_a_time_can_take_a_seat_of_a_slot_that_began_before_the_office_opened() -> None:
    service = replace(SALES, hours=OfficeHours((WeeklySpan(EVERY_DAY, 9 * 60 + 10, 10 * 60),)))
    calendar = Calendar(service)
    desired = NINE + 12 * MINUTE
    calendar.check_time(desired, NINE)
    assert calendar.take(desired, NINE) == NINE
    assert availability(calendar, NINE, NINE + 2 * QUARTER, include_full=True) == (
        [*quarters(1)],
        False,
    )


def test_an_office_stays_open_until_the_next_closed_slot() -> None:
    calendar = Calendar(SALES)
    calendar.close(NINE + 2 * QUARTER)
    calendar.close(NINE + QUARTER)
    assert calendar.open_for(NINE + MINUTE) == QUARTER - MINUTE
    assert calendar.open_for(NINE + QUARTER) == 0
    assert calendar.open_for(NINE + 3 * QUARTER) == 7 * DAY


def test_reopening_a_slot_that_is_not_closed_changes_nothing() -> None:
    calendar = Calendar(SALES)
    calendar.close(NINE)
    calendar.reopen(NINE + QUARTER)
    calendar.reopen(NINE + DAY)
    assert calendar.closed == (NINE,)


def test_an_injected_refusal_does_not_propose_the_refused_slot() -> None:
    assert Calendar(SALES).slot_full(NINE, NINE).proposed == quarters(1, 2, 3, 4, 5)


def test_a_slot_with_one_free_seat_counts_towards_max_slots() -> None:
    calendar = Calendar(SALES)
    calendar.take(NINE, NINE)
    fill(calendar, NINE + QUARTER)
    assert availability(calendar, NINE, NINE + HOUR, max_slots=2, include_full=True) == (
        [Slot(NINE, 1, 2), Slot(NINE + QUARTER, 0, 2), *quarters(2)],
        False,
    )


def test_availability_in_steps_is_the_same_and_is_cached() -> None:
    calendar = Calendar(OFFICE)
    query = AvailabilityQuery(OFFICE, NINE, NINE + 7 * DAY)
    found = Calendar(OFFICE).availability(query, NINE)
    assert run_in_steps(calendar, query) == (8, found)  # dates
    assert run_in_steps(calendar, query) == (0, found)
    calendar.take(NINE, NINE)
    assert run_in_steps(calendar, query)[0] == 8


def run_in_steps(calendar: Calendar, query: AvailabilityQuery) -> tuple[int, Availability]:
    """Return the number of steps and the result."""
    steps, count = calendar.availability_in_steps(query, NINE), 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return count, end.value
        count += 1


def test_a_copy_has_the_same_seats_and_closed_slots_and_changes_independently() -> None:
    calendar = Calendar(SALES)
    calendar.take(NINE, NINE)
    calendar.close(NINE + QUARTER)
    before = availability(calendar, NINE, NINE + HOUR)
    copy = calendar.copy()
    assert availability(copy, NINE, NINE + HOUR) == before
    copy.take(NINE, NINE)
    copy.close(NINE + 2 * QUARTER)
    assert availability(calendar, NINE, NINE + HOUR) == before
    assert availability(copy, NINE, NINE + HOUR) == ([*quarters(3)], False)
    assert (calendar.closed, copy.closed) == ((NINE + QUARTER,), (NINE + QUARTER, NINE + 2 * QUARTER))


def test_all_slots_of_a_period_include_those_outside_office_hours() -> None:
    calendar = Calendar(replace(OFFICE, time_bucket=30))
    calendar.take(NINE, NINE)
    half = 30 * MINUTE
    assert list(calendar.all_slots(NINE - half, NINE + 2 * half)) == [
        Slot(NINE - half, 2, 2),
        Slot(NINE, 1, 2),
        Slot(NINE + half, 2, 2),
    ]
    assert list(calendar.all_slots(NINE + 1, NINE + half)) == []


def test_all_slots_end_at_the_last_instant() -> None:
    calendar = Calendar(replace(SALES, time_bucket=1))
    assert [slot.start for slot in calendar.all_slots(LATEST - MINUTE, LATEST + DAY)] == [LATEST + 1 - MINUTE]


def test_closing_a_slot_does_not_close_the_next_one() -> None:
    calendar = Calendar(SALES)
    calendar.close(NINE)
    calendar.check_time(NINE + QUARTER, NINE)
    assert calendar.take(NINE + QUARTER, NINE) == NINE + QUARTER


def test_a_slot_that_starts_just_after_the_horizon_is_not_available() -> None:
    assert availability(Calendar(replace(SALES, horizon=HOUR - 1)), NINE, NINE + DAY) == (
        [*quarters(0, 1, 2, 3)],
        False,
    )


def test_a_period_that_ends_just_after_midnight_includes_the_slot_of_midnight() -> None:
    midnight = NINE + 15 * HOUR
    assert availability(Calendar(SALES), midnight - QUARTER, midnight + 1) == ([*quarters(59, 60)], False)


def test_the_slots_of_a_day_are_computed_again_only_after_a_change() -> None:
    calendar, query = Calendar(SALES), AvailabilityQuery(SALES, NINE, NINE + HOUR)
    calendar.take(NINE, NINE)
    first = calendar.availability(query, NINE).runs[0].day
    calendar.take(NINE + DAY, NINE)
    assert calendar.availability(query, NINE).runs[0].day is first
    calendar.take(NINE, NINE)
    assert calendar.availability(query, NINE).runs[0].day is not first


NOON = NINE + 3 * HOUR
MONDAY = NINE - 9 * HOUR


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (MONDAY - 3 * DAY, MONDAY, (("over", 3),)),
        (MONDAY - 2 * DAY, MONDAY + DAY, (("over", 2), ("closed", 1))),  # on Monday the office was open in the morning
        (MONDAY, NOON + 1, (("closed", 1),)),
        (MONDAY, NOON, (("over", 1),)),
        (NOON, MONDAY + DAY, (("closed", 1),)),
        (MONDAY + 5 * DAY, MONDAY + 7 * DAY, (("closed", 2),)),
        (MONDAY - DAY, MONDAY + 2 * DAY, (("over", 1), ("closed", 1), ("full", 1))),
        (MONDAY + 4 * DAY, MONDAY + 6 * DAY, (("full", 1), ("closed", 1))),
        (MONDAY + 7 * DAY, MONDAY + 8 * DAY, (("beyond the horizon", 1),)),
        (MONDAY + 6 * DAY, MONDAY + 9 * DAY, (("closed", 1), ("beyond the horizon", 2))),
        (MONDAY + 7 * DAY + 13 * HOUR, MONDAY + 8 * DAY, (("beyond the horizon", 1),)),
        (MONDAY, MONDAY, ()),
    ],
)
def test_a_period_without_a_free_slot_has_a_reason_for_each_date(
    start: int, end: int, days: tuple[tuple[str, int], ...]
) -> None:
    service = replace(OFFICE, horizon=7 * DAY - 4 * HOUR)  # until 8:00 of next Monday
    calendar = Calendar(service)
    for day in (1, 4):
        fill(calendar, *(NINE + day * DAY + number * QUARTER for number in range(4)))
    refusal = calendar.nothing_free(AvailabilityQuery(service, start, end), NOON)
    assert refusal.days == days
    assert refusal.closed is all(reason != "full" for reason, _ in days)


@pytest.mark.parametrize(
    ("end", "reason"),
    [(NINE + HOUR, "over"), (NINE + HOUR + 1, "closed"), (MONDAY + DAY, "closed")],
    ids=["the end of the last slot", "just after it", "the end of the date"],
)
def test_a_date_whose_last_slot_has_begun_is_over_if_the_period_ends_with_that_slot(end: int, reason: str) -> None:
    service = replace(OFFICE, horizon=7 * DAY)
    refusal = Calendar(service).nothing_free(AvailabilityQuery(service, MONDAY, end), NINE + HOUR - 1)
    assert refusal.days == ((reason, 1),)


def test_the_end_of_a_date_without_closing_time_is_over() -> None:
    refusal = Calendar(SALES).nothing_free(AvailabilityQuery(SALES, MONDAY, MONDAY + DAY), MONDAY + DAY - 1)
    assert refusal.days == (("over", 1),)


def test_the_rest_of_the_date_on_which_the_horizon_ends_is_beyond_the_horizon() -> None:
    service = replace(OFFICE, horizon=HOUR)
    calendar = Calendar(service)
    for start, reason in ((NOON + HOUR, "closed"), (NOON + HOUR + 1, "beyond the horizon")):
        query = AvailabilityQuery(service, start, MONDAY + DAY)
        assert calendar.nothing_free(query, NOON).days == ((reason, 1),)


def test_a_closed_slot_is_not_full() -> None:
    calendar = Calendar(SALES)
    calendar.close(NINE)
    assert calendar.nothing_free(AvailabilityQuery(SALES, NINE, NINE + QUARTER), NINE).days == (("closed", 1),)


def test_a_period_after_the_last_instant_has_no_dates() -> None:
    assert Calendar(SALES).nothing_free(AvailabilityQuery(SALES, LATEST + 1, LATEST + DAY), NINE).days == ()


def test_a_calendar_keeps_at_most_a_thousand_blocks_and_drops_the_oldest() -> None:
    calendar = Calendar(Service("sales"))
    for start in range(1_001):
        calendar.block(Block(is_full=False, start=start, end=start + 1, until=start + 10))
    calendar.block(Block(is_full=False, start=5, end=6, until=7))
    assert len(calendar.blocks) == 1_000
    assert calendar.blocks[0].start == 1
    assert (calendar.blocks[-1], calendar.due) == (Block(is_full=False, start=5, end=6, until=7), 7)
    calendar.expire(1_005)
    assert [block.until for block in calendar.blocks] == [*range(1_006, 1_011)]


def next_opening(calendar: Calendar, after: str) -> str | None:
    opening = run_to_end(calendar.next_opening(parse_instant(after)))
    return None if opening is None else render_instant(opening)


def test_the_next_opening_is_not_in_a_slot_that_is_closed_by_hand() -> None:
    calendar = Calendar(OFFICE)
    assert next_opening(calendar, "2026-03-02T08:00Z") == "2026-03-02T09:00:00.000Z"
    calendar.close(NINE)
    assert next_opening(calendar, "2026-03-02T08:00Z") == "2026-03-02T09:15:00.000Z"
    assert next_opening(calendar, "2026-03-02T09:15Z") == "2026-03-03T09:00:00.000Z"
    calendar.close(NINE + 2 * QUARTER)
    assert next_opening(calendar, "2026-03-02T09:15Z") == "2026-03-02T09:45:00.000Z"
    for number in (1, 3):
        calendar.close(NINE + number * QUARTER)
    assert next_opening(calendar, "2026-03-02T08:00Z") == "2026-03-03T09:00:00.000Z"


def test_a_service_that_is_always_open_opens_after_a_slot_that_is_closed_by_hand() -> None:
    calendar = Calendar(SALES)
    calendar.close(parse_instant("2026-03-02T23:45Z"))
    assert next_opening(calendar, "2026-03-02T09:00Z") == "2026-03-03T00:00:00.000Z"
    assert next_opening(calendar, "2026-03-03T00:00Z") is None


def test_each_end_of_a_closure_is_a_step_of_the_search_for_the_next_opening() -> None:
    calendar = Calendar(OFFICE)
    calendar.block(Block(False, NINE, NINE + DAY))
    steps = len(list(calendar.next_opening(NINE - 1)))
    for number in range(1, 11):
        calendar.block(Block(False, NINE, NINE + DAY - number, until=NINE + number * MINUTE))
    assert len(list(calendar.next_opening(NINE - 1))) == steps + 10


def test_a_service_opens_when_a_rule_no_longer_closes_its_slots() -> None:
    calendar = Calendar(OFFICE)
    calendar.block(Block(False, NINE, NINE + 3 * QUARTER, until=NINE + 20 * MINUTE))
    calendar.block(Block(False, NINE, NINE + QUARTER))
    calendar.block(Block(True, NINE, NINE + DAY))  # full slots are open
    assert next_opening(calendar, "2026-03-02T08:00Z") == "2026-03-02T09:20:00.000Z"
    calendar.block(Block(False, NINE, NINE + DAY, WeeklySpan(frozenset({0, 1}), 0, 24 * 60)))
    assert next_opening(calendar, "2026-03-02T08:00Z") == "2026-03-04T09:00:00.000Z"
