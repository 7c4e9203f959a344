"""The words of v1 for every refusal.

Exception classes, the texts of throttles, queue limit and number checks, and the two members of 8.5.1 are verified;
`phrase` and `code` came with 8.5.2 (verified), but no value of `code` is known for v1: those of v3 are used (assumed).
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

import msgspec

from mockgms.domain import refusals as domain
from mockgms.domain.instants import SECOND, Duration, render_instant
from mockgms.domain.refusals import Refusal
from mockgms.http import refusals as wire
from mockgms.http.messages import Headers, Reply
from mockgms.scenario.model import Scenario
from mockgms.session import Session

_CALLBACK: Final = "com.genesyslab.gsg.services.callback.exceptions.CallbackException"
AVAILABILITY: Final = f"{_CALLBACK}Availability"
NOT_FOUND: Final = f"{_CALLBACK}NotFound"
NUMBER: Final = f"{_CALLBACK}Number"
RESOURCE: Final = f"{_CALLBACK}Resource"
UNAVAILABLE: Final = f"{_CALLBACK}ServiceUnavailable"
GSG: Final = "com.genesyslab.gsg.GSGException"
ORS: Final = "com.genesyslab.gsg.services.ors.OrsServiceException"

BAD_PARAMETER: Final = "BAD_PARAMETER"

_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
_BAD_INPUT: Final = (domain.NumberUnreadable, wire.Unreadable)


class Wording(NamedTuple):
    """How something is refused: the HTTP status, and the members of the body."""

    status: int
    exception: str
    code: int
    message: str
    phrase: str = BAD_PARAMETER


_R = TypeVar("_R", bound=Refusal)
_Words: TypeAlias = Callable[[Any, Scenario], Wording]


def _row(kind: type[_R], words: Callable[[_R, Scenario], Wording]) -> tuple[type[Refusal], _Words]:
    return kind, words


_WORDS: Mapping[type[Refusal], _Words] = dict(
    (
        _row(
            domain.UnknownService,
            lambda no, _: Wording(400, RESOURCE, 7040, f"Service {no.service} is not configured."),
        ),
        _row(domain.UnknownCallback, lambda no, _: Wording(400, NOT_FOUND, 404, f"Callback {no.id} is not found.")),
        _row(
            domain.WrongState,
            lambda no, _: Wording(400, NOT_FOUND, 501, f"Callback {no.id} is {no.state} already."),
        ),
        _row(domain.NumberUnreadable, lambda no, _: Wording(400, NUMBER, 7030, _unreadable_number(no.number))),
        _row(
            domain.NumberImpossible,
            lambda no, _: Wording(
                400,
                NUMBER,
                7036,
                f"Customer Number [{no.number}] is disallowed, because it is invalid."
                " Check option _disallow_impossible_phone_numbers",
            ),
        ),
        _row(
            domain.NumberPremium,
            lambda no, _: Wording(
                400,
                NUMBER,
                7037,
                f"Customer Number [{no.number}] is disallowed, because it's a premium number."
                " Check option _disallow_premium_phone_numbers",
            ),
        ),
        _row(
            domain.CountryMissing,
            lambda no, _: Wording(
                400,
                NUMBER,
                7037 if no.check == "premium" else 7036,
                f"Service option {no.service} / _default_country is not configured."
                f" But option _disallow_{no.check}_phone_numbers is set."
                " We cannot validate phone numbers without knowing the country.",
            ),
        ),
        _row(
            domain.SlotFull,
            lambda no, scenario: Wording(
                scenario.slot_conflict_status.v1,
                AVAILABILITY,
                7041,
                f"Too many requests at this time.{_proposing(no)}",
            ),
        ),
        _row(
            domain.OfficeClosed,
            lambda no, _: Wording(400, AVAILABILITY, 7042, f"Office closed at desired time.{_proposing(no)}"),
        ),
        _row(
            domain.TimePast,
            lambda no, _: Wording(
                400,
                AVAILABILITY,
                7042,
                f"Desired time {render_instant(no.desired)} is in the past.{_proposing(no)}",
            ),
        ),
        _row(
            domain.TimeBeyondHorizon,
            lambda no, _: Wording(
                400,
                AVAILABILITY,
                7042,
                f"Desired time {render_instant(no.desired)} is too far in the future.{_proposing(no)}",
            ),
        ),
        _row(
            domain.NothingFree,
            lambda no, _: (
                Wording(400, AVAILABILITY, 7042, "Office closed in the selected period.")
                if no.closed
                else Wording(400, AVAILABILITY, 7041, "No time slot is free in the selected period.")
            ),
        ),
        _row(
            domain.ServiceThrottled,
            lambda no, scenario: Wording(
                _throttled(scenario),
                UNAVAILABLE,
                7041,
                f"Limit of queued callbacks for {no.service} is reached for interval {_seconds(no.per)}s.",
            ),
        ),
        _row(
            domain.NumberThrottled,
            lambda no, scenario: Wording(
                _throttled(scenario),
                UNAVAILABLE,
                7041,
                f"Callback for _customer_number={no.number} rejected because previous callbacks"
                f" for this parameter were requested for more than {no.limit} times today.",
            ),
        ),
        _row(
            domain.RateLimited,
            lambda no, _: Wording(429, UNAVAILABLE, 7041, f"Too many requests: the limit is {no.limit}."),
        ),
        _row(domain.Failure, lambda no, _: Wording(no.status, GSG, no.status, no.message)),
        _row(domain.OutOfRoom, lambda no, _: Wording(507, GSG, 507, wire.out_of_room(no))),
        _row(
            domain.QueueFull,
            lambda no, _: Wording(503, UNAVAILABLE, 7041, f"Limit of queued callbacks for {no.service} is reached."),
        ),
        _row(
            domain.NumberInQueue,
            lambda no, _: Wording(
                503,
                UNAVAILABLE,
                7041,
                f"Callback for _customer_number={no.number} rejected because it is in the queue of {no.service}"
                " already.",
            ),
        ),
        _row(wire.Unreadable, lambda no, _: Wording(400, GSG, 501, f"Invalid parameter: {no.sentence}")),
        _row(wire.BodyTooLarge, lambda no, _: Wording(413, GSG, 413, f"The body has more than {no.limit} bytes.")),
        _row(wire.CredentialsMissing, lambda _, __: Wording(401, GSG, 1103, "Credentials are required.")),
        _row(wire.CredentialsWrong, lambda _, __: Wording(401, GSG, 503, "The credentials are not valid.")),
        _row(
            wire.UnknownPath,
            lambda no, _: Wording(404, GSG, 404, f"Nothing is at {no.path}. The nearest is {no.nearest}."),
        ),
        _row(
            wire.WrongMethod,
            lambda no, _: Wording(405, GSG, 405, f"{no.method} is not answered here. The nearest is {no.nearest}."),
        ),
        _row(wire.OwnDefect, lambda _, __: Wording(500, GSG, 500, "Defect of mockgms; the log has its traceback.")),
    )
)


def render_refusal(refusal: Refusal, session: Session) -> Reply:
    """The answer to a refused request."""
    scenario = session.scenario
    return failure(word(refusal, scenario), scenario, _proposals(refusal), _headers(refusal, scenario))


def failure(words: Wording, scenario: Scenario, more: Mapping[str, object] = _NOTHING, headers: Headers = ()) -> Reply:
    """An answer that says no; `more` are further members of its body."""
    return Reply(words.status, msgspec.json.encode({**render_body(words, scenario), **more}), headers=headers)


def word(refusal: Refusal, scenario: Scenario) -> Wording:
    """How a refusal is put."""
    words = _WORDS[type(refusal)](refusal, scenario)
    if isinstance(refusal, _BAD_INPUT):
        return words
    return words._replace(phrase=re.sub(r"(?<=.)(?=[A-Z])", "_", type(refusal).__name__).upper())


def render_body(words: Wording, scenario: Scenario) -> dict[str, object]:
    """The members of an error body: two in the dialect 8.5.1, four in 8.5.2."""
    body: dict[str, object] = {"exception": words.exception, "message": words.message}
    if scenario.dialect != "8.5.1":
        body |= {"code": words.code, "phrase": words.phrase}
    return body


def _proposals(refusal: Refusal) -> Mapping[str, object]:
    """Free slots to choose from, in the form of v1's availability (verified)."""
    if not isinstance(refusal, domain.TimeUnavailable):
        return _NOTHING
    return {"availability": {render_instant(slot.start): slot.free for slot in refusal.proposed}}


def _proposing(refusal: domain.TimeUnavailable) -> str:
    """What is said of the slots that are proposed, if any are (the words are verified)."""
    return " Proposing time slots." if refusal.proposed else ""


def _throttled(scenario: Scenario) -> int:
    return 503 if scenario.dialect == "8.5.1" else 429


def _headers(refusal: Refusal, scenario: Scenario) -> Headers:
    match refusal:
        case domain.Throttled():
            return (("Retry-After", str(_seconds(refusal.retry_after))),)
        case wire.WrongMethod():
            return (("Allow", ", ".join(refusal.allowed)),)
        case wire.CredentialsMissing() | wire.CredentialsWrong() if scenario.auth.basic:
            return (("WWW-Authenticate", 'Basic realm="Genesys"'),)
        case _:
            return ()


def _unreadable_number(number: str) -> str:
    # The widget looks for `_customer_number` in the message, and asks for a phone number then (verified).
    return f"Invalid option _customer_number: {f'[{number}] is not a phone number' if number else 'it is missing'}."


def _seconds(duration: Duration) -> int:
    return -(-duration // SECOND)
