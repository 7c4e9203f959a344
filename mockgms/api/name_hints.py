"""Hints about fields, parameters and headers with a wrong name, place or value."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.http.messages import parse_params
from mockgms.session.journal import Entry

_LOWER_CASE: Final = " The widget's command reads only the option desiredtime, in lower case."
_IMMEDIATE: Final = ": this asks for an immediate callback."
_TOP_LEVEL: Final = ", which is read only at the top level of the body."
_TIMES: Final = ("desiredtime", "startdate", "starttime", "start", "date", "datetime", "time", "newdesiredtime")
_NUMBERS: Final = ("customernumber", "phonenumber", "customerphone", "phone", "number", "mobile")
# By operation and by the name that is read: wrong names, in the form that `_normalized` returns.
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
_PERIOD: Final[Mapping[str, tuple[str, ...]]] = {
    "start": ("start", "startdate", "starttime", "date", "from"),
    "startMS": ("startms",),
    "end": ("end", "enddate", "endtime", "until", "to"),
    "endMS": ("endms",),
    "numberOfDays": ("numberofdays", "days", "numdays"),
    "maxTimeSlots": ("maxtimeslots", "maxslots", "limit"),
    "timezone": ("timezone", "tz", "zone"),
}
_QUEUES: Final = (
    "virtualqueues",
    "virtualqueue",
    "queues",
    "queue",
    "vqs",
    "vq",
    "names",
    "name",
    "services",
    "service",
)
_PARAMETERS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    **dict.fromkeys(("v1.availability", "v2.availability", "v3.availability"), _PERIOD),
    "v1.estimated_wait_time": {"name": _QUEUES},
    "v2.estimated_wait_time": {"vq": _QUEUES},
    "v3.estimated_wait_time": {"virtual-queues": _QUEUES},
}
_SPELLINGS: Final = frozenset({"start-ms", "end-ms", "number-of-days", "max-time-slots", "virtualQueues"})
# JavaScript's texts for a variable without a value, and the placeholders of documentation.
_PLACEHOLDER: Final = lazy_regex(r"undefined|null|NaN|Invalid Date|\[object \w+\]|\$?\{[A-Za-z]*\}|\{\{[A-Za-z]*\}\}")
_LONGEST_VALUE: Final = 64  # characters
# Headers that look like those of mockgms, and are not read. X-Mockgms-Rule is only in answers.
_MISSPELT_HEADER: Final = lazy_regex(
    r"(?!x-mockgms-(?:fault|session|rule)$)[a-z-]{0,40}mockgms[a-z-]{0,40}", re.IGNORECASE
)
_FAULT_PARAMETER: Final = "__fault"
_FAULT_NAMES: Final = ("fault", "faults", "mockgmsfault", "xmockgmsfault")  # in the form that `_normalized` returns


def name_hints(entry: Entry, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield the hints for an exchange whose body has these fields."""
    operation = entry.operation or ""
    for name, others in _BODY_NAMES.get(operation, {}).items():
        if not fields.get(name):
            yield from _missing(operation, name, others, fields)
    yield from _wrong_parameters(entry)
    yield from _wrong_ways_to_ask(entry)
    yield from _placeholders(entry, fields)
    yield from _spaces(entry, fields)
    if operation == "v3.schedule" and isinstance(fields.get("userData"), str):
        yield "userData is a text, not an object: none of its data has a name."


def _missing(operation: str, name: str, others: tuple[str, ...], fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield a hint if a field is sent under another name, or inside another field."""
    is_time = name.lower().endswith("time")
    inside = next((each for each in map(_holder(name), fields.items()) if each), None)
    if inside is not None:
        widget = _LOWER_CASE if inside == "userData[desiredTime]" else ""
        yield f"{inside} is sent, but no {name}{f'{_IMMEDIATE}{widget}' if is_time else _TOP_LEVEL}"
    sent = next((each for each in fields if each not in _READ[operation] and _normalized(each) in others), None)
    if sent is not None:
        widget = _LOWER_CASE if sent == "desiredTime" else ""
        yield f"{sent} is sent, but no {name}{f'{_IMMEDIATE}{widget}' if is_time else '.'}"


def _holder(name: str) -> Callable[[tuple[str, Any]], str | None]:
    """Return a function that returns where a field contains this name, such as `userData[desiredTime]`, or None."""
    end = f"[{name}]"

    def found(field: tuple[str, Any]) -> str | None:
        outer, value = field
        if isinstance(value, dict) and name in value and outer.isidentifier():
            return outer + end
        return outer if outer.endswith(end) and outer.removesuffix(end).isidentifier() else None  # v1 reads no brackets

    return found


def _wrong_parameters(entry: Entry) -> Iterator[str]:
    """Yield a hint for each parameter of the query with a wrong name."""
    known = _PARAMETERS.get(entry.operation or "")
    if known is None:
        return
    for sent in parse_params(entry.query).keys() - known.keys() - _SPELLINGS:
        for name, others in known.items():
            if _normalized(sent) in others:
                yield f"The parameter {sent} is not read: its name is {name}."


def _wrong_ways_to_ask(entry: Entry) -> Iterator[str]:
    """Yield a hint for each header and parameter that is similar to one of mockgms, and not read."""
    for sent in filter(_MISSPELT_HEADER.fullmatch, entry.headers):
        yield f"The header {sent} is not read: X-Mockgms-Fault asks for a fault, X-Mockgms-Session names a session."
    for sent in parse_params(entry.query):
        if sent != _FAULT_PARAMETER and _normalized(sent) in _FAULT_NAMES:
            yield f"The parameter {sent} is not read: {_FAULT_PARAMETER} asks for a fault."


def _normalized(name: str) -> str:
    """Return a name in lower case, without `_`, `-` and `[]`."""
    return name.removesuffix("[]").replace("_", "").replace("-", "").lower()


def _placeholders(entry: Entry, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield a hint for each field, parameter and segment of the path whose value is a placeholder."""
    read = _READ.get(entry.operation or "", ())
    named = [(name, fields.get(name)) for name in read]
    if entry.operation is not None:
        params = parse_params(entry.query)
        named += [(name, params[name][0]) for name in _PARAMETERS.get(entry.operation, ()) if name in params]
    for name, value in [*named, *_names_in_path(entry)]:
        if isinstance(value, str) and len(value) <= _LONGEST_VALUE and _PLACEHOLDER.fullmatch(value.strip()):
            yield f"{name} is {value.strip()}: a variable has no value, or a placeholder was not replaced."


def _spaces(entry: Entry, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield a hint for each name that begins or ends with a space. It names another service or callback."""
    for name, value in [("serviceName", fields.get("serviceName")), *_names_in_path(entry)]:
        if isinstance(value, str) and value.strip() not in ("", value):
            yield f"{name} begins or ends with a space, which is a part of it: leave it out."


def _names_in_path(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the segments of a path that leads to an operation, each with words for it."""
    if entry.operation is not None:
        yield from (("A name in the path", unquote(each)) for each in entry.path.split("/"))
