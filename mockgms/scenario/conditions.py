"""The conditions of rules. One class per condition: its YAML form, when it holds, and what it covers.

The rest of the package derives from these classes: the reader and the JSON Schema (`rulebook`), explanations
(`Rule.mismatches`), the warning about rules that never fire (`unreachable_rules`), and the compiled lookup
(`compiled_rules`).
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from operator import attrgetter, methodcaller
from typing import Annotated, Any, ClassVar, Final, NamedTuple, Self

from msgspec import Meta, Struct

from mockgms.domain.annotations import Dotted
from mockgms.domain.instants import Instant
from mockgms.scenario.condition import (
    NOT_EMPTY,
    Check,
    Compiled,
    Condition,
    ConditionField,
    Work,
    as_tuple,
    boundaries_of,
    one_or_list,
)
from mockgms.scenario.facts import KEY_HEADERS, OPERATIONS, VERSIONS, Facts
from mockgms.scenario.mistakes import any_of
from mockgms.scenario.patterns import UNMASKED, Pattern, Shown, like, parse_one_of, parse_phone, pattern_text, unlike
from mockgms.scenario.spans import (
    WHOLE_WEEK,
    Between,
    Since,
    TimeSpan,
    contains,
    end_of,
    is_within,
    minutes_of_week,
    render_local,
    render_span,
)
from mockgms.scenario.text_forms import (
    Later,
    Made,
    Text,
    WrittenInstant,
    WrittenMoment,
    WrittenText,
    WrittenWeekly,
    parse_daily,
)

# Steps per character of the query: a value has at least 3 characters, and takes about 0.3 µs for each pattern.
_STEPS_OF_VALUE: Final = 10

_PATTERNS: Final = one_or_list(pattern_text("sales*", ("sales*", "/sales|support/")))


# Conditions on one text of a request


class Source(NamedTuple):
    """A place in a request with at most one text.

    `value_of` returns the text. It depends only on the `attributes` and `headers`.
    """

    value_of: Callable[[Facts], str | None]
    attributes: Sequence[str] = ()
    headers: Sequence[str] = ()

    def check(self, patterns: Sequence[Pattern]) -> Check:
        """Return a check that the text exists and matches one of the patterns."""
        value_of, test = self.value_of, like(patterns)
        return lambda request, _: (value := value_of(request)) is not None and test(value)

    def values(self, request: Facts) -> Sequence[str]:
        """Return the text as a list of one, or an empty list."""
        value = self.value_of(request)
        return () if value is None else (value,)


class SourceOfSeveral(NamedTuple):
    """A place in a request with any number of texts. One match is enough.

    `values` returns the texts. They depend only on the `attributes` and `headers`.
    """

    values: Callable[[Facts], Sequence[str]]
    attributes: Sequence[str] = ()
    headers: Sequence[str] = ()

    def check(self, patterns: Sequence[Pattern]) -> Check:
        """Return a check that one of the texts matches one of the patterns."""
        values, test = self.values, like(patterns)
        return lambda request, _: any(map(test, values(request)))


def of_attribute(name: str) -> Source:
    """Return the source of a text that is an attribute of the facts."""
    return Source(attrgetter(name), attributes=(name,))


def _distinct(first: str | None, second: str | None) -> Sequence[str]:
    """Return the texts that are not None, without a duplicate."""
    if second is None or second == first:
        return () if first is None else (first,)
    return (second,) if first is None else (first, second)


def of_header(name: str) -> Source:
    """Return the source of a header's value. The name is in lower case."""
    return Source(lambda request: request.headers.get(name), headers=(name,))


class Part(NamedTuple):
    """A part of a condition: one text of the `source` must match one of the `wanted` patterns.

    `name` is the name of the text in explanations.
    """

    name: str
    wanted: tuple[Pattern, ...]
    source: Source | SourceOfSeveral
    check: Check


def _part(name: str, wanted: tuple[Pattern, ...], source: Source | SourceOfSeveral) -> Part:
    return Part(name, wanted, source, source.check(wanted))


