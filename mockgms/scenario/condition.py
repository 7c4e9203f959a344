"""The base class of conditions."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Final, NamedTuple, Self, TypeAlias

from msgspec import Meta

from mockgms.domain.instants import Instant
from mockgms.scenario.facts import Facts, Per
from mockgms.scenario.patterns import UNMASKED, Pattern, Shown
from mockgms.scenario.spans import Between

NOT_EMPTY: Final = Meta(min_length=1)

Check: TypeAlias = Callable[[Facts, Instant], object]  # the result is used as a truth value


class Compiled(NamedTuple):
    """A condition in the form that the compiled lookup uses.

    The lookup caches the results of the `tests`. They depend only on these `attributes` and `headers` of a request, and
    on the `boundaries` between which its desired time lies. The `checks` run for each request that passes the tests. If
    `in_force` has spans, the rule is left out at all other times.
    """

    tests: Sequence[Check] = ()
    attributes: Sequence[str] = ()
    headers: Sequence[str] = ()
    boundaries: Sequence[Instant] = ()
    checks: Sequence[Check] = ()
    in_force: Sequence[Between] = ()


class Work(NamedTuple):
    """The highest cost of a condition, in steps of about 10 ns per character.

    `text` counts per character of a text that patterns search, `query` per character of the query, and `request` per
    character of the whole request.
    """

    text: int = 0
    query: int = 0
    request: int = 0

    @classmethod
    def sum(cls, work: Iterable["Work"]) -> "Work":
        """Return the sum of several costs."""
        return cls(*map(sum, zip(cls(), *work, strict=True)))


class ConditionField(NamedTuple):
    """The field in which the start page asks for a condition: its label, its first value, and the choices if any."""

    label: str
    start: str
    choices: tuple[str, ...] = ()


class Condition(ABC):
    """A condition that a request must meet for a rule to match.

    `name` is its key in a file, `form` its type in the schema. `says` is its wording in the sentence about a rule, with
    braces in place of its value. The start page offers conditions with a `field`. A condition that `asks_session` is
    not part of the compiled lookup: it is checked when its rule is tried.
    """

    name: ClassVar[str]
    description: ClassVar[str]  # in the JSON Schema
    form: ClassVar[Any]
    says: ClassVar[str]
    field: ClassVar[ConditionField | None] = None

    @property
    def asks_session(self) -> bool:
        """Whether it depends on the state of the session."""
        return False

    @classmethod
    @abstractmethod
    def read(cls, value: Any) -> Self:
        """Return the condition for a value of the type `form`. Raises ValueError with a message for the user."""

    @classmethod
    def words(cls, written: Any, text_of: Callable[[Any], str]) -> str:
        """Return the words of the condition in a sentence about a rule. `written` is its value in the scenario."""
        return cls.says.format(text_of(written))

    @abstractmethod
    def matches(self, request: Facts, now: Instant) -> bool:
        """Return whether the condition holds for a request at a time."""

    @abstractmethod
    def explain(self, request: Facts, now: Instant, shown: Shown = UNMASKED) -> Iterator[str]:
        """Yield sentences that say why the condition does not hold, or nothing if it holds."""

    def reason(self, request: Facts, now: Instant) -> str | None:
        """Return the first sentence that says why the condition does not hold, or None if it holds."""
        return next(self.explain(request, now), None)

    @abstractmethod
    def covers(self, other: Self | None) -> bool:
        """Return True only if the condition holds for every request for which `other` holds.

        `other` is None if there is no such condition. If the answer is not certain, return False.
        """

    def patterns(self) -> Iterable[Pattern]:
        """Return the patterns of the condition."""
        return ()

    def leaves(self) -> Iterable["Condition"]:
        """Return the condition itself, or the conditions that it consists of."""
        return (self,)

    def with_per(self, per: Per) -> Self:  # noqa: ARG002  # for conditions that depend on the caller
        """Return the condition for a rule with this `per`."""
        return self

    def compiled(self) -> Compiled:
        """Return the form for the compiled lookup. By default, the condition is checked for each request."""
        return Compiled(checks=(self.matches,))

    def work(self) -> Work:
        """Return the highest cost of the condition."""
        return Work(text=sum(pattern.steps for pattern in self.patterns()))


ConditionsByKind: TypeAlias = Mapping[type[Condition], Condition]


def by_kind(conditions: Iterable[Condition]) -> ConditionsByKind:
    """Return conditions by their classes. A rule has at most one of each class in each of its parts."""
    return {type(condition): condition for condition in conditions}


def boundaries_of(spans: Iterable[Between]) -> list[Instant]:
    """Return the instants at which the spans begin or end."""
    return [instant for span in spans for instant in (span.start, span.end) if instant is not None]


def as_tuple(value: Any) -> tuple[Any, ...]:
    """Return a tuple unchanged, and any other value as a tuple of one."""
    return value if isinstance(value, tuple) else (value,)


def one_or_list(form: Any) -> Any:
    """Return the type of a single value or a non-empty list of values."""
    return form | Annotated[list[form], NOT_EMPTY]
