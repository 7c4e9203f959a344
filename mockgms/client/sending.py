"""What a test writes, as it is sent: scenarios, times, rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from mockgms.regular_file import read_file

Json: TypeAlias = dict[str, Any]
Whole: TypeAlias = str | Path | Mapping[str, Any]
Moment: TypeAlias = str | datetime
Filter: TypeAlias = str | Mapping[str, Any]
Faults: TypeAlias = str | Mapping[str, Any] | Sequence[Mapping[str, Any]]

_LARGEST: Final = 1 << 20  # bytes: as many as the server takes
_SUFFIXES: Final = (".yaml", ".yml", ".json")


def written_scenario(scenario: Whole) -> str | Json:
    """A scenario as it is sent: its name, its text, or all of it. Raises OSError when its file cannot be read."""
    if isinstance(scenario, Mapping):
        return dict(scenario)
    if isinstance(scenario, Path) or scenario.endswith(_SUFFIXES):
        return read_file(Path(scenario), _LARGEST).decode()
    return scenario


def written_moment(moment: Moment) -> str:
    """A time as it is sent. Raises ValueError for a datetime without a zone."""
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.isoformat()


def written_rule(fault: Faults, settings: Json) -> Json:
    """The rule that lets a fault happen: one without a name gets that of its fault."""
    if isinstance(fault, Mapping) and "then" in fault:
        return {**fault, **settings}
    then = {"fault": fault} if isinstance(fault, str) else fault
    return {"name": _name(then), "then": then, **settings}


def written_filter(request: Filter) -> Json:
    """Which requests are meant; a text alone is their operation."""
    return {"operation": request} if isinstance(request, str) else dict(request)


def _name(then: Any) -> str:
    """What a rule is called after its faults, whatever was given as such: the server says what is wrong with it."""
    several = then if isinstance(then, Sequence) else [then]
    return "-".join(str(one["fault"]) for one in several if isinstance(one, Mapping) and "fault" in one) or "armed"