class PatternCondition(Condition):
    """A condition on texts of a request. All its parts must hold."""

    @property
    @abstractmethod
    def parts(self) -> Sequence[Part]:
        """The parts of the condition."""

    def matches(self, request: Facts, now: Instant) -> bool:
        """Return whether all parts hold."""
        return all(part.check(request, now) for part in self.parts)

    def explain(self, request: Facts, now: Instant, shown: Shown = UNMASKED) -> Iterator[str]:
        """Yield, for each part that does not hold, the actual texts and the wanted patterns."""
        for name, wanted, source, check in self.parts:
            if not check(request, now):
                yield unlike(name, wanted, source.values(request), shown)

    def patterns(self) -> Iterable[Pattern]:
        """Return the patterns of all parts."""
        return [pattern for part in self.parts for pattern in part.wanted]

    def compiled(self) -> Compiled:
        """Return the form in which the result is cached for requests with the same texts."""
        return Compiled(
            [part.check for part in self.parts],
            [attribute for part in self.parts for attribute in part.source.attributes],
            [header for part in self.parts for header in part.source.headers],
        )


@dataclass(frozen=True)
class TextCondition(PatternCondition):
    """A condition on one text of a request, which must match one of the patterns."""

    wanted: tuple[Pattern, ...]

    source: ClassVar[Source | SourceOfSeveral]
    form: ClassVar[Any] = _PATTERNS

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return the condition for one pattern or several."""
        return cls(as_tuple(value))

    @cached_property
    def parts(self) -> Sequence[Part]:
        """The only part."""
        return (_part(self.name, self.wanted, self.source),)

    def covers(self, other: Self | None) -> bool:
        """Return whether each pattern of the other condition is included in one of these patterns."""
        return other is not None and _includes_all(self.wanted, other.wanted)


class RouteCondition(TextCondition):
    """A condition on the operation or the version of a request, which follow from its route.

    `known` has all possible names.
    """

    known: ClassVar[Sequence[str]]

    def fits(self, text: str) -> bool:
        """Return whether the condition holds for requests with this operation or version."""
        return any(pattern.fits(text) for pattern in self.wanted)

    @cached_property
    def matching_names(self) -> frozenset[str]:
        """The known names that match."""
        return frozenset(filter(self.fits, self.known))

    def covers(self, other: Self | None) -> bool:
        """Return whether the condition holds for all known names for which the other one holds."""
        return self.matching_names.issuperset(self.known if other is None else other.matching_names)

    def compiled(self) -> Compiled:
        """Return an empty form. Each lookup is for one route, and contains only the rules for this route."""
        return Compiled()


def _route_text(name: str, known: Sequence[str], example: str) -> Any:
    return pattern_text(example, known, partial(parse_one_of, known=known, name=name))


class OperationCondition(RouteCondition):
    """A condition on the operation."""

    name = "operation"
    description = "schedule, availability, cancel, ..."
    known = OPERATIONS
    source = of_attribute("operation")
    form = one_or_list(_route_text("operation", OPERATIONS, "schedule"))


class VersionCondition(RouteCondition):
    """A condition on the wire version."""

    name = "version"
    description = "v1, v2 or v3"
    says = "by {}"
    field = ConditionField("version", "v3", VERSIONS)
    known = VERSIONS
    source = of_attribute("version")
    form = one_or_list(_route_text("version", VERSIONS, "v3"))


class ServiceCondition(TextCondition):
    """A condition on the name of the service."""

    name = "service"
    description = "Name of the requested service"
    says = "for {}"
    field = ConditionField("service", "sales")
    source = of_attribute("service")


class PhoneCondition(TextCondition):
    """A condition on the phone number of the customer."""

    name = "phone"
    description = "Number of the customer, as sent or with its country code, without spaces, brackets, dots and dashes"
    says = "from {}"
    field = ConditionField("number", "+1555*")
    source = SourceOfSeveral(lambda request: _distinct(request.phone, request.full_phone), ("phone", "full_phone"))
    form = one_or_list(pattern_text("+1555*", ("+1555*",), parse_phone))


class ApiKeyCondition(TextCondition):
    """A condition on the API key, in any of the headers that can carry it."""

    name = "api_key"
    description = "API key that the client sends"
    says = "with the key {}"
    field = ConditionField("API key", "KEY-1")
    source = Source(attrgetter("api_key"), headers=KEY_HEADERS)


# Conditions on named texts


@dataclass(frozen=True)
class NamedCondition(PatternCondition):
    """A condition on named texts: for each name, one of the values must match one of the patterns."""

    wanted: Mapping[str, tuple[Pattern, ...]]

    form: ClassVar[Any] = Annotated[dict[WrittenText, _PATTERNS], NOT_EMPTY]  # type: ignore[valid-type]  # a computed type

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return the condition for the patterns of each name."""
        return cls({name: as_tuple(patterns) for name, patterns in value.items()})

    @staticmethod
    @abstractmethod
    def source(name: str) -> Source | SourceOfSeveral:
        """Return the source of the texts of a name."""

    @cached_property
    def parts(self) -> Sequence[Part]:
        """One part for each name."""
        return [_part(f"{self.name} {name}", wanted, self.source(name)) for name, wanted in self.wanted.items()]

    def covers(self, other: Self | None) -> bool:
        """Return whether the condition covers the other one, name by name.

        Each pattern of the other condition for a name must be included in one of these patterns for it.
        """
        return other is not None and all(
            name in other.wanted and _includes_all(patterns, other.wanted[name])
            for name, patterns in self.wanted.items()
        )


