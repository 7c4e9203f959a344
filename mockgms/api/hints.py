"""Hints at probable mistakes of a client, from one request and its answer."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.http import cors
from mockgms.http.messages import NO_STATUS, parse_params
from mockgms.session.journal import Entry

_LONGEST: Final = 16 * 1024  # bytes of a body that are searched for a mistake

_LOWER_CASE: Final = " The widget's command reads only the option desiredtime, in lower case."
_V3_TIME: Final = (
    f"userData[desiredTime] is sent, but no desiredTime: this asks for an immediate callback.{_LOWER_CASE}"
)
_NOW: Final = ": this asks for an immediate callback."
_TIMES: Final = ("desiredtime", "startdate", "starttime", "start", "date", "datetime", "time", "newdesiredtime")
_NUMBERS: Final = ("customernumber", "phonenumber", "customerphone", "phone", "number", "mobile")
# By operation and by the name that is read: names that are sent instead, without `_` and `-` and in lower case.
_BODY_NAMES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "v1.schedule": {"_desired_time": _TIMES, "_customer_number": _NUMBERS},
    "v1.reschedule": {"_new_desired_time": _TIMES},
    "v3.schedule": {"desiredTime": _TIMES, "phoneNumber": _NUMBERS, "serviceName": ("servicename", "service")},
}
_READ: Final[Mapping[str, frozenset[str]]] = {
    "v1.schedule": frozenset(_BODY_NAMES["v1.schedule"]),
    "v1.reschedule": frozenset({"_desired_time", "_new_desired_time", "_customer_number"}),
    "v3.schedule": frozenset(_BODY_NAMES["v3.schedule"]),
}
_PERIOD_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "start": ("start", "startdate", "starttime", "date", "from"),
    "startMS": ("startms",),
    "end": ("end", "enddate", "endtime", "until", "to"),
    "endMS": ("endms",),
    "numberOfDays": ("numberofdays", "days", "numdays"),
    "maxTimeSlots": ("maxtimeslots", "maxslots", "limit"),
    "timezone": ("timezone", "tz", "zone"),
}
_PERIOD_SPELLINGS: Final = frozenset({*_PERIOD_NAMES, "start-ms", "end-ms", "number-of-days", "max-time-slots"})
_LOST_PLUS: Final = lazy_regex(
    r"(?:^|&)(?:(_customer_number|phoneNumber|number)=\+[0-9]"
    r"|(_desired_time|_new_desired_time|desiredTime|start|end)=[^&]*[0-9]\+[0-9]{2}(?::|%3A)?[0-9]{2}(?=&|$))",
    re.IGNORECASE,
)
_OWN_FIELDS: Final = frozenset({"_customer_number", "_desired_time", "phoneNumber", "serviceName", "desiredTime"})
_EMPTY_SEGMENT: Final = "The path contains //: the dataURL ends with a slash, or the service name is empty."
_TRAILING_SLASH: Final = "The path ends with a /: no path of the API does."
_FORM_IN_QUERY: Final = "Fields of a body are in the query, and the body is empty: they are read from the body alone."
_ABANDONED: Final = "The client left before it had the answer: its timeout may be shorter than the delay."
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
    found = [text for applies, text in _TABLE if applies(entry, fields)]
    return [*found, *_wrong_names(entry, fields), *_lost_plus(entry), *_names_given_twice(entry)]


def _time_in_user_data(entry: Entry, fields: Mapping[str, Any]) -> bool:
    user_data = fields.get("userData")
    inside = isinstance(user_data, dict) and "desiredTime" in user_data
    return entry.operation == "v3.schedule" and inside and not fields.get("desiredTime")


def _wrong_names(entry: Entry, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield a hint for each name that is sent instead of one that is read."""
    operation = entry.operation or ""
    for name, others in _BODY_NAMES.get(operation, {}).items():
        sent = (
            None
            if fields.get(name)
            else next((each for each in fields if each not in _READ[operation] and _squashed(each) in others), None)
        )
        if sent is not None:
            widget = _LOWER_CASE if sent == "desiredTime" else ""
            yield f"{sent} is sent, but no {name}{f'{_NOW}{widget}' if name.lower().endswith('time') else '.'}"
    if operation.endswith(".availability"):
        for sent in parse_params(entry.query).keys() - _PERIOD_SPELLINGS:
            for name, others in _PERIOD_NAMES.items():
                if _squashed(sent) in others:
                    yield f"The parameter {sent} is not read: its name is {name}."


def _squashed(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _lost_plus(entry: Entry) -> Iterator[str]:
    """Yield a hint for each number or time in a form or query that has lost its plus."""
    for text in (entry.query, entry.body[:_LONGEST].decode("latin-1")):
        for lost in _LOST_PLUS.finditer(text):
            yield f"The + in {lost[1] or lost[2]} is read as a space: in a form and in a query, write it as %2B."


def _names_given_twice(entry: Entry) -> Iterator[str]:
    """Yield a hint for each name that an object in JSON has twice."""
    body = entry.body
    if len(body) > _LONGEST or not body.lstrip().startswith(b"{"):
        return
    twice: set[str] = set()

    def note(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice.update(name for name, count in Counter(names).items() if count > 1)

    with suppress(ValueError, RecursionError):
        json.loads(body, object_pairs_hook=note)
    for name in sorted(filter(str.isidentifier, twice)):
        yield f"{name} is given more than once in the JSON: its last value counts."


def _empty_segment(entry: Entry, _: Mapping[str, Any]) -> bool:
    return entry.operation is None and "//" in entry.path


def _trailing_slash(entry: Entry, fields: Mapping[str, Any]) -> bool:
    return entry.operation is None and entry.path.endswith("/") and not _no_service(entry, fields)


def _form_in_query(entry: Entry, _: Mapping[str, Any]) -> bool:
    return entry.method == "POST" and not entry.body and not _OWN_FIELDS.isdisjoint(parse_params(entry.query))


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
    (_empty_segment, _EMPTY_SEGMENT),
    (_trailing_slash, _TRAILING_SLASH),
    (lambda entry, _: entry.is_abandoned, _ABANDONED),
    (_form_in_query, _FORM_IN_QUERY),
    (_no_service, _NO_SERVICE),
    (_refused_preflight, _PREFLIGHT),  # accepted ones are not in the journal
    (_failed_preflight, _FAILED_PREFLIGHT),
    (_withheld, _WITHHELD),
    (_without_credentials, _NO_CREDENTIALS),
)
