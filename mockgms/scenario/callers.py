"""What the rules of a session remember of its callers: counts, requests before, named states and refused slots."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from mockgms.domain.allowance import Allowance
from mockgms.domain.instants import LATEST, Duration, Instant
from mockgms.scenario.counts import Counts
from mockgms.scenario.recent import MAX_KEYS, Key, Recent, size_of_key

NO_END: Final = LATEST + 1
_TIME: Final = 48  # bytes of a time in a list


class Events(Struct):
    """The times of the last requests of a caller that the `after` of a rule counts, the oldest first.

    `completed` is when the last of them completed the required number, or None.
    """

    times: list[Instant]
    completed: Instant | None = None

    def add(self, now: Instant, count: int, within: Duration | None) -> None:
        """Add a request at this time. Requests are complete if there are `count` of them `within` a time."""
        self.times.append(now)
        del self.times[:-count]
        if len(self.times) == count and (within is None or now < self.times[0] + within):
            self.completed = now


NO_EVENTS: Final = Events([])


class CallersExport(Struct, frozen=True):
    """The exported memory of callers.

    Attributes:
        counts: Rule, caller, matches, firings, and the time of the first firing.
        asked: Rule, caller, and how often the caller asked for the rule.
        events: Rule, caller, the times of `Events`, and when they completed.
        states: State, scope, caller, and when the state ends.
        refused: Scope, caller, slot.
        dropped: Rule, and the matches and firings of forgotten callers.

    """

    counts: tuple[tuple[str, str, int, int, Instant | None], ...] = ()
    asked: tuple[tuple[str, str, int], ...] = ()
    events: tuple[tuple[str, str, tuple[Instant, ...], Instant | None], ...] = ()
    states: tuple[tuple[str, str, str, Instant], ...] = ()
    refused: tuple[tuple[str, str, str], ...] = ()
    dropped: tuple[tuple[str, int, int], ...] = ()


class Callers:
    """The memory of the callers of one session: the counts of `max_keys` callers, and as many entries of other kinds.

    Methods raise OutOfRoom if the `allowance` does not suffice.
    """

    def __init__(self, allowance: Allowance, max_keys: int = MAX_KEYS) -> None:
        self._allowance = allowance
        self.counts = Counts(allowance, max_keys)
        self.asked = Recent[int](allowance, max_keys=max_keys)
        self.events = Recent[Events](allowance, max_keys=max_keys, size_of=_size_of_events)
        self.states = Recent[Instant](allowance, max_keys=max_keys)  # the end of each state
        self.state_names: set[str] = set()  # of all states, and of at most as many that have ended
        self.refused = Recent[bool](allowance, max_keys=max_keys)

    def add_event(self, rule: str, who: str, now: Instant, count: int, within: Duration | None) -> None:
        """Add a request that the `after` of a rule counts."""
        key = rule, who
        events = self.events.get(key)
        if events is None:
            events = Events([])
            events.add(now, count, within)
            self.events.set(key, events)
            return
        if len(events.times) < count:
            self._allowance.take(_TIME)
        events.add(now, count, within)

    def set_state(self, name: str, scope: str, who: str, end: Instant) -> None:
        """Set a named state for a caller in a scope, until a time."""
        self.states.set((name, scope, who), end)
        if name not in self.state_names:
            self.state_names.add(name)
            if len(self.state_names) > 2 * len(self.states.values):
                self.state_names.clear()
                self.state_names.update(state for state, *_ in self.states.values)

    def end_of_state(self, name: str, scope: str, who: str, now: Instant) -> Instant | None:
        """Return when a named state ends, at the latest NO_END, or None if it is not set."""
        end = self.states.get((name, scope, who))
        return None if end is None or end <= now else end

    def forget(self, rule: str) -> None:
        """Remove everything about a rule."""
        self.counts.remove([rule])
        self.asked.drop_of(rule)
        self.events.drop_of(rule)

    def take_from(self, other: "Callers", rules: Iterable[str]) -> None:
        """Take over what another memory with the same allowance has on these rules, and all states and slots."""
        known = frozenset(rules)
        self.counts.take_from(other.counts, known)
        self.asked.take_from(other.asked, lambda key: key[0] in known)
        self.events.take_from(other.events, lambda key: key[0] in known)
        self.states.take_from(other.states, lambda _: True)
        self.state_names |= other.state_names
        self.refused.take_from(other.refused, lambda _: True)

    def copy_from(self, other: "Callers") -> None:
        """Copy another memory. This one must be new, and its allowance must count the copy already."""
        self.counts.copy_from(other.counts)
        self.asked.copy_from(other.asked)
        self.events.copy_from(other.events, _copy_of_events)
        self.states.copy_from(other.states)
        self.state_names |= other.state_names
        self.refused.copy_from(other.refused)

    def export_state(self) -> CallersExport:
        """Return the state of the memory."""
        return CallersExport(
            tuple((rule, who, each.matches, each.firings, each.first_fired) for rule, who, each in self.counts.items()),
            tuple((rule, who, matches) for (rule, who), matches in self.asked.items()),
            tuple((rule, who, tuple(each.times), each.completed) for (rule, who), each in self.events.items()),
            tuple((name, scope, who, end) for (name, scope, who), end in self.states.items()),
            tuple((scope, who, slot) for (scope, who, slot), _ in self.refused.items()),
            tuple(self.counts.dropped()),
        )

    def restore_state_in_steps(self, exported: CallersExport) -> Iterator[None]:
        """Restore an exported state in steps. This memory must be new, and is not used if this raises.

        Raises InvalidSnapshot or OutOfRoom.
        """
        yield from self.counts.restore_in_steps(exported.counts, exported.dropped)
        for rule, who, matches in exported.asked:
            self.asked.set((rule, who), matches)
            yield
        for rule, who, times, completed in exported.events:
            self.events.set((rule, who), Events(list(times), completed))
            yield
        for name, scope, who, end in exported.states:
            self.set_state(name, scope, who, end)
            yield
        for scope, who, slot in exported.refused:
            self.refused.set((scope, who, slot), value=True)
            yield


def _size_of_events(key: Key, events: Events) -> int:
    return size_of_key(key) + _TIME * len(events.times)


def _copy_of_events(events: Events) -> Events:
    return Events(list(events.times), events.completed)