class UserDataCondition(NamedCondition):
    """A condition on the client's own data."""

    form: ClassVar[Any] = Annotated[NamedCondition.form, Dotted()]
    name = "user_data"
    description = (
        "User data that the client sends, by name; dots lead into nested data, and one element of a list is enough"
    )
    says = "with user data {}"
    field = ConditionField("user data", "*")

    @staticmethod
    def source(name: str) -> SourceOfSeveral:
        """Return the source of the values of a key."""
        return SourceOfSeveral(methodcaller("user_texts", name))

    def compiled(self) -> Compiled:
        """Return the form in which requests without data are left out.

        The data themselves vary too much to cache results by them.
        """
        tests = (lambda request, _: request.has_user_data,)
        return Compiled(tests, ("has_user_data",), checks=[part.check for part in self.parts])

    def work(self) -> Work:
        """Return the cost, including the conversion of each value to text."""
        return super().work()._replace(request=len(self.wanted))


class HeaderCondition(NamedCondition):
    """A condition on headers. Their names are case-insensitive."""

    name = "header"
    description = "Headers, by name in any case"
    says = "with header {}"
    field = ConditionField("header", "*")

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return the condition for the patterns of each header.

        Raises ValueError if two names differ only in case.
        """
        if len({name.lower() for name in value}) < len(value):
            raise ValueError("`header` names a header twice, in upper and lower case: keep one of them")
        return super().read({name.lower(): patterns for name, patterns in value.items()})

    @staticmethod
    def source(name: str) -> Source:
        """Return the source of a header's value."""
        return of_header(name.lower())


class QueryCondition(NamedCondition):
    """A condition on query parameters, each of which may have several values."""

    name = "query"
    description = "Parameters of the query string, by name"
    says = "with query {}"
    field = ConditionField("parameter", "*")

    @staticmethod
    def source(name: str) -> SourceOfSeveral:
        """Return the source of the values of a parameter."""
        return SourceOfSeveral(lambda request: request.query.get(name, ()), ("query_text",))

    def work(self) -> Work:
        """Return the cost. A query can have thousands of short values, and each is searched separately."""
        searched = sum(not pattern.is_literal for pattern in self.patterns())
        return super().work()._replace(query=len(self.wanted) + _STEPS_OF_VALUE * searched)


# Conditions on times


