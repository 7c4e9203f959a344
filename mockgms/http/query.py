"""Query parameters: text, numbers, booleans and times.

Each function takes the spellings that a parameter has in the API versions, and reads the first one that was sent.
Refusals name the parameter as it was sent.
"""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from mockgms.domain.instants import Instant, parse_instant
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import quoted
from mockgms.domain.service import LONGEST_NAME
from mockgms.http.messages import Params
from mockgms.http.refusals import Unreadable

MAX_NAMES: Final = 200  # services per query: each may have to be created with generated customers
_WHOLE_NUMBER: Final = lazy_regex(r"[+-]?[0-9]{1,18}")
_LOST_PLUS: Final = lazy_regex(r"(?:[Tt][0-9:.,]+|:[0-9]{2}) [0-9]{2}:?[0-9]{2}$")  # in a query, `+` means a space
_LAST: Final = parse_instant("9997-12-31T23:59:59.999Z")
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}


def sent_name(params: Params, *spellings: str) -> str | None:
    """Return the first of the spellings that was sent, or None."""
    for name in spellings:  # a generator would take five times as long, ten times per query
        if name in params:
            return name
    return None


def text(params: Params, *spellings: str) -> str | None:
    """Return the value as text, or None. If a parameter is sent twice, its first value counts."""
    name = sent_name(params, *spellings)
    return None if name is None else params[name][0]


def check_service_name(name: str, parameter: str) -> None:
    """Raise Unreadable for the `parameter` if the name cannot be the name of a service."""
    if "\0" in name:
        raise Unreadable(parameter, "has a NUL character in it")
    if len(name) > LONGEST_NAME:
        raise Unreadable(parameter, f"has more than {LONGEST_NAME} characters")


def check_service_names(names: Sequence[str], parameter: str) -> None:
    """Raise Unreadable for the `parameter` if there are over 200 names of services, or an invalid one."""
    if len(names) > MAX_NAMES:
        raise Unreadable(parameter, f"has more than {MAX_NAMES} names: ask for fewer at a time")
    for name in names:
        check_service_name(name, parameter)


def number(params: Params, *spellings: str) -> int | None:
    """Return a whole number of at most 18 digits, or None. Raises Unreadable."""
    name = sent_name(params, *spellings)
    return None if name is None else read_number(params[name][0], name)


def flag(params: Params, *spellings: str) -> bool:
    """Return a boolean, by default False. Raises Unreadable."""
    name = sent_name(params, *spellings)
    return False if name is None else read_flag(params[name][0], name)


def instant(params: Params, *spellings: str, zone: tzinfo | None = None) -> Instant | None:
    """Return an ISO 8601 time, or None. A time without an offset is in `zone`. Raises Unreadable."""
    name = sent_name(params, *spellings)
    return None if name is None else read_time(params[name][0], name, zone)


def read_text(value: str, _: str) -> str:
    """Return the text unchanged."""
    return value


def read_number(value: str, name: str) -> int:
    """Parse a whole number of at most 18 digits. Raises Unreadable for the parameter `name`."""
    if not _WHOLE_NUMBER.fullmatch(value):
        raise Unreadable(name, f"must be a whole number of at most 18 digits, not {quoted(value)}")
    return int(value)


def read_flag(value: str, name: str) -> bool:
    """Parse a boolean. Raises Unreadable for the parameter `name`."""
    if value.lower() not in _FLAGS:
        raise Unreadable(name, f"must be true or false, not {quoted(value)}")
    return _FLAGS[value.lower()]


def read_time(value: str, name: str, zone: tzinfo | None = None) -> Instant:
    """Parse an ISO 8601 time. A time without an offset is in `zone`. Raises Unreadable for the parameter `name`."""
    try:
        return parse_instant(value, zone)
    except ValueError as mistake:
        hint = "; in a query, write the + of an offset as %2B" if _LOST_PLUS.search(value) else ""
        raise Unreadable(name, f"{mistake}{hint}") from None


def milliseconds(params: Params, *spellings: str) -> Instant | None:
    """Return a time in milliseconds since 1970, up to the year 9997, or None. Raises Unreadable."""
    name = sent_name(params, *spellings)
    value = number(params, *spellings)
    if name is not None and value is not None and not 0 <= value <= _LAST:
        raise Unreadable(name, "must lie in the years 1970 to 9997")
    return value
