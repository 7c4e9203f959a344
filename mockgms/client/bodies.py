"""Bodies of requests to the admin API: scenarios, times, rules and filters."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from mockgms.client.source import file_of, read_text

Json: TypeAlias = dict[str, Any]
ScenarioSource: TypeAlias = str | Path | Mapping[str, Any]
Moment: TypeAlias = str | datetime
Filter: TypeAlias = str | Mapping[str, Any]
Faults: TypeAlias = str | Mapping[str, Any] | Sequence[Mapping[str, Any]]


def render_scenario(scenario: ScenarioSource) -> str | Json:
    """Return the name, the text or the dictionary of a scenario. Raises OSError or ValueError for a bad file."""
    if isinstance(scenario, Mapping):
        return dict(scenario)
    file = file_of(scenario)
    return str(scenario) if file is None else read_text(file)


def encode_json(body: Json) -> bytes:
    """Return JSON without spaces, as the server writes it, so that a snapshot does not grow."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")  # the server refuses half a character with a good message


def render_moment(moment: Moment) -> str:
    """Return a time as text. Raises ValueError for a datetime without a zone."""
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.isoformat()


def render_rule(fault: Faults, settings: Json) -> Json:
    """Return the rule of a fault; without a name, it is named after the fault."""
    if isinstance(fault, Mapping) and "then" in fault:
        return {**fault, **settings}
    then = {"fault": fault} if isinstance(fault, str) else fault
    return {"name": _name(then), "then": then, **settings}


def render_filter(request: Filter) -> Json:
    """Return a filter of requests as a dictionary; a text alone is their operation."""
    return {"operation": request} if isinstance(request, str) else dict(request)


def _name(then: Any) -> str:
    """Return the name of a rule after its faults. The faults may be wrong: the server checks them."""
    several = then if isinstance(then, Sequence) else [then]
    return "-".join(str(one["fault"]) for one in several if isinstance(one, Mapping) and "fault" in one) or "armed"
