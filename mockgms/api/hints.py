"""Hints at probable mistakes of a client, from one request and its answer."""

from collections.abc import Mapping
from typing import Any, Final

from mockgms.session.journal import Entry

_V3_TIME: Final = (
    "userData[desiredTime] is sent, but no desiredTime: this asks for an immediate callback. The widget's command"
    " reads only the option desiredtime, in lower case."
)
_V1_TIME: Final = (
    "desiredTime is sent, but no _desired_time: this asks for an immediate callback. The widget's command reads only"
    " the option desiredtime, in lower case."
)
_EMPTY_SEGMENT: Final = "The path contains //: the dataURL ends with a slash, or the service name is empty."
_NO_SERVICE: Final = (
    "No service is named. The widget takes it from serviceName in its configuration (v3), or from the end of its"
    " dataURL (v1)."
)
_PREFLIGHT: Final = (
    "A preflight is refused, so the browser never sends the request itself: the scenario has `cors: false`."
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


def _refused_preflight(entry: Entry, _: Mapping[str, Any]) -> bool:
    return entry.method == "OPTIONS" and "access-control-request-method" in entry.headers


_TABLE: Final = (
    (_time_in_user_data, _V3_TIME),
    (_time_without_underscores, _V1_TIME),
    (_empty_segment, _EMPTY_SEGMENT),
    (_no_service, _NO_SERVICE),
    (_refused_preflight, _PREFLIGHT),  # accepted ones are not in the journal
)
