"""A scenario: everything a session starts from, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mockgms.domain.instants import Instant
from mockgms.domain.service import Service
from mockgms.scenario.rules import Rule


@dataclass(frozen=True, slots=True)
class SlotConflictStatus:
    """The HTTP status of a full slot, per wire version (both bodies stay the same)."""

    v1: Literal[400, 429] = 400
    v3: Literal[400, 429] = 400


@dataclass(frozen=True, slots=True)
class EmptyAvailability:
    """What a period without a free slot is answered with: a refusal, or an empty list. v2 always answers the list."""

    v1: Literal["refuse", "empty"] = "refuse"
    v3: Literal["refuse", "empty"] = "empty"


@dataclass(frozen=True, slots=True)
class PastDesiredTime:
    """What becomes of a desired time that is over: a refusal, or a callback as soon as possible."""

    v1: Literal["refuse", "immediate"] = "refuse"
    v3: Literal["refuse", "immediate"] = "immediate"


@dataclass(frozen=True, slots=True)
class Basic:
    """The user and password that v1 takes by HTTP Basic authentication."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Auth:
    """Who may call: any of the keys, or (v1 only) the basic user. With neither, everybody may.

    `missing` is the status v3 answers a request without a key with.
    """

    api_keys: frozenset[str] = frozenset()
    basic: Basic | None = None
    missing: Literal[400, 401] = 400


@dataclass(frozen=True, slots=True)
class ClockStart:
    """Where a session's clock starts: `now` None is the wall clock's time."""

    now: Instant | None = None
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario, with its parents merged in. `fallback` is None where unknown services are refused.

    `rules` are in the order in which they are tried; `hidden` names, for each that an earlier one leaves nothing to
    match, the earlier one. `warnings` are lines about what its files say to no effect.
    `files` are those that it was read from, its own the first, and `sources` their texts; they do not count when two
    scenarios are compared.
    """

    name: str
    description: str
    services: Mapping[str, Service] = field(default_factory=dict)
    fallback: Service | None = field(default_factory=Service)
    seed: int = 0
    dialect: Literal["8.5.1", "8.5.2"] = "8.5.2"
    clock: ClockStart = ClockStart()
    latency: Literal["real", "virtual"] = "real"
    cors: bool = True
    auth: Auth = Auth()
    local_time: Literal["offset", "naive"] = "offset"
    slot_conflict_status: SlotConflictStatus = SlotConflictStatus()
    empty_availability: EmptyAvailability = EmptyAvailability()
    past_desired_time: PastDesiredTime = PastDesiredTime()
    rules: tuple[Rule, ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    files: tuple[Path, ...] = field(default=(), compare=False)
    sources: tuple[str, ...] = field(default=(), repr=False, compare=False)

    @property
    def is_furnished(self) -> bool:
        """Whether something is booked or closed in its listed services before their first use."""
        return any(service.is_furnished for service in self.services.values())
