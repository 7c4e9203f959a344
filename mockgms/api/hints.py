"""Hints at probable mistakes of a client, from one request and its answer."""

from collections.abc import Mapping
from typing import Any, Final

from mockgms.http import cors
from mockgms.http.messages import NO_STATUS
from mockgms.session.journal import Entry

_V3_TIME: Final = (
    "userData[desiredTime] is sent, but no desiredTime: this asks for an immediate callback. The widget's command"
    " reads only the option desiredtime, in lower case."
)
_V1_TIME: Final = (
    "desiredTime is sent, but no _desired_time: this asks for an immediate callback. The widget's command reads only"
    " the option desiredtime, in lower case."
)
_EMPTY_SEGMENT: Final = (
    "The path has a // in it: a dataURL that ends with a slash makes one, and so does an empty service name."
)
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
_NO_CREDENTIALS: Final = (
    "The browser keeps this answer from a page that asks with credentials (`credentials: 'include'`): a rule sets"
    " Access-Control-Allow-Origin to *, or takes away Access-Control-Allow-Credentials."
)


def hints(entry: Entry, fields: Mapping[str, Any]) -> list[str]:
    """Return the hints for an exchange whose body has these fields, usually none."""
    return [text for applies, text in _TABLE if applies(entry, fields)]


def _time_in_user_data(entry: Entry, fields: Mapping[str, Any]) -> bool:
    user_data = fields.get("userData")
    inside = isinstance(user_data, dict) and "desiredTime" in user_data
    return entry.operation == "v3.schedule" and inside and not fields.get("desiredTime")


def _time_without_underscores(entry: Entry, fields: Mapping[str, Any]) -> bool:
    return entry.operation == "v1.schedule" and "desiredTime" in fields and not fields.get("_desired_time")


def _empty_segment(entry: Entry, _: Mapping[str, Any]) -> bool:
    return entry.operation is None and "//" in entry.path


def _no_service(entry: Entry, fields: Mapping[str, Any]) -> bool:
    path = entry.path.rstrip("/")
    if entry.operation == "v3.schedule":
        return not fields.get("serviceName")
    if entry.operation == "v3.availability":
        return path.endswith("/callbacks/availability")
    return entry.operation is None and path.endswith("/service/callback")


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


def _header(entry: Entry, name: str) -> str | None:
    """Return the value of a header of the answer, or None."""
    headers = () if entry.answer is None else entry.answer.headers
    return next((value for each, value in headers if each.lower() == name), None)


_TABLE: Final = (
    (_time_in_user_data, _V3_TIME),
    (_time_without_underscores, _V1_TIME),
    (_empty_segment, _EMPTY_SEGMENT),
    (_no_service, _NO_SERVICE),
    (_refused_preflight, _PREFLIGHT),  # accepted ones are not in the journal
    (_failed_preflight, _FAILED_PREFLIGHT),
    (_withheld, _WITHHELD),
    (_without_credentials, _NO_CREDENTIALS),
)
