"""The registry of sessions: creates, finds and deletes them."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from mockgms.domain.allowance import Pool
from mockgms.scenario.coverage import Coverage, CoverageBudget
from mockgms.scenario.model import Scenario
from mockgms.session.event_bus import EventBus
from mockgms.session.journal import ENTRIES, JournalBudget
from mockgms.session.meter import Meter
from mockgms.session.session import EMPTY, Session

DEFAULT: Final = "default"
_MAX_MISTAKES: Final = 10  # of a broken scenario file that are reported


class Sessions:
    """All sessions of a server. A session is created on first use, with the server's `scenario`.

    Sessions that were not used for `idle` seconds are deleted. Beyond `limit` sessions, so are the least recently used.
    The default session is never deleted. `timer` is a monotonic clock in seconds. Each journal keeps `entries`
    exchanges. All sessions share one `event_bus` and one `meter`. `journal_budget` limits all their journals together,
    `coverage_budget` the counts of their rules, `pool` the rest of their state.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        limit: int = 1_000,
        idle: float = 3_600,
        timer: Callable[[], float] = time.monotonic,
        entries: int = ENTRIES,
    ) -> None:
        self.scenario = scenario
        self._mistakes_in_file: Sequence[str] = ()
        self._limit = limit
        self._idle = idle
        self._timer = timer
        self._entries = entries
        self.event_bus = EventBus()
        self.meter = Meter()
        self.journal_budget = JournalBudget()
        self.pool = Pool()
        self.coverage_budget = CoverageBudget()
        self.default = self._new(DEFAULT, scenario)
        self._deleted = Coverage(scenario)
        self._deleted.join(self.coverage_budget)
        self._named: OrderedDict[str, Session] = OrderedDict()
        self._used: dict[str, float] = {}

    def __iter__(self) -> Iterator[Session]:
        return iter([self.default, *self._named.values()])

    def __contains__(self, id: str) -> bool:
        return id == DEFAULT or id in self._named

    def find(self, id: str) -> Session | None:
        """Return the session of this id and mark it as used. None if it does not exist."""
        if id == DEFAULT:
            return self.default
        session = self._named.get(id)
        if session is not None:
            self._named.move_to_end(id)
            self._used[id] = self._timer()
        return session

    def peek(self, id: str) -> Session:
        """Return the session of this id without marking it as used; the default one if it does not exist."""
        return self._named.get(id, self.default)

    def get(self, id: str) -> Session:
        """Return the session of this id, created if necessary."""
        return self.find(id) or self.start(id, self.scenario)

    def steps_to_create(self, id: str) -> Generator[None, None, None] | None:
        """Return the steps that create a session on its first use. None if it exists or takes no time to create."""
        scenario = self.scenario
        return self.start_in_steps(id, scenario) if scenario.is_prefilled and id not in self else None

    def start(self, id: str, scenario: Scenario) -> Session:
        """Return the session of this id, created or started over with a scenario."""
        for _ in self.start_in_steps(id, scenario):
            pass
        return self.get(id)

    def start_in_steps(self, id: str, scenario: Scenario) -> Generator[None, None, None]:
        """Create a session or start it over in steps. Nothing has changed until the last step."""
        if id in self:
            yield from self.get(id).use_in_steps(scenario)
            return
        session = self._new(id, EMPTY)
        yield from session.start_in_steps(scenario)
        self._register(session)
        session.publish("session", "made", scenario=scenario.name)

    def fork(self, id: str, other: Session) -> Session:
        """Return the session of this id as an independent copy of another one. Raises OutOfRoom."""
        is_known = id in self
        session = self.get(id) if is_known else self._new(id, EMPTY)
        session.copy_from(other)
        if not is_known:
            self._register(session)
        session.publish("session", "forked", of=other.id)
        return session

    def delete(self, id: str) -> None:
        """Delete a session, or reset the default one. Raises KeyError if it does not exist."""
        deque(self.delete_in_steps(id), maxlen=0)

    def delete_in_steps(self, id: str) -> Iterator[None]:
        """Delete a session, or reset the default one, in steps. Nothing has changed until the last step."""
        if id == DEFAULT:
            yield from self.default.reset_in_steps()
        else:
            self._drop(id)

    def coverage(self) -> Coverage:
        """Return the coverage of the rules by all sessions, including deleted ones."""
        whole = Coverage(self.scenario)
        whole.add(self._deleted)
        for session in self:
            whole.add(session.coverage)
        return whole

    def replace(self, old: Scenario, new: Scenario) -> None:
        """Replace a scenario by its new version, in all its sessions and for new ones."""
        for session in self:
            if session.scenario is old:
                session.reload(new)
        if self.scenario is old:
            self.scenario, self._mistakes_in_file = new, ()

    def report_broken(self, scenario: Scenario, mistakes: Iterable[str]) -> None:
        """Report to all sessions of a scenario that its file has mistakes, so this version stays in force."""
        first = list(islice(mistakes, _MAX_MISTAKES))
        if self.scenario is scenario:
            self._mistakes_in_file = first
        for session in self:
            if session.scenario is scenario:
                session.publish("scenario", "broken", name=scenario.name, mistakes=first)

    def mistakes_in_file(self, scenario: Scenario) -> Sequence[str]:
        """Return the mistakes in the present file of a scenario, if it has changed and cannot be loaded."""
        return self._mistakes_in_file if scenario is self.scenario else ()

    def _new(self, id: str, scenario: Scenario) -> Session:
        session = Session(
            id,
            scenario,
            entries=self._entries,
            event_bus=self.event_bus,
            journal_budget=self.journal_budget,
            pool=self.pool,
        )
        session.coverage.join(self.coverage_budget)
        return session

    def _register(self, session: Session) -> None:
        """Add a new session. It replaces one of the same id that was created in the meantime."""
        if session.id in self._named:
            self._drop(session.id)
        self._make_room()
        self._named[session.id] = session
        self._used[session.id] = self._timer()

    def _make_room(self) -> None:
        """Delete idle sessions, and others if there is no room for one more."""
        long_ago = self._timer() - self._idle
        while self._named:
            oldest = next(iter(self._named))
            if len(self._named) < self._limit and self._used[oldest] > long_ago:
                break
            self._drop(oldest)

    def _drop(self, id: str) -> None:
        session = self._named.pop(id)
        del self._used[id]
        self._deleted.add(session.coverage)
        session.journal.clear()  # its entries refer to the session: a reference cycle
        session.engine.forget_queries()
        session.publish("session", "forgotten")
