"""Texts: the forms in which single values are written, and how each is read.

Besides, what else an annotation can say of the reading: that something is made of a map, or of a number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from msgspec import Meta

from mockgms.domain.instants import parse_instant
from mockgms.scenario.durations import parse_duration, render_duration
from mockgms.scenario.opening import parse_calendar_day, parse_extra_span, parse_weekly_span
from mockgms.scenario.values import parse_country, parse_share, parse_zone, render_share


@dataclass(frozen=True, slots=True)
class Text:
    """Text of some form: `parse` reads it or raises ValueError with a sentence, `render` writes what it read.

    Where it is `free`, almost any text will do, so that a number in its place only lacks quotes.
    """

    parse: Callable[[str], Any]
    example: str
    render: Callable[[Any], str] = str
    free: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """Something made of a map: `make` takes its settings, or raises ValueError with a sentence."""

    make: Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Unit:
    """A plain number is a number of these: `times` is what one of them is."""

    times: int


DurationText: TypeAlias = Annotated[
    str, Meta(examples=["30s", "5m", "1h", "31d", "PT5M"]), Text(parse_duration, "30s", render_duration)
]
InstantText: TypeAlias = Annotated[
    str, Meta(examples=["2026-03-02T08:55:00Z"]), Text(parse_instant, "2026-03-02T08:55:00Z")
]
WeeklyText: TypeAlias = Annotated[
    str,
    Meta(examples=["Mon-Fri 09:00-18:00", "Mon,Wed 9:00-12:00", "Sat-Mon 22:00-06:00"]),
    Text(parse_weekly_span, "Mon-Fri 09:00-18:00"),
]
ExtraText: TypeAlias = Annotated[
    str,
    Meta(examples=["2026-12-24 09:00-12:00", "12-24 09:00-12:00"]),
    Text(parse_extra_span, "2026-12-24 09:00-12:00"),
]
DayText: TypeAlias = Annotated[str, Meta(examples=["2026-12-25", "01-01"]), Text(parse_calendar_day, "2026-12-25")]
ZoneText: TypeAlias = Annotated[str, Meta(examples=["Europe/Paris"]), Text(parse_zone, "Europe/Paris")]
ShareText: TypeAlias = Annotated[str, Meta(examples=["80%"]), Text(parse_share, "80%", render_share)]
CountryText: TypeAlias = Annotated[str, Meta(examples=["US"]), Text(parse_country, "US")]
Filled: TypeAlias = Annotated[str, Meta(min_length=1)]
Count: TypeAlias = Annotated[int, Meta(ge=0)]
