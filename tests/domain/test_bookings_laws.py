"""Laws of the bookings: what holds after any sequence of commands, on a clock that also goes back."""

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
from mockgms.domain.service import Lifecycle, Service, Services, Throttle
from mockgms.domain.slots import Slot

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unmeasured")]

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
        throttles=(Throttle(2, 10 * MINUTE), Throttle(4, HOUR)),
        per_number_per_day=3,
    ),
)

minutes = st.integers(-10, 90)
services = st.sampled_from(SERVICES)
numbers = st.sampled_from(NUMBERS)


def bookings(*known: Service) -> Bookings:
    ids = count(1)
    return Bookings(Services({service.name: service for service in known}, None), lambda: str(next(ids)))


def all_slots(made: Bookings, service: Service, now: int = EARLIEST) -> list[Slot]:
    query = AvailabilityQuery(service, EARLIEST, LATEST, include_full=True)
    return list(made.availability(query, now).slots)


TOTALS = {
    service.name: {slot.start: slot.total for slot in all_slots(bookings(service), service)} for service in SERVICES
}


class AnySequenceOfCommands(RuleBasedStateMachine):
    """Schedules, reschedules, cancels, updates and moves by hand in any order, at any time."""

    @initialize()
    def open(self) -> None:
        self.made = bookings(*SERVICES)
        self.now = START

    def memory(self) -> object:
        """All that can be seen from outside."""
        return (
            list(self.made.callbacks()),
            [list(self.made.callbacks(number=number)) for number in NUMBERS],
            [self.made.status(callback, self.now) for callback in self.made.callbacks()],
            [all_slots(self.made, service) for service in SERVICES],
            [self.made.queued(service, self.now) for service in SERVICES],
        )

    def attempt(self, command: Callable[[], object]) -> None:
        before = self.memory()
        try:
            command()
        except Refusal:
            assert self.memory() == before

    def some_id(self, choice: int) -> str:
        """One that is not completed, as long as there is one."""
        made = list(self.made.callbacks())
        status = [one for one in made if self.made.status(one, self.now).state is not State.COMPLETED] or made
        return status[choice % len(status)].id

    @rule(minutes=st.integers(-120, 120))
    def set_clock(self, minutes: int) -> None:
        self.now = min(max(self.now + minutes * MINUTE, START - HOUR), START + 12 * HOUR)

    @rule(service=services, number=numbers, after=st.one_of(st.none(), minutes), past_is_now=st.booleans())
    def schedule(self, service: Service, number: str, after: int | None, past_is_now: bool) -> None:
        desired = None if after is None else self.now + after * MINUTE
        self.attempt(lambda: self.made.schedule(ScheduleCallback(service, number, desired, past_is_now), self.now))

    @precondition(lambda self: any(self.made.callbacks()))
    @rule(choice=st.integers(0, 1_000), after=minutes)
    def reschedule(self, choice: int, after: int) -> None:
        self.attempt(lambda: self.made.reschedule(self.some_id(choice), self.now + after * MINUTE, self.now))

    @precondition(lambda self: any(self.made.callbacks()))
    @rule(choice=st.integers(0, 1_000))
    def cancel(self, choice: int) -> None:
        self.attempt(lambda: self.made.cancel(self.some_id(choice), self.now))

    @precondition(lambda self: any(self.made.callbacks()))
    @rule(choice=st.integers(0, 1_000), state=st.sampled_from(State))
    def move(self, choice: int, state: State) -> None:
        before = self.made.find(self.some_id(choice))
        stood = self.made.status(before, self.now)
        reason = "DONE" if state is State.COMPLETED else None
        self.attempt(lambda: self.made.move(before.id, state, self.now, reason=reason))
        after = self.made.find(before.id)
        if state not in MOVES[stood.state]:
            assert after is before
            return
        stands = self.made.status(after, self.now)
        assert (stands.state, stands.reason) == (state, reason)
        freed = state is State.COMPLETED and before.slot is not None and before.slot >= self.now
        assert after.slot == (None if freed else before.slot)

    @precondition(lambda self: any(self.made.callbacks()))
    @rule(choice=st.integers(0, 1_000), number=numbers)
    def update(self, choice: int, number: str) -> None:
        self.made.update(self.some_id(choice), {"note": "again"}, number=number)

    @invariant()
    def no_slot_is_overbooked_and_every_seat_is_counted(self) -> None:
        for service in SERVICES:
            taken = Counter(
                callback.slot for callback in self.made.callbacks(service.name) if callback.slot is not None
            )
            assert all(seats <= service.grid.slot_of(start).total for start, seats in taken.items())
            assert all_slots(self.made, service) == [
                Slot(start, total - taken[start], total) for start, total in TOTALS[service.name].items()
            ]

    @invariant()
    def a_callback_that_holds_a_seat_holds_one_of_the_slot_of_its_time(self) -> None:
        for callback in self.made.callbacks():
            if callback.slot is not None:
                service = self.made.service(callback.service)
                assert callback.slot == service.grid.slot_of(callback.desired).start

    @invariant()
    def the_queued_stand_in_the_order_of_their_times_and_then_of_their_bookings(self) -> None:
        for service in SERVICES:
            made = [(callback, self.made.status(callback, self.now)) for callback in self.made.callbacks(service.name)]
            queued = [(callback, status) for callback, status in made if status.state is State.QUEUED]
            queued.sort(key=lambda one: (one[0].queued_at, int(one[0].id)))
            ranks = range(1, len(queued) + 1)
            assert [(status.position, status.wait) for _, status in queued] == [
                (rank, rank * service.wait.handle_time) for rank in ranks
            ]
            assert self.made.queued(service, self.now) == len(queued)
            assert self.made.wait(service, self.now) == (len(queued) + 1) * service.wait.handle_time

    @invariant()
    def callbacks_are_found_by_number_in_the_order_they_were_booked(self) -> None:
        made = list(self.made.callbacks())
        assert [int(callback.id) for callback in made] == list(range(1, len(made) + 1))
        for number in NUMBERS:
            assert list(self.made.callbacks(number=number)) == [one for one in made if one.number == number]


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


