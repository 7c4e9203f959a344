"""The schema of rules: every key of a rule and of its conditions, what it takes, and its default."""

import re
from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, field

from mockgms.domain.instants import DAY, Duration
from mockgms.scenario.patterns import parse_operation, parse_pattern, parse_phone, parse_version
from mockgms.scenario.rules import Between, Daily, When
from mockgms.scenario.text_forms import (
    Count,
    Filled,
    InstantText,
    Made,
    ShareText,
    Text,
    WeeklyText,
    parse_daily,
    parse_duration,
)

_NAME: Final = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}"  # it travels in headers
_ONE: Final = Meta(min_length=1)
_LONGEST_ARMED: Final = 366 * DAY


def _parse_name(text: str) -> str:
    if not re.fullmatch(_NAME, text):
        raise ValueError(f"{text!r} is not a name: 1 to 100 letters, digits, dots, dashes or underscores")
    return text


def _parse_lasting(text: str) -> Duration:
    lasting = parse_duration(text)
    if not 0 < lasting <= _LONGEST_ARMED:
        raise ValueError(f"{text!r} is not longer than nothing and at most a year")
    return lasting


def _span(settings: dict[str, Any]) -> Between:
    span = Between(settings.get("from"), settings.get("to"))
    if span.start is None and span.end is None:
        raise ValueError("the time needs a `from`, a `to`, or both")
    if span.start is not None and span.end is not None and span.end <= span.start:
        raise ValueError("the time ends before it begins")
    return span


def _during(settings: dict[str, Any]) -> Between | Daily:
    daily: Daily | None = settings.pop("daily", None)
    if daily is None:
        return _span(settings)
    if settings:
        raise ValueError("the time is either `daily` or has a `from` and `to`: keep one of them")
    return daily


def _when(settings: dict[str, Any]) -> When:
    """The conditions; names of headers are compared in lower case."""
    conditions = {name: _several(value) for name, value in settings.items()}
    headers = conditions.get("header", {})
    conditions["header"] = {name.lower(): patterns for name, patterns in headers.items()}
    if len(conditions["header"]) < len(headers):
        raise ValueError("`header` names a header twice, in small and in capital letters")
    return When(**conditions)


def _several(value: Any) -> Any:
    """One or several as several; in a map, those of each name."""
    if isinstance(value, dict):
        return {name: _several(one) for name, one in value.items()}
    return value if isinstance(value, tuple) else (value,)


NameText: TypeAlias = Annotated[
    str, Meta(pattern=f"^{_NAME}$", examples=["second-attempt-500"]), Text(_parse_name, "second-attempt", free=True)
]
OperationText: TypeAlias = Annotated[
    str, Meta(examples=["schedule", "availability"]), Text(parse_operation, "schedule", free=True)
]
VersionText: TypeAlias = Annotated[str, Meta(examples=["v1", "v3"]), Text(parse_version, "v3", free=True)]
PhoneText: TypeAlias = Annotated[str, Meta(examples=["+1555*"]), Text(parse_phone, "+1555*", free=True)]
PatternText: TypeAlias = Annotated[
    str, Meta(examples=["sales*", "/sales|support/"]), Text(parse_pattern, "sales*", free=True)
]
DailyText: TypeAlias = Annotated[str, Meta(examples=["09:00-09:05"]), Text(parse_daily, "09:00-09:05")]

Operations: TypeAlias = OperationText | Annotated[list[OperationText], _ONE]
Versions: TypeAlias = VersionText | Annotated[list[VersionText], _ONE]
Phones: TypeAlias = PhoneText | Annotated[list[PhoneText], _ONE]
Patterns: TypeAlias = PatternText | Annotated[list[PatternText], _ONE]
PatternsByName: TypeAlias = Annotated[dict[Filled, Patterns], _ONE]


class Span(Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """From one time up to, and without, another; either can be left out."""

    start: InstantText | None = None
    end: InstantText | None = None


class During(Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """A time on the session's clock: from one time up to another, or some hours of every day."""

    start: InstantText | None = None
    end: InstantText | None = None
    daily: Annotated[DailyText | None, Meta(description="In the service's zone; may run past midnight")] = None


SpanMade: TypeAlias = Annotated[Span, Made(_span)]
DuringMade: TypeAlias = Annotated[During, Made(_during)]


class Conditions(Struct, forbid_unknown_fields=True):
    """What a request must be: each condition must hold, and of several patterns one.

    A pattern is a glob such as `+1555*`, or a regular expression in slashes, which any part may fit.
    """

    operation: Annotated[Operations | UnsetType, Meta(description="schedule, availability, cancel, ...")] = UNSET
    version: Annotated[Versions | UnsetType, Meta(description="v1, v2 or v3")] = UNSET
    service: Annotated[Patterns | UnsetType, Meta(description="Name of the service that is asked for")] = UNSET
    phone: Annotated[
        Phones | UnsetType, Meta(description="Number of the customer, without spaces, brackets, dots and dashes")
    ] = UNSET
    api_key: Annotated[Patterns | UnsetType, Meta(description="Key that the client sends")] = UNSET
    desired_time: Annotated[
        WeeklyText | SpanMade | Annotated[list[WeeklyText | SpanMade], _ONE] | UnsetType,
        Meta(description="When the callback is asked for: hours of weekdays in the service's zone, or a time"),
    ] = UNSET
    user_data: Annotated[PatternsByName | UnsetType, Meta(description="What the client says of the customer")] = UNSET
    header: Annotated[PatternsByName | UnsetType, Meta(description="Headers, small and capital letters alike")] = UNSET
    query: Annotated[PatternsByName | UnsetType, Meta(description="Parameters of the query string")] = UNSET


class RuleSettings(Struct, forbid_unknown_fields=True):
    """A rule: which faults befall which requests."""

    name: Annotated[NameText, Meta(description="Told in the header X-Mockgms-Rule of every answer that it touched")]
    then: Annotated[Any, Meta(description="What happens: a fault, or several in their order")]
    when: Annotated[Annotated[Conditions, Made(_when)], Meta(description="Without it, every request matches")] = field(
        default_factory=Conditions
    )
    per: Annotated[
        Literal["session", "phone", "api_key", "service"], Meta(description="Whose matches `skip` and `times` count")
    ] = "session"
    skip: Annotated[Count, Meta(description="So many matches pass before it fires")] = 0
    times: Annotated[Count | None, Meta(description="So often it fires; without it, for ever")] = None
    chance: Annotated[
        ShareText | Annotated[float, Meta(ge=0, le=1)],
        Meta(description="In how many of the matches it fires; drawn by the seed"),
    ] = "100%"
    during: Annotated[
        DuringMade | Annotated[list[DuringMade], _ONE] | None,
        Meta(description="When it applies, on the session's clock; of several times, in each"),
    ] = None
    phase: Annotated[
        Literal["before", "after"],
        Meta(description="Whether the faults come before the operation or after it, when it has happened for good"),
    ] = "before"


class Arming(Struct, forbid_unknown_fields=True, rename={"lasting": "for"}):
    """What one says, besides the rule, of a rule that is armed while the server runs."""

    lasting: Annotated[str, Meta(examples=["30s"]), Text(_parse_lasting, "30s")]
