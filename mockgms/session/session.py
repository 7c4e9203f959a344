"""A session: the state of one test, isolated from other sessions."""

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial
from sys import getsizeof
from typing import Any, Final
from weakref import proxy

from msgspec.structs import replace

from mockgms.domain.allowance import COUNTER, Allowance, Pool
from mockgms.domain.bookings import Bookings, ChangeKind
from mockgms.domain.callback import Callback
from mockgms.domain.clock import Clock
from mockgms.domain.exported_state import BookingsExport
from mockgms.domain.ids import Ids
from mockgms.domain.instants import Duration, Instant, render_instant
from mockgms.domain.invalid_snapshot import within
from mockgms.domain.service import Service, Services
from mockgms.scenario.coverage import Coverage
from mockgms.scenario.engine import Engine, EngineExport
from mockgms.scenario.model import Scenario
from mockgms.scenario.patterns import size_of_regexes
from mockgms.scenario.recent import MAX_KEYS
from mockgms.scenario.rules import patterns_of
from mockgms.session.arrivals import Arrivals, has_rate
from mockgms.session.event_bus import Change, Event, EventBus
from mockgms.session.exported_state import SessionExport
from mockgms.session.journal import ENTRIES, Journal, JournalBudget
from mockgms.session.prefill import prefill

EMPTY: Final = Scenario("empty", "With nothing in it.")

_SESSION_SIZE: Final = 16_384  # bytes, measured and rounded up
_CHARACTER_SIZE: Final = 40  # bytes per character of a scenario's text, for the worst case of many short values


class Memory(OrderedDict[str, Any]):
    """The storage of a rule's fault, which counts towards the allowance of its session.

    It keeps at most 100,000 values, and drops the oldest ones. Values never change: another one replaces them.
    """

    def __init__(self, allowance: Allowance) -> None:
        super().__init__()
        self._allowance = allowance

    @classmethod
    def restored_in_steps(cls, kept: Mapping[str, Any], allowance: Allowance) -> Generator[None, None, "Memory"]:
        """Return a storage with these values, in at least one step. Raises OutOfRoom."""
        memory = cls(allowance)
        yield
        for key, value in kept.items():
            memory[key] = value
            yield
        return memory

    @classmethod
    def copy_of(cls, kept: Mapping[str, Any], allowance: Allowance) -> "Memory":
        """Return a copy of a storage, whose values never change. The allowance must count it already."""
        copy = cls(allowance)
        for key, value in kept.items():
            OrderedDict.__setitem__(copy, key, value)  # `__setitem__` would count it again
        return copy

    def __setitem__(self, key: str, value: Any) -> None:
        """Store a value. Raises OutOfRoom."""
        if key not in self:
            self._allowance.take(_size_of_entry(key))
            if len(self) >= MAX_KEYS:
                oldest, _ = self.popitem(last=False)
                self._allowance.add(-_size_of_entry(oldest))
        super().__setitem__(key, value)