def schedule(made: Bookings, service: Service, desired: int) -> Callback | TimeUnavailable:
    try:
        return made.schedule(ScheduleCallback(service, "5115", desired), START)
    except TimeUnavailable as refusal:
        return refusal


def booked(service: Service, times: list[int]) -> Bookings:
    """Bookings in which these times were taken, as far as they could be had."""
    made = bookings(service)
    for desired in times:
        schedule(made, service, desired)
    return made


def slots_taken(made: Bookings) -> Counter[int | None]:
    return Counter(callback.slot for callback in made.callbacks())


@given(settings_of_a_service, st.lists(desired_times, max_size=20), desired_times)
def test_a_cancel_restores_the_availability(service: Service, times: list[int], desired: int) -> None:
    made = booked(service, times)
    before = all_slots(made, service, START)
    answer = schedule(made, service, desired)
    if isinstance(answer, Callback):
        made.cancel(answer.id, START)
    assert all_slots(made, service, START) == before


@given(settings_of_a_service, st.lists(desired_times, max_size=20))
def test_every_slot_that_is_offered_can_be_booked_once_for_each_free_seat(service: Service, times: list[int]) -> None:
    made = booked(service, times)
    query = AvailabilityQuery(service, START, START + 2 * DAY)
    for slot in list(made.availability(query, START).slots):
        for _ in range(slot.free):
            assert made.schedule(ScheduleCallback(service, "5115", slot.start), START).slot == slot.start
    assert list(made.availability(query, START).slots) == []


@pytest.mark.slow
@given(settings_of_a_service, st.lists(desired_times, max_size=20), st.integers(-DAY, 2 * DAY))
def test_every_slot_that_is_proposed_can_be_booked_and_they_are_the_next_free_ones(
    service: Service, times: list[int], after: int
) -> None:
    made = booked(service, times)
    desired = START + after
    refusal = schedule(made, service, desired)
    assume(isinstance(refusal, TimeUnavailable))
    assert isinstance(refusal, TimeUnavailable)
    since = max(START, desired)
    following = made.availability(AvailabilityQuery(service, since, since + 14 * DAY), START).slots
    assert refusal.proposed == tuple(islice(following, 5))
    for slot in refusal.proposed:
        assert made.schedule(ScheduleCallback(service, "5115", slot.start), START).slot == slot.start


@given(settings_of_a_service, st.lists(desired_times, min_size=1, max_size=20), desired_times)
def test_a_reschedule_keeps_the_count_of_seats(service: Service, times: list[int], desired: int) -> None:
    made = booked(service, times)
    for callback in list(made.callbacks()):
        before = slots_taken(made)
        try:
            moved = made.reschedule(callback.id, desired, START)
        except TimeUnavailable:
            moved = callback
        assert made.find(callback.id) is moved
        assert slots_taken(made) == before - Counter([callback.slot]) + Counter([moved.slot])
        assert slots_taken(made).total() == before.total()
        assert all(slot.free == slot.total - slots_taken(made)[slot.start] for slot in all_slots(made, service, START))
