"""Laws of the bookings: they hold after any sequence of commands, even if the clock is set back."""

from collections import Counter
from collections.abc import Callable
from itertools import count, islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mockgms.domain.bookings import Bookings
from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.callback import MOVES, Callback, ScheduleCallback, State
from mockgms.domain.capacity import Capacity, SeatsAt
from mockgms.domain.hours import EVERY_DAY, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY, HOUR, MINUTE, parse_instant
from mockgms.domain.refusals import Refusal, TimeUnavailable
from mockgms.domain.service import Lifecycle, Service, Services, ThrottleWindow
from mockgms.domain.slots import Slot

pytestmark = [pytest.mark.slow, pytest.mark.unmeasured]

START = parse_instant("2026-03-29T00:00Z")  # an hour before the clocks of Paris go forward
EARLIEST, LATEST = START - 2 * HOUR, START + DAY
NUMBERS = ("5115", "5116")

SERVICES = (
    Service("one-seat", capacity=Capacity(1)),
    Service(
        "paris",
        timezone=ZoneInfo("Europe/Paris"),
        time_bucket=30,
        capacity=Capacity(2, (SeatsAt(WeeklySpan(EVERY_DAY, 300, 360), 0),)),
        hours=OfficeHours((WeeklySpan(EVERY_DAY, 50, 400),)),
        horizon=3 * DAY,
        lifecycle=Lifecycle(20 * MINUTE, 10 * MINUTE, 30 * MINUTE),
    ),
    Service(
        "limited",
        timezone=ZoneInfo("Asia/Kolkata"),
        time_bucket=60,
        capacity=Capacity(2),
        refuse_immediate_when_closed=True,
        max_queued=3,
        max_in_queue=4,
        throttles=(ThrottleWindow(2, 10 * MINUTE), ThrottleWindow(4, HOUR)),
        per_number_per_day=3,
    ),
)

minutes = st.integers(-10, 90)
services = st.sampled_from(SERVICES)
numbers = st.sampled_from(NUMBERS)


def new_bookings(*known: Service) -> Bookings:
    ids = count(1)
    return Bookings(Services({service.name: service for service in known}, None), lambda: str(next(ids)))


def all_slots(bookings: Bookings, service: Service, now: int = EARLIEST) -> list[Slot]:
    query = AvailabilityQuery(service, EARLIEST, LATEST, include_full=True)
    return list(bookings.availability(query, now).slots)


TOTALS = {
    service.name: {slot.start: slot.total for slot in all_slots(new_bookings(service), service)} for service in SERVICES
}


