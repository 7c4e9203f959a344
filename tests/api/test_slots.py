from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.api.slots import LocalTimeForm, local_text, slot_list, slot_map, utc_text
from mockgms.domain.instants import DAY, Instant, parse_instant
from mockgms.domain.slots import Availability, DaySlots, Run, Slot

PARIS = ZoneInfo("Europe/Paris")

FIRST, SECOND, THIRD, FOURTH = (
    parse_instant(text)
    for text in ("2026-03-28T22:45:00Z", "2026-03-28T23:00:00Z", "2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z")
)
SATURDAY = DaySlots([Slot(FIRST - 1, 9, 9), Slot(FIRST, 3, 5)])
SUNDAY = DaySlots([Slot(SECOND, 0, 5), Slot(THIRD, 5, 5), Slot(FOURTH, 1, 10), Slot(FOURTH + 1, 9, 9)])
AVAILABILITY = Availability((Run(SATURDAY, 1, 2), Run(SUNDAY, 0, 3)))
NOTHING = Availability(())


def test_a_slot_map_has_the_free_seats_of_each_start() -> None:
    assert slot_map(AVAILABILITY) == (
        b'{"2026-03-28T22:45:00.000Z":3,"2026-03-28T23:00:00.000Z":0,'
        b'"2026-03-29T00:45:00.000Z":5,"2026-03-29T01:00:00.000Z":1}'
    )


def test_a_slot_list_has_the_local_time_with_its_offset() -> None:
    assert slot_list(AVAILABILITY, PARIS, "offset") == (
        b'[{"utcTime":"2026-03-28T22:45:00.000Z","localTime":"2026-03-28T23:45:00.000+01:00","capacity":3,"total":5},'
        b'{"utcTime":"2026-03-28T23:00:00.000Z","localTime":"2026-03-29T00:00:00.000+01:00","capacity":0,"total":5},'
        b'{"utcTime":"2026-03-29T00:45:00.000Z","localTime":"2026-03-29T01:45:00.000+01:00","capacity":5,"total":5},'
        b'{"utcTime":"2026-03-29T01:00:00.000Z","localTime":"2026-03-29T03:00:00.000+02:00","capacity":1,"total":10}]'
    )


def test_a_slot_list_can_have_the_local_time_without_an_offset() -> None:
    only = Availability((Run(SUNDAY, 2, 3),))
    assert slot_list(only, PARIS, "naive") == (
        b'[{"utcTime":"2026-03-29T01:00:00.000Z","localTime":"2026-03-29T03:00:00.000","capacity":1,"total":10}]'
    )


def test_the_same_slots_can_be_listed_in_different_zones() -> None:
    only = Availability((Run(SUNDAY, 2, 3),))
    zones = {name: ZoneInfo(name) for name in ("UTC", "Asia/Kathmandu", "America/New_York")}
    assert {
        name: msgspec.json.decode(slot_list(only, zone, "offset"))[0]["localTime"] for name, zone in zones.items()
    } == {
        "UTC": "2026-03-29T01:00:00.000+00:00",
        "Asia/Kathmandu": "2026-03-29T06:45:00.000+05:45",
        "America/New_York": "2026-03-28T21:00:00.000-04:00",
    }


def test_without_slots_the_map_and_the_list_are_empty() -> None:
    assert slot_map(NOTHING) == b"{}"
    assert slot_list(NOTHING, PARIS, "offset") == b"[]"


@given(st.integers(0, 400 * 366 * DAY))
def test_the_utc_text_of_an_instant_parses_to_the_same_instant(instant: Instant) -> None:
    assert parse_instant(utc_text(instant)) == instant


@pytest.mark.parametrize("form", ["offset", "naive"])
@given(instant=st.integers(0, 400 * 366 * DAY), name=st.sampled_from(["UTC", "Asia/Kolkata", "Pacific/Chatham"]))
def test_the_local_text_of_an_instant_parses_to_the_same_local_time(
    form: LocalTimeForm, instant: Instant, name: str
) -> None:
    zone = ZoneInfo(name)
    read = parse_instant(local_text(instant, zone, form), zone)
    # Where the clocks go back, a time without its offset is read as the first of the two that show it.
    assert read == instant or (form == "naive" and local_text(read, zone, form) == local_text(instant, zone, form))
