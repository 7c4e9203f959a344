"""Query parameters: the text, numbers, truth values and times that a GET sends.

Every function takes the spellings that a parameter has in the versions of the API, and reads the first one that
was sent; a refusal names it as it was sent.
"""

import re
from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from mockgms.domain.instants import Instant, parse_instant
from mockgms.domain.service import LONGEST_NAME
from mockgms.http.messages import Params
from mockgms.http.refusals import Unreadable

MOST_NAMES: Final = 200  # of services in one query: each may have to be made up, with customers of its own
_WHOLE_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_LOST_PLUS: Final = re.compile(r"[0-9] [0-9]{2}:?[0-9]{2}$")  # `+` in a query means a blank
_LAST: Final = parse_instant("9997-12-31T23:59:59.999Z")
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}


def sent(params: Params, *spellings: str) -> str | None:
    """The first of these spellings that was sent."""
    for name in spellings:  # no generator, which takes five times as long: a query asks ten times
        if name in params:
            return name
    return None


def text(params: Params, *spellings: str) -> str | None:
    """The value as it is; of a parameter sent twice, the first."""
    name = sent(params, *spellings)
    return None if name is None else params[name][0]


def check_service_name(name: str, parameter: str) -> None:
    """Raise Unreadable, naming the `parameter`, for what cannot be the name of a service."""
    if "\0" in name:
        raise Unreadable(parameter, "has a NUL character in it")
    if len(name) > LONGEST_NAME:
        raise Unreadable(parameter, f"has more than {LONGEST_NAME} characters")


def check_service_names(names: Sequence[str], parameter: str) -> None:
    """Raise Unreadable, naming the `parameter`, for more than 200 names of services, or for one that cannot be."""
    if len(names) > MOST_NAMES:
        raise Unreadable(parameter, f"has more than {MOST_NAMES} names: ask for fewer at a time")
    for name in names:
        check_service_name(name, parameter)


def number(params: Params, *spellings: str) -> int | None:
    """A whole number of at most 18 digits. Raises Unreadable."""
    name = sent(params, *spellings)
    return None if name is None else read_number(params[name][0], name)


def flag(params: Params, *spellings: str) -> bool:
    """True or false, false when not sent. Raises Unreadable."""
    name = sent(params, *spellings)
    return False if name is None else read_flag(params[name][0], name)


def instant(params: Params, *spellings: str, zone: tzinfo | None = None) -> Instant | None:
    """An ISO 8601 time; `zone` is for one without offset. Raises Unreadable."""
    name = sent(params, *spellings)
    return None if name is None else read_time(params[name][0], name, zone)


def read_text(value: str, _: str) -> str:
    """Return the text of a parameter as it is."""
    return value


def read_number(value: str, name: str) -> int:
    """Return the whole number that a parameter has, of at most 18 digits. Raises Unreadable, naming the parameter."""
    if not _WHOLE_NUMBER.fullmatch(value):
        raise Unreadable(name, f"must be a whole number of at most 18 digits, not {value!r}")
    return int(value)


def read_flag(value: str, name: str) -> bool:
    """Return the truth value that a parameter has. Raises Unreadable, naming the parameter."""
    if value.lower() not in _FLAGS:
        raise Unreadable(name, f"must be true or false, not {value!r}")
    return _FLAGS[value.lower()]


def read_time(value: str, name: str, zone: tzinfo | None = None) -> Instant:
    """Return the ISO 8601 time that a parameter has; `zone` is for one without offset. Raises Unreadable."""
    try:
        return parse_instant(value, zone)
    except ValueError as mistake:
        hint = "; in a query, write the + of an offset as %2B" if _LOST_PLUS.search(value) else ""
        raise Unreadable(name, f"{mistake}{hint}") from None


def milliseconds(params: Params, *spellings: str) -> Instant | None:
    """A time as milliseconds since 1970, until 9997. Raises Unreadable."""
    name = sent(params, *spellings)
    value = number(params, *spellings)
    if name is not None and value is not None and not 0 <= value <= _LAST:
        raise Unreadable(name, "must lie in the years 1970 to 9997")
    return value
