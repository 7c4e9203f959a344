"""Rules: when which faults befall which requests."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Literal, Protocol, TypeAlias

from mockgms.domain.hours import WeeklySpan
from mockgms.domain.instants import Instant
from mockgms.scenario.faults.context import Context

Per: TypeAlias = Literal["session", "phone", "api_key", "service"]


class Fault(Protocol):
    """Something that can go wrong."""

    async def apply(self, context: Context) -> None:
        """Let it go wrong. May raise a Refusal."""


class Searching(Protocol):
    """What finds a pattern in a text."""

    def search(self, text: str, /) -> object:
        """Something true when the text is as the pattern says."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text to compare with: `written` as in the file, a glob or, between slashes, a regular expression.

    `steps` is how long a comparison may take for each character of a text: the size of the program of a regular
    expression, or the length of a glob. It is 0 for texts and beginnings.
    """

    written: str
    regex: Searching = field(compare=False)
    steps: int = field(default=0, compare=False)

    @property
    def is_regex(self) -> bool:
        """Whether it is a regular expression."""
        return len(self.written) > 1 and self.written[0] == self.written[-1] == "/"


@dataclass(frozen=True, slots=True)
class Between:
    """A time from `start` (None: ever) up to, and without, `end` (None: for ever)."""

    start: Instant | None = None
    end: Instant | None = None


@dataclass(frozen=True, slots=True)
class Daily:
    """A time of every day, on the wall clock of the service's zone; an end at or before the start is the next day's."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class When:
    """The conditions of a rule: each that is given must hold; of several patterns, one."""

    operation: tuple[Pattern, ...] = ()
    version: tuple[Pattern, ...] = ()
    service: tuple[Pattern, ...] = ()
    phone: tuple[Pattern, ...] = ()
    api_key: tuple[Pattern, ...] = ()
    desired_time: tuple[WeeklySpan | Between, ...] = ()
    user_data: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)
    header: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)
    query: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)

    def patterns(self) -> Iterator[Pattern]:
        """Return the patterns of all conditions."""
        for patterns in (self.operation, self.version, self.service, self.phone, self.api_key):
            yield from patterns
        for named in (self.user_data, self.header, self.query):
            for patterns in named.values():
                yield from patterns


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Of the matches of one caller (`per`), the first `skip` and those after `times` firings fall through.

    `chance` is from 0 to 1. With the phase "after", the operation happens before the faults do. `written` is the rule
    as it was read.
    """

    name: str
    then: Sequence[Fault]
    when: When = When()
    per: Per = "session"
    skip: int = 0
    times: int | None = None
    chance: float = 1.0
    during: tuple[Between | Daily, ...] = ()
    phase: Literal["before", "after"] = "before"
    written: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