class Span(Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """A period from one time up to, but not including, another. Either can be omitted."""

    start: WrittenInstant | None = None
    end: WrittenInstant | None = None


class During(Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """A period by the session's clock: from one time up to another, or hours of every day or week."""

    start: WrittenMoment | None = None
    end: WrittenMoment | None = None
    daily: Annotated[
        Annotated[str, Meta(examples=["09:00-09:05"]), Text(parse_daily, "09:00-09:05")] | None,
        Meta(description="Hours of every day in the service's zone; may run past midnight"),
    ] = None
    weekly: Annotated[
        WrittenWeekly | None, Meta(description="Hours of every week in the service's zone; may run past midnight")
    ] = None


def _span(settings: dict[str, Any]) -> Between:
    span = Between(settings.get("from"), settings.get("to"))
    _check_period(span.start, span.end)
    return span


def _check_period(start: int | None, end: int | None) -> None:
    if start is None and end is None:
        raise ValueError("the period requires a `from`, a `to`, or both")
    if start is not None and end is not None and end <= start:
        raise ValueError("`to` must be later than `from`")


def _during(settings: dict[str, Any]) -> TimeSpan:
    recurring: list[TimeSpan] = [settings.pop(key) for key in ("daily", "weekly") if settings.get(key) is not None]
    if recurring:
        if len(recurring) > 1 or any(value is not None for value in settings.values()):
            raise ValueError("a period has either `daily`, `weekly`, or `from` and `to`: keep one of them")
        return recurring[0]
    ends = settings.get("from"), settings.get("to")
    if not any(isinstance(end, Later) for end in ends):
        return _span(settings)
    if not all(isinstance(end, Later | None) for end in ends):
        raise ValueError("`from` and `to` must both be times, or both count from the session's start, such as +10m")
    since = Since(*(None if end is None else end.after for end in ends))
    _check_period(since.start, since.end)
    return since


@dataclass(frozen=True)
class TimeCondition(Condition):
    """A condition on a time, which must lie in one of the spans."""

    spans: tuple[TimeSpan, ...]

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return the condition for one span or several."""
        return cls(as_tuple(value))

    def covers(self, other: Self | None) -> bool:
        """Return whether every time in the spans of the other condition certainly lies in these spans."""
        if other is None:
            return False
        if self.is_always:
            return True
        single = (span for span in other.spans if isinstance(span, Between | Since))
        covers_single = all(any(contains(wide, narrow) for wide in self.spans) for narrow in single)
        return covers_single and not other.minutes & ~self.minutes

    @cached_property
    def minutes(self) -> int:
        """The minutes of the week in its weekly and daily spans, as an integer with a bit for each minute."""
        return minutes_of_week(self.spans)

    @property
    def is_always(self) -> bool:
        """Whether every time lies in its spans."""
        return self.minutes == WHOLE_WEEK

    @cached_property
    def fixed_spans(self) -> tuple[Between, ...]:
        """The spans if none of them depends on a time zone, otherwise empty."""
        fixed = tuple(span for span in self.spans if isinstance(span, Between))
        return fixed if len(fixed) == len(self.spans) else ()

    def holds(self, instant: Instant, request: Facts) -> bool:
        """Return whether an instant lies in one of the spans, in the time zone of the requested service."""
        if fixed := self.fixed_spans:  # avoids looking up the zone of the service, which is slow
            return any(span.holds(instant) for span in fixed)
        return is_within(self.spans, instant, request.zone, request.started)

    def end(self, instant: Instant, request: Facts) -> Instant | None:
        """Return when the spans that contain an instant end, or None if they do not end."""
        return end_of(self.spans, instant, request.zone, request.started)


class DesiredTimeCondition(TimeCondition):
    """A condition on the desired time of the callback."""

    name = "desired_time"
    description = "Desired time of the callback: weekly hours in the service's zone, or a period"
    says = "for times in {}"
    field = ConditionField("desired time", "Mon-Fri 09:00-12:00")
    form = one_or_list(WrittenWeekly | Annotated[Span, Made(_span)])

    def matches(self, request: Facts, now: Instant) -> bool:  # noqa: ARG002  # the current time does not matter
        """Return whether the request has a desired time that lies in one of the spans."""
        return (desired := request.desired) is not None and self.holds(desired, request)

    def explain(self, request: Facts, now: Instant, shown: Shown = UNMASKED) -> Iterator[str]:  # noqa: ARG002
        """Yield the actual desired time and the wanted spans, if they do not match."""
        wanted = any_of(map(render_span, self.spans))
        if request.desired is None:
            yield f"there is no desired_time to match {wanted}"
        elif not self.matches(request, now):
            yield f"desired_time is {render_local(request.desired, request.zone)}, not {wanted}"

    def compiled(self) -> Compiled:
        """Return the form in which the result is cached. If it depends on a time zone, it is not cached."""
        if not self.fixed_spans:
            return super().compiled()
        return Compiled((self.matches,), boundaries=boundaries_of(self.fixed_spans))


class DuringCondition(TimeCondition):
    """A condition on the time of the session's clock. It is a key of the rule itself, not of `when`."""

    name = "during"
    description = "When the rule applies, by the session's clock: one period or several"
    form = one_or_list(Annotated[During, Made(_during)])

    def covers(self, other: Self | None) -> bool:
        """Return whether these spans cover those of the other condition, or without one every time."""
        return self.is_always if other is None else super().covers(other)

    def matches(self, request: Facts, now: Instant) -> bool:
        """Return whether the time lies in one of the spans."""
        return self.holds(now, request)

    def explain(self, request: Facts, now: Instant, shown: Shown = UNMASKED) -> Iterator[str]:  # noqa: ARG002
        """Yield the current time and the wanted spans, if they do not match."""
        if not self.matches(request, now):
            yield f"it is {render_local(now, request.zone)}, not {any_of(map(render_span, self.spans))}"

    def compiled(self) -> Compiled:
        """Return the times at which the rule is in force, unless they depend on a time zone."""
        return Compiled(in_force=self.fixed_spans) if self.fixed_spans else super().compiled()


# Negation


@dataclass(frozen=True)
class UnlessCondition(Condition):
    """A condition that holds unless all of the `inner` ones hold. It is a key of the rule itself, not of `when`."""

    inner: tuple[Condition, ...]

    name = "unless"
    description = "Conditions as in `when`; requests for which all of them hold do not match"
    form = None

    @property
    def asks_session(self) -> bool:
        """Whether one of the conditions depends on the state of the session."""
        return any(condition.asks_session for condition in self.inner)

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return the condition for the conditions that must not all hold."""
        return cls(value)

    def matches(self, request: Facts, now: Instant) -> bool:
        """Return whether one of the conditions does not hold."""
        return not all(condition.matches(request, now) for condition in self.inner)

    def explain(self, request: Facts, now: Instant, shown: Shown = UNMASKED) -> Iterator[str]:  # noqa: ARG002
        """Yield the conditions of `unless`, if all of them hold."""
        if not self.matches(request, now):
            yield f"`unless` holds: {', '.join(condition.name for condition in self.inner)}"

    def covers(self, other: Self | None) -> bool:
        """Return whether the other condition is the same."""
        return self == other

    def leaves(self) -> Iterable[Condition]:
        """Return the conditions under `unless`."""
        return self.inner

    def compiled(self) -> Compiled:
        """Return the form in which the result is cached. This requires that all inner results can be cached."""
        parts = [condition.compiled() for condition in self.inner]
        if any(part.checks or part.in_force for part in parts):
            return super().compiled()
        return Compiled(
            (self.matches,),
            [attribute for part in parts for attribute in part.attributes],
            [header for part in parts for header in part.headers],
            [boundary for part in parts for boundary in part.boundaries],
        )

    def work(self) -> Work:
        """Return the cost of all its conditions."""
        return Work.sum(condition.work() for condition in self.inner)


def _includes_all(wide: Sequence[Pattern], narrow: Sequence[Pattern]) -> bool:
    written = {above.written for above in wide}  # rules often repeat a long list
    return all(below.written in written or any(above.includes(below) for above in wide) for below in narrow)


# The keys of `when`, in the order in which the schema and explanations list them.
CONDITIONS: Final[tuple[type[Condition], ...]] = (
    OperationCondition,
    VersionCondition,
    ServiceCondition,
    PhoneCondition,
    ApiKeyCondition,
    DesiredTimeCondition,
    UserDataCondition,
    HeaderCondition,
    QueryCondition,
)
