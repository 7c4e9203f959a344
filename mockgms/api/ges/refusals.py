"""The wording of every refusal in v3.

The numbers are the ones that the widget has texts for (verified). Their statuses are assumed: the widget shows its text
only for 400 and 429. Where it has no text, the number is the status (assumed).
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from mockgms.api import codes
from mockgms.api.ges.envelope import Wording, failure
from mockgms.api.wording import R, VariableNumber, complete_table, number, usual, why_nothing_is_free
from mockgms.domain import refusals as domain
from mockgms.domain.instants import Duration, render_instant, whole_seconds
from mockgms.domain.quoting import shortened
from mockgms.domain.refusals import Refusal
from mockgms.http import refusals as wire
from mockgms.http.messages import Reply
from mockgms.session import Session

SERVICE_NAMES: Final = frozenset({"serviceName", "service-name", "queue-name"})


class _Words(NamedTuple):
    status: int | VariableNumber[Any]
    code: int | VariableNumber[Any]
    message: Callable[[Any], str]


def _row(
    kind: type[R], status: int | VariableNumber[R], code: int | VariableNumber[R], message: Callable[[R], str]
) -> tuple[type[Refusal], _Words]:
    return kind, _Words(status, code, message)


_WORDS: Final = complete_table(
    (
        _row(
            domain.UnknownService,
            400,
            codes.SERVICE_UNKNOWN,
            lambda refusal: f"The service {refusal.service} is not configured.",
        ),
        _row(domain.UnknownCallback, 404, 404, lambda refusal: f"No callback has the id {refusal.id}."),
        _row(
            domain.WrongState,
            400,
            codes.INVALID,
            lambda refusal: f"The callback {refusal.id} is {refusal.state}: it cannot be changed any more.",
        ),
        _row(domain.NumberUnreadable, 400, codes.NUMBER_UNREADABLE, lambda refusal: _unreadable_number(refusal.number)),
        _row(
            domain.NumberImpossible,
            400,
            codes.NUMBER_IMPOSSIBLE,
            lambda refusal: f"A callback to {refusal.number} is not possible.",
        ),
        _row(
            domain.NumberPremium,
            400,
            codes.NUMBER_NOT_ALLOWED,
            lambda refusal: f"A callback to the premium number {refusal.number} is refused.",
        ),
        _row(
            domain.CountryMissing,
            400,
            VariableNumber(
                codes.NUMBER_IMPOSSIBLE,
                lambda refusal, _: codes.NUMBER_NOT_ALLOWED if refusal.check == "premium" else codes.NUMBER_IMPOSSIBLE,
            ),
            lambda refusal: (
                f"The service {refusal.service} refuses {refusal.check} numbers,"
                " but has no country to check them against."
            ),
        ),
        _row(
            domain.SlotFull,
            VariableNumber(400, lambda _, scenario: scenario.slot_conflict_status.v3),
            codes.TOO_MANY,
            lambda refusal: f"Too many requests at this time.{_proposing(refusal)}",
        ),
        _row(
            domain.OfficeClosed,
            400,
            codes.CLOSED,
            lambda refusal: f"Office closed at the desired time.{_proposing(refusal)}",
        ),
        _row(
            domain.TimePast,
            400,
            codes.CLOSED,
            lambda refusal: f"The desired time {render_instant(refusal.desired)} is over.{_proposing(refusal)}",
        ),
        _row(
            domain.TimeBeyondHorizon,
            400,
            codes.CLOSED,
            lambda refusal: (
                f"The desired time {render_instant(refusal.desired)} is too far ahead.{_proposing(refusal)}"
            ),
        ),
        _row(
            domain.NothingFree,
            400,
            VariableNumber(codes.TOO_MANY, lambda refusal, _: codes.CLOSED if refusal.closed else codes.TOO_MANY),
            why_nothing_is_free,
        ),
        _row(
            domain.ServiceThrottled,
            429,
            codes.TOO_MANY,
            lambda refusal: (
                f"Too many requests at this time: the service {refusal.service} takes no more"
                f" for {_wait(refusal.retry_after)}."
            ),
        ),
        _row(
            domain.NumberThrottled,
            429,
            codes.TOO_MANY,
            lambda refusal: (
                f"Too many requests at this time: {refusal.number} has had {refusal.limit} callbacks today."
            ),
        ),
        _row(
            domain.RateLimited, 429, codes.TOO_MANY, lambda refusal: f"Too many requests: the limit is {refusal.limit}."
        ),
        _row(
            domain.Failure,
            VariableNumber(500, lambda refusal, _: refusal.status),
            VariableNumber(500, lambda refusal, _: refusal.status),
            lambda refusal: refusal.message,
        ),
        _row(domain.OutOfRoom, 507, 507, wire.out_of_room),
        _row(
            domain.QueueFull,
            429,
            codes.TOO_MANY,
            lambda refusal: f"Too many requests at this time: the queue of the service {refusal.service} is full.",
        ),
        _row(
            domain.NumberInQueue,
            429,
            codes.TOO_MANY,
            lambda refusal: f"Too many requests at this time: {refusal.number} already waits for {refusal.service}.",
        ),
        _row(
            wire.Unreadable,
            400,
            VariableNumber(
                codes.INVALID,
                lambda refusal, _: codes.SERVICE_UNKNOWN if refusal.field in SERVICE_NAMES else codes.INVALID,
            ),
            lambda refusal: refusal.sentence,
        ),
        _row(wire.BodyTooLarge, 413, 413, lambda refusal: f"The body has more than {refusal.limit} bytes."),
        _row(wire.UnsupportedBody, 415, 415, lambda refusal: f"The body {refusal.reason}."),
        _row(
            wire.CredentialsMissing,
            VariableNumber(400, lambda _, scenario: scenario.auth.missing),
            codes.KEY_MISSING,
            lambda _: "The header x-api-key is missing.",
        ),
        _row(wire.CredentialsWrong, 403, codes.KEY_WRONG, lambda _: "The key in x-api-key is not valid."),
        _row(
            wire.UnknownPath,
            404,
            404,
            lambda refusal: f"Nothing is at {refusal.path}. The nearest is {refusal.nearest}.",
        ),
        _row(
            wire.WrongMethod,
            405,
            405,
            lambda refusal: f"{refusal.method} is not answered here. The nearest is {refusal.nearest}.",
        ),
        _row(wire.OwnDefect, 500, 500, lambda refusal: refusal.sentence),
    )
)


def usual_status(kind: type[Refusal]) -> int:
    """Return the usual status of a class of refusals."""
    return usual(_WORDS[kind].status)


def usual_code(kind: type[Refusal]) -> int:
    """Return the usual code of a class of refusals."""
    return usual(_WORDS[kind].code)


def render_refusal(refusal: Refusal, session: Session) -> Reply:
    """Return the answer to a refused request."""
    status, code, message = _WORDS[type(refusal)]
    numbers = number(status, refusal, session.scenario), number(code, refusal, session.scenario)
    words = Wording(*numbers, message(refusal))
    return failure(session, words, _proposals(refusal), _headers(refusal))


def _proposals(refusal: Refusal) -> bytes | None:
    """Free slots to choose from: start in UTC to seats, both text (verified; what key and value mean is assumed)."""
    if not isinstance(refusal, domain.TimeUnavailable):
        return None
    slots = {render_instant(slot.start): str(slot.free) for slot in refusal.proposed}
    return msgspec.json.encode({"slots": slots})


def _proposing(refusal: domain.TimeUnavailable) -> str:
    """Return the sentence about the proposed slots, if there are any (the wording is verified)."""
    return " Proposing time slots." if refusal.proposed else ""


def _headers(refusal: Refusal) -> tuple[tuple[str, str], ...]:
    match refusal:
        case domain.Throttled():
            return (("Retry-After", str(whole_seconds(refusal.retry_after))),)
        case wire.WrongMethod():
            return (("Allow", ", ".join(refusal.allowed)),)
        case _:
            return ()


def _unreadable_number(number: str) -> str:
    return f"phoneNumber {shortened(number)} is not a phone number." if number else "phoneNumber is required."


def _wait(duration: Duration) -> str:
    return f"{whole_seconds(duration)} s"
