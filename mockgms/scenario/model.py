"""The scenario: the checked state that a session starts from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Struct, field

from mockgms.domain.annotations import Bounds, Doc, Filled, Hidden, InstantText, Key, WrittenAs
from mockgms.domain.service import LONGEST_NAME, Service
from mockgms.scenario.examples import Example
from mockgms.scenario.mistakes import Mistake
from mockgms.scenario.rulebook import RuleSettings
from mockgms.scenario.rules import Rule


class SlotConflictStatus(Struct, frozen=True):
    """The status of a full slot, by wire version."""

    v1: Literal[400, 429] = 400
    v3: Literal[400, 429] = 400


class EmptyAvailability(Struct, frozen=True):
    """The answer for a period without a free slot, by wire version."""

    v1: Literal["refuse", "empty"] = "refuse"
    v3: Literal["refuse", "empty"] = "empty"


class PastDesiredTime(Struct, frozen=True):
    """What happens to a desired time in the past, by wire version."""

    v1: Literal["refuse", "immediate"] = "refuse"
    v3: Literal["refuse", "immediate"] = "immediate"


def _by_version(value: Any) -> Any:
    """Return a setting by version. A value that is not a map applies to both versions."""
    return value if isinstance(value, dict) else {"v1": value, "v3": value}


class Basic(Struct, frozen=True):
    """The user of HTTP Basic authentication, in v1 only."""

    username: Annotated[Filled, Doc("With `auth.basic`: the user name for HTTP Basic authentication in v1.")]
    password: Annotated[Filled, Doc("With `auth.basic`: the password of this user.")]


class Auth(Struct, frozen=True):
    """The accepted credentials: one of the keys, or (v1 only) the basic user. Without both, none are required."""

    api_keys: Annotated[
        frozenset[str],
        WrittenAs(tuple[Filled, ...], build=frozenset),
        Doc("Accepted API keys. A client sends one as `x-api-key`, in v1 also as `apikey`."),
    ] = frozenset()
    basic: Basic | None = None
    missing: Annotated[Literal[400, 401], Doc("v3 status for a request without a key: 400 or 401.")] = 400


class ClockStart(Struct, frozen=True):
    """Where a session's clock starts."""

    now: Annotated[InstantText | None, Doc("Time at which the clock starts; without it, the current time.")] = None
    frozen: Annotated[bool, Doc("Whether the clock is frozen at the start.")] = False


class Scenario(Struct, frozen=True, eq=False):
    """A scenario file, with its parents merged in."""

    name: Annotated[str, Hidden()]
    description: Annotated[Filled, Doc("What the scenario is for.")]
    services: Annotated[
        Mapping[str, Service],
        WrittenAs(Mapping[Annotated[str, Bounds(1, LONGEST_NAME)], Service | None]),
        Doc('Settings by service name. Unset ones come from the service `"*"`, then from the defaults.'),
    ] = field(default_factory=dict)
    # The template for services that are not listed. If it is None, they are refused.
    fallback: Annotated[
        Service | None,
        Key("unknown_services"),
        WrittenAs(Literal["provision", "refuse"], render=lambda fallback: "provision" if fallback else "refuse"),
        Doc('Whether a service that is not listed is created from `"*"`, or refused (`refuse`).'),
    ] = field(default_factory=Service)
    extends: Annotated[
        Filled | None,
        Doc(
            "Parent scenario, by name or by path from this file. Maps are merged, other values replaced. A chain has "
            "at most 20 parents."
        ),
    ] = None
    seed: Annotated[int, Doc("Seed of ids, chance and generated customers: the same seed gives the same run.")] = 0
    dialect: Annotated[
        Literal["8.5.1", "8.5.2"],
        Doc(
            "Version of GMS whose refusals v1 imitates. `8.5.1` throttles with 503 instead of 429, and its refusals "
            "have no `code` and `phrase`."
        ),
    ] = "8.5.2"
    clock: ClockStart = field(default_factory=ClockStart)
    latency: Annotated[
        Literal["real", "virtual"],
        Doc("Whether faults that take time really wait, or advance the clock and answer at once (`virtual`)."),
    ] = "real"
    cors: Annotated[bool, Doc("Whether answers have CORS headers.")] = True
    auth: Auth = field(default_factory=Auth)
    local_time: Annotated[
        Literal["offset", "naive"], Doc("Whether v3's `localTime` has an offset, or none (`naive`).")
    ] = "offset"
    scheduled_answer: Annotated[
        Literal["id", "dialog"],
        Doc("Answer of v1 to a scheduled start: the `id` alone, or the `dialog` of an immediate one."),
    ] = "id"
    slot_conflict_status: Annotated[
        SlotConflictStatus,
        WrittenAs(Literal[400, 429] | SlotConflictStatus, read=_by_version),
        Doc("Status for a full slot: 400 or 429, for both versions or by `v1` and `v3`."),
    ] = field(default_factory=SlotConflictStatus)
    empty_availability: Annotated[
        EmptyAvailability,
        WrittenAs(Literal["refuse", "empty"] | EmptyAvailability, read=_by_version),
        Doc("Whether a period without a free slot is refused, or answered with an empty list. v2 never refuses it."),
    ] = field(default_factory=EmptyAvailability)
    past_desired_time: Annotated[
        PastDesiredTime,
        WrittenAs(Literal["refuse", "immediate"] | PastDesiredTime, read=_by_version),
        Doc("Whether a desired time further in the past than `past_tolerance` is refused, or booked as immediate."),
    ] = field(default_factory=PastDesiredTime)
    rules: Annotated[
        tuple[Rule, ...],
        WrittenAs(tuple[RuleSettings, ...]),
        Doc("Rules, in the order in which they are tried. A parent's rules follow; one of the same name is replaced."),
    ] = ()
    examples: Annotated[
        tuple[Example, ...],
        Doc("Requests and their expected answers, for `mockgms try` and `check`. Those of a parent are left out."),
    ] = ()
    # Hidden rules: for each, the earlier rule that always answers first.
    hidden: Annotated[Mapping[str, str], Hidden()] = field(default_factory=dict)
    # The names of the rules that are written in a parent.
    inherited: Annotated[frozenset[str], Hidden()] = frozenset()
    # Warnings about settings and rules without effect.
    warnings: Annotated[tuple[Mistake, ...], Hidden()] = ()
    # The files of the scenario and their texts, its own file first.
    files: Annotated[tuple[Path, ...], Hidden()] = ()
    sources: Annotated[tuple[str, ...], Hidden()] = ()

    def __eq__(self, other: object) -> bool:
        """Whether the other scenario has the same content. Its files do not matter."""
        return isinstance(other, Scenario) and all(
            getattr(self, name) == getattr(other, name)
            for name in self.__struct_fields__
            if name not in ("extends", "files", "sources", "inherited")
        )

    def __ne__(self, other: object) -> bool:  # without it, Struct compares identities
        return not self == other

    __hash__ = None  # type: ignore[assignment]  # services are in a mapping

    @property
    def is_prefilled(self) -> bool:
        """Whether some listed service starts with bookings or closed slots."""
        return any(service.is_prefilled for service in self.services.values())
