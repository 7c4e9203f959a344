"""The rules in a file: the keys of a rule, their types, and how they are read."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, defstruct, field

from mockgms.domain.instants import DAY, Duration
from mockgms.scenario.conditions import CONDITIONS, Condition, DuringCondition
from mockgms.scenario.declarations import record, tagged_record
from mockgms.scenario.document import parse_document
from mockgms.scenario.facts import Per
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.field_types import Reader, Value
from mockgms.scenario.mistakes import Place, ScenarioMistakes, Unknown
from mockgms.scenario.nodes import Node
from mockgms.scenario.rules import Fault, Rule
from mockgms.scenario.text_forms import Count, Made, ShareText, Text, parse_duration

_FOR: Final = "for"
LONGEST_RULE_NAME: Final = 100  # characters
_NAME: Final = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}"  # it is sent in a header
_LONGEST_ARMED: Final = 366 * DAY  # how long a rule may be armed


def _parse_name(text: str) -> str:
    if not re.fullmatch(_NAME, text):
        raise ValueError(f"{text!r} is not a name: 1 to 100 letters, digits, dots, dashes or underscores")
    return text


def _parse_lasting(text: str) -> Duration:
    lasting = parse_duration(text)
    if not 0 < lasting <= _LONGEST_ARMED:
        raise ValueError(f"{text!r} is not a duration of more than 0s and at most a year")
    return lasting


def _when(settings: Mapping[str, Any]) -> tuple[Condition, ...]:
    return tuple(kind.read(settings[kind.name]) for kind in CONDITIONS if kind.name in settings)


def _conditions() -> type[Struct]:
    """Return the struct of `when`, which has a key for each condition."""
    keys = [
        (kind.name, Annotated[kind.form | UnsetType, Meta(description=kind.description)], UNSET) for kind in CONDITIONS
    ]
    about = """The conditions on a request. All must hold; of several patterns, one must match.

    A pattern is a glob such as `+1555*` for the whole text, or a regular expression in slashes for any part of it.
    """
    return defstruct("Conditions", keys, forbid_unknown_fields=True, namespace={"__doc__": about}, module=__name__)


Conditions: Final = _conditions()

_NameText: TypeAlias = Annotated[
    str, Meta(pattern=f"^{_NAME}$", examples=["second-attempt-500"]), Text(_parse_name, "second-attempt", free=True)
]


class RuleSettings(Struct, forbid_unknown_fields=True):
    """A rule: faults, and the requests that they apply to."""

    name: Annotated[
        _NameText, Meta(description="Sent in the header X-Mockgms-Rule of every answer that the rule affected")
    ]
    then: Annotated[Any, Meta(description="A fault, or a list of faults that happen in this order")]
    when: Annotated[
        Annotated[Conditions, Made(_when)],  # type: ignore[valid-type]  # a computed type
        Meta(description="Conditions on the request; without them, every request matches"),
    ] = field(default_factory=Conditions)
    per: Annotated[
        Per,
        Meta(description="Whether `skip` and `times` count per session, phone, API key or service"),
    ] = "session"
    skip: Annotated[Count, Meta(description="Number of matches that pass before it fires")] = 0
    times: Annotated[Count | None, Meta(description="How often it fires; by default, without limit")] = None
    chance: Annotated[
        ShareText | Annotated[float, Meta(ge=0, le=1)],
        Meta(description="Share of the matches in which it fires, drawn with the seed"),
    ] = "100%"
    during: Annotated[DuringCondition.form | None, Meta(description=DuringCondition.description)] = None
    phase: Annotated[
        Literal["before", "after"],
        Meta(description="Whether the faults happen before the operation, or after it has taken effect"),
    ] = "before"


class Arming(Struct, forbid_unknown_fields=True, rename={"lasting": "for"}):
    """The keys of an armed rule in addition to those of a rule in a file."""

    lasting: Annotated[str, Meta(examples=["30s"]), Text(_parse_lasting, "30s")]


class PlacedRule(Struct, frozen=True):
    """A rule and the place where it begins."""

    rule: Rule
    place: Place


def read_rules(node: Node, reader: Reader) -> list[PlacedRule]:
    """Return the rules of a file, without mistaken ones."""
    if not isinstance(node.value, tuple):
        reader.refuse(node.place, "`rules` takes a list of rules, each of which begins with `- name: ...`")
        return []
    named: dict[str, Place] = {}
    read = [(_rule(item, reader, named), item.place) for item in node.value]
    return [PlacedRule(rule, place) for rule, place in read if rule is not None]


def parse_faults(text: str) -> tuple[Fault, ...]:
    """Parse faults from a separate text: the name of a fault, or YAML. Raises ValueError with a sentence."""
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
    """Parse a rule from a separate text, and return it with the duration of its key `for`, or None.

    Mistakes call the text `file`. Raises ScenarioMistakes.
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
    """Return a rule, or None if it is mistaken. `named` has the names of the previous rules."""
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
        reader.refuse(place, f"`{name}` is already the name of the rule in line {first.line}, column {first.column}")
    named[name] = place


def _made(settings: dict[str, Any], written: dict[str, Any]) -> Rule:
    during = settings.pop("during", None) or ()
    return Rule(**settings, during=during if isinstance(during, tuple) else (during,), written=written)


def read_faults(node: Node, reader: Reader) -> tuple[Fault, ...]:
    """Return one fault or a list of faults, without mistaken ones."""
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
        reader.refuse(node.place, "`fault` is missing: give the name of a fault, such as server_error")
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
