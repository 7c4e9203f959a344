"""The words of v3 for every refusal.

The numbers are those that the widget has texts for (verified); which status goes with which is assumed: the
widget shows its text for 400 and 429 alone. Where it has none, the number is that of the status (assumed).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, TypeVar

import msgspec

from mockgms.api.ges.envelope import Wording, failure
from mockgms.domain import refusals as domain
from mockgms.domain.instants import SECOND, Duration, render_instant
from mockgms.domain.refusals import Refusal
from mockgms.http import refusals as wire
from mockgms.http.messages import Reply
from mockgms.scenario.model import Scenario
from mockgms.session import Session

INVALID: Final = 501
KEY_WRONG: Final = 503
KEY_MISSING: Final = 1103
NUMBER_UNREADABLE: Final = 7030
NUMBER_IMPOSSIBLE: Final = 7036
NUMBER_NOT_ALLOWED: Final = 7037
SERVICE_UNKNOWN: Final = 7040
TOO_MANY: Final = 7041
CLOSED: Final = 7042

SERVICE_NAMES: Final = frozenset({"serviceName", "service-name", "queue-name"})


_R = TypeVar("_R", bound=Refusal)
_Words: TypeAlias = Callable[[Any, Scenario], Wording]


def _row(kind: type[_R], words: Callable[[_R, Scenario], Wording]) -> tuple[type[Refusal], _Words]:
    return kind, words


_WORDS: Mapping[type[Refusal], _Words] = dict(
    (
        _row(
            domain.UnknownService,
            lambda no, _: Wording(400, SERVICE_UNKNOWN, f"The service {no.service} is not configured."),
        ),
        _row(domain.UnknownCallback, lambda no, _: Wording(404, 404, f"No callback has the id {no.id}.")),
        _row(
            domain.WrongState,
            lambda no, _: Wording(400, INVALID, f"The callback {no.id} is {no.state}: it cannot be changed any more."),
        ),
        _row(domain.NumberUnreadable, lambda no, _: Wording(400, NUMBER_UNREADABLE, _unreadable_number(no.number))),
        _row(
            domain.NumberImpossible,
            lambda no, _: Wording(400, NUMBER_IMPOSSIBLE, f"A callback to {no.number} is not possible."),
        ),
        _row(
            domain.NumberPremium,
            lambda no, _: Wording(400, NUMBER_NOT_ALLOWED, f"A callback to the premium number {no.number} is refused."),
        ),
        _row(
            domain.CountryMissing,
            lambda no, _: Wording(
                400,
                NUMBER_NOT_ALLOWED if no.check == "premium" else NUMBER_IMPOSSIBLE,
                f"The service {no.service} refuses {no.check} numbers, but has no country to check them against.",
            ),
        ),
        _row(
            domain.SlotFull,
            lambda no, scenario: Wording(
                scenario.slot_conflict_status.v3, TOO_MANY, f"Too many requests at this time.{_proposing(no)}"
            ),
        ),
        _row(
            domain.OfficeClosed,
            lambda no, _: Wording(400, CLOSED, f"Office closed at the desired time.{_proposing(no)}"),
        ),
        _row(
            domain.TimePast,
            lambda no, _: Wording(
                400, CLOSED, f"The desired time {render_instant(no.desired)} is over.{_proposing(no)}"
            ),
        ),
        _row(
            domain.TimeBeyondHorizon,
            lambda no, _: Wording(
                400, CLOSED, f"The desired time {render_instant(no.desired)} is too far ahead.{_proposing(no)}"
            ),
        ),
        _row(
            domain.NothingFree,
            lambda no, _: (
                Wording(400, CLOSED, "Office closed in the selected period.")
                if no.closed
                else Wording(400, TOO_MANY, "No time slot is free in the selected period.")
            ),
        ),
        _row(
            domain.ServiceThrottled,
            lambda no, _: Wording(
                429,
                TOO_MANY,
                f"Too many requests at this time: the service {no.service} takes no more for {_wait(no.retry_after)}.",
            ),
        ),
        _row(
            domain.NumberThrottled,
            lambda no, _: Wording(
                429, TOO_MANY, f"Too many requests at this time: {no.number} has had {no.limit} callbacks today."
            ),
        ),
        _row(
            domain.RateLimited,
            lambda no, _: Wording(429, TOO_MANY, f"Too many requests: the limit is {no.limit}."),
        ),
        _row(domain.Failure, lambda no, _: Wording(no.status, no.status, no.message)),
        _row(domain.OutOfRoom, lambda no, _: Wording(507, 507, wire.out_of_room(no))),
        _row(
            domain.QueueFull,
            lambda no, _: Wording(
                429, TOO_MANY, f"Too many requests at this time: the queue of the service {no.service} is full."
            ),
        ),
        _row(
            domain.NumberInQueue,
            lambda no, _: Wording(
                429, TOO_MANY, f"Too many requests at this time: {no.number} already waits for {no.service}."
            ),
        ),
        _row(
            wire.Unreadable,
            lambda no, _: Wording(400, SERVICE_UNKNOWN if no.field in SERVICE_NAMES else INVALID, no.sentence),
        ),
        _row(wire.BodyTooLarge, lambda no, _: Wording(413, 413, f"The body has more than {no.limit} bytes.")),
        _row(
            wire.CredentialsMissing,
            lambda _, scenario: Wording(scenario.auth.missing, KEY_MISSING, "The header x-api-key is missing."),
        ),
        _row(wire.CredentialsWrong, lambda _, __: Wording(403, KEY_WRONG, "The key in x-api-key is not valid.")),
        _row(
            wire.UnknownPath,
            lambda no, _: Wording(404, 404, f"Nothing is at {no.path}. The nearest is {no.nearest}."),
        ),
        _row(
            wire.WrongMethod,
            lambda no, _: Wording(405, 405, f"{no.method} is not answered here. The nearest is {no.nearest}."),
        ),
        _row(wire.OwnDefect, lambda _, __: Wording(500, 500, "Defect of mockgms; the log has its traceback.")),
    )
)


def render_refusal(refusal: Refusal, session: Session) -> Reply:
    """The answer to a refused request."""
    words = _WORDS[type(refusal)](refusal, session.scenario)
    return failure(session, words, _proposals(refusal), _headers(refusal))


def _proposals(refusal: Refusal) -> bytes | None:
    """Free slots to choose from: start in UTC to seats, both text (verified; what key and value mean is assumed)."""
    if not isinstance(refusal, domain.TimeUnavailable):
        return None
    slots = {render_instant(slot.start): str(slot.free) for slot in refusal.proposed}
    return msgspec.json.encode({"slots": slots})


def _proposing(refusal: domain.TimeUnavailable) -> str:
    """What is said of the slots that are proposed, if any are (the words are verified)."""
    return " Proposing time slots." if refusal.proposed else ""


def _headers(refusal: Refusal) -> tuple[tuple[str, str], ...]:
    match refusal:
        case domain.Throttled():
            return (("Retry-After", str(_seconds(refusal.retry_after))),)
        case wire.WrongMethod():
            return (("Allow", ", ".join(refusal.allowed)),)
        case _:
            return ()


def _unreadable_number(number: str) -> str:
    return f"phoneNumber {number} is not a phone number." if number else "phoneNumber is required."


def _wait(duration: Duration) -> str:
    return f"{_seconds(duration)} s"


def _seconds(duration: Duration) -> int:
    return -(-duration // SECOND)
