"""The operations of each version, and the data that usual clients send with them."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from mockgms.scenario.condition import Condition
from mockgms.scenario.conditions import (
    DesiredTimeCondition,
    OperationCondition,
    PhoneCondition,
    ServiceCondition,
    UserDataCondition,
    VersionCondition,
)
from mockgms.scenario.facts import OPERATIONS, VERSIONS, NamedPer, Per, PerOne
from mockgms.scenario.session_conditions import CallerCondition, SlotCondition

# The operations of each version. A test compares them with the routes of the APIs.
OPERATIONS_OF: Final[Mapping[str, frozenset[str]]] = {
    "v1": frozenset(OPERATIONS) - {"call_in", "open_for", "queue_status", "statistics"},
    "v2": frozenset({"availability", "estimated_wait_time"}),
    "v3": frozenset(
        {
            "schedule",
            "cancel",
            "find",
            "availability",
            "open_for",
            "queue_status",
            "estimated_wait_time",
            "call_in",
            "statistics",
        }
    ),
}
SERVICE: Final = "service"
DESIRED_TIME: Final = "desired time"
_PHONE: Final = "phone number"
USER_DATA: Final = "user data"

_BOOKING: Final = frozenset({SERVICE, _PHONE, DESIRED_TIME, USER_DATA})
_OF_CALLBACK: Final = frozenset({SERVICE, _PHONE})  # its id leads to them
# What usual clients send with an operation. A test compares it with the facts of requests.
_SENT: Final[Mapping[str, frozenset[str]]] = {
    "schedule": _BOOKING,
    "reschedule": _BOOKING,
    "cancel": _OF_CALLBACK,
    "find": _OF_CALLBACK,
    "queue_position": _OF_CALLBACK,
    **dict.fromkeys(
        ("availability", "open_for", "queue_status", "estimated_wait_time", "queues", "watermarks"),
        frozenset({SERVICE}),
    ),
    "call_in": frozenset({_PHONE, USER_DATA}),
    **dict.fromkeys(("bulk_cancel", "report_cancelled"), frozenset({USER_DATA})),
    "check_phone_number": frozenset({_PHONE}),
    "statistics": frozenset(),
}
_REQUIRED_BY: Final[Mapping[type[Condition], str]] = {
    PhoneCondition: _PHONE,
    CallerCondition: _PHONE,
    DesiredTimeCondition: DESIRED_TIME,
    SlotCondition: DESIRED_TIME,
    UserDataCondition: USER_DATA,
    ServiceCondition: SERVICE,
}
_ALL_OPERATIONS: Final = frozenset(OPERATIONS)
_ALL_VERSIONS: Final = frozenset(VERSIONS)
_DISTINGUISHED_BY: Final = {"phone": _PHONE, "service": SERVICE, "slot": DESIRED_TIME}

Routes: TypeAlias = frozenset[tuple[str, str]]


def matching_names(conditions: Mapping[type[Condition], Condition]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the versions and the operations for which conditions can hold."""
    operation, version = conditions.get(OperationCondition), conditions.get(VersionCondition)
    operations = operation.matching_names if isinstance(operation, OperationCondition) else _ALL_OPERATIONS
    versions = version.matching_names if isinstance(version, VersionCondition) else _ALL_VERSIONS
    return versions, operations


def routes_of(conditions: Mapping[type[Condition], Condition]) -> Routes:
    """Return the pairs of a version and one of its operations for which conditions can hold."""
    return _routes(*matching_names(conditions))


@lru_cache(256)
def _routes(versions: frozenset[str], operations: frozenset[str]) -> Routes:
    return frozenset((version, name) for version in versions for name in OPERATIONS_OF[version] & operations)


def sends(data: str, routes: Iterable[tuple[str, str]]) -> bool:
    """Return whether usual clients send these data with at least one of the routes."""
    return any(data in _SENT[operation] for _, operation in routes)


def may_send_each(data: str, routes: Iterable[tuple[str, str]]) -> bool:
    """Return whether clients can send these data with each of the routes. They may still leave them out."""
    return all(data in _SENT[operation] for _, operation in routes)


def required_by(conditions: Iterable[Condition]) -> list[str]:
    """Return the data without which the conditions do not hold."""
    return list(dict.fromkeys(_REQUIRED_BY[type(each)] for each in conditions if type(each) in _REQUIRED_BY))


def distinguished_by(per: Per) -> list[str]:
    """Return the data that distinguish the callers of `per`, except headers, keys and parameters of the query."""
    found = [_data_of(one) for one in (per if isinstance(per, tuple) else (per,))]
    return [data for data in dict.fromkeys(found) if data is not None]


def _data_of(per: PerOne) -> str | None:
    if isinstance(per, NamedPer):
        return USER_DATA if per.kind == "user_data" else None
    return _DISTINGUISHED_BY.get(per)
