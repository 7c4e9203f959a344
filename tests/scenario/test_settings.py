"""What each key of a scenario file sets, and what is inherited."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.capacity import Capacity, SeatsAt
from mockgms.domain.hours import CalendarDay, ExtraSpan, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY, MINUTE, SECOND
from mockgms.domain.service import Booked, Lifecycle, NumberChecks, Preset, Service, ThrottleWindow, Wait
from mockgms.scenario.model import (
    Auth,
    Basic,
    ClockStart,
    EmptyAvailability,
    PastDesiredTime,
    Scenario,
    SlotConflictStatus,
)

Parse = Callable[[str], Scenario]
Serve = Callable[[str], Service]
WORKDAYS = frozenset({0, 1, 2, 3, 4})


def test_every_key_of_a_scenario_sets_its_field(parse: Parse) -> None:
    scenario = parse("""\
        seed: 7
        dialect: "8.5.1"
        slot_conflict_status: {v1: 429}
        empty_availability: {v1: empty, v3: refuse}
        past_desired_time: {v3: refuse}
        local_time: naive
        clock: {now: 2026-03-02T08:55:00Z, frozen: true}
        cors: false
        auth: {api_keys: [KEY-1, KEY-2], basic: {username: u, password: p}, missing: 401}
        unknown_services: refuse
        services: {sales: {}, support: }
    """)
    assert scenario == Scenario(
        name="text",
        description="x",
        services={"sales": Service("sales"), "support": Service("support")},
        fallback=None,
        seed=7,
        dialect="8.5.1",
        clock=ClockStart(1_772_441_700_000, frozen=True),
        cors=False,
        auth=Auth(frozenset({"KEY-1", "KEY-2"}), Basic("u", "p"), 401),
        local_time="naive",
        slot_conflict_status=SlotConflictStatus(v1=429),
        empty_availability=EmptyAvailability("empty", "refuse"),
        past_desired_time=PastDesiredTime(v3="refuse"),
    )


def test_every_key_of_a_service_sets_its_field(serve: Serve) -> None:
    service = serve("""\
        timezone: Europe/Paris
        time_bucket: 30
        capacity: [{hours: Mon-Fri 09:00-12:00, seats: 10}]
        office_hours: [Mon-Fri 09:00-18:00]
        extra_hours: [2026-12-24 09:00-12:00]
        holidays: [2026-12-25, 01-01]
        horizon: 31d
        execution_buffer: 15s
        refuse_immediate_when_closed: true
        max_queued: 1000
        throttle: [{limit: 500, per: 5m}, {limit: 1000, per: 1h}]
        per_number_per_day: 6
        in_queue_check: strict
        numbers: {country: NO, refuse_impossible: true, refuse_premium: true}
        lifecycle: {queued: 60s, routing: 15s, processing: 3m}
        wait: {handle_time: 90s}
        lookup_keys: [_customer_number]
        booked: {share: 50%, days: 2}
        slots: [{start: 2026-03-02T10:00:00Z, free: 1}, {start: 2026-03-02T11:00:00Z, closed: true}]
    """)
    assert service == Service(
        name="sales",
        timezone=ZoneInfo("Europe/Paris"),
        time_bucket=30,
        capacity=Capacity(0, (SeatsAt(WeeklySpan(WORKDAYS, 540, 720), 10),)),
        hours=OfficeHours(
            (WeeklySpan(WORKDAYS, 540, 1080),),
            (ExtraSpan(CalendarDay(12, 24, 2026), 540, 720),),
            (CalendarDay(12, 25, 2026), CalendarDay(1, 1)),
        ),
        horizon=31 * DAY,
        execution_buffer=15 * SECOND,
        refuse_immediate_when_closed=True,
        max_queued=1_000,
        max_in_queue=1,
        throttles=(ThrottleWindow(500, 5 * MINUTE), ThrottleWindow(1_000, 60 * MINUTE)),
        per_number_per_day=6,
        numbers=NumberChecks("NO", refuse_impossible=True, refuse_premium=True),
        lifecycle=Lifecycle(60 * SECOND, 15 * SECOND, 3 * MINUTE),
        wait=Wait(90 * SECOND),
        lookup_keys=("_customer_number",),
        booked=Booked(0.5, 2),
        slots=(Preset(1_772_445_600_000, 1), Preset(1_772_449_200_000, closed=True)),
    )


def test_one_value_can_be_set_for_both_versions(parse: Parse) -> None:
    scenario = parse("slot_conflict_status: 429\nempty_availability: empty\npast_desired_time: immediate")
    assert scenario.slot_conflict_status == SlotConflictStatus(429, 429)
    assert scenario.empty_availability == EmptyAvailability("empty", "empty")
    assert scenario.past_desired_time == PastDesiredTime("immediate", "immediate")


@pytest.mark.parametrize(("check", "most"), [("false", None), ("true", 2), ("strict", 1)])
def test_the_in_queue_check_sets_how_many_callbacks_of_one_number_may_wait(
    check: str, most: int | None, serve: Serve
) -> None:
    assert serve(f"in_queue_check: {check}").max_in_queue == most


def test_a_service_inherits_from_the_star_what_it_does_not_set(parse: Parse) -> None:
    scenario = parse("""\
        services:
          "*": {capacity: 3, numbers: {country: FR, refuse_premium: true}, holidays: [01-01], booked: {share: 10%}}
          sales: {time_bucket: 60, numbers: {country: US}, holidays: [12-25], booked: {days: 1}}
          support: {booked: null}
    """)
    sales, support = scenario.services["sales"], scenario.services["support"]
    assert (sales.capacity, sales.time_bucket) == (Capacity(3), 60)
    assert sales.numbers == NumberChecks("US", refuse_premium=True)
    assert sales.hours.holidays == (CalendarDay(12, 25),)
    assert sales.booked == Booked(0.1, 1)
    assert (support.capacity, support.booked) == (Capacity(3), None)
    assert scenario.fallback == Service(
        capacity=Capacity(3),
        numbers=NumberChecks("FR", refuse_premium=True),
        hours=OfficeHours(holidays=(CalendarDay(1, 1),)),
        booked=Booked(0.1, 5),
    )


def test_the_throttles_of_a_service_replace_those_of_the_star(parse: Parse) -> None:
    scenario = parse("""\
        services:
          "*": {throttle: [{limit: 1, per: 1m}, {limit: 2, per: 2m}]}
          one: {throttle: [{limit: 3, per: 3m}]}
          none: {throttle: []}
          same: {}
    """)
    assert scenario.services["one"].throttles == (ThrottleWindow(3, 3 * MINUTE),)
    assert scenario.services["none"].throttles == ()
    assert scenario.services["same"].throttles == (ThrottleWindow(1, MINUTE), ThrottleWindow(2, 2 * MINUTE))
