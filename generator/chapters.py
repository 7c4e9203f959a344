"""The chapters of the document: one for each API, with what all its operations share."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from generator.derived import table
from generator.descriptions import JSON, Call, Case, Example, FixedAnswer, RefusalExample, RouteDescription, Table
from generator.envelope import enveloped
from generator.headers import ADMIN, MOCKED
from mockgms.api import admin, ges, gms
from mockgms.api.admin.refusals import AdminRefusal
from mockgms.api.definition import Api
from mockgms.api.ges.envelope import GesRefusal
from mockgms.api.ges.refusals import usual_status as ges_status
from mockgms.api.gms.refusals import GmsRefusal
from mockgms.api.gms.refusals import usual_status as gms_status
from mockgms.domain.allowance import SESSION_LIMIT
from mockgms.domain.refusals import Failure, OutOfRoom, Refusal, leaves
from mockgms.http.body import LARGEST_BODY
from mockgms.http.refusals import BodyTooLarge, UnsupportedBody

_QUEUED: Final = Call("POST", "/genesys/1/service/callback/sales", {"_customer_number": "+14155550100"})
_KEYS: Final = "auth: {api_keys: [KEY-1]}"
_BASIC: Final = "auth: {basic: {username: widget, password: secret}}"
_RATE_LIMITED: Final = "rules: [{name: gateway, then: {fault: rate_limit, limit: 1, per: 1m}}]"
_NO_SESSION: Final = Case("The session id is invalid", headers={"x-mockgms-session": "/"})
_TOO_LARGE: Final = RefusalExample("The body is too large", BodyTooLarge(LARGEST_BODY))
_NOT_SUPPORTED: Final = RefusalExample(
    "The charset or content encoding of the body is not supported",
    UnsupportedBody("has the content encoding 'compress', which is not known: send gzip, deflate or none"),
)
_FAILS: Final = Case(
    "A rule causes this error, or another status from 500 to 599",
    headers={"x-mockgms-fault": "server_error"},
)
_NO_ROOM: Final = RefusalExample("The session has reached its limit", OutOfRoom("session", SESSION_LIMIT))
_BUSY: Final = RefusalExample("Too many bodies have not fully arrived", Failure(503, "Send it again later."))
_LIMITED: Final = Case("A rule limits the rate", given=_RATE_LIMITED, before=(_QUEUED,))
_KEY_WRONG: Final = Case("The key is wrong", headers={"x-api-key": "KEY-2"}, given=_KEYS)
_NO_TOKEN: Final = FixedAnswer(
    "No token was sent",
    401,
    JSON,
    """{"message": "The admin API requires a token, but none was sent: send `Authorization: Bearer TOKEN`.","""
    """ "field": "Authorization"}""",
)
_WRONG_TOKEN: Final = FixedAnswer(
    "The token is wrong",
    401,
    JSON,
    """{"message": "The token is wrong: send the admin token of the server.","""
    """ "field": "Authorization"}""",
)
_FOREIGN: Final = FixedAnswer(
    "A page of another machine sends the request",
    403,
    JSON,
    """{"message": "'http://a.example' is not on this machine, so its pages may not use the admin API.","""
    """ "field": "Origin"}""",
)
_KEY_MISSING: Final = Case("The key is missing", given=_KEYS)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter about one API.

    `refusal` is the type of its refusals. `parameters` are the headers that each of its operations takes, `security`
    the ways to identify the caller, and `cases` the examples that all its operations share. `status_of` returns the
    status of a class of refusals, by default its attribute `status`.
    """

    name: str
    about: str
    api: Api
    table: Table
    refusal: type
    parameters: tuple[str, ...]
    security: tuple[dict[str, Any], ...]
    cases: tuple[Example, ...]
    status_of: Callable[[type[Refusal]], int] = attrgetter("status")

    def refusals_of(self, description: RouteDescription) -> dict[int, str]:
        """Return the meanings of the refusals that an operation declares, by status."""
        found: dict[int, list[str]] = {}
        for refusal in leaves(*description.refusals):
            meaning = (refusal.__doc__ or "").partition("\n")[0].removesuffix(".")
            found.setdefault(self.status_of(refusal), []).append(meaning)
        return {status: "; ".join(meanings) for status, meanings in found.items()}

    def cases_of(self, description: RouteDescription) -> tuple[Example, ...]:
        """Return all examples of an operation."""
        large = () if description.body is None else (_TOO_LARGE, _NOT_SUPPORTED, _BUSY)
        return (*description.cases, *self.cases, *large)


GMS_CHAPTER: Final = Chapter(
    "GMS v1 and v2",
    "Callbacks in the API of Genesys Mobile Services.",
    gms.GMS,
    table(gms.OPERATIONS),
    GmsRefusal,
    MOCKED,
    ({}, {"x-api-key": []}, {"apikey": []}, {"basic": []}),
    (_NO_SESSION, Case("The password is missing", given=_BASIC), _KEY_MISSING, _KEY_WRONG, _LIMITED, _FAILS, _NO_ROOM),
    gms_status,
)

GES_CHAPTER: Final = Chapter(
    "GES v3",
    "The same callbacks in the API of Genesys Engagement Services. Each path also works without `/engagement/v3`.",
    ges.GES,
    table(ges.OPERATIONS, enveloped),
    GesRefusal,
    MOCKED,
    ({}, {"x-api-key": []}),
    (
        _NO_SESSION,
        _KEY_MISSING,
        Case("The key is missing, answered with 401", given="auth: {api_keys: [KEY-1], missing: 401}"),
        _KEY_WRONG,
        _LIMITED,
        _FAILS,
        _NO_ROOM,
    ),
    ges_status,
)

SECURITY: Final = {
    "x-api-key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "apikey": {"type": "apiKey", "in": "header", "name": "apikey"},
    "basic": {"type": "http", "scheme": "basic"},
    "token": {"type": "http", "scheme": "bearer"},
}


def admin_chapter(api: Api, own: Table | None = None) -> Chapter:
    """Return a chapter about operations of the admin API."""
    about = "Controls the mock from a test, and shows its state."
    return Chapter(
        "Admin API",
        about,
        api,
        table(admin.OPERATIONS) if own is None else own,
        AdminRefusal,
        ADMIN,
        ({}, {"token": []}),
        (_NO_SESSION, _NO_TOKEN, _WRONG_TOKEN, _FOREIGN, _NO_ROOM),
    )
