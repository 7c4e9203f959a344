import time

import pytest

from mockgms.domain.clock import Clock, ClockExport
from mockgms.domain.instants import DAY, EARLIEST, HOUR, LATEST, MINUTE, render_instant

START = 1_772_438_400_000  # 2026-03-02T08:00Z


def wall() -> int:
    return time.time_ns() // 1_000_000


def test_a_clock_shows_the_wall_clock_at_first() -> None:
    clock = Clock()
    before, shown, after = wall(), clock.now(), wall()
    assert before <= shown <= after
    assert not clock.frozen


def test_a_running_clock_goes_on_from_its_start() -> None:
    before = wall()
    clock = Clock(START)
    shown = clock.now()
    assert START <= shown <= START + wall() - before


def test_a_frozen_clock_stands_still() -> None:
    clock = Clock(START, frozen=True)
    assert clock.frozen
    assert [clock.now(), clock.now()] == [START, START]


def test_a_frozen_clock_shows_its_start_to_the_millisecond_however_long_it_took_to_make() -> None:
    assert {Clock(START, frozen=True).now() for _ in range(20_000)} == {START}


def test_a_clock_that_is_frozen_without_a_start_shows_the_time_it_was_made() -> None:
    before = wall()
    clock = Clock(frozen=True)
    assert before <= clock.now() <= wall()
    assert clock.now() == clock.now()


def test_a_frozen_clock_that_is_set_stands_still_at_that_time() -> None:
    clock = Clock(START, frozen=True)
    clock.set(START - HOUR)
    assert (clock.now(), clock.frozen) == (START - HOUR, True)


def test_a_running_clock_that_is_set_runs_on_from_that_time() -> None:
    clock = Clock()
    before = wall()
    clock.set(START)
    assert START <= clock.now() <= START + wall() - before
    assert not clock.frozen


def test_a_clock_is_moved_on_by_a_duration() -> None:
    clock = Clock(START, frozen=True)
    clock.advance(15 * MINUTE)
    clock.advance(-MINUTE)
    assert clock.now() == START + 14 * MINUTE


def test_a_running_clock_is_moved_on_too() -> None:
    before = wall()
    clock = Clock(START)
    clock.advance(HOUR)
    assert START + HOUR <= clock.now() <= START + HOUR + wall() - before


def test_a_frozen_clock_that_is_let_run_goes_on_from_where_it_stood() -> None:
    clock = Clock(START, frozen=True)
    before = wall()
    clock.run()
    assert START <= clock.now() <= START + wall() - before
    assert not clock.frozen


def test_a_running_clock_that_is_let_run_is_not_disturbed() -> None:
    before = wall()
    clock = Clock(START)
    clock.run()
    assert START <= clock.now() <= START + wall() - before


def test_freezing_keeps_the_time_that_was_shown() -> None:
    before = wall()
    clock = Clock(START)
    clock.freeze()
    shown = clock.now()
    assert START <= shown <= START + wall() - before
    assert (clock.now(), clock.frozen) == (shown, True)


def test_a_clock_is_not_moved_beyond_the_last_year_that_can_be_written() -> None:
    clock = Clock(START, frozen=True)
    for _ in range(3):
        clock.advance(4_000_000 * DAY)
    assert render_instant(clock.now()) == "9997-12-31T23:59:59.999Z"


@pytest.mark.parametrize("frozen", [True, False])
def test_a_clock_shows_the_nearest_time_between_the_first_and_the_last_one(frozen: bool) -> None:
    clock = Clock(START, frozen=frozen)
    for instant, shown in ((LATEST + DAY, LATEST), (EARLIEST - DAY, EARLIEST)):
        clock.set(instant)
        assert shown <= clock.now() <= min(shown + HOUR, LATEST)
    clock.restore_state(ClockExport(None, LATEST))
    assert (clock.now(), clock.frozen) == (LATEST, False)
    clock.set(START)
    assert START <= clock.now() <= START + HOUR


def test_a_clock_is_set_as_another_one_that_stands_still() -> None:
    clock, other = Clock(1_000, frozen=True), Clock()
    other.restore_state(clock.export_state())
    assert (other.frozen, other.now(), other.export_state()) == (True, 1_000, ClockExport(1_000, 0))


def test_a_clock_is_set_as_another_one_that_runs_ahead() -> None:
    clock, other = Clock(), Clock(1_000, frozen=True)
    clock.advance(60_000)
    other.restore_state(clock.export_state())
    assert (other.frozen, other.export_state()) == (False, clock.export_state())
    assert clock.export_state().frozen_at is None


def test_a_clock_that_runs_is_recorded_by_how_far_it_is_ahead() -> None:
    clock = Clock()
    clock.restore_state(ClockExport(None, HOUR))
    assert clock.export_state() == ClockExport(None, HOUR)


def test_a_clock_that_stands_still_is_recorded_by_what_it_shows_alone() -> None:
    clock = Clock()
    clock.restore_state(ClockExport(None, HOUR))
    clock.freeze()
    assert clock.export_state() == ClockExport(clock.now(), 0)
