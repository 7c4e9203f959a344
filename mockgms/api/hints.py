"""Hints about probable mistakes of a client, from one request and its answer."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from mockgms.api.name_hints import name_hints
from mockgms.api.period import requested_period
from mockgms.api.syntax_hints import syntax_hints
from mockgms.domain.instants import DAY, HOUR
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.http import cors
from mockgms.http.messages import NO_STATUS, parse_params
from mockgms.http.refusals import CredentialsMissing, CredentialsWrong, Unreadable
from mockgms.session.journal import Entry

_OWN_FIELDS: Final = frozenset({"_customer_number", "_desired_time", "phoneNumber", "serviceName", "desiredTime"})
_EMPTY_SEGMENT: Final = "The path contains //: the dataURL ends with a slash, or the service name is empty."
_TRAILING_SLASH: Final = "The path ends with a /: no path of the API does."
_FORM_IN_QUERY: Final = "Fields of a body are in the query, and the body is empty: they are read from the body alone."
_ABANDONED: Final = "The client left before it had the answer: its timeout may be shorter than the delay."
_OTHER_SERVICE: Final = (
    "Other services of GMS than callbacks, such as office hours, capacity and chat, are not mocked: the availability of"
    " a callback service says when it is open."
)
_OTHER_SERVICES: Final = lazy_regex(r"/genesys/\d/(?:service/[^/]+|service/[^/]+/storage.*|chat/.*)")
_NO_SERVICE: Final = (
    "No service is named. The widget takes it from serviceName in its configuration (v3), or from the end of its"
    " dataURL (v1)."
)
_PREFLIGHT: Final = (
    "A preflight is refused, so the browser never sends the request itself: the scenario has `cors: false`."
)
_FAILED_PREFLIGHT: Final = (
    "A preflight is refused, so the browser never sends the request itself. The answer to the preflight says why."
)
_WITHHELD: Final = (
    "The browser keeps this answer from the page, since Access-Control-Allow-Origin does not allow the page's origin:"
    " the scenario has `cors: false`, or a rule sets the header."
)
_KEY_OF_V1: Final = (
    "v1 reads a key from the header apikey or x-api-key, and a user name with a password from Authorization: Basic."
)
_KEY_OF_V3: Final = "v3 reads a key from the header x-api-key."
_KEY_NAMES: Final = ("apikey", "api-key", "api_key", "x-apikey", "x-api-key", "authorization", "token", "key")
_ENDED: Final = "The period has ended by the session's clock, so no slot is free: ask for a later period."
_IN_SECONDS: Final = "startMS or endMS is in the first months of 1970: send milliseconds, not seconds."
_DIGITS_OF_SECONDS: Final = range(9, 11)  # as milliseconds, January to April of 1970; as seconds, 1973 to 2286
_MILLISECONDS: Final = ("startMS", "start-ms", "endMS", "end-ms")
_JSONP: Final = (
    "The parameter callback is not read: JSONP is not supported. Send a plain request, which CORS allows to every page."
)
_IGNORED_CODE: Final = "The preference code is ignored: only 400, 429 and 500 to 599 can be asked for."
_CODE: Final = lazy_regex(r"(?:^|[,;])\s*code\s*=\s*(?!\"?(?:400|429|5[0-9][0-9])\b)", re.IGNORECASE)
_NO_CREDENTIALS: Final = (
    "The browser keeps this answer from a page that asks with credentials (`credentials: 'include'`): a rule sets"
    " Access-Control-Allow-Origin to *, or takes away Access-Control-Allow-Credentials."
)


def hints(entry: Entry, fields: Mapping[str, Any]) -> list[str]:
    """Return the hints for an exchange whose body has these fields, usually none."""
    found = [text for applies, text in _TABLE if applies(entry, fields)]
    return [*found, *name_hints(entry, fields), *syntax_hints(entry)]


def _empty_segment(entry: Entry, _: Mapping[str, Any]) -> bool:
    return entry.operation is None and "//" in entry.path


def _trailing_slash(entry: Entry, fields: Mapping[str, Any]) -> bool:
    return entry.operation is None and entry.path.endswith("/") and not _no_service(entry, fields)


def _form_in_query(entry: Entry, _: Mapping[str, Any]) -> bool:
    return entry.method == "POST" and not entry.body and not _OWN_FIELDS.isdisjoint(parse_params(entry.query))


def _no_service(entry: Entry, fields: Mapping[str, Any]) -> bool:
    path = entry.path.rstrip("/")
    if entry.operation == "v3.schedule":
        refusal = _refusal(entry)
        is_unreadable = isinstance(refusal, Unreadable) and refusal.field == "body"
        return not fields.get("serviceName") and not is_unreadable
    if entry.operation == "v3.availability":
        return path.endswith("/callbacks/availability")
    return entry.operation is None and path.endswith("/service/callback")


def _other_service(entry: Entry, fields: Mapping[str, Any]) -> bool:
    is_other = entry.operation is None and _OTHER_SERVICES.fullmatch(entry.path) is not None
    return is_other and not _no_service(entry, fields)


def _key_elsewhere(version: str) -> Callable[[Entry, Mapping[str, Any]], bool]:
    """Return a check for refused requests of this version with credentials at a place that is not read."""

    def applies(entry: Entry, _: Mapping[str, Any]) -> bool:
        refusal = _refusal(entry)
        if not isinstance(refusal, CredentialsMissing | CredentialsWrong) or _is_v3(entry) != (version == "v3"):
            return False
        login = entry.headers.get("authorization", "")
        if isinstance(refusal, CredentialsWrong):
            return bool(login) and not login.lower().startswith("basic ")
        sent = {*parse_params(entry.query), *(name for name in _KEY_NAMES if name in entry.headers)}
        return any(name.lower() in _KEY_NAMES for name in sent)

    return applies


def _refusal(entry: Entry) -> object:
    return None if entry.trace is None else entry.trace.refusal


def _is_v3(entry: Entry) -> bool:
    return (entry.operation or "").startswith("v3.")


def _period_ended(entry: Entry, _: Mapping[str, Any]) -> bool:
    if entry.operation not in ("v2.availability", "v3.availability") or _status(entry) != HTTPStatus.OK:
        return False
    try:
        period = requested_period(entry.query, may_be_busy=True)
    except Unreadable:  # answered by a rule
        return False
    if period.start is None:
        return False
    # A local day may have 25 hours.
    return entry.began >= (period.end if period.end is not None else period.start + (period.days or 1) * DAY + HOUR)


def _in_seconds(entry: Entry, _: Mapping[str, Any]) -> bool:
    if not (entry.operation or "").endswith(".availability"):
        return False
    params = parse_params(entry.query)
    sent = [params[name][0] for name in _MILLISECONDS if name in params]
    return any(each.isdecimal() and len(each) in _DIGITS_OF_SECONDS for each in sent)


def _jsonp(entry: Entry, _: Mapping[str, Any]) -> bool:
    wanted = (entry.operation or "").endswith((".availability", ".estimated_wait_time"))
    return wanted and "callback" in parse_params(entry.query)


def _ignored_code(entry: Entry, _: Mapping[str, Any]) -> bool:
    return _CODE.search(entry.headers.get("prefer", "")) is not None


def _is_preflight(entry: Entry) -> bool:
    return entry.method == "OPTIONS" and "access-control-request-method" in entry.headers


def _refused_preflight(entry: Entry, _: Mapping[str, Any]) -> bool:
    return _is_preflight(entry) and _allowed_origin(entry) is None


def _failed_preflight(entry: Entry, _: Mapping[str, Any]) -> bool:
    return _is_preflight(entry) and _allowed_origin(entry) is not None


def _withheld(entry: Entry, _: Mapping[str, Any]) -> bool:
    return _is_read_by_page(entry) and _allowed_origin(entry) not in (cors.ANY, entry.headers["origin"])


def _without_credentials(entry: Entry, _: Mapping[str, Any]) -> bool:
    if not _is_read_by_page(entry):
        return False
    return _allowed_origin(entry) == cors.ANY or (
        _allowed_origin(entry) == entry.headers["origin"]
        and _header(entry, "access-control-allow-credentials") != "true"
    )


def _is_read_by_page(entry: Entry) -> bool:
    """Return True for an answer to a page of another origin."""
    origin = entry.headers.get("origin")
    if origin is None or _is_preflight(entry) or entry.answer is None or entry.answer.status == NO_STATUS:
        return False
    return origin.partition("://")[2].lower() != entry.headers.get("host", "").lower()


def _allowed_origin(entry: Entry) -> str | None:
    return _header(entry, "access-control-allow-origin")


def _status(entry: Entry) -> int:
    return NO_STATUS if entry.answer is None else entry.answer.status


def _header(entry: Entry, name: str) -> str | None:
    """Return the value of a header of the answer, or None."""
    headers = () if entry.answer is None else entry.answer.headers
    return next((value for each, value in headers if each.lower() == name), None)


_TABLE: Final = (
    (_empty_segment, _EMPTY_SEGMENT),
    (_trailing_slash, _TRAILING_SLASH),
    (lambda entry, _: entry.is_abandoned, _ABANDONED),
    (_form_in_query, _FORM_IN_QUERY),
    (_no_service, _NO_SERVICE),
    (_other_service, _OTHER_SERVICE),
    (_key_elsewhere("v1"), _KEY_OF_V1),
    (_key_elsewhere("v3"), _KEY_OF_V3),
    (_period_ended, _ENDED),
    (_in_seconds, _IN_SECONDS),
    (_jsonp, _JSONP),
    (_ignored_code, _IGNORED_CODE),
    (_refused_preflight, _PREFLIGHT),  # accepted ones are not in the journal
    (_failed_preflight, _FAILED_PREFLIGHT),
    (_withheld, _WITHHELD),
    (_without_credentials, _NO_CREDENTIALS),
)
