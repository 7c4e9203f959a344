"""Bodies of requests to the admin API: scenarios, times, rules and filters."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from mockgms.client.files import scenario_files
from mockgms.client.source import file_of

__tracebackhide__ = True  # pytest shows the line of the test

_ACTIONS: Final = frozenset({"then", "sequence", "choose"})  # the keys of a rule that say what happens

Json: TypeAlias = dict[str, Any]
ScenarioSource: TypeAlias = str | Path | Mapping[str, Any]
Moment: TypeAlias = str | datetime
Span: TypeAlias = str | timedelta
WrittenFaults: TypeAlias = str | Mapping[str, Any] | Sequence[str | Mapping[str, Any]]


def render_scenario(
    scenario: ScenarioSource, variables: Mapping[str, object] | None = None, folder: Path | None = None
) -> str | Json:
    """Return a scenario as the server takes it: a name, text or dictionary unchanged, a file with its parents.

    Relative paths start from the folder if the file is there, otherwise from the current folder. Raises OSError or
    ValueError for a bad file, and TypeError for variables without a file.
    """
    file = file_of(scenario)
    if file is not None:
        if folder is not None and ((folder / file).exists() or not file.exists()):
            file = folder / file
        try:
            return dict(scenario_files(file, variables))
        except OSError as error:
            raise type(error)(error.errno, f"{error.strerror}{_similar(file)}", str(file)) from None
    if variables is not None:
        raise TypeError("variables are for the file of a scenario: this is a name, a text or a dictionary")
    return dict(scenario) if isinstance(scenario, Mapping) else str(scenario)


def _similar(file: Path) -> str:
    """Return a clause with the name of a similar file beside a file that does not exist, if there is one."""
    from difflib import get_close_matches  # 1 ms, for mistakes only

    if file.exists() or not file.parent.is_dir():
        return ""
    names = {each.stem: each.name for each in file.parent.iterdir() if file_of(each.name) is not None}
    return "".join(f", did you mean `{names[stem]}`?" for stem in get_close_matches(file.stem, names, 1))


def encode_json(body: Json) -> bytes:
    """Return JSON without spaces, as the server writes it, so that a snapshot does not grow.

    Values may be datetimes and timedeltas. Raises TypeError for other values that JSON does not have.
    """
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=_render_time)
    return text.encode("utf-8", "surrogatepass")  # the server refuses half a character with a good message


def segment(name: str) -> str:
    """Return a name or an id as a segment of a path. Raises TypeError if it is not text."""
    if not isinstance(name, str):
        raise TypeError(f"{name!r} is not a name or an id: give a text")
    return quote(name, safe="")


def render_moment(moment: Moment) -> str:
    """Return a time as text. Raises ValueError for a datetime without a zone, TypeError for anything else."""
    if isinstance(moment, str):
        return moment
    if not isinstance(moment, datetime):
        raise TypeError(f"{moment!r} is not a time: write a text such as '2026-03-02T08:55:00Z', or a datetime")
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone: add one, such as tzinfo=UTC")
    return moment.isoformat()


def render_span(span: Span) -> str:
    """Return a duration as text. Raises TypeError for a number, because it has no unit."""
    if isinstance(span, str):
        return span
    if isinstance(span, timedelta):
        return f"{round(span / timedelta(milliseconds=1))}ms"
    raise TypeError(f"{span!r} is not a duration: write a text such as '5m', or a timedelta")


def _render_time(value: object) -> str:
    """Return the text of a time or a duration inside a body, such as in the keys of a fault."""
    if isinstance(value, datetime):
        return render_moment(value)
    if isinstance(value, timedelta):
        return render_span(value)
    raise TypeError(f"{value!r} has no form in JSON")


def render_rule(fault: WrittenFaults, settings: Json) -> Json:
    """Return the rule for one fault, for several, or for a whole rule. By default, it is named after its faults."""
    if isinstance(fault, Mapping) and is_rule(fault):
        rule = {**fault, **settings}
    else:
        several = isinstance(fault, Sequence) and not isinstance(fault, str)
        rule = {"then": [_fault(one) for one in fault] if several else _fault(fault), **settings}
    return rule if "name" in rule else {"name": _name(rule.get("then")), **rule}


def is_rule(written: Mapping[str, Any]) -> bool:
    """Return whether this is a whole rule, and not a single fault."""
    return not _ACTIONS.isdisjoint(written)


def _fault(written: Any) -> Any:
    """Return a fault as a dictionary; a text is its name."""
    return {"fault": written} if isinstance(written, str) else written


def _name(then: Any) -> str:
    """Return the name of a rule after its faults. The faults may be wrong: the server checks them."""
    several = then if isinstance(then, Sequence) and not isinstance(then, str) else [then]
    named = [_fault(one) for one in several]
    return "-".join(str(one["fault"]) for one in named if isinstance(one, Mapping) and "fault" in one) or "armed"
