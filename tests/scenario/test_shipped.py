"""The shipped scenarios have the settings that their descriptions state."""

from zoneinfo import ZoneInfo

from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import OfficeHours
from mockgms.domain.instants import DAY, HOUR, MINUTE, SECOND, parse_instant
from mockgms.domain.service import Booked, NumberChecks, Service, ThrottleWindow
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario, SlotConflictStatus


def shipped(name: str) -> tuple[Scenario, Service]:
    scenario = Catalog().named(name)
    assert scenario.fallback is not None
    assert scenario.warnings == ()
    return scenario, scenario.fallback


def test_default_has_only_the_rules_of_the_magic_numbers() -> None:
    scenario, _ = shipped("default")
    magic, _ = shipped("magic-numbers")
    assert len(magic.rules) > 0
    assert scenario == Scenario("default", scenario.description, rules=magic.rules)


def test_office_hours_close_at_lunch_on_sundays_and_on_holidays() -> None:
    _, service = shipped("office-hours")
    assert service.timezone == ZoneInfo("Europe/Paris")
    openings = {
        text: service.grid.is_open(parse_instant(text))
        for text in (
            "2026-03-02T09:00:00+01:00",
            "2026-03-02T12:30:00+01:00",
            "2026-03-30T09:00:00+02:00",
            "2026-03-07T13:59:00+01:00",
            "2026-03-08T10:00:00+01:00",
            "2026-05-01T10:00:00+02:00",
            "2026-12-24T10:00:00+01:00",
            "2026-12-24T15:00:00+01:00",
        )
    }
    assert list(openings.values()) == [True, False, True, True, False, False, True, False]


def test_nearly_full_is_office_hours_with_customers() -> None:
    scenario, service = shipped("nearly-full")
    _, office = shipped("office-hours")
    assert service.booked == Booked(0.9, 7)
    assert (service.hours, service.capacity) == (office.hours, office.capacity)
    assert scenario.seed == 20


def test_gms_defaults_has_the_default_values_of_gms() -> None:
    scenario, service = shipped("gms-defaults")
    assert scenario.dialect == "8.5.1"
    assert service == Service(
        time_bucket=5,
        capacity=Capacity(100),
        hours=OfficeHours(),
        horizon=31 * DAY,
        execution_buffer=120 * SECOND,
        max_queued=1_000,
        max_in_queue=2,
        throttles=(ThrottleWindow(500, 5 * MINUTE), ThrottleWindow(1_000, HOUR)),
        per_number_per_day=6,
        numbers=NumberChecks("US", refuse_impossible=True, refuse_premium=True),
        lookup_keys=("_customer_number",),
    )


def test_ges_capacity_answers_a_full_slot_with_429_on_v3() -> None:
    scenario, service = shipped("ges-capacity")
    assert scenario.slot_conflict_status == SlotConflictStatus(v1=400, v3=429)
    assert service.capacity == Capacity(1)