class Session:
    """One session: a scenario, and the state since the last reset.

    `memory` has what the faults of each rule store from one exchange to the next. The journal keeps the newest
    `entries` exchanges. `coverage` spans the whole life of the session, also if its scenario changes. Changes are
    published on the `event_bus`. `journal_budget` limits all journals together, `pool` the state of all sessions.
    """

    scenario: Scenario
    clock: Clock
    now: Callable[[], Instant]
    bookings: Bookings
    engine: Engine
    memory: dict[str, dict[str, Any]]
    allowance: Allowance
    journal: Journal
    new_id: Callable[[], str]
    reset_at: Instant
    arrivals: Arrivals

    def __init__(
        self,
        id: str,
        scenario: Scenario,
        *,
        entries: int = ENTRIES,
        event_bus: EventBus | None = None,
        journal_budget: JournalBudget | None = None,
        pool: Pool | None = None,
    ) -> None:
        """Raises OutOfRoom if the session exceeds the pool."""
        self.id = id
        self.event_bus = event_bus or EventBus()
        self._entries = entries
        self._journal_budget = journal_budget
        self._filling: set[str] = set()  # services whose initial bookings are being made
        self.coverage = Coverage(scenario)
        self.allowance = Allowance(pool=pool)
        _run(self.start_in_steps(scenario))

    def use(self, scenario: Scenario) -> None:
        """Start over with another scenario. Raises OutOfRoom and then changes nothing."""
        _run(self.use_in_steps(scenario))

    def use_in_steps(self, scenario: Scenario) -> Iterator[None]:
        """Start over with another scenario in steps. The session is unchanged until the last step."""
        yield from self.start_in_steps(scenario)
        self.publish("scenario", "switched", name=scenario.name)

    def reload(self, scenario: Scenario) -> None:
        """Use another version of the scenario. Its services and its clock apply from the next reset."""
        self.scenario = scenario
        self.coverage.switch_to(scenario)
        self.engine = self.engine.with_rules(scenario.rules)
        self.publish("scenario", "reloaded", name=scenario.name)

    def apply_rules(self, scenario: Scenario) -> None:
        """Use a scenario that a client sent, as `reload` does. Raises OutOfRoom and then changes nothing."""
        self.allowance.take(_size_of_empty_session(scenario) - _size_of_empty_session(self.scenario))
        self.reload(scenario)

    def reset(self) -> None:
        """Start over with the current scenario: reset clock, bookings and ids, and empty the journal."""
        _run(self.reset_in_steps())

    def reset_in_steps(self) -> Iterator[None]:
        """Start over in steps. The session is unchanged until the last step."""
        yield from self.start_in_steps(self.scenario)
        self.publish("scenario", "reset", name=self.scenario.name)

    def set_clock(self, now: Instant | None, *, frozen: bool | None = None) -> None:
        """Set the clock, freeze it or let it run. None leaves the time, or whether it is frozen, unchanged."""
        if frozen:
            self.clock.freeze()
        elif frozen is not None:
            self.clock.run()
        if now is not None:
            self.clock.set(now)
        self._publish_clock("set")

    def advance(self, by: Duration) -> None:
        """Advance the clock by a duration."""
        self.clock.advance(by)
        self._publish_clock("advanced")

    def memory_of(self, fault: str) -> dict[str, Any]:
        """Return the storage of a fault. `fault` names its rule and its place in the rule."""
        memory = self.memory.get(fault)
        if memory is None:
            memory = self.memory[fault] = Memory(self.allowance)
        return memory

    def publish(self, what: str, did: str, **details: Any) -> None:
        """Publish a change, such as `clock` `set`, with its details, if the event bus has readers."""
        if self.event_bus.live:
            self.event_bus.publish(Event(self.id, self.now(), Change(what, did, details)))

    def export_state(self) -> SessionExport:
        """Return the state of the session as a value that later changes do not affect."""
        return replace(
            self._export_small_state(self.journal.copy()),
            bookings=self.bookings.export_state(),
            rules=self.engine.export_state(),
            memory={rule: dict(kept) for rule, kept in self.memory.items()},
        )

    def _export_small_state(self, journal: Journal) -> SessionExport:
        """Return the state without the bookings and what the rules remember."""
        return SessionExport(
            self.scenario,
            self._scenario_at_reset,
            self.clock.export_state(),
            BookingsExport((), (), ()),
            EngineExport(),
            {},
            self._ids.export_state(),
            journal,
            self.reset_at,
            dict(self.arrivals.counts),
        )

    def restore_state(self, exported: SessionExport) -> None:
        """Restore an exported state, which must not be used again.

        Raises InvalidSnapshot or OutOfRoom and then changes nothing.
        """
        _run(self.restore_state_in_steps(exported))

    def restore_state_in_steps(self, exported: SessionExport) -> Iterator[None]:
        """Restore an exported state in steps. The session is unchanged until the last step."""
        ids = Ids(exported.scenario_at_reset.seed)
        ids.restore_state(exported.ids)
        allowance = self.allowance.unpooled()
        allowance.take(_size_of_empty_session(exported.scenario))
        bookings = self._bookings(exported.scenario_at_reset, ids, allowance)
        with within("bookings"):
            yield from bookings.restore_state_in_steps(exported.bookings)
        with within("rules"):
            exported.rules.check(exported.scenario.rules)
            engine = Engine(exported.scenario.rules, exported.scenario_at_reset.seed, self.coverage, allowance)
            yield from engine.restore_state_in_steps(exported.rules)
        yield
        memory: dict[str, dict[str, Any]] = {}
        for rule, kept in exported.memory.items():
            memory[rule] = yield from Memory.restored_in_steps(kept, allowance)
        self._replace_state(exported, bookings, ids, engine, memory, allowance)

    def copy_from(self, other: "Session") -> None:
        """Copy the state of another session, including its journal. Raises OutOfRoom and then changes nothing."""
        self._copy_from(other, other.journal.copy())

    def copy(self) -> "Session":
        """Return an independent copy without a journal, which is in no registry, pool or event bus."""
        twin = Session(self.id, EMPTY, entries=0)
        twin._copy_from(self, Journal(0))
        return twin

    def _copy_from(self, other: "Session", journal: Journal) -> None:
        # The large parts are copied, since exporting and restoring them takes seconds, in which no other request runs.
        exported = other._export_small_state(journal)  # noqa: SLF001  # the same class
        ids = Ids(exported.scenario_at_reset.seed)
        ids.restore_state(exported.ids)
        allowance = self.allowance.unpooled()
        bookings = self._bookings(exported.scenario_at_reset, ids, allowance)
        bookings.copy_from(other.bookings)
        engine = Engine(exported.scenario.rules, exported.scenario_at_reset.seed, self.coverage, allowance)
        engine.copy_from(other.engine)
        memory = {rule: Memory.copy_of(kept, allowance) for rule, kept in other.memory.items()}
        allowance.add(other.allowance.used - allowance.used)
        self._replace_state(exported, bookings, ids, engine, memory, allowance)

    def _replace_state(
        self,
        exported: SessionExport,
        bookings: Bookings,
        ids: Ids,
        engine: Engine,
        memory: Mapping[str, dict[str, Any]],
        allowance: Allowance,
    ) -> None:
        self.allowance.replace_by(allowance)
        self.scenario, self._scenario_at_reset, self.bookings = exported.scenario, exported.scenario_at_reset, bookings
        self._has_rates = _has_rates(exported.scenario_at_reset)
        self._ids, self.new_id = ids, ids.for_answer
        self.coverage.switch_to(exported.scenario)
        self.engine, self.memory, self.journal, self.allowance = engine, dict(memory), exported.journal, allowance
        self.clock.restore_state(exported.clock)
        self.reset_at = self.now() if exported.reset_at is None else exported.reset_at
        self.arrivals = Arrivals(self.reset_at, exported.scenario_at_reset.seed)
        self.arrivals.counts.update(exported.arrivals)

    def _publish_clock(self, did: str) -> None:
        if self.event_bus.live:
            self.publish("clock", did, now=render_instant(self.now()), frozen=self.clock.frozen)

    def start_in_steps(self, scenario: Scenario) -> Iterator[None]:
        """Start over with a scenario in steps, without publishing it. The session is unchanged until the last step.

        Raises OutOfRoom and then changes nothing.
        """
        allowance = self.allowance.unpooled()
        allowance.take(_size_of_empty_session(scenario))
        clock, ids = Clock(scenario.clock.now, frozen=scenario.clock.frozen), Ids(scenario.seed)
        reset_at = clock.now()
        services = Services(scenario.services, scenario.fallback, allowance)
        bookings = Bookings(services, ids.for_callback, allowance=allowance)
        for service in bookings.services:
            if service.is_prefilled:
                yield from prefill(bookings, service, clock.now, scenario.seed)
        self.allowance.replace_by(allowance)
        self._listen_to(bookings)
        self.coverage.switch_to(scenario)
        self.engine = Engine(scenario.rules, scenario.seed, self.coverage, allowance)
        self.memory = {}
        self.journal = Journal(self._entries, budget=self._journal_budget)
        self.clock, self.now, self.reset_at = clock, clock.now, reset_at
        self.arrivals = Arrivals(reset_at, scenario.seed)
        self._ids, self.new_id = ids, ids.for_answer
        self.scenario = self._scenario_at_reset = scenario
        self._has_rates = _has_rates(scenario)
        self.bookings, self.allowance = bookings, allowance

    def _bookings(self, scenario: Scenario, ids: Ids, allowance: Allowance) -> Bookings:
        services = Services(scenario.services, scenario.fallback, allowance)
        return self._listen_to(Bookings(services, ids.for_callback, allowance=allowance))

    def _listen_to(self, bookings: Bookings) -> Bookings:
        this = proxy(self)  # a reference cycle would keep a deleted session in memory
        event_bus = self.event_bus

        def publish(kind: ChangeKind, before: Callback | None, after: Callback) -> None:
            if event_bus.live:
                Session._publish_callback(this, kind, before, after)

        bookings.listen(partial(Session._prefill_at_once, this), publish)
        return bookings

    def _publish_callback(self, kind: ChangeKind, before: Callback | None, after: Callback) -> None:
        """Publish a change of a callback. Initial bookings are not published."""
        if before == after or after.service in self._filling:
            return
        status = self.bookings.status(after, self.now())
        self.publish(
            "callback",
            kind,
            id=after.id,
            service=after.service,
            phone=after.number,
            state=status.state,
            reason=status.reason,
            desired_time=render_instant(after.desired),
            slot=_rendered(after.slot),
            slot_before=None if before is None else _rendered(before.slot),
        )

    def steps_to_catch_up(self) -> Generator[None, None, None] | None:
        """Return the steps that bring the calendar up to the time of the clock. None if there is nothing to do.

        Slots that were blocked until now are opened again, and customers who have come until now are booked.
        """
        bookings, now = self.bookings, self.now()
        due = bookings.due
        if due is not None and due <= now:
            bookings.expire(now)
        services = [service for service in bookings.services if bookings.is_used(service.name) and has_rate(service)]
        return self.arrivals.book(bookings, services, now) if self.arrivals.due(services, now) else None

    def is_timed(self) -> bool:  # each request asks, and a property would take three times as long
        """Return whether the calendar may change with time, so that `steps_to_catch_up` is needed before its use."""
        return self.bookings.has_blocks or self._has_rates

    def steps_to_prefill(self, name: str) -> Generator[None, None, None] | None:
        """Return the steps that prefill a service on its first use. None if there is nothing to do.

        The session must not be used otherwise until the last step. Raises OutOfRoom.
        """
        bookings = self.bookings
        if bookings.is_used(name) or not bookings.services.has_prefilled:
            return None
        service = bookings.service(name)
        return self._prefill(service) if service.is_prefilled else None

    def _prefill_at_once(self, service: Service) -> None:
        """Prefill a service on its first use, unless `steps_to_prefill` has done it."""
        if service.is_prefilled:
            _run(self._prefill(service))

    def _prefill(self, service: Service) -> Generator[None, None, None]:
        """Prefill a service in steps, without publishing each booking."""
        self._filling.add(service.name)
        try:
            yield from prefill(self.bookings, service, self.now, self.scenario.seed)
        finally:
            self._filling.discard(service.name)
        self.publish("slots", "filled", service=service.name)


def _size_of_entry(key: str) -> int:
    """Return the bytes that a value takes in the storage of a fault, with its key."""
    return 2 * COUNTER + getsizeof(key)


def _has_rates(scenario: Scenario) -> bool:
    return any(
        service is not None and has_rate(service) for service in (*scenario.services.values(), scenario.fallback)
    )


def _size_of_empty_session(scenario: Scenario) -> int:
    """Return the bytes of an empty session. A scenario from files alone is shared, so it counts nothing."""
    if len(scenario.files) == len(scenario.sources):
        return _SESSION_SIZE
    return (
        _SESSION_SIZE + _CHARACTER_SIZE * sum(map(len, scenario.sources)) + size_of_regexes(patterns_of(scenario.rules))
    )


def _run(steps: Iterator[None]) -> None:
    for _ in steps:
        pass


def _rendered(instant: Instant | None) -> str | None:
    return None if instant is None else render_instant(instant)
