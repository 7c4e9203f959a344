"""The wording of every refusal in v1.

Exception classes, the texts of throttles, queue limit and number checks, and the two members of 8.5.1 are verified;
`phrase` and `code` came with 8.5.2 (verified), but no value of `code` is known for v1: those of v3 are used (assumed).
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, NamedTuple, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mockgms.api import codes
from mockgms.api.field_types import Answer, SeatCount
from mockgms.api.wording import R, VariableNumber, complete_table, number, usual, why_nothing_is_free
from mockgms.domain import refusals as domain
from mockgms.domain.instants import render_instant, whole_seconds
from mockgms.domain.quoting import shortened
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


SlotMap: TypeAlias = Annotated[
    dict[str, SeatCount],
    Meta(description="Starts of slots, in UTC, with their free seats", examples=[{"2026-03-02T10:15:00.000Z": 5}]),
]


class GmsRefusal(Answer):
    """A refusal of v1 or v2. In the dialect 8.5.1 it has no `code` and no `phrase`."""

    exception: Annotated[str, Meta(description="A Java class name; clients compare its end")]
    message: str
    code: int | UnsetType = UNSET
    phrase: str | UnsetType = UNSET
    availability: Annotated[
        SlotMap | UnsetType, Meta(description="For an unavailable time: the nearest free slots")
    ] = UNSET


class Wording(NamedTuple):
    """The wording of a refusal: the HTTP status, and the members of the body."""

    status: int
    exception: str
    code: int
    message: str
    phrase: str = BAD_PARAMETER


class _Words(NamedTuple):
    status: int | VariableNumber[Any]
    exception: str
    code: int | VariableNumber[Any]
    message: Callable[[Any], str]
    phrase: str


def _row(
    kind: type[R],
    status: int | VariableNumber[R],
    exception: str,
    code: int | VariableNumber[R],
    message: Callable[[R], str],
) -> tuple[type[Refusal], _Words]:
    in_words = re.sub(r"(?<=.)(?=[A-Z])", "_", kind.__name__).upper()
    return kind, _Words(status, exception, code, message, BAD_PARAMETER if kind in _BAD_INPUT else in_words)


_THROTTLED: Final[VariableNumber[Refusal]] = VariableNumber(
    429, lambda _, scenario: 503 if scenario.dialect == "8.5.1" else 429
)
_WORDS: Final = complete_table(
    (
        _row(
            domain.UnknownService,
            400,
            RESOURCE,
            codes.SERVICE_UNKNOWN,
            lambda refusal: f"Service {refusal.service} is not configured.",
        ),
        _row(domain.UnknownCallback, 400, NOT_FOUND, 404, lambda refusal: f"Callback {refusal.id} is not found."),
        _row(
            domain.WrongState,
            400,
            NOT_FOUND,
            codes.INVALID,
            lambda refusal: f"Callback {refusal.id} is {refusal.state} already.",
        ),
        _row(
            domain.NumberUnreadable,
            400,
            NUMBER,
            codes.NUMBER_UNREADABLE,
            lambda refusal: _unreadable_number(refusal.number),
        ),
        _row(
            domain.NumberImpossible,
            400,
            NUMBER,
            codes.NUMBER_IMPOSSIBLE,
            lambda refusal: (
                f"Customer Number [{refusal.number}] is disallowed, because it is invalid."
                " Check option _disallow_impossible_phone_numbers"
            ),
        ),
        _row(
            domain.NumberPremium,
            400,
            NUMBER,
            codes.NUMBER_NOT_ALLOWED,
            lambda refusal: (
                f"Customer Number [{refusal.number}] is disallowed, because it's a premium number."
                " Check option _disallow_premium_phone_numbers"
            ),
        ),
        _row(
            domain.CountryMissing,
            400,
            NUMBER,
            VariableNumber(
                codes.NUMBER_IMPOSSIBLE,
                lambda refusal, _: codes.NUMBER_NOT_ALLOWED if refusal.check == "premium" else codes.NUMBER_IMPOSSIBLE,
            ),
            lambda refusal: (
                f"Service option {refusal.service} / _default_country is not configured."
                f" But option _disallow_{refusal.check}_phone_numbers is set."
                " We cannot validate phone numbers without knowing the country."
            ),
        ),
        _row(
            domain.SlotFull,
            VariableNumber(400, lambda _, scenario: scenario.slot_conflict_status.v1),
            AVAILABILITY,
            codes.TOO_MANY,
            lambda refusal: f"Too many requests at this time.{_proposing(refusal)}",
        ),
        _row(
            domain.OfficeClosed,
            400,
            AVAILABILITY,
            codes.CLOSED,
            lambda refusal: f"Office closed at desired time.{_proposing(refusal)}",
        ),
        _row(
            domain.TimePast,
            400,
            AVAILABILITY,
            codes.CLOSED,
            lambda refusal: f"Desired time {render_instant(refusal.desired)} is in the past.{_proposing(refusal)}",
        ),
        _row(
            domain.TimeBeyondHorizon,
            400,
            AVAILABILITY,
            codes.CLOSED,
            lambda refusal: (
                f"Desired time {render_instant(refusal.desired)} is too far in the future.{_proposing(refusal)}"
            ),
        ),
        _row(
            domain.NothingFree,
            400,
            AVAILABILITY,
            VariableNumber(codes.TOO_MANY, lambda refusal, _: codes.CLOSED if refusal.closed else codes.TOO_MANY),
            why_nothing_is_free,
        ),
        _row(
            domain.ServiceThrottled,
            _THROTTLED,
            UNAVAILABLE,
            codes.TOO_MANY,
            lambda refusal: (
                f"Limit of queued callbacks for {refusal.service} is reached"
                f" for interval {whole_seconds(refusal.per)}s."
            ),
        ),
        _row(
            domain.NumberThrottled,
            _THROTTLED,
            UNAVAILABLE,
            codes.TOO_MANY,
            lambda refusal: (
                f"Callback for _customer_number={refusal.number} rejected because previous callbacks"
                f" for this parameter were requested for more than {refusal.limit} times today."
            ),
        ),
        _row(
            domain.RateLimited,
            429,
            UNAVAILABLE,
            codes.TOO_MANY,
            lambda refusal: f"Too many requests: the limit is {refusal.limit}.",
        ),
        _row(
            domain.Failure,
            VariableNumber(500, lambda refusal, _: refusal.status),
            GSG,
            VariableNumber(500, lambda refusal, _: refusal.status),
            lambda refusal: refusal.message,
        ),
        _row(domain.OutOfRoom, 507, GSG, 507, wire.out_of_room),
        _row(
            domain.QueueFull,
            503,
            UNAVAILABLE,
            codes.TOO_MANY,
            lambda refusal: f"Limit of queued callbacks for {refusal.service} is reached.",
        ),
        _row(
            domain.NumberInQueue,
            503,
            UNAVAILABLE,
            codes.TOO_MANY,
            lambda refusal: (
                f"Callback for _customer_number={refusal.number} rejected because it is in the queue of"
                f" {refusal.service} already."
            ),
        ),
        _row(wire.Unreadable, 400, GSG, codes.INVALID, lambda refusal: f"Invalid parameter: {refusal.sentence}"),
        _row(wire.BodyTooLarge, 413, GSG, 413, lambda refusal: f"The body has more than {refusal.limit} bytes."),
        _row(wire.UnsupportedBody, 415, GSG, 415, lambda refusal: f"The body {refusal.reason}."),
        _row(wire.CredentialsMissing, 401, GSG, codes.KEY_MISSING, lambda _: "Credentials are required."),
        _row(wire.CredentialsWrong, 401, GSG, codes.KEY_WRONG, lambda _: "The credentials are not valid."),
        _row(
            wire.UnknownPath,
            404,
            GSG,
            404,
            lambda refusal: f"Nothing is at {refusal.path}. The nearest is {refusal.nearest}.",
        ),
        _row(
            wire.WrongMethod,
            405,
            GSG,
            405,
            lambda refusal: f"{refusal.method} is not answered here. The nearest is {refusal.nearest}.",
        ),
        _row(wire.OwnDefect, 500, GSG, 500, lambda refusal: refusal.sentence),
    )
)


def usual_status(kind: type[Refusal]) -> int:
    """Return the usual status of a class of refusals."""
    return usual(_WORDS[kind].status)


def usual_code(kind: type[Refusal]) -> int:
    """Return the usual `code` of a class of refusals."""
    return usual(_WORDS[kind].code)


def exception_of(kind: type[Refusal]) -> str:
    """Return the `exception` of a class of refusals."""
    return _WORDS[kind].exception


def render_refusal(refusal: Refusal, session: Session) -> Reply:
    """Return the answer to a refused request."""
    scenario = session.scenario
    return failure(wording_of(refusal, scenario), scenario, _proposals(refusal), _headers(refusal, scenario))


def failure(words: Wording, scenario: Scenario, more: Mapping[str, object] = _NOTHING, headers: Headers = ()) -> Reply:
    """Return an error answer. `more` are further members of its body."""
    return Reply(words.status, msgspec.json.encode({**render_body(words, scenario), **more}), headers=headers)


def wording_of(refusal: Refusal, scenario: Scenario) -> Wording:
    """Return the status and the members of the body of a refusal."""
    status, exception, code, message, phrase = _WORDS[type(refusal)]
    return Wording(
        number(status, refusal, scenario), exception, number(code, refusal, scenario), message(refusal), phrase
    )


def render_body(words: Wording, scenario: Scenario) -> dict[str, object]:
    """Return the members of an error body: two in the dialect 8.5.1, four in 8.5.2."""
    body: dict[str, object] = {"exception": words.exception, "message": words.message}
    if scenario.dialect != "8.5.1":
        body |= {"code": words.code, "phrase": words.phrase}
    return body


def _proposals(refusal: Refusal) -> Mapping[str, object]:
    """Return the proposed free slots, in the form of v1's availability (verified)."""
    if not isinstance(refusal, domain.TimeUnavailable):
        return _NOTHING
    return {"availability": {render_instant(slot.start): slot.free for slot in refusal.proposed}}


def _proposing(refusal: domain.TimeUnavailable) -> str:
    """Return the sentence about the proposed slots, if there are any, and their starts.

    The sentence is verified. Widgets 8.5.007 to 9.0.018 cut it out, and show the times after it as local dates
    (verified).
    """
    times = ", ".join(render_instant(slot.start) for slot in refusal.proposed)
    return f" Proposing time slots. {times}" if times else ""


def _headers(refusal: Refusal, scenario: Scenario) -> Headers:
    match refusal:
        case domain.Throttled():
            return (("Retry-After", str(whole_seconds(refusal.retry_after))),)
        case wire.WrongMethod():
            return (("Allow", ", ".join(refusal.allowed)),)
        case wire.CredentialsMissing() | wire.CredentialsWrong() if scenario.auth.basic:
            return (("WWW-Authenticate", 'Basic realm="Genesys"'),)
        case _:
            return ()


def _unreadable_number(number: str) -> str:
    # Widgets 9.0.017 and 9.0.018 look for `_customer_number` and "not contain", and ask for a number (verified).
    if not number:
        return "The request does not contain _customer_number."
    return f"Invalid option _customer_number: [{shortened(number)}] is not a phone number."