class AnySequenceOfCommands(RuleBasedStateMachine):
    """Schedule, reschedule, cancel, update and move callbacks in any order and at any time."""

    @initialize()
    def open(self) -> None:
        self.bookings = new_bookings(*SERVICES)
        self.now = START

    def visible_state(self) -> object:
        """Return all that is visible from outside."""
        return (
            list(self.bookings.callbacks()),
            [list(self.bookings.callbacks(number=number)) for number in NUMBERS],
            [self.bookings.status(callback, self.now) for callback in self.bookings.callbacks()],
            [all_slots(self.bookings, service) for service in SERVICES],
            [self.bookings.queued(service, self.now) for service in SERVICES],
        )

    def attempt(self, command: Callable[[], object]) -> None:
        before = self.visible_state()
        try:
            command()
        except Refusal:
            assert self.visible_state() == before

    def some_id(self, choice: int) -> str:
        """Return the id of a callback, of one that is not completed if possible."""
        callbacks = list(self.bookings.callbacks())
        active = [one for one in callbacks if self.bookings.status(one, self.now).state is not State.COMPLETED]
        candidates = active or callbacks
        return candidates[choice % len(candidates)].id

    @rule(minutes=st.integers(-120, 120))
    def set_clock(self, minutes: int) -> None:
        self.now = min(max(self.now + minutes * MINUTE, START - HOUR), START + 12 * HOUR)

    @rule(service=services, number=numbers, after=st.one_of(st.none(), minutes), past_is_now=st.booleans())
    def schedule(self, service: Service, number: str, after: int | None, past_is_now: bool) -> None:
        desired = None if after is None else self.now + after * MINUTE
        self.attempt(lambda: self.bookings.schedule(ScheduleCallback(service, number, desired, past_is_now), self.now))

    @precondition(lambda self: any(self.bookings.callbacks()))
    @rule(choice=st.integers(0, 1_000), after=minutes)
    def reschedule(self, choice: int, after: int) -> None:
        self.attempt(lambda: self.bookings.reschedule(self.some_id(choice), self.now + after * MINUTE, self.now))

    @precondition(lambda self: any(self.bookings.callbacks()))
    @rule(choice=st.integers(0, 1_000))
    def cancel(self, choice: int) -> None:
        self.attempt(lambda: self.bookings.cancel(self.some_id(choice), self.now))

    @precondition(lambda self: any(self.bookings.callbacks()))
    @rule(choice=st.integers(0, 1_000), state=st.sampled_from(State))
    def move(self, choice: int, state: State) -> None:
        before = self.bookings.find(self.some_id(choice))
        status_before = self.bookings.status(before, self.now)
        reason = "DONE" if state is State.COMPLETED else None
        self.attempt(lambda: self.bookings.move(before.id, state, self.now, reason=reason))
        after = self.bookings.find(before.id)
        if state not in MOVES[status_before.state]:
            assert after is before
            return
        status_after = self.bookings.status(after, self.now)
        assert (status_after.state, status_after.reason) == (state, reason)
        freed = state is State.COMPLETED and before.slot is not None and before.slot >= self.now
        assert after.slot == (None if freed else before.slot)

    @precondition(lambda self: any(self.bookings.callbacks()))
    @rule(choice=st.integers(0, 1_000), number=numbers)
    def update(self, choice: int, number: str) -> None:
        self.bookings.update(self.some_id(choice), {"note": "again"}, number=number)

    @invariant()
    def no_slot_is_overbooked_and_every_seat_is_counted(self) -> None:
        for service in SERVICES:
            taken = Counter(
                callback.slot for callback in self.bookings.callbacks(service.name) if callback.slot is not None
            )
            assert all(seats <= service.grid.slot_of(start).total for start, seats in taken.items())
            assert all_slots(self.bookings, service) == [
                Slot(start, total - taken[start], total) for start, total in TOTALS[service.name].items()
            ]

    @invariant()
    def a_callback_with_a_seat_has_one_in_the_slot_of_its_desired_time(self) -> None:
        for callback in self.bookings.callbacks():
            if callback.slot is not None:
                service = self.bookings.service(callback.service)
                assert callback.slot == service.grid.slot_of(callback.desired).start

    @invariant()
    def queued_callbacks_are_ordered_by_time_and_then_by_booking(self) -> None:
        for service in SERVICES:
            callbacks = self.bookings.callbacks(service.name)
            statuses = [(callback, self.bookings.status(callback, self.now)) for callback in callbacks]
            queued = [(callback, status) for callback, status in statuses if status.state is State.QUEUED]
            queued.sort(key=lambda one: (one[0].queued_at, int(one[0].id)))
            ranks = range(1, len(queued) + 1)
            assert [(status.position, status.wait) for _, status in queued] == [
                (rank, rank * service.wait.handle_time) for rank in ranks
            ]
            assert self.bookings.queued(service, self.now) == len(queued)
            assert self.bookings.wait(service, self.now) == (len(queued) + 1) * service.wait.handle_time

    @invariant()
    def callbacks_are_found_by_number_in_the_order_of_booking(self) -> None:
        callbacks = list(self.bookings.callbacks())
        assert [int(callback.id) for callback in callbacks] == list(range(1, len(callbacks) + 1))
        for number in NUMBERS:
            assert list(self.bookings.callbacks(number=number)) == [one for one in callbacks if one.number == number]


AnySequenceOfCommands.TestCase.settings = settings(max_examples=80, stateful_step_count=60)
TestAnySequenceOfCommands = AnySequenceOfCommands.TestCase


