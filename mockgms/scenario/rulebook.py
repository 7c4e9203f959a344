"""The rules of a file, read: each with its place, and with the faults that it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from msgspec import UNSET

from mockgms.domain.instants import Duration
from mockgms.scenario.declarations import record, tagged_record
from mockgms.scenario.document import Node, parse_document
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.field_types import Reader, Value
from mockgms.scenario.mistakes import Place, ScenarioMistakes, Unknown
from mockgms.scenario.rule_schema import Arming, RuleSettings
from mockgms.scenario.rules import Fault, Rule

_FOR: Final = "for"


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule and where it begins."""

    rule: Rule
    place: Place


def read_rules(node: Node, reader: Reader) -> list[PlacedRule]:
    """Read the rules of a file; those that are mistaken are left out."""
    if not isinstance(node.value, tuple):
        reader.refuse(node.place, "`rules` takes a list of rules, each of which begins with `- name: ...`")
        return []
    named: dict[str, Place] = {}
    read = [(_rule(item, reader, named), item.place) for item in node.value]
    return [PlacedRule(rule, place) for rule, place in read if rule is not None]


def parse_faults(text: str) -> tuple[Fault, ...]:
    """Read faults from a text of their own: the name of one, or YAML. Raises ValueError, with a sentence."""
    written = f"{{fault: {text}}}" if text.isidentifier() else text
    try:
        node = parse_document(f"then: {written}", "")["then"].node
    except ScenarioMistakes as mistakes:
        raise ValueError(mistakes.mistakes[0].message) from None
    reader = Reader()
    faults = read_faults(node, reader)
    if reader.mistakes:
        raise ValueError("; ".join(mistake.message for mistake in ScenarioMistakes(reader.mistakes).mistakes))
    return faults


def parse_armed_rule(text: str | bytes, file: str) -> tuple[Rule, Duration | None]:
    """Read one rule from a text of its own, and how long it is armed `for`; `file` is what its mistakes call it.

    Raises ScenarioMistakes.
    """
    reader = Reader()
    entries = parse_document(text, file, reader.mistakes, "rule")
    lasting = entries.get(_FOR)
    read = {} if lasting is None else record(Arming).read_entries({_FOR: lasting}, lasting.place, reader)
    rule = _rule(Node({key: entry for key, entry in entries.items() if key != _FOR}, Place(file, 1, 1)), reader, {})
    if rule is None or reader.mistakes:
        raise ScenarioMistakes(reader.mistakes)
    return rule, read.get(_FOR)


def _rule(node: Node, reader: Reader, named: dict[str, Place]) -> Rule | None:
    """A rule, None when it is mistaken; `named` are the names of those before it."""
    if not isinstance(node.value, Mapping):
        reader.refuse(node.place, "a rule is a map that begins with `name: ...`")
        return None
    before = len(reader.mistakes)
    settings = record(RuleSettings).read_entries(node.value, node.place, reader)
    if "name" in settings:
        _check_name(settings["name"], node.value["name"].node.place, reader, named)
    if "then" in settings:
        settings["then"] = read_faults(settings["then"], reader)
    return _made(settings, node.plain()) if len(reader.mistakes) == before else None


def _check_name(name: str, place: Place, reader: Reader, named: dict[str, Place]) -> None:
    if name in named:
        first = named[name]
        reader.refuse(place, f"`{name}` is the name of another rule too, in line {first.line}, column {first.column}")
    named[name] = place


def _made(settings: dict[str, Any], written: dict[str, Any]) -> Rule:
    during = settings.pop("during", None) or ()
    return Rule(**settings, during=during if isinstance(during, tuple) else (during,), written=written)


def read_faults(node: Node, reader: Reader) -> tuple[Fault, ...]:
    """Read one fault or a list of them; those that are mistaken are left out."""
    several = node.value if isinstance(node.value, tuple) else (node,)
    if not several:
        reader.refuse(node.place, "`then` takes at least one fault")
    read = [_fault(one, reader) for one in several]
    return tuple(fault for fault in read if fault is not None)


def _fault(node: Node, reader: Reader) -> Fault | None:
    if not isinstance(node.value, Mapping):
        reader.refuse(node.place, "`then` takes a fault such as `{fault: server_error}`, or a list of faults")
        return None
    if "fault" not in node.value:
        reader.refuse(node.place, "`fault` is missing: the name of what happens, such as server_error")
        return None
    named = node.value["fault"].node
    if not isinstance(named.value, str):
        reader.refuse(named.place, "`fault` takes the name of a fault, such as server_error")
        return None
    if named.value not in FAULTS:
        reader.refuse(named.place, f"unknown fault {named.value!r}", Unknown(named.value, FAULTS, or_all=True))
        return None
    read = tagged_record(FAULTS[named.value], "fault").read(Value(named.value, node, reader))
    return None if read is UNSET else read
