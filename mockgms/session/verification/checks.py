"""Checks: what can be expected of the exchanges of a session, in the order in which they came.

Each gives its failure, None when it holds. `dropped` is how many older exchanges nobody remembers any more: what may
not have happened has not been shown not to have happened then, so such a check fails too and says that it is not sure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Final, NamedTuple, Protocol

from mockgms.domain.instants import SECOND, Instant
from mockgms.session.verification.filters import NEAREST, Filter, NearMiss, nearest
from mockgms.session.verification.recorded_request import Caller, RecordedRequest
from mockgms.session.verification.retry_after import waiting_ends

_SCHEDULE: Final = "schedule"


class FailedCheck(NamedTuple):
    """A check that failed: the sentence that says why, and the exchanges it is about or that came closest.

    It is not `certain` when exchanges that were dropped could have had it otherwise.
    """

    message: str
    nearest: tuple[NearMiss, ...] = ()
    certain: bool = True


class Check(Protocol):
    """Something that is expected; `name` is what a test calls it."""

    name: ClassVar[str]

    def failure(self, seen: Sequence[RecordedRequest], dropped: int) -> FailedCheck | None:
        """Why it does not hold, or is not sure to."""


@dataclass(frozen=True, slots=True)
class Count:
    """At least and at most so many exchanges are those that are meant; `most` may be None."""

    name: ClassVar[str] = "request"

    wanted: Filter
    least: int
    most: int | None

    def failure(self, seen: Sequence[RecordedRequest], dropped: int) -> FailedCheck | None:
        """Too few, with those that came closest; or too many, with the newest of these."""
        meant: list[RecordedRequest] = []
        others: list[RecordedRequest] = []
        for each in seen:
            (meant if self.wanted.matches(each) else others).append(each)
        found = f"{_requests(len(meant))}{f' with {self.wanted}' if self.wanted.conditions else ''} came"
        if len(meant) < self.least:
            message = f"{found}, not {self._numbers()}{_or_dropped(dropped)}."
            return FailedCheck(message, nearest(self.wanted, others), certain=not dropped)
        if self.most is not None and len(meant) > self.most:
            return FailedCheck(f"{found}, not {self._numbers()}.", _told(meant))
        return None if self.most is None else _not_sure(f"{found}, {self._numbers()} as expected", dropped)

    def _numbers(self) -> str:
        if self.most is None:
            return f"at least {self.least}"
        if self.least == self.most:
            return f"exactly {self.most}"
        return f"from {self.least} to {self.most}" if self.least else f"at most {self.most}"


@dataclass(frozen=True, slots=True)
class Order:
    """Exchanges that are meant came one after the other; others may lie between them."""

    name: ClassVar[str] = "order"

    wanted: Sequence[Filter]

    def failure(self, seen: Sequence[RecordedRequest], dropped: int) -> FailedCheck | None:
        """The first that did not come after the one before it, with those that came closest."""
        coming = iter(seen)
        before = None
        for place, wanted in enumerate(self.wanted, 1):
            found = next((each for each in coming if wanted.matches(each)), None)
            if found is None:
                when = "did not come" if before is None else f"did not come after request {before.number}"
                message = f"Number {place} of the order, {wanted}, {when}{_or_dropped(dropped)}."
                return FailedCheck(message, nearest(wanted, seen, after=before), certain=not dropped)
            before = found
        return None


def filters_of(check: Check) -> Sequence[Filter]:
    """Return the filters that a check compares exchanges with."""
    match check:
        case Count():
            return (check.wanted,)
        case Order():
            return check.wanted
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class NoEarlyRetry:
    """After an answer with Retry-After its caller comes not back before the time is over, on the session's clock."""

    name: ClassVar[str] = "no_retry_before_retry_after"

    def failure(self, seen: Sequence[RecordedRequest], dropped: int) -> FailedCheck | None:
        """The exchanges that came too early."""
        early = list(self._early(seen))
        if not early:
            return _not_sure("Nobody came back before Retry-After was over", dropped)
        first = early[0]
        more = f", and {len(early) - 1} more came too early" if len(early) > 1 else ""
        return FailedCheck(f"Request {first.number} {first.differs[0]}{more}.", tuple(early[:NEAREST]))

    def _early(self, seen: Sequence[RecordedRequest]) -> Iterator[NearMiss]:
        asked: dict[Caller, _Wait] = {}  # of each caller, the wait that ends last
        for each in seen:
            if each.caller is None:
                continue
            wait = asked.get(each.caller)
            if wait is not None and wait.start <= each.began < wait.end:
                yield NearMiss(each.number, (_too_early(each, wait),))
            if each.answered is not None and each.retry_after is not None:
                end = waiting_ends(each.retry_after, each.answered)
                if end is not None and (wait is None or end > wait.end):
                    asked[each.caller] = _Wait(each.number, each.answered, end)


