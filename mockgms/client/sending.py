"""What a test writes, as it is sent: scenarios, times, rules."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from mockgms.client.source import file_of, read_text

Json: TypeAlias = dict[str, Any]
Whole: TypeAlias = str | Path | Mapping[str, Any]
Moment: TypeAlias = str | datetime
Filter: TypeAlias = str | Mapping[str, Any]
Faults: TypeAlias = str | Mapping[str, Any] | Sequence[Mapping[str, Any]]


def written_scenario(scenario: Whole) -> str | Json:
    """A scenario as it is sent: its name, its text, or all of it. Raises OSError or ValueError for a bad file."""
    if isinstance(scenario, Mapping):
        return dict(scenario)
    file = file_of(scenario)
    return str(scenario) if file is None else read_text(file)


def encoded(body: Json) -> bytes:
    """JSON as it is sent: in as few bytes as the server writes it, so that a snapshot stays as small as it was."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")  # the server says what is wrong with half a character


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
