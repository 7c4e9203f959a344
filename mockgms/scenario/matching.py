"""Matching: why a rule is not for a request."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from mockgms.domain.hours import MINUTES_A_DAY, WeeklySpan
from mockgms.domain.instants import Instant, render_instant, to_datetime
from mockgms.scenario.facts import Facts
from mockgms.scenario.rules import Between, Daily, Pattern, Rule

_TEXTS: Final = ("operation", "version", "service", "phone", "api_key")

_LONGEST_SHOWN: Final = 100  # characters of a value
_MOST_SHOWN: Final = 5  # values of one name

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Shown(NamedTuple):
    """How texts are shown, each with what it is of: a `value` of the request, and a `pattern` of a rule as written."""

    value: Callable[[str, str], str]
    pattern: Callable[[str, str], str]


AS_IT_IS: Final = Shown(lambda _, text: text, lambda _, text: text)


def mismatches(rule: Rule, facts: Facts, now: Instant, shown: Shown = AS_IT_IS) -> Iterator[str]:
    """Why a rule is not for a request at this time: a sentence for each condition that does not hold.

    The rule matches when there are none.
    """
    when = rule.when
    if rule.during and not is_within(rule.during, now, facts.zone):
        yield f"it is {_shown(now, facts.zone)}, not {any_of(map(_written, rule.during))}"
    for text in _TEXTS:
        if patterns := getattr(when, text):
            yield from unlike(text, patterns, _given(getattr(facts, text)), shown)
    if when.desired_time:
        yield from _at_another_time(when.desired_time, facts)
    for key, patterns in when.user_data.items():
        yield from unlike(f"user_data {key}", patterns, _given(facts.user_datum(key)), shown)
    for name, patterns in when.header.items():
        yield from unlike(f"header {name}", patterns, _given(facts.headers.get(name.lower())), shown)
    for name, patterns in when.query.items():
        yield from unlike(f"query {name}", patterns, facts.query.get(name, ()), shown)


def fits(pattern: Pattern, text: str) -> bool:
    """Whether a text is as the pattern says."""
    return bool(pattern.regex.search(text))


def is_within(spans: Iterable[WeeklySpan | Between | Daily], instant: Instant, zone: ZoneInfo) -> bool:
    """Whether an instant lies in one of the spans, on the wall clock of the zone where that matters."""
    return any(_is_in(span, instant, zone) for span in spans)


def _given(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def unlike(what: str, patterns: Sequence[Pattern], values: Sequence[str], shown: Shown = AS_IT_IS) -> Iterator[str]:
    """The sentence that says so when none of some values is as one of the patterns says; `what` is what they are."""
    if any(fits(pattern, value) for pattern in patterns for value in values):
        return
    wanted = any_of(shown.pattern(what, pattern.written) for pattern in patterns)
    if values:
        yield f"{what} is {any_of(_cut(shown.value(what, value)) for value in values[:_MOST_SHOWN])}, not {wanted}"
    else:
        yield f"there is no {what}, let alone {wanted}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _at_another_time(spans: Sequence[WeeklySpan | Between], facts: Facts) -> Iterator[str]:
    wanted = any_of(map(_written, spans))
    if facts.desired is None:
        yield f"there is no desired_time, let alone {wanted}"
    elif not is_within(spans, facts.desired, facts.zone):
        yield f"desired_time is {_shown(facts.desired, facts.zone)}, not {wanted}"


def _is_in(span: WeeklySpan | Between | Daily, instant: Instant, zone: ZoneInfo) -> bool:
    match span:
        case Between(start, end):
            return (start is None or start <= instant) and (end is None or instant < end)
        case Daily():
            return _is_in_daily(span, to_datetime(instant, zone))
        case _:
            return _is_in_weekly(span, to_datetime(instant, zone))


def _is_in_daily(span: Daily, local: datetime) -> bool:
    shown = local.time()
    if span.start < span.end:
        return span.start <= shown < span.end
    return shown >= span.start or shown < span.end


def _is_in_weekly(span: WeeklySpan, local: datetime) -> bool:
    start, end = span.minutes
    today, minute = local.weekday(), local.hour * 60 + local.minute
    if today in span.days and start <= minute < end:
        return True
    return (today - 1) % 7 in span.days and minute + MINUTES_A_DAY < end


def _written(span: WeeklySpan | Between | Daily) -> str:
    match span:
        case Between(None, None):
            return "at any time"
        case Between(start, end):
            begin = "" if start is None else f"from {render_instant(start)} "
            return begin + ("on" if end is None else f"up to {render_instant(end)}")
        case Daily(start, end):
            return f"daily {start:%H:%M}-{end:%H:%M}"
        case _:
            days = ",".join(_DAYS[day] for day in sorted(span.days))
            return f"{days} {_clock(span.start)}-{_clock(span.end)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _shown(instant: Instant, zone: ZoneInfo) -> str:
    local = to_datetime(instant, zone)
    return f"{_DAYS[local.weekday()]} {local.isoformat(timespec='milliseconds')}"


def any_of(words: Iterable[str]) -> str:
    """Words, at least one, of which any will do: `a, b or c`."""
    *before, last = words
    return f"{', '.join(before)} or {last}" if before else last
