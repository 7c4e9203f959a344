"""The GMS option names that a service accepts as keys, and the settings they stand for.

Names, values and defaults are those of the vendor's documentation and QA options (documented; those of throttles are
verified). GMS stores every value as text, so every value is parsed from text. An empty value counts as not set.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from msgspec import Struct

from mockgms.domain.annotations import Gms
from mockgms.domain.capacity import MAX_SEATS
from mockgms.domain.instants import DAY, HOUR, MINUTE, SECOND, Duration
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import quoted
from mockgms.domain.service import TIME_BUCKETS, Service
from mockgms.scenario.declarations import keys_of
from mockgms.scenario.field_types import FieldType
from mockgms.scenario.text_forms import LONGEST, parse_duration

_HORIZON_UNITS: Final = {"y": 366 * DAY, "M": 31 * DAY, "w": 7 * DAY, "d": DAY, "h": HOUR, "m": MINUTE}
_HORIZON = lazy_regex("([0-9]{1,5})([yMwdhm])")


class GmsOption(Struct, frozen=True):
    """A GMS option: the path of its setting, and how its text is parsed.

    `parse` raises ValueError with a sentence. The name of a `numbered` option may end in a number, and all its values
    form one list. `words` describe the form of the text for the schema.
    """

    setting: tuple[str, ...]
    parse: Callable[[str], Any]
    numbered: bool = False
    words: str = ""


def is_option(name: str) -> bool:
    """Return whether a key of a service is an option of GMS, whether mockgms acts on it or not."""
    return name.startswith("_") or name in OPTIONS


def find(name: str) -> GmsOption | None:
    """Return the option of this name, or None if mockgms does not support it."""
    option = OPTIONS.get(name)
    if option is not None:
        return option
    family = OPTIONS.get(name.rstrip("0123456789"))
    return family if family is not None and family.numbered else None


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"{quoted(text)} is not true or false")
    return text.lower() == "true"


def _whole(text: str) -> int:
    if not re.fullmatch("-?[0-9]{1,12}", text):
        raise ValueError(f"{quoted(text)} is not a whole number")
    return int(text)


def _count(text: str) -> int:
    number = _whole(text)
    if number < 0:
        raise ValueError(f"{quoted(text)} is less than 0")
    return number


def _seconds(text: str) -> Duration:
    return _bounded(text, _count(text) * SECOND)


def _tolerance(text: str) -> Duration:
    """Return seconds as a duration. The vendor's QA sets huge numbers, to accept any time (verified)."""
    return min(_count(text) * SECOND, LONGEST)


def _time_bucket(text: str) -> int:
    minutes = _count(text)
    if minutes not in TIME_BUCKETS:
        raise ValueError(f"{quoted(text)} is not one of {', '.join(map(str, TIME_BUCKETS))} minutes")
    return minutes


def _seats(text: str) -> int:
    seats = _count(text)
    if not 0 < seats <= MAX_SEATS:
        raise ValueError(f"{quoted(text)} is not a number from 1 to {MAX_SEATS}")
    return seats


def _horizon(text: str) -> Duration:
    match = _HORIZON.fullmatch(text)
    if match is None:
        raise ValueError(f"{quoted(text)} is not a number and a unit such as 1M: y, M, w, d, h or m")
    return _bounded(text, int(match[1]) * _HORIZON_UNITS[match[2]])


def _bounded(text: str, duration: Duration) -> Duration:
    if duration > LONGEST:
        raise ValueError(f"{quoted(text)} is longer than a hundred years: give at most {LONGEST // DAY}d")
    return duration


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


# How GMS writes a setting: the function that parses it, and the description of its form.
_Form: TypeAlias = tuple[Callable[[str], Any], str]

_FORMS: Final[Mapping[str, _Form]] = {
    "count": (_count, ""),
    "minutes": (_time_bucket, ""),
    "seats": (_seats, ""),
    "seconds": (_seconds, ", in seconds"),
    "tolerance": (_tolerance, ", in seconds"),
    "horizon": (_horizon, ", as a number and a unit; 1M is 31 days"),
    "names": (_names, ", as a list with commas"),
}


def _form(option: Gms, kind: FieldType) -> _Form:
    """Return the form that the option names, or by default the one for the type of the field."""
    if option.form is not None:
        return _FORMS[option.form]
    if kind.form is not None:
        return _FORMS["seconds"] if kind.form.parse is parse_duration else (kind.form.parse, "")
    if (meanings := kind.meanings) is not None:
        return lambda text: meanings[(str, text) if (str, text) in meanings else (bool, _boolean(text))], ""
    return _FORMS["count"]


def _options(kind: type, path: tuple[str, ...] = ()) -> Iterator[tuple[str, GmsOption]]:
    """Yield the options of the fields of a class. `path` leads to the class."""
    for field in keys_of(kind).values():
        for option in field.options:
            parse, words = _form(option, field.type)
            if option.negative is not None:
                parse = _or_default(parse, option.negative)
            yield option.name, GmsOption((*path, field.key, *option.path), parse, option.numbered, words)
        if field.type.record is not None:
            yield from _options(field.type.record.kind, (*path, field.key))


def _or_default(parse: Callable[[str], int], default: int) -> Callable[[str], int]:
    """Return a parser that turns a negative value into the default of GMS."""
    return lambda text: default if _whole(text) < 0 else parse(text)


OPTIONS: Final = dict(_options(Service))
