"""Assembly: the parsed files of a scenario and its parents become a scenario."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import reduce
from pathlib import Path
from typing import Any, Final

from mockgms.domain.capacity import Capacity, SeatsAt
from mockgms.domain.hours import OfficeHours
from mockgms.domain.service import Booked, Lifecycle, NumberChecks, Preset, Service, Throttle
from mockgms.scenario.gms_options import THROTTLE_LIMITS, THROTTLE_TTLS
from mockgms.scenario.model import (
    Auth,
    Basic,
    ClockStart,
    EmptyAvailability,
    PastDesiredTime,
    Scenario,
    SlotConflictStatus,
)
from mockgms.scenario.parsed_file import ParsedFile, merged
from mockgms.scenario.rulebook import PlacedRule
from mockgms.scenario.unreachable_rules import hidden_rules, never_firing

_ANY: Final = "*"
_IN_QUEUE_CHECK: Final = {False: None, True: 2, "strict": 1}  # callbacks of one number that may wait
_SHARE: Final = 0.8
_DAYS: Final = 5


def assemble(
    name: str, parsed_files: Sequence[ParsedFile], files: Iterable[Path] = (), sources: Iterable[str] = ()
) -> Scenario:
    """Make a scenario of files without a mistake: its own file is the last, its parents come before.

    `files` are the paths that were read, `sources` their texts.
    """
    settings = _all(parsed.settings for parsed in parsed_files)
    sections = _all(parsed.services for parsed in parsed_files)
    common = sections.pop(_ANY, {})
    provisioned = settings.get("unknown_services") != "refuse"
    rules = _rules(reversed(parsed_files))
    hidden = hidden_rules(rules)
    scenario = Scenario(
        services={name: _service(name, merged(common, section)) for name, section in sections.items()},
        fallback=_service(_ANY, common) if provisioned else None,
        auth=_auth(settings.get("auth", {})),
        clock=ClockStart(**settings.get("clock", {})),
        slot_conflict_status=SlotConflictStatus(**settings.get("slot_conflict_status", {})),
        empty_availability=EmptyAvailability(**settings.get("empty_availability", {})),
        past_desired_time=PastDesiredTime(**settings.get("past_desired_time", {})),
        rules=tuple(placed.rule for placed in rules),
        hidden={name: placed.rule.name for name, placed in hidden.items()},
        warnings=tuple(warning for parsed in parsed_files for warning in parsed.warnings),
        **_picked(settings, {"description", "seed", "dialect", "cors", "local_time", "latency"}),
        name=name,
        files=tuple(files),
        sources=tuple(sources),
    )
    return replace(scenario, warnings=(*scenario.warnings, *never_firing(rules, hidden, scenario)))


def _rules(parsed_files: Iterable[ParsedFile]) -> list[PlacedRule]:
    """The rules of all files, the children's first: one takes the place of its parents' rules of the same name."""
    by_name: dict[str, PlacedRule] = {}
    for parsed in parsed_files:
        for placed in parsed.rules:
            by_name.setdefault(placed.rule.name, placed)
    return list(by_name.values())


def _all(settings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return reduce(merged, settings, {})


def _auth(settings: Mapping[str, Any]) -> Auth:
    basic = settings.get("basic")
    return Auth(
        api_keys=frozenset(settings.get("api_keys", ())),
        basic=Basic(**basic) if basic else None,
        **_picked(settings, {"missing"}),
    )


def _service(name: str, settings: Mapping[str, Any]) -> Service:
    """A service; what its settings leave out is the domain's default."""
    made: dict[str, Any] = _picked(settings, {field.name for field in fields(Service)})
    if "capacity" in settings:
        made["capacity"] = _capacity(settings["capacity"])
    if "in_queue_check" in settings:
        made["max_in_queue"] = _IN_QUEUE_CHECK[settings["in_queue_check"]]
    made["hours"] = _hours(settings)
    made["throttles"] = tuple(_throttles(settings.get("throttle", {})))
    made["numbers"] = NumberChecks(**settings.get("numbers", {}))
    made["lifecycle"] = Lifecycle(**settings.get("lifecycle", {}))
    made["booked"] = _booked(settings.get("booked"))
    made["slots"] = tuple(Preset(**slot) for slot in settings.get("slots", ()))
    return Service(**made | settings.get("wait", {}) | {"name": name})


def _capacity(seats: int | tuple[dict[str, Any], ...]) -> Capacity:
    if isinstance(seats, int):
        return Capacity(seats)
    return Capacity(0, tuple(SeatsAt(**span) for span in seats))


def _hours(settings: Mapping[str, Any]) -> OfficeHours:
    names = {"regular": "office_hours", "extra": "extra_hours", "holidays": "holidays"}
    return OfficeHours(**{part: settings[name] for part, name in names.items() if name in settings})


def _throttles(windows: Mapping[str, Mapping[str, Any]]) -> Iterable[Throttle]:
    """The windows of which any piece is set; the other piece is then GMS's default."""
    for number, limit, per in zip("12", THROTTLE_LIMITS, THROTTLE_TTLS, strict=True):
        pieces = {key: value for key, value in windows.get(number, {}).items() if value is not None}
        if pieces:
            yield Throttle(**{"limit": limit, "per": per} | pieces)


def _booked(settings: Mapping[str, Any] | None) -> Booked | None:
    return None if settings is None else Booked(**{"share": _SHARE, "days": _DAYS, **settings})


def _picked(settings: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: settings[name] for name in names if name in settings}
