"""Conditions on the state of a session: what rules have set, and what the calendar and the callbacks say.

The compiled lookup leaves them out. The engine checks them when it tries their rule, after all other conditions.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from msgspec import Meta, Struct

from mockgms.domain.callback import State
from mockgms.domain.instants import Duration, Instant
from mockgms.scenario.condition import Condition, ConditionField, as_tuple, one_or_list
from mockgms.scenario.facts import SESSION, Facts, Per, scope_of
from mockgms.scenario.mistakes import any_of
from mockgms.scenario.patterns import UNMASKED, Shown
from mockgms.scenario.text_forms import Made, WrittenCount, WrittenText

_STATES: Final = tuple(state.value for state in State)
MAX_COUNTED: Final = 1_000  # the newest callbacks of a number
_Counted: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_COUNTED)]


@dataclass(frozen=True)
class After:
    """The earlier requests that put a rule in force.

    A request counts if the conditions `when` hold and the status of its answer is one of the `statuses`. `count` of
    them are required, `within` a time or at any time. Each caller of the rule has a separate count.
    """

    when: tuple[Condition, ...] = ()
    statuses: tuple[range, ...] = ()
    count: int = 1
    within: Duration | None = None

    @cached_property
    def none_before(self) -> str:
        """The reason why a rule is not in force before any of its requests."""
        return f"after: 0 of {self.count} requests before it"

    def fits(self, request: Facts, status: int, now: Instant) -> bool:
        """Return whether a request that was answered with a status at this time counts."""
        return self.fits_status(status) and all(condition.matches(request, now) for condition in self.when)

    def fits_status(self, status: int) -> bool:
        """Return whether requests that are answered with this status can count."""
        return not self.statuses or any(status in each for each in self.statuses)

    def reason(
        self, times: Sequence[Instant], opened: Instant | None, lasting: Duration | None, now: Instant
    ) -> str | None:
        """Return why a rule is not in force after the requests at these times, or None if it is in force.

        `opened` is the time at which the required number was reached, or None. From then on, a rule with the key `for`
        is in force for the duration `lasting`. Any other rule is in force while enough requests lie `within` the time.
        """
        if opened is None:
            return f"after: {len(times)} of {self.count} requests before it" if times else self.none_before
        if lasting is not None:
            return None if now < opened + lasting else "after: the time of its `for` since the last request is over"
        is_complete = self.within is None or now < times[0] + self.within
        return None if is_complete else "after: the last requests before it are too long ago"


class _SessionCondition(Condition):
    """A condition that depends on the state of the session.

    What it covers is true of conditions that are checked for the same request at the same time, as those of one rule
    are.
    """

    @property
    def asks_session(self) -> bool:
        """True."""
        return True

    def explain(self, request: Facts, now: Instant, shown: Shown = UNMASKED) -> Iterator[str]:  # noqa: ARG002
        """Yield why the condition does not hold."""
        if not self.matches(request, now):
            yield self.mismatch(request, now)

    def reason(self, request: Facts, now: Instant) -> str | None:
        """Return why the condition does not hold, or None if it holds."""
        return None if self.matches(request, now) else self.mismatch(request, now)

    @abstractmethod
    def mismatch(self, request: Facts, now: Instant) -> str:
        """Return why the condition does not hold."""


@dataclass(frozen=True)
class StateCondition(_SessionCondition):
    """A condition on named states, one of which must be set for the caller or for the session."""

    names: tuple[str, ...]
    per: Per = SESSION
    scope: str = SESSION

    name = "state"
    description = "Named state that `set_state` has set, for the caller of `per` or for the session"
    says = "in the state {}"
    field = ConditionField("state", "outage")
    form = one_or_list(WrittenText)

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return the condition for one name or several."""
        return cls(as_tuple(value))

    def with_per(self, per: Per) -> Self:
        """Return the condition for a rule with this `per`."""
        return replace(self, per=per, scope=scope_of(per))

    def covers(self, other: Self | None) -> bool:
        """Return whether the states of the other condition are among its states."""
        return other is not None and self.scope == other.scope and set(self.names) >= set(other.names)

    def matches(self, request: Facts, now: Instant) -> bool:
        """Return whether one of the states is set."""
        return request.has_state(self.names, self.per, self.scope, now)

    def reason(self, request: Facts, now: Instant) -> str | None:
        """Return why the condition does not hold, or None. Several rules ask this for each request."""
        return None if request.has_state(self.names, self.per, self.scope, now) else self.not_set

    @cached_property
    def not_set(self) -> str:
        """The reason why a request does not match while none of the states is set."""
        return f"the state {any_of(self.names)} is not set"

    def mismatch(self, request: Facts, now: Instant) -> str:  # noqa: ARG002  # the same for every request
        """Return a sentence that names the states."""
        return self.not_set


