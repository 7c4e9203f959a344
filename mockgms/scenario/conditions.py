"""The conditions of rules: one class for each says how it is written, when it holds, and what it covers.

All that is known of conditions elsewhere comes from these classes: the reader and the JSON Schema (`rulebook`),
explanations (`Rule.mismatches`), the warning about rules that never fire (`unreachable_rules`), and the compiled lookup
(`compiled_rules`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from operator import attrgetter, methodcaller
from typing import Annotated, Any, ClassVar, Final, NamedTuple, Self, TypeAlias

from msgspec import Meta, Struct

from mockgms.domain.instants import Instant
from mockgms.scenario.facts import KEY_HEADERS, OPERATIONS, VERSIONS, Facts
from mockgms.scenario.patterns import (
    AS_IT_IS,
    Pattern,
    Shown,
    any_of,
    like,
    parse_one_of,
    parse_phone,
    pattern_text,
    unlike,
)
from mockgms.scenario.spans import Between, Daily, TimeSpan, contains, is_within, render_local, render_span
from mockgms.scenario.text_forms import Filled, InstantText, Made, Text, WeeklyText, parse_daily

_ONE: Final = Meta(min_length=1)
_OF_QUERY_VALUE: Final = 10  # a value of a query has at least 3 characters, and takes about 0.3 us for each pattern

Check: TypeAlias = Callable[[Facts, Instant], object]  # gives something true, or something false


class Compiled(NamedTuple):
    """A condition as the compiled lookup uses it.

    The outcome of the `tests` depends only on these `attributes` and `headers` of a request, and on which of the
    `turns` its desired time has passed: the lookup keeps it for requests that have all these in common. The `checks`
    are made for each request that passes the tests. With spans in `in_force`, the rule is left out at other times.
    """

    tests: Sequence[Check] = ()
    attributes: Sequence[str] = ()
    headers: Sequence[str] = ()
    turns: Sequence[Instant] = ()
    checks: Sequence[Check] = ()
    in_force: Sequence[Between] = ()


class Work(NamedTuple):
    """How much a condition may have to do, in steps of about 10 ns.

    `seen` is for each character of a text that patterns look at, `queried` for each of the query, `given` for each of
    the request.
    """

    seen: int = 0
    queried: int = 0
    given: int = 0


class Condition(ABC):
    """What a request must be for a rule. `name` is its key in a file, `form` the type in the schema."""

    name: ClassVar[str]
    description: ClassVar[str]  # in the JSON Schema
    form: ClassVar[Any]

    @classmethod
    @abstractmethod
    def read(cls, value: Any) -> Self:
        """Make the condition of what was read by its `form`. Raises ValueError, with a sentence."""

    @abstractmethod
    def matches(self, request: Facts, now: Instant) -> bool:
        """Whether it holds for a request at a time."""

    @abstractmethod
    def explain(self, request: Facts, now: Instant, shown: Shown = AS_IT_IS) -> Iterator[str]:
        """Why it does not hold: sentences, none when it matches."""

    @abstractmethod
    def covers(self, other: Self | None) -> bool:
        """Whether it certainly holds where the other one does; None is no condition, which always holds."""

    def patterns(self) -> Iterable[Pattern]:
        """Return its patterns."""
        return ()

    def compiled(self) -> Compiled:
        """Return what the lookup needs. By default, the condition is checked for each request."""
        return Compiled(checks=(self.matches,))

    def work(self) -> Work:
        """Return how much it may have to do."""
        return Work(seen=sum(pattern.steps for pattern in self.patterns()))


def turns_of(spans: Iterable[Between]) -> list[Instant]:
    """Return the instants at which some spans begin or end."""
    return [instant for span in spans for instant in (span.start, span.end) if instant is not None]


def _several(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _one_or_several(form: Any) -> Any:
    return form | Annotated[list[form], _ONE]


_PATTERNS: Final = _one_or_several(pattern_text("sales*", ("sales*", "/sales|support/")))


# Conditions on one text of a request


class Source(NamedTuple):
    """Where a request has a text: what finds it, and the attributes and headers that it depends on."""

    value_of: Callable[[Facts], str | None]
    attributes: Sequence[str] = ()
    headers: Sequence[str] = ()

    def check(self, patterns: Sequence[Pattern]) -> Check:
        """Return a check that there is a text and one of the patterns fits."""
        value_of, test = self.value_of, like(patterns)
        return lambda request, _: (value := value_of(request)) is not None and test(value)

    def values(self, request: Facts) -> Sequence[str]:
        """Return the text as the only one, or none."""
        value = self.value_of(request)
        return () if value is None else (value,)


class SourceOfSeveral(NamedTuple):
    """Where a request has texts of which one must fit: what finds them, and what they depend on."""

    values: Callable[[Facts], Sequence[str]]
    attributes: Sequence[str] = ()
    headers: Sequence[str] = ()

    def check(self, patterns: Sequence[Pattern]) -> Check:
        """Return a check that one of the patterns fits one of the texts."""
        values, test = self.values, like(patterns)
        return lambda request, _: any(map(test, values(request)))


def of_attribute(name: str) -> Source:
    """A text that is an attribute of the facts."""
    return Source(attrgetter(name), attributes=(name,))


def of_header(name: str) -> Source:
    """The value of a header, whose name is in lower case."""
    return Source(lambda request: request.headers.get(name), headers=(name,))


class Part(NamedTuple):
    """A part of a condition: of the texts that the `source` finds, one must fit one of the `wanted` patterns."""

    what: str
    wanted: tuple[Pattern, ...]
    source: Source | SourceOfSeveral
    check: Check


def _part(what: str, wanted: tuple[Pattern, ...], source: Source | SourceOfSeveral) -> Part:
    return Part(what, wanted, source, source.check(wanted))


class PatternCondition(Condition):
    """A condition on texts of a request: each part must hold."""

    @property
    @abstractmethod
    def parts(self) -> Sequence[Part]:
        """Its parts."""

    def matches(self, request: Facts, now: Instant) -> bool:
        """Whether each part holds."""
        return all(part.check(request, now) for part in self.parts)

    def explain(self, request: Facts, now: Instant, shown: Shown = AS_IT_IS) -> Iterator[str]:
        """Say which texts there are for each part that does not hold, and which would do."""
        for what, wanted, source, check in self.parts:
            if not check(request, now):
                yield unlike(what, wanted, source.values(request), shown)

    def patterns(self) -> Iterable[Pattern]:
        """Return the patterns of all parts."""
        return [pattern for part in self.parts for pattern in part.wanted]

    def compiled(self) -> Compiled:
        """Let the lookup keep the outcome for requests with the same texts."""
        return Compiled(
            [part.check for part in self.parts],
            [attribute for part in self.parts for attribute in part.source.attributes],
            [header for part in self.parts for header in part.source.headers],
        )


@dataclass(frozen=True)
class TextCondition(PatternCondition):
    """A condition on one text of a request, which one of the patterns must fit."""

    wanted: tuple[Pattern, ...]

    source: ClassVar[Source]
    form: ClassVar[Any] = _PATTERNS

    @classmethod
    def read(cls, value: Any) -> Self:
        """Make it of one pattern or several."""
        return cls(_several(value))

    @cached_property
    def parts(self) -> Sequence[Part]:
        """The text."""
        return (_part(self.name, self.wanted, self.source),)

    def covers(self, other: Self | None) -> bool:
        """Whether each pattern of the other one is included in one of its own."""
        return other is not None and _include(self.wanted, other.wanted)


class RouteCondition(TextCondition):
    """A condition on the operation or the version, one of the `known` ones. The route of a request tells them."""

    known: ClassVar[Sequence[str]]

    def fits(self, text: str) -> bool:
        """Whether it holds for requests with this operation or version."""
        return any(pattern.fits(text) for pattern in self.wanted)

    @cached_property
    def held_for(self) -> frozenset[str]:
        """The known texts that it holds for."""
        return frozenset(filter(self.fits, self.known))

    def covers(self, other: Self | None) -> bool:
        """Whether it holds for all known texts that the other one holds for."""
        return self.held_for.issuperset(self.known if other is None else other.held_for)

    def compiled(self) -> Compiled:
        """Return nothing to do: the lookup is for one route, and so left out the rules of others before."""
        return Compiled()


def _route_text(what: str, known: Sequence[str], example: str, *examples: str) -> Any:
    return pattern_text(example, examples, partial(parse_one_of, known=known, what=what))


class OperationCondition(RouteCondition):
    """A condition on the operation."""

    name = "operation"
    description = "schedule, availability, cancel, ..."
    known = OPERATIONS
    source = of_attribute("operation")
    form = _one_or_several(_route_text("operation", OPERATIONS, "schedule", "schedule", "availability"))


class VersionCondition(RouteCondition):
    """A condition on the wire version."""

    name = "version"
    description = "v1, v2 or v3"
    known = VERSIONS
    source = of_attribute("version")
    form = _one_or_several(_route_text("version", VERSIONS, "v3", "v1", "v3"))


class ServiceCondition(TextCondition):
    """A condition on the service."""

    name = "service"
    description = "Name of the service that is asked for"
    source = of_attribute("service")


class PhoneCondition(TextCondition):
    """A condition on the number of the customer."""

    name = "phone"
    description = "Number of the customer, without spaces, brackets, dots and dashes"
    source = of_attribute("phone")
    form = _one_or_several(pattern_text("+1555*", ("+1555*",), parse_phone))


class ApiKeyCondition(TextCondition):
    """A condition on the key, in whichever header it comes."""

    name = "api_key"
    description = "Key that the client sends"
    source = Source(attrgetter("api_key"), headers=KEY_HEADERS)


# Conditions on texts that have names


@dataclass(frozen=True)
class NamedCondition(PatternCondition):
    """A condition on texts with names: of each name, one of the values must fit one of the patterns."""

    wanted: Mapping[str, tuple[Pattern, ...]]

    form: ClassVar[Any] = Annotated[dict[Filled, _PATTERNS], _ONE]  # type: ignore[valid-type]  # it is made above

    @classmethod
    def read(cls, value: Any) -> Self:
        """Make it of the patterns of each name."""
        return cls({name: _several(patterns) for name, patterns in value.items()})

    @staticmethod
    @abstractmethod
    def source(name: str) -> Source | SourceOfSeveral:
        """Return where a request has what is called so."""

    @cached_property
    def parts(self) -> Sequence[Part]:
        """A part for each name."""
        return [_part(f"{self.name} {name}", wanted, self.source(name)) for name, wanted in self.wanted.items()]

    def covers(self, other: Self | None) -> bool:
        """Whether each pattern that the other one has of a name is included in one of its own, for all own names."""
        return other is not None and all(
            name in other.wanted and _include(patterns, other.wanted[name]) for name, patterns in self.wanted.items()
        )


class UserDataCondition(NamedCondition):
    """A condition on the client's own data."""

    name = "user_data"
    description = "What the client says of the customer"

    @staticmethod
    def source(name: str) -> Source:
        """What the data have under a key."""
        return Source(methodcaller("user_datum", name))

    def compiled(self) -> Compiled:
        """Let the lookup leave out requests without data. What these say is too much to keep outcomes by."""
        tests = (lambda request, _: request.has_user_data,)
        return Compiled(tests, ("has_user_data",), checks=[part.check for part in self.parts])

    def work(self) -> Work:
        """Count that each datum is made a text."""
        return super().work()._replace(given=len(self.wanted))


