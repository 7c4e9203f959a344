"""The scenario: the checked state that a session starts from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Struct, field

from mockgms.domain.annotations import Bounds, Doc, Filled, Hidden, InstantText, Key, Written
from mockgms.domain.service import LONGEST_NAME, Service
from mockgms.scenario.rulebook import RuleSettings
from mockgms.scenario.rules import Rule


class SlotConflictStatus(Struct, frozen=True):
    """The status of a full slot, by wire version."""

    v1: Literal[400, 429] = 400
    v3: Literal[400, 429] = 400


class EmptyAvailability(Struct, frozen=True):
    """What a period without a free slot is answered with, by wire version."""

    v1: Literal["refuse", "empty"] = "refuse"
    v3: Literal["refuse", "empty"] = "empty"


class PastDesiredTime(Struct, frozen=True):
    """What becomes of a desired time that is over, by wire version."""

    v1: Literal["refuse", "immediate"] = "refuse"
    v3: Literal["refuse", "immediate"] = "immediate"


def _by_version(value: Any) -> Any:
    """Return a setting by version. A value that is not a map applies to both versions."""
    return value if isinstance(value, dict) else {"v1": value, "v3": value}


class Basic(Struct, frozen=True):
    """The user that v1 takes by HTTP Basic authentication."""

    username: Annotated[Filled, Doc("With `auth.basic`: the user that v1 takes by HTTP Basic authentication.")]
    password: Annotated[Filled, Doc("And the password.")]


class Auth(Struct, frozen=True):
    """Who may call: with any of the keys, or (v1 only) as the basic user. With neither, everybody may."""

    api_keys: Annotated[
        frozenset[str],
        Written(tuple[Filled, ...], build=frozenset),
        Doc("Keys, of which `x-api-key` (in v1 also `apikey`) must be one."),
    ] = frozenset()
    basic: Basic | None = None
    missing: Annotated[Literal[400, 401], Doc("Status of v3 without a key, 400 or 401.")] = 400


class ClockStart(Struct, frozen=True):
    """Where a session's clock starts."""

    now: Annotated[InstantText | None, Doc("The time at the start; without it, the time it is.")] = None
    frozen: Annotated[bool, Doc("The clock stands still until it is moved.")] = False


class Scenario(Struct, frozen=True, eq=False):
    """A scenario file, with its parents merged in."""

    name: Annotated[str, Hidden()]
    description: Annotated[Filled, Doc("What the scenario is for.")]
    services: Annotated[
        Mapping[str, Service],
        Written(Mapping[Annotated[str, Bounds(1, LONGEST_NAME)], Service | None]),
        Doc('Settings by service name. What one does not set comes from `"*"`, then from the defaults.'),
    ] = field(default_factory=dict)
    # The template for services that are not listed. If it is None, they are refused.
    fallback: Annotated[
        Service | None,
        Key("unknown_services"),
        Written(Literal["provision", "refuse"], render=lambda fallback: "provision" if fallback else "refuse"),
        Doc('A name not in `services` is made from `"*"`, or with `refuse` refused.'),
    ] = field(default_factory=Service)
    extends: Annotated[
        Filled | None,
        Doc(
            "A parent, by name or by path from this file. Maps are merged, anything else is replaced. At most 20 "
            "parents in a row."
        ),
    ] = None
    seed: Annotated[int, Doc("Of ids and generated customers: the same seed gives the same run.")] = 0
    dialect: Annotated[
        Literal["8.5.1", "8.5.2"],
        Doc("Of v1's refusals. `8.5.1` throttles with 503 instead of 429, in bodies without `code` and `phrase`."),
    ] = "8.5.2"
    clock: ClockStart = field(default_factory=ClockStart)
    latency: Annotated[
        Literal["real", "virtual"],
        Doc("Faults that take time really take it, or with `virtual` move the clock on and answer at once."),
    ] = "real"
    cors: Annotated[bool, Doc("`false` shows what a client does without CORS headers.")] = True
    auth: Auth = field(default_factory=Auth)
    local_time: Annotated[
        Literal["offset", "naive"], Doc("Whether v3's `localTime` carries its offset, or is `naive`.")
    ] = "offset"
    scheduled_answer: Annotated[
        Literal["id", "dialog"],
        Doc("What v1 answers to a start for a time: the `id` alone, or the `dialog` that an immediate one gets."),
    ] = "id"
    slot_conflict_status: Annotated[
        SlotConflictStatus,
        Written(Literal[400, 429] | SlotConflictStatus, read=_by_version),
        Doc("Status of a full slot, 400 or 429: one for both versions, or by `v1` and `v3`."),
    ] = field(default_factory=SlotConflictStatus)
    empty_availability: Annotated[
        EmptyAvailability,
        Written(Literal["refuse", "empty"] | EmptyAvailability, read=_by_version),
        Doc("A period without a free slot: a refusal, or an empty list. v2 always answers with the list."),
    ] = field(default_factory=EmptyAvailability)
    past_desired_time: Annotated[
        PastDesiredTime,
        Written(Literal["refuse", "immediate"] | PastDesiredTime, read=_by_version),
        Doc("A desired time that is over by more than `past_tolerance`: a refusal, or a callback as soon as possible."),
    ] = field(default_factory=PastDesiredTime)
    rules: Annotated[
        tuple[Rule, ...],
        Written(tuple[RuleSettings, ...]),
        Doc("What goes wrong, and when. The parent's come after; one of the same name is replaced."),
    ] = ()
    # Hidden rules: for each, the earlier rule that always answers first.
    hidden: Annotated[Mapping[str, str], Hidden()] = field(default_factory=dict)
    # Lines about settings and rules without effect.
    warnings: Annotated[tuple[str, ...], Hidden()] = ()
    # The files of the scenario and their texts, its own file first.
    files: Annotated[tuple[Path, ...], Hidden()] = ()
    sources: Annotated[tuple[str, ...], Hidden()] = ()

    def __eq__(self, other: object) -> bool:
        """Whether the other scenario says the same, from whichever files."""
        return isinstance(other, Scenario) and all(
            getattr(self, name) == getattr(other, name)
            for name in self.__struct_fields__
            if name not in ("extends", "files", "sources")
        )

    __hash__ = None  # type: ignore[assignment]  # services are in a mapping

    @property
    def is_prefilled(self) -> bool:
        """Whether some listed service starts with bookings or closed slots."""
        return any(service.is_prefilled for service in self.services.values())
