"""Checks: what a test can expect of the exchanges of a session.

A check gets the exchanges in the order in which they came. It returns its failure, or None if it holds. `dropped` is
the number of older exchanges that the journal has dropped. If they could break a check that holds otherwise, it fails
as not certain.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import ClassVar, Final, NamedTuple, Protocol

from msgspec import Struct

from mockgms.domain.instants import SECOND, Instant
from mockgms.session.verification.filters import NEAREST, Filter, NearMiss, nearest
from mockgms.session.verification.recorded_request import Caller, RecordedRequest
from mockgms.session.verification.retry_after import waiting_ends

_SCHEDULE: Final = "schedule"


class FailedCheck(NamedTuple):
    """A failed check: the reason as a sentence, and the exchanges that it is about or that came closest.

    It is not `certain` if dropped exchanges could change the result.
    """

    message: str
    nearest: tuple[NearMiss, ...] = ()
    certain: bool = True


class Expectation(Protocol):
    """An expectation. `name` is its name in the API."""

    name: ClassVar[str]

    def failure(self, requests: Sequence[RecordedRequest], dropped: int) -> FailedCheck | None:
        """Return why the check does not hold, or may not hold. None if it holds."""


class RequestCount(Struct, frozen=True):
    """At least `minimum` and at most `maximum` exchanges match `wanted`. None: no maximum."""

    name: ClassVar[str] = "request"

    wanted: Filter
    minimum: int
    maximum: int | None

    def failure(self, requests: Sequence[RecordedRequest], dropped: int) -> FailedCheck | None:
        """Return a failure with the nearest misses if too few match, or with the newest matches if too many do."""
        matching: list[RecordedRequest] = []
        others: list[RecordedRequest] = []
        for each in requests:
            (matching if self.wanted.matches(each) else others).append(each)
        found = f"{_requests(len(matching))}{f' with {self.wanted}' if self.wanted.conditions else ''} came"
        if len(matching) < self.minimum:
            message = f"{found}; expected {self._numbers()}{_or_dropped(dropped)}."
            return FailedCheck(message, nearest(self.wanted, others), certain=not dropped)
        if self.maximum is not None and len(matching) > self.maximum:
            return FailedCheck(f"{found}; expected {self._numbers()}.", _newest(matching))
        return None if self.maximum is None else _uncertain(f"{found}, {self._numbers()} as expected", dropped)

    def _numbers(self) -> str:
        if self.maximum is None:
            return f"at least {self.minimum}"
        if self.minimum == self.maximum:
            return f"exactly {self.maximum}"
        return f"from {self.minimum} to {self.maximum}" if self.minimum else f"at most {self.maximum}"


class Order(Struct, frozen=True):
    """Exchanges that match the filters came in this order, possibly with others in between."""

    name: ClassVar[str] = "order"

    wanted: Sequence[Filter]

    def failure(self, requests: Sequence[RecordedRequest], dropped: int) -> FailedCheck | None:
        """Return a failure for the first filter without a match after the previous one, with its nearest misses."""
        remaining = iter(requests)
        before = None
        for place, wanted in enumerate(self.wanted, 1):
            found = next((each for each in remaining if wanted.matches(each)), None)
            if found is None:
                when = "did not come" if before is None else f"did not come after request {before.number}"
                message = f"Number {place} of the order, {wanted}, {when}{_or_dropped(dropped)}."
                return FailedCheck(message, nearest(wanted, requests, after=before), certain=not dropped)
            before = found
        return None


def filters_of(check: Expectation) -> Sequence[Filter]:
    """Return the filters of a check."""
    match check:
        case RequestCount():
            return (check.wanted,)
        case Order():
            return check.wanted
        case _:
            return ()


class NoEarlyRetry(Struct, frozen=True):
    """No caller came back before the Retry-After of an answer was over, on the clock of the session."""

    name: ClassVar[str] = "no_retry_before_retry_after"

    def failure(self, requests: Sequence[RecordedRequest], dropped: int) -> FailedCheck | None:
        """Return a failure with the exchanges that came too early."""
        early = list(self._early(requests))
        if not early:
            return _uncertain("No client came back before its Retry-After was over", dropped)
        first = early[0]
        more = f", and {len(early) - 1} more came too early" if len(early) > 1 else ""
        return FailedCheck(f"Request {first.number} {first.differs[0]}{more}.", tuple(early[:NEAREST]))

    def _early(self, requests: Sequence[RecordedRequest]) -> Iterator[NearMiss]:
        waits: dict[Caller, _Wait] = {}  # the wait of each caller that ends last
        for each in requests:
            if each.caller is None:
                continue
            wait = waits.get(each.caller)
            if wait is not None and wait.start <= each.began < wait.end:
                yield NearMiss(each.number, (_too_early(each, wait),))
            if each.answered is not None and each.retry_after is not None:
                end = waiting_ends(each.retry_after, each.answered)
                if end is not None and (wait is None or end > wait.end):
                    waits[each.caller] = _Wait(each.number, each.answered, end)


class _Wait(NamedTuple):
    """The time that the answer to a request asks to wait. `number` is that of the request."""

    number: int
    start: Instant
    end: Instant


class BookedRequest(NamedTuple):
    """A callback: its phone as in `Caller`, when it was created, and when it was cancelled or completed by hand."""

    id: str
    phone: str
    created: Instant
    ended: Instant | None


class BookedOnce(Struct, frozen=True):
    """No phone was booked twice, unless its first callback was cancelled before the second was booked.

    The check uses the `callbacks` in booking order, not the answers: a client may have booked without getting an
    answer. It ignores callbacks that were not booked by one of the exchanges.
    """

    name: ClassVar[str] = "each_phone_booked_at_most_once"

    callbacks: Sequence[BookedRequest]

    def failure(self, requests: Sequence[RecordedRequest], dropped: int) -> FailedCheck | None:
        """Return a failure for the first phone that was booked twice, with its requests."""
        attempts: dict[str, list[RecordedRequest]] = {}
        for each in requests:
            if each.caller is not None and each.caller.operation == _SCHEDULE and each.caller.phone:
                attempts.setdefault(each.caller.phone, []).append(each)
        booked: dict[str, list[BookedRequest]] = {}
        for one in self.callbacks:
            if _is_from(attempts.get(one.phone, ()), one):
                booked.setdefault(one.phone, []).append(one)
        for phone, several in booked.items():
            overlapping = next((pair for pair in pairwise(several) if _overlap(*pair)), None)
            if overlapping is not None:
                return FailedCheck(_booked_again(attempts[phone][0], *overlapping), _newest(attempts[phone]))
        return _uncertain("Each phone was booked at most once", dropped)


def _is_from(attempts: Sequence[RecordedRequest], booked: BookedRequest) -> bool:
    """Return whether a callback was booked while one of the attempts was processed."""
    return any(
        each.began <= booked.created and (each.answered is None or booked.created <= each.answered) for each in attempts
    )


def _overlap(first: BookedRequest, second: BookedRequest) -> bool:
    """Return whether the first callback was still active when the second was booked."""
    return first.ended is None or first.ended > second.created


def _booked_again(attempt: RecordedRequest, first: BookedRequest, second: BookedRequest) -> str:
    return f"{attempt.texts['phone'][0]} was booked again, as callback {second.id}, while it had callback {first.id}."


def _too_early(request: RecordedRequest, wait: _Wait) -> str:
    came, requested = _seconds(request.began - wait.start), _seconds(wait.end - wait.start)
    return f"came {came} after the answer to request {wait.number}, whose Retry-After asked for {requested}"


def _seconds(duration: Instant) -> str:
    return f"{duration / SECOND:g} s"


def _requests(count: int) -> str:
    return f"{count or 'No'} request{'s' if count > 1 else ''}"


def _newest(requests: Sequence[RecordedRequest]) -> tuple[NearMiss, ...]:
    """Return the newest of some exchanges, newest first."""
    return tuple(NearMiss(each.number) for each in requests[: -NEAREST - 1 : -1])


def _or_dropped(dropped: int) -> str:
    which = "the request" if dropped == 1 else f"among the {dropped} requests"
    return f". It may be {which} that the journal has dropped" if dropped else ""


def _uncertain(held: str, dropped: int) -> FailedCheck | None:
    """Return the failure of a check that holds for the journal. None if the journal has dropped nothing."""
    if not dropped:
        return None
    message = f"{held}, but this is uncertain: the journal has dropped {_requests(dropped)} that came before."
    return FailedCheck(message, certain=False)