class HeaderCondition(NamedCondition):
    """A condition on headers. Capital letters in their names do not matter."""

    name = "header"
    description = "Headers, small and capital letters alike"

    @classmethod
    def read(cls, value: Any) -> Self:
        """Make it of the patterns of each header. Raises ValueError when one is named twice."""
        if len({name.lower() for name in value}) < len(value):
            raise ValueError("`header` names a header twice, in small and in capital letters")
        return super().read({name.lower(): patterns for name, patterns in value.items()})

    @staticmethod
    def source(name: str) -> Source:
        """The value of a header."""
        return of_header(name.lower())


class QueryCondition(NamedCondition):
    """A condition on parameters of the query string, which may have several values each."""

    name = "query"
    description = "Parameters of the query string"

    @staticmethod
    def source(name: str) -> SourceOfSeveral:
        """The values of a parameter."""
        return SourceOfSeveral(lambda request: request.query.get(name, ()), ("query_text",))

    def work(self) -> Work:
        """Count that a query may have thousands of short values, and that each is compared by itself."""
        searched = sum(not pattern.is_literal for pattern in self.patterns())
        return super().work()._replace(queried=len(self.wanted) + _OF_QUERY_VALUE * searched)


# Conditions on times


class Span(Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """From one time up to, and without, another; either can be left out."""

    start: InstantText | None = None
    end: InstantText | None = None


class During(Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """A time on the session's clock: from one time up to another, or some hours of every day."""

    start: InstantText | None = None
    end: InstantText | None = None
    daily: Annotated[
        Annotated[str, Meta(examples=["09:00-09:05"]), Text(parse_daily, "09:00-09:05")] | None,
        Meta(description="In the service's zone; may run past midnight"),
    ] = None


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


@dataclass(frozen=True)
class TimeCondition(Condition):
    """A condition on a time, which must lie in one of some spans."""

    spans: tuple[TimeSpan, ...]

    @classmethod
    def read(cls, value: Any) -> Self:
        """Make it of one span or several."""
        return cls(_several(value))

    def covers(self, other: Self | None) -> bool:
        """Whether each span of the other one lies in one of its own."""
        return other is not None and all(any(contains(wide, narrow) for wide in self.spans) for narrow in other.spans)

    @cached_property
    def fixed_spans(self) -> tuple[Between, ...]:
        """Its spans if they are the same in every zone, otherwise none."""
        fixed = tuple(span for span in self.spans if isinstance(span, Between))
        return fixed if len(fixed) == len(self.spans) else ()

    def holds(self, instant: Instant, request: Facts) -> bool:
        """Whether an instant lies in one of the spans, in the zone of the service that a request asks for."""
        if fixed := self.fixed_spans:  # finding the zone of a service takes a while
            return any(span.holds(instant) for span in fixed)
        return is_within(self.spans, instant, request.zone)


class DesiredTimeCondition(TimeCondition):
    """A condition on the time for which the callback is asked."""

    name = "desired_time"
    description = "When the callback is asked for: hours of weekdays in the service's zone, or a time"
    form = _one_or_several(WeeklyText | Annotated[Span, Made(_span)])

    def matches(self, request: Facts, now: Instant) -> bool:  # noqa: ARG002  # it holds at all times
        """Whether there is a desired time and a span holds it."""
        return (desired := request.desired) is not None and self.holds(desired, request)

    def explain(self, request: Facts, now: Instant, shown: Shown = AS_IT_IS) -> Iterator[str]:  # noqa: ARG002
        """Say which desired time there is, and which would do."""
        wanted = any_of(map(render_span, self.spans))
        if request.desired is None:
            yield f"there is no desired_time, let alone {wanted}"
        elif not self.matches(request, now):
            yield f"desired_time is {render_local(request.desired, request.zone)}, not {wanted}"

    def compiled(self) -> Compiled:
        """Let the lookup keep the outcome for desired times between the same turns, unless the zone matters."""
        if not self.fixed_spans:
            return super().compiled()
        return Compiled((self.matches,), turns=turns_of(self.fixed_spans))


class DuringCondition(TimeCondition):
    """The condition on the time of the session's clock. It is a key of the rule itself, and not one of `when`."""

    name = "during"
    description = "When it applies, on the session's clock; of several times, in each"
    form = _one_or_several(Annotated[During, Made(_during)])

    def matches(self, request: Facts, now: Instant) -> bool:
        """Whether a span holds the time."""
        return self.holds(now, request)

    def explain(self, request: Facts, now: Instant, shown: Shown = AS_IT_IS) -> Iterator[str]:  # noqa: ARG002
        """Say what time it is, and which would do."""
        if not self.matches(request, now):
            yield f"it is {render_local(now, request.zone)}, not {any_of(map(render_span, self.spans))}"

    def compiled(self) -> Compiled:
        """Let the lookup leave out the rule while it is not in force, unless the zone matters."""
        return Compiled(in_force=self.fixed_spans) if self.fixed_spans else super().compiled()


def _include(wide: Sequence[Pattern], narrow: Sequence[Pattern]) -> bool:
    return all(any(above.includes(below) for above in wide) for below in narrow)


# The keys of `when`, in the order of the schema and of explanations.
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