class _Wait(NamedTuple):
    """The time for which the answer to a request of this number asks to wait."""

    number: int
    start: Instant
    end: Instant


class BookedRequest(NamedTuple):
    """A callback: its phone as `Caller` has it, when it was booked, and when it was cancelled or ended by hand."""

    id: str
    phone: str
    created: Instant
    ended: Instant | None


@dataclass(frozen=True, slots=True)
class BookedOnce:
    """No phone has got two callbacks, unless the first was cancelled before the second was booked.

    It goes by the `callbacks` that there are, in the order booked, and not by the answers: a client that got none may
    have booked all the same. Those count that were booked while a request for them was answered.
    """

    name: ClassVar[str] = "each_phone_booked_at_most_once"

    callbacks: Sequence[BookedRequest]

    def failure(self, seen: Sequence[RecordedRequest], dropped: int) -> FailedCheck | None:
        """The first phone that got two, with the requests for them."""
        asked: dict[str, list[RecordedRequest]] = {}
        for each in seen:
            if each.caller is not None and each.caller.operation == _SCHEDULE and each.caller.phone:
                asked.setdefault(each.caller.phone, []).append(each)
        booked: dict[str, list[BookedRequest]] = {}
        for one in self.callbacks:
            if _was_asked_for(one, asked.get(one.phone, ())):
                booked.setdefault(one.phone, []).append(one)
        for phone, several in booked.items():
            twice = next((pair for pair in pairwise(several) if _at_once(*pair)), None)
            if twice is not None:
                return FailedCheck(_sentence(asked[phone][0], twice), _told(asked[phone]))
        return _not_sure("Each phone was booked at most once", dropped)


def _was_asked_for(booked: BookedRequest, attempts: Sequence[RecordedRequest]) -> bool:
    return any(
        each.began <= booked.created and (each.answered is None or booked.created <= each.answered) for each in attempts
    )


def _at_once(first: BookedRequest, second: BookedRequest) -> bool:
    """Whether the first was still there when the second was booked."""
    return first.ended is None or first.ended > second.created


def _sentence(attempt: RecordedRequest, twice: tuple[BookedRequest, BookedRequest]) -> str:
    first, second = twice
    return f"{attempt.texts['phone'][0]} was booked again, as callback {second.id}, while it had callback {first.id}."


def _too_early(seen: RecordedRequest, wait: _Wait) -> str:
    came, asked = _seconds(seen.began - wait.start), _seconds(wait.end - wait.start)
    return f"came {came} after the answer to request {wait.number}, whose Retry-After asked for {asked}"


def _seconds(duration: Instant) -> str:
    return f"{duration / SECOND:g} s"


def _requests(count: int) -> str:
    return f"{count or 'No'} request{'s' if count > 1 else ''}"


def _told(seen: Sequence[RecordedRequest]) -> tuple[NearMiss, ...]:
    """The newest of the exchanges that a failure is about, newest first."""
    return tuple(NearMiss(each.number) for each in seen[: -NEAREST - 1 : -1])


def _or_dropped(dropped: int) -> str:
    return f"; it may be among the {dropped} that the journal has dropped" if dropped else ""


def _not_sure(held: str, dropped: int) -> FailedCheck | None:
    """The failure of what holds as far as the journal goes back; None when it goes back to the beginning."""
    if not dropped:
        return None
    message = f"{held}, but this is not sure: the journal has dropped {_requests(dropped)} that came before."
    return FailedCheck(message, certain=False)