class CountBounds(Struct, forbid_unknown_fields=True):
    """The smallest and the largest allowed number."""

    at_least: WrittenCount | None = None
    at_most: WrittenCount | None = None


class CallbackCounts(Struct, forbid_unknown_fields=True):
    """Which callbacks of the caller count, and the required number of them: by default, at least one."""

    state: Annotated[
        one_or_list(Literal[_STATES]) | None,  # type: ignore[valid-type]  # a computed type
        Meta(description="Their states; without it, all states"),
    ] = None
    today: Annotated[bool, Meta(description="Whether only those count whose desired time is today")] = False
    at_least: _Counted | None = None
    at_most: _Counted | None = None


class CallerSettings(Struct, forbid_unknown_fields=True):
    """What must be true of the caller."""

    callbacks: CallbackCounts


@dataclass(frozen=True)
class CallerCondition(_SessionCondition):
    """A condition on the number of callbacks of the phone number in the request."""

    states: tuple[State, ...] = tuple(State)
    today: bool = False
    at_least: int = 0
    at_most: int | None = None

    name = "caller"
    description = "Number of callbacks of the phone number: all of them, those in some states, or those of today"
    form = CallerSettings

    @classmethod
    def words(cls, written: Any, text_of: Callable[[Any], str]) -> str:  # noqa: ARG003  # all states are named
        """Return words such as "from callers with at least 1 QUEUED callback"."""
        callbacks = written["callbacks"]
        least, most = callbacks.get("at_least"), callbacks.get("at_most")
        if least is None and most is None:
            least = 1
        words = ["from callers with", _bounds(least, most)]
        if (states := callbacks.get("state")) is not None:
            words.append(any_of([states] if isinstance(states, str) else states))
        words.append(_counted("callback", least if most is None else most))
        return " ".join([*words, *(["today"] if callbacks.get("today") else [])])

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return the condition for a number of callbacks. Raises ValueError if the bounds contradict each other."""
        callbacks = _given(value["callbacks"])
        states = tuple(map(State, as_tuple(callbacks.pop("state", None) or _STATES)))
        if callbacks.get("at_least") is None and callbacks.get("at_most") is None:
            callbacks["at_least"] = 1
        _check_bounds("callbacks", callbacks.get("at_least"), callbacks.get("at_most"))
        return cls(states, **callbacks)

    def covers(self, other: Self | None) -> bool:
        """Return whether every number of callbacks that the other condition allows lies within the bounds."""
        if other is None:
            return False
        has_enough = self.at_least == 0 or (self._counts_all_of(other) and self.at_least <= other.at_least)
        return has_enough and (
            self.at_most is None
            or (other._counts_all_of(self) and other.at_most is not None and other.at_most <= self.at_most)  # noqa: SLF001  # the same class
        )

    def _counts_all_of(self, other: Self) -> bool:
        """Return whether the condition counts every callback that the other one counts."""
        return set(self.states) >= set(other.states) and (other.today or not self.today)

    def matches(self, request: Facts, now: Instant) -> bool:
        """Return whether the number of callbacks lies within the bounds."""
        if request.phone is None:
            return False
        return _is_within(self._count(request, now), self.at_least, self.at_most)

    def _count(self, request: Facts, now: Instant) -> int:
        # More callbacks than this do not change the result, so they are not counted.
        enough = self.at_least if self.at_most is None else max(self.at_least, self.at_most + 1)
        return request.count_callbacks(self.states, enough, now, today=self.today)

    def mismatch(self, request: Facts, now: Instant) -> str:
        """Return a sentence with the number of callbacks and the bounds."""
        if request.phone is None:
            return "there is no phone whose callbacks could be counted"
        what = "" if len(self.states) == len(_STATES) else f"{any_of(self.states)} "
        today = " today" if self.today else ""
        bounds = _bounds(self.at_least or None, self.at_most)
        count = self._count(request, now)
        return f"the caller has {count} {what}{_counted('callback', count)}{today}, not {bounds}"


class SlotSettings(Struct, forbid_unknown_fields=True):
    """What must be true of the slot that contains the desired time. At least one key is required."""

    free: Annotated[CountBounds | None, Meta(description="Number of its free seats")] = None
    first_free: Annotated[
        bool | None, Meta(description="Whether it is the first slot with a free seat, within 60 days from now")
    ] = None
    refused_before: Annotated[
        bool | None,
        Meta(description="Whether it was refused to the caller of `per` before, with any status from 400"),
    ] = None


def _slot(settings: dict[str, Any]) -> dict[str, Any]:
    if not _given(settings):
        raise ValueError("`slot` takes `free`, `first_free` or `refused_before`")
    return settings


@dataclass(frozen=True)
class SlotCondition(_SessionCondition):
    """A condition on the slot that contains the desired time."""

    at_least: int = 0
    at_most: int | None = None
    first_free: bool | None = None
    refused_before: bool | None = None
    per: Per = SESSION

    name = "slot"
    description = "The slot that contains the desired time: its free seats, and whether it was refused before"
    form = Annotated[SlotSettings, Made(_slot)]

    @classmethod
    def words(cls, written: Any, text_of: Callable[[Any], str]) -> str:  # noqa: ARG003  # it has numbers alone
        """Return words such as "for a slot that has at most 1 free seat"."""
        words = []
        if (free := written.get("free")) is not None:
            least, most = free.get("at_least"), free.get("at_most")
            words.append(f"that has {_bounds(least, most)} free {_counted('seat', least if most is None else most)}")
        if (first := written.get("first_free")) is not None:
            words.append(f"that is {'' if first else 'not '}the first free one")
        if (refused := written.get("refused_before")) is not None:
            words.append(f"that was {'' if refused else 'not '}refused before")
        return f"for a slot {' and '.join(words)}"

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return the condition for a slot. Raises ValueError if the bounds contradict each other."""
        settings = _given(value)
        bounds = _given(settings.pop("free", {"at_least": 0}))
        if not bounds:
            raise ValueError("`free` takes `at_least`, `at_most` or both")
        _check_bounds("free", bounds.get("at_least"), bounds.get("at_most"))
        return cls(**bounds, **settings)

    def with_per(self, per: Per) -> Self:
        """Return the condition for a rule with this `per`."""
        return replace(self, per=per)

    def covers(self, other: Self | None) -> bool:
        """Return whether the other condition has the same or stricter parts."""
        return (
            other is not None
            and self.at_least <= other.at_least
            and (self.at_most is None or (other.at_most is not None and other.at_most <= self.at_most))
            and self.first_free in (None, other.first_free)
            and (self.refused_before is None or (self.refused_before, self.per) == (other.refused_before, other.per))
        )

    def matches(self, request: Facts, now: Instant) -> bool:
        """Return whether the request has a slot for which all parts of the condition hold."""
        return request.slot is not None and all(holds(request, now) for _, holds in self._parts())

    def _parts(self) -> Iterable[tuple[Callable[[Facts], str], Callable[[Facts, Instant], bool]]]:
        """Yield, for each part of the condition, a function that says why it does not hold, and one that checks it."""
        if self.at_least or self.at_most is not None:
            bounds = _bounds(self.at_least or None, self.at_most)
            yield (
                lambda request: (
                    f"the slot has {(free := request.free_seats())} free {_counted('seat', free)}, not {bounds}"
                ),
                lambda request, _: _is_within(request.free_seats(), self.at_least, self.at_most),
            )
        if (first := self.first_free) is not None:
            yield (
                lambda _: f"the slot is {'not ' if first else ''}the first free one",
                lambda request, now: request.is_first_free(now) is first,
            )
        if (refused := self.refused_before) is not None:
            yield (
                lambda _: f"the slot was {'not ' if refused else ''}refused before",
                lambda request, _: request.was_refused(self.per) is refused,
            )

    def mismatch(self, request: Facts, now: Instant) -> str:
        """Return a sentence about the first part that does not hold."""
        if request.slot is None:
            return "there is no slot, because there is no desired_time"
        return next(reason(request) for reason, holds in self._parts() if not holds(request, now))