desired_times = st.integers(0, 2 * 24 * 60).map(lambda after: START + after * MINUTE)
settings_of_a_service = st.builds(
    Service,
    name=st.just("sales"),
    timezone=st.sampled_from(["UTC", "Europe/Paris", "Asia/Kolkata", "Pacific/Chatham", "Africa/Cairo"]).map(ZoneInfo),
    time_bucket=st.sampled_from([15, 60, 120]),
    capacity=st.builds(
        Capacity,
        st.integers(0, 2),
        st.lists(
            st.builds(
                SeatsAt,
                st.builds(WeeklySpan, st.frozensets(st.integers(0, 6)), st.integers(0, 1439), st.integers(0, 1440)),
                st.integers(0, 2),
            ),
            max_size=1,
        ).map(tuple),
    ),
    hours=st.builds(
        OfficeHours,
        st.lists(
            st.builds(WeeklySpan, st.just(EVERY_DAY), st.integers(0, 1439), st.integers(0, 1440)),
            min_size=1,
            max_size=2,
        ).map(tuple),
    ),
    horizon=st.sampled_from([None, DAY]),
)


def schedule(bookings: Bookings, service: Service, desired: int) -> Callback | TimeUnavailable:
    try:
        return bookings.schedule(ScheduleCallback(service, "5115", desired), START)
    except TimeUnavailable as refusal:
        return refusal


def booked(service: Service, times: list[int]) -> Bookings:
    """Return bookings in which these times are booked, except those that are refused."""
    bookings = new_bookings(service)
    for desired in times:
        schedule(bookings, service, desired)
    return bookings


def slots_taken(bookings: Bookings) -> Counter[int | None]:
    return Counter(callback.slot for callback in bookings.callbacks())


@given(settings_of_a_service, st.lists(desired_times, max_size=20), desired_times)
def test_a_cancel_restores_the_availability(service: Service, times: list[int], desired: int) -> None:
    bookings = booked(service, times)
    before = all_slots(bookings, service, START)
    answer = schedule(bookings, service, desired)
    if isinstance(answer, Callback):
        bookings.cancel(answer.id, START)
    assert all_slots(bookings, service, START) == before


@given(settings_of_a_service, st.lists(desired_times, max_size=20))
def test_each_available_slot_can_be_booked_once_for_each_free_seat(service: Service, times: list[int]) -> None:
    bookings = booked(service, times)
    query = AvailabilityQuery(service, START, START + 2 * DAY)
    for slot in list(bookings.availability(query, START).slots):
        for _ in range(slot.free):
            assert bookings.schedule(ScheduleCallback(service, "5115", slot.start), START).slot == slot.start
    assert list(bookings.availability(query, START).slots) == []


@pytest.mark.slow
@given(settings_of_a_service, st.lists(desired_times, max_size=20), st.integers(-DAY, 2 * DAY))
def test_proposed_slots_are_the_next_free_ones_and_can_be_booked(
    service: Service, times: list[int], after: int
) -> None:
    bookings = booked(service, times)
    desired = START + after
    refusal = schedule(bookings, service, desired)
    assume(isinstance(refusal, TimeUnavailable))
    assert isinstance(refusal, TimeUnavailable)
    since = max(START, desired)
    following = bookings.availability(AvailabilityQuery(service, since, since + 14 * DAY), START).slots
    assert refusal.proposed == tuple(islice(following, 5))
    for slot in refusal.proposed:
        assert bookings.schedule(ScheduleCallback(service, "5115", slot.start), START).slot == slot.start


@given(settings_of_a_service, st.lists(desired_times, min_size=1, max_size=20), desired_times)
def test_a_reschedule_keeps_the_number_of_booked_seats(service: Service, times: list[int], desired: int) -> None:
    bookings = booked(service, times)
    for callback in list(bookings.callbacks()):
        before = slots_taken(bookings)
        try:
            moved = bookings.reschedule(callback.id, desired, START)
        except TimeUnavailable:
            moved = callback
        assert bookings.find(callback.id) is moved
        assert slots_taken(bookings) == before - Counter([callback.slot]) + Counter([moved.slot])
        assert slots_taken(bookings).total() == before.total()
        assert all(
            slot.free == slot.total - slots_taken(bookings)[slot.start] for slot in all_slots(bookings, service, START)
        )
