import time

import pytest

from mockgms.domain.clock import Clock, ClockExport
from mockgms.domain.instants import DAY, EARLIEST, HOUR, LATEST, MINUTE, render_instant

START = 1_772_438_400_000  # 2026-03-02T08:00Z


def wall() -> int:
    return time.time_ns() // 1_000_000


def test_a_clock_shows_the_real_time_by_default() -> None:
    clock = Clock()
    before, shown, after = wall(), clock.now(), wall()
    assert before <= shown <= after
    assert not clock.frozen


def test_a_running_clock_runs_from_its_start() -> None:
    before = wall()
    clock = Clock(START)
    shown = clock.now()
    assert START <= shown <= START + wall() - before


def test_a_frozen_clock_shows_its_start() -> None:
    clock = Clock(START, frozen=True)
    assert clock.frozen
    assert [clock.now(), clock.now()] == [START, START]


def test_a_frozen_clock_always_shows_its_start_to_the_millisecond() -> None:
    assert {Clock(START, frozen=True).now() for _ in range(20_000)} == {START}


def test_a_frozen_clock_without_a_start_shows_the_time_of_its_creation() -> None:
    before = wall()
    clock = Clock(frozen=True)
    assert before <= clock.now() <= wall()
    assert clock.now() == clock.now()


def test_a_frozen_clock_that_is_set_stays_frozen() -> None:
    clock = Clock(START, frozen=True)
    clock.set(START - HOUR)
    assert (clock.now(), clock.frozen) == (START - HOUR, True)


def test_a_running_clock_that_is_set_runs_from_that_time() -> None:
    clock = Clock()
    before = wall()
    clock.set(START)
    assert START <= clock.now() <= START + wall() - before
    assert not clock.frozen


def test_a_frozen_clock_is_advanced_by_a_duration() -> None:
    clock = Clock(START, frozen=True)
    clock.advance(15 * MINUTE)
    clock.advance(-MINUTE)
    assert clock.now() == START + 14 * MINUTE


def test_a_running_clock_is_advanced_by_a_duration() -> None:
    before = wall()
    clock = Clock(START)
    clock.advance(HOUR)
    assert START + HOUR <= clock.now() <= START + HOUR + wall() - before


def test_a_frozen_clock_that_is_started_runs_from_the_frozen_time() -> None:
    clock = Clock(START, frozen=True)
    before = wall()
    clock.run()
    assert START <= clock.now() <= START + wall() - before
    assert not clock.frozen


def test_starting_a_running_clock_changes_nothing() -> None:
    before = wall()
    clock = Clock(START)
    clock.run()
    assert START <= clock.now() <= START + wall() - before


def test_freezing_a_clock_keeps_its_time() -> None:
    before = wall()
    clock = Clock(START)
    clock.freeze()
    shown = clock.now()
    assert START <= shown <= START + wall() - before
    assert (clock.now(), clock.frozen) == (shown, True)


def test_a_clock_is_not_advanced_beyond_the_last_time() -> None:
    clock = Clock(START, frozen=True)
    for _ in range(3):
        clock.advance(4_000_000 * DAY)
    assert render_instant(clock.now()) == "9997-12-31T23:59:59.999Z"


@pytest.mark.parametrize("frozen", [True, False])
def test_a_clock_set_beyond_the_first_or_last_time_shows_that_time(frozen: bool) -> None:
    clock = Clock(START, frozen=frozen)
    for instant, shown in ((LATEST + DAY, LATEST), (EARLIEST - DAY, EARLIEST)):
        clock.set(instant)
        assert shown <= clock.now() <= min(shown + HOUR, LATEST)
    clock.restore_state(ClockExport(None, LATEST))
    assert (clock.now(), clock.frozen) == (LATEST, False)
    clock.set(START)
    assert START <= clock.now() <= START + HOUR


def test_the_state_of_a_frozen_clock_can_be_restored() -> None:
    clock, other = Clock(1_000, frozen=True), Clock()
    other.restore_state(clock.export_state())
    assert (other.frozen, other.now(), other.export_state()) == (True, 1_000, ClockExport(1_000, 0))


def test_the_state_of_a_running_clock_can_be_restored() -> None:
    clock, other = Clock(), Clock(1_000, frozen=True)
    clock.advance(60_000)
    other.restore_state(clock.export_state())
    assert (other.frozen, other.export_state()) == (False, clock.export_state())
    assert clock.export_state().frozen_at is None


def test_the_exported_state_of_a_running_clock_is_its_lead() -> None:
    clock = Clock()
    clock.restore_state(ClockExport(None, HOUR))
    assert clock.export_state() == ClockExport(None, HOUR)


def test_the_exported_state_of_a_frozen_clock_is_its_time() -> None:
    clock = Clock()
    clock.restore_state(ClockExport(None, HOUR))
    clock.freeze()
    assert clock.export_state() == ClockExport(clock.now(), 0)