def _given(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that are not null."""
    return {key: value for key, value in settings.items() if value is not None}


def _check_bounds(name: str, at_least: int | None, at_most: int | None) -> None:
    if at_least is not None and at_most is not None and at_most < at_least:
        raise ValueError(f"`{name}` has an `at_most` below its `at_least`")


def _is_within(number: int, at_least: int, at_most: int | None) -> bool:
    return at_least <= number and (at_most is None or number <= at_most)


def _bounds(at_least: int | None, at_most: int | None) -> str:
    bounds = [] if at_least is None else [f"at least {at_least}"]
    bounds += [] if at_most is None else [f"at most {at_most}"]
    return " and ".join(bounds)


def _counted(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"


def asks_for_states(conditions: Iterable[Condition]) -> bool:
    """Return whether one of the conditions requires a named state, or its absence."""
    return any(isinstance(leaf, StateCondition) for leaf in _leaves(conditions))


def asks_for_refusals(conditions: Iterable[Condition]) -> bool:
    """Return whether one of the conditions depends on which slots were refused before."""
    return any(isinstance(leaf, SlotCondition) and leaf.refused_before is not None for leaf in _leaves(conditions))


def _leaves(conditions: Iterable[Condition]) -> Iterator[Condition]:
    return (leaf for condition in conditions for leaf in condition.leaves())


# The keys of `when` in addition to those in `conditions`.
SESSION_CONDITIONS: Final[Sequence[type[Condition]]] = (StateCondition, CallerCondition, SlotCondition)
