"""The sessions of a server: which there are, and which are forgotten."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterator
from typing import Final

from mockgms.domain.allowance import Pool
from mockgms.scenario.coverage import Coverage
from mockgms.scenario.model import Scenario
from mockgms.session.event_bus import EventBus
from mockgms.session.journal import ENTRIES, JournalBudget
from mockgms.session.meter import Meter
from mockgms.session.session import EMPTY, Session

DEFAULT: Final = "default"


class Sessions:
    """All sessions. One is made on first use, with the server's scenario.

    One that nobody has used for `idle` seconds, or since `most` newer ones were, is forgotten; the default session
    never is. `timer` is a monotonic clock in seconds. `scenario` is the server's. Each session keeps its newest
    `entries` exchanges in its journal. They share one `event_bus`; their journals stand on one `shelf`, what they keep
    besides is of one `pool`, and `meter` counts their answers.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        most: int = 1_000,
        idle: float = 3_600,
        timer: Callable[[], float] = time.monotonic,
        entries: int = ENTRIES,
    ) -> None:
        self.scenario = scenario
        self._most = most
        self._idle = idle
        self._timer = timer
        self._entries = entries
        self.event_bus = EventBus()
        self.meter = Meter()
        self.shelf = JournalBudget()
        self.pool = Pool()
        self.default = self._new(DEFAULT, scenario)
        self._forgotten = Coverage(scenario)
        self._named: OrderedDict[str, Session] = OrderedDict()
        self._used: dict[str, float] = {}

    def __iter__(self) -> Iterator[Session]:
        return iter([self.default, *self._named.values()])

    def __contains__(self, id: str) -> bool:
        return id == DEFAULT or id in self._named

    def find(self, id: str) -> Session | None:
        """Return the session of this id, which counts as used; None when it has to be made first."""
        if id == DEFAULT:
            return self.default
        session = self._named.get(id)
        if session is not None:
            self._named.move_to_end(id)
            self._used[id] = self._timer()
        return session

    def get(self, id: str) -> Session:
        """The session of this id."""
        return self.find(id) or self.make(id, self.scenario)

    def making(self, id: str) -> Generator[None, None, None] | None:
        """The steps in which the session of an id is made for its first use; None when that takes no time."""
        scenario = self.scenario
        return self.make_in_steps(id, scenario) if scenario.is_furnished and id not in self else None

    def make(self, id: str, scenario: Scenario) -> Session:
        """The session of this id, made now, or started over, with a scenario."""
        for _ in self.make_in_steps(id, scenario):
            pass
        return self.get(id)

    def make_in_steps(self, id: str, scenario: Scenario) -> Generator[None, None, None]:
        """Make it step by step: there is none, or the old one, up to the last one."""
        if id in self:
            yield from self.get(id).use_in_steps(scenario)
            return
        session = self._new(id, EMPTY)
        yield from session.start_in_steps(scenario)
        self._keep(session)
        session.tell("session", "made", scenario=scenario.name)

    def fork(self, id: str, other: Session) -> Session:
        """The session of this id, made now, or started over, as another one is: both go on alike, each by itself."""
        session = self.get(id) if id in self else self._made(id, EMPTY)
        session.take_after(other)
        session.tell("session", "forked", of=other.id)
        return session

    def forget(self, id: str) -> None:
        """Forget a session; the default one is reset instead. Raises KeyError."""
        deque(self.forget_in_steps(id), maxlen=0)

    def forget_in_steps(self, id: str) -> Iterator[None]:
        """The same, step by step: nothing has changed before the last one."""
        if id == DEFAULT:
            yield from self.default.reset_in_steps()
        else:
            self._drop(id)

    def coverage(self) -> Coverage:
        """What the rules have met in all sessions that there are and were."""
        whole = Coverage(self.scenario)
        whole.add(self._forgotten)
        for session in self:
            whole.add(session.coverage)
        return whole

    def replace(self, old: Scenario, new: Scenario) -> None:
        """Let all sessions of a scenario, and those to come, go on with another version of it."""
        for session in self:
            if session.scenario is old:
                session.go_on_with(new)
        if self.scenario is old:
            self.scenario = new

    def _new(self, id: str, scenario: Scenario) -> Session:
        return Session(id, scenario, entries=self._entries, event_bus=self.event_bus, shelf=self.shelf, pool=self.pool)

    def _made(self, id: str, scenario: Scenario) -> Session:
        session = self._new(id, scenario)
        self._keep(session)
        return session

    def _keep(self, session: Session) -> None:
        """Have a new session, in place of one of its id that was made meanwhile."""
        if session.id in self._named:
            self._drop(session.id)
        self._forget_some()
        self._named[session.id] = session
        self._used[session.id] = self._timer()

    def _forget_some(self) -> None:
        """Make room for one more."""
        long_ago = self._timer() - self._idle
        while self._named:
            oldest = next(iter(self._named))
            if len(self._named) < self._most and self._used[oldest] > long_ago:
                break
            self._drop(oldest)

    def _drop(self, id: str) -> None:
        session = self._named.pop(id)
        del self._used[id]
        self._forgotten.add(session.coverage)
        session.journal.clear()  # its entries hold on to the session, which would be a circle
        session.tell("session", "forgotten")
