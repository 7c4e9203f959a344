"""The rules in a file: the keys of a rule, their types, and how they are read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, defstruct, field

from mockgms.domain.annotations import Look
from mockgms.domain.instants import DAY, Duration
from mockgms.domain.quoting import quoted, shortened
from mockgms.scenario.condition import NOT_EMPTY, Condition, as_tuple, one_or_list
from mockgms.scenario.conditions import CONDITIONS, DuringCondition, UnlessCondition
from mockgms.scenario.courses import AtEnd, Choice, Fault, Faults, Steps
from mockgms.scenario.declarations import fault_record, keys_of, record
from mockgms.scenario.document import parse_document
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.server_error import ServerError
from mockgms.scenario.faults.until_over import UNTIL_OVER
from mockgms.scenario.field_types import Reader, Value, shown
from mockgms.scenario.mistakes import Mistake, Place, ScenarioMistakes, Unknown
from mockgms.scenario.nodes import MapEntry, Node
from mockgms.scenario.per_text import PerText
from mockgms.scenario.rules import Rule, ends_by_itself
from mockgms.scenario.session_conditions import SESSION_CONDITIONS, After, StateCondition
from mockgms.scenario.text_forms import Made, Text, WrittenCount, WrittenShare, parse_duration

_FOR: Final = "for"
LONGEST_RULE_NAME: Final = 100  # characters
_NAME: Final = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}"  # it is sent in a header
EFFECTS: Final = ("then", "sequence", "choose")
_MOST_EVENTS: Final = 1_000  # requests that `after` can count
_HIGHEST_WEIGHT: Final = 1_000_000_000  # weights near infinity have no sum
_CLIENT_ERRORS: Final = range(400, 500)
_LONGEST_ARMED: Final = 366 * DAY  # how long a rule may be armed


def _parse_name(text: str) -> str:
    if not re.fullmatch(_NAME, text):
        raise ValueError(f"{quoted(text)} is not a name: 1 to 100 letters, digits, dots, dashes or underscores")
    return text


def _parse_lasting(text: str) -> Duration:
    lasting = parse_duration(text)
    if not 0 < lasting <= _LONGEST_ARMED:
        raise ValueError(f"{quoted(text)} is not a duration of more than 0s and at most a year")
    return lasting


def _parse_statuses(text: str) -> range:
    if not re.fullmatch("[1-5]xx", text):
        raise ValueError(f"{quoted(text)} is not a status such as 409 or 4xx")
    return range(int(text[0]) * 100, int(text[0]) * 100 + 100)


def _when(settings: Mapping[str, Any]) -> tuple[Condition, ...]:
    return tuple(kind.read(settings[kind.name]) for kind in ALL_CONDITIONS if kind.name in settings)


def _unless(settings: Mapping[str, Any]) -> tuple[Condition, ...]:
    if not settings:
        raise ValueError("`unless` takes at least one condition")
    return _when(settings)


def _after(settings: Mapping[str, Any]) -> After:
    statuses = tuple(
        range(status, status + 1) if isinstance(status, int) else status
        for status in as_tuple(settings.get("status", ()))
    )
    return After(_when(settings), statuses, settings.get("count", 1), settings.get("within"))


# The keys of `when`.
ALL_CONDITIONS: Final = (*CONDITIONS, *SESSION_CONDITIONS)


def _conditions() -> type[Struct]:
    """Return the struct of `when`, which has a key for each condition."""
    keys = [
        (kind.name, Annotated[kind.form | UnsetType, Meta(description=kind.description)], UNSET)
        for kind in ALL_CONDITIONS
    ]
    about = """The conditions on a request. All must hold; of several patterns, one must match.

    A pattern is a glob such as `+1555*` for the whole text, or a regular expression in slashes for any part of it.
    """
    return defstruct("Conditions", keys, forbid_unknown_fields=True, namespace={"__doc__": about}, module=__name__)


Conditions: Final = _conditions()

_Lasting: TypeAlias = Annotated[str, Meta(examples=["10m", "30s"]), Text(_parse_lasting, "10m")]
_Statuses: TypeAlias = Annotated[str, Meta(examples=["4xx", "2xx"]), Text(_parse_statuses, "4xx")]
_Status: Final = Annotated[int, Meta(ge=100, le=599)] | _Statuses
_PHASES: Final = {"before": "before taking effect", "after": "after taking effect"}
_NO_FAULT: Final = "a fault is a name such as `throttle`, or a map such as `{fault: server_error, status: 503}`"
_FAULTS: Final = "A fault by its name or with its keys, or a list of faults that happen in this order"


def _after_settings() -> type[Struct]:
    """Return the struct of `after`: the conditions of `when`, and which of these requests count."""
    about = "Requests that must have been answered before: conditions as in `when`, statuses, how many, within a time."
    status: Any = Annotated[
        one_or_list(_Status) | UnsetType, Meta(description="Status of the answers, such as 409 or 4xx; by default any")
    ]
    count = Annotated[
        Annotated[int, Meta(ge=1, le=_MOST_EVENTS)],
        Meta(description="How many of these requests there must be, for the same caller of `per`"),
    ]
    within = Annotated[
        _Lasting | UnsetType, Meta(description="The time within which there must be as many; by default any time")
    ]
    keys = [("status", status, UNSET), ("count", count, 1), ("within", within, UNSET)]
    space = {"__doc__": about}
    return defstruct(
        "AfterSettings", keys, bases=(Conditions,), forbid_unknown_fields=True, namespace=space, module=__name__
    )


AfterSettings: Final = _after_settings()


class Weighted(Struct, forbid_unknown_fields=True):
    """An entry of `choose`."""

    weight: Annotated[
        Annotated[float, Meta(ge=0, le=_HIGHEST_WEIGHT)],
        Meta(description="How likely it is, in relation to the other weights"),
    ]
    then: Annotated[Any, Meta(description=_FAULTS)]


_NameText: TypeAlias = Annotated[
    str, Meta(pattern=f"^{_NAME}$", examples=["second-attempt-500"]), Text(_parse_name, "second-attempt", free=True)
]


class RuleSettings(Struct, forbid_unknown_fields=True, rename={"lasting": "for"}):
    """A rule: faults, and the requests that they apply to."""

    name: Annotated[
        _NameText, Meta(description="Sent in the header X-Mockgms-Rule of every answer that the rule affected")
    ]
    then: Annotated[Any, Meta(description=_FAULTS)] = UNSET
    sequence: Annotated[
        Any,
        Meta(description="Instead of `then`: what the 1st, 2nd, 3rd ... firing causes, each as in `then`"),
    ] = UNSET
    at_end: Annotated[
        AtEnd,
        Meta(
            description="What follows the last entry of `sequence`: the rule is over (`stop`), begins again (`repeat`)"
            " or stays at the last entry (`last`)"
        ),
    ] = "stop"
    choose: Annotated[
        Annotated[list[Weighted], NOT_EMPTY] | UnsetType,
        Meta(description="Instead of `then`: entries with weights, one of which is drawn with the seed"),
    ] = UNSET
    when: Annotated[
        Annotated[Conditions, Made(_when)],  # type: ignore[valid-type]  # a computed type
        Meta(description="Conditions on the request; without them, every request matches"),
    ] = field(default_factory=Conditions)
    unless: Annotated[
        Annotated[Conditions, Made(_unless)] | UnsetType,  # type: ignore[valid-type]  # a computed type
        Meta(description=UnlessCondition.description),
    ] = UNSET
    per: Annotated[
        PerText,
        Meta(
            description="Who is counted separately: the session, each phone, API key, service or slot, each value of a"
            " header, a name in the user data or a query parameter, or a list of these"
        ),
        Look(
            "counted for each",
            "phone",
            ("phone", "api_key", "service", "slot"),
            words={"phone": "number", "api_key": "key"},
            says="counted for each {}",
        ),
    ] = "session"
    skip: Annotated[
        WrittenCount,
        Meta(description="Number of matches that pass before it fires"),
        Look("skip the first", "1", words={"1": "one"}, says="after the first {}"),
    ] = 0
    every: Annotated[
        Annotated[int, Meta(ge=1)], Meta(description="It fires on each n-th match after those that it skips")
    ] = 1
    times: Annotated[WrittenCount | None, Meta(description="How often it fires; by default, without limit")] = None
    chance: Annotated[
        WrittenShare | Annotated[float, Meta(ge=0, le=1)],
        Meta(description="Share of the matches in which it fires, drawn with the seed"),
        Look("chance", "50%", says="in {} of the cases"),
    ] = "100%"
    during: Annotated[DuringCondition.form | None, Meta(description=DuringCondition.description)] = None
    after: Annotated[
        Annotated[AfterSettings, Made(_after)] | UnsetType,  # type: ignore[valid-type]  # a computed type
        Meta(description="It is in force only after these requests were answered"),
    ] = UNSET
    lasting: Annotated[
        _Lasting | UnsetType,
        Meta(
            description="How long it is in force, on the session's clock: for each caller from its first firing, or"
            " from the last request of `after`"
        ),
    ] = UNSET
    phase: Annotated[
        Literal["before", "after"],
        Meta(description="Whether the faults happen before the operation, or after it has taken effect"),
        Look("it happens", "after", words=_PHASES, says="{}"),
    ] = "before"


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
        message = mistakes.mistakes[0].message
        raise ValueError(f"it {message}" if message.startswith("is ") else message) from None
    reader = Reader()
    faults = read_faults(node, reader)
    if not reader.mistakes and any(map(_asks_for_end, faults)):
        raise ValueError("`retry_after: until_over` is for rules, which end")
    if reader.mistakes:
        raise ValueError("; ".join(mistake.message for mistake in ScenarioMistakes(reader.mistakes).mistakes))
    return faults


def parse_armed_rule(text: str | bytes, file: str, *, has_end: bool = False) -> tuple[Rule, Duration | None]:
    """Parse a rule from a separate text, and return it with the duration of its key `for`, or None.

    Mistakes call the text `file`. With `has_end`, the rule ends at a time that is not in the text. Raises
    ScenarioMistakes.
    """
    repeated: list[Mistake] = []
    return read_armed_rule(parse_document(text, file, repeated, "rule"), file, repeated, has_end=has_end)


def read_armed_rule(
    entries: Mapping[str, MapEntry], file: str, repeated: Iterable[Mistake], *, has_end: bool = False
) -> tuple[Rule, Duration | None]:
    """Return what `parse_armed_rule` returns, for a document with its `repeated` keys. Raises ScenarioMistakes."""
    reader = Reader()
    reader.mistakes.extend(repeated)
    rule = _rule(Node(entries, Place(file, 1, 1)), reader, {}, has_end=has_end)
    if rule is None or reader.mistakes:
        raise ScenarioMistakes(reader.mistakes)
    written = {key: value for key, value in rule.written.items() if key != _FOR}
    return replace(rule, lasting=None, written=written), rule.lasting


def _rule(node: Node, reader: Reader, named: dict[str, Place], *, has_end: bool = False) -> Rule | None:
    """Return a rule, or None if it is mistaken. `named` has the names of the previous rules.

    With `has_end`, the rule ends at a time that is not in the node.
    """
    if not isinstance(node.value, Mapping):
        reader.refuse(node.place, "a rule is a map that begins with `name: ...`")
        return None
    before = len(reader.mistakes)
    entries = node.value
    settings = record(RuleSettings).read_entries(_without_fault_keys(entries, reader), node.place, reader)
    if "name" in settings:
        _check_name(settings["name"], entries["name"].node.place, reader, named)
    _read_effect(node.place, entries, settings, reader)
    if len(reader.mistakes) > before:
        return None
    rule = _made(settings, node.plain())
    if any(map(_asks_for_end, rule.faults)) and not (has_end or _can_end(rule)):
        reader.refuse(
            node.place,
            "`retry_after: until_over` requires that the rule ends: by a `during` with an end, `for`, the `within`"
            " of `after`, or a `state` that it requires",
        )
    return rule


def _without_fault_keys(entries: Mapping[str, MapEntry], reader: Reader) -> Mapping[str, MapEntry]:
    """Return the entries of a rule. Refuse those whose key belongs to the fault in its `then`."""
    name = _name_of_fault(entries["then"].node) if "then" in entries else None
    if name is None:
        return entries
    known = record(RuleSettings).keys
    misplaced = {key: entry for key, entry in entries.items() if key not in known and key in keys_of(FAULTS[name])}
    for key, entry in misplaced.items():
        reader.refuse(entry.place, f"`{key}` is a key of the fault: write `then: {{fault: {name}, {key}: ...}}`")
    return {key: entry for key, entry in entries.items() if key not in misplaced}


def _name_of_fault(then: Node) -> str | None:
    """Return the name of the only fault of a rule, or None."""
    named = then.value["fault"].node if isinstance(then.value, Mapping) and "fault" in then.value else then
    return named.value if isinstance(named.value, str) and named.value in FAULTS else None


def _read_effect(place: Place, entries: Mapping[str, MapEntry], settings: dict[str, Any], reader: Reader) -> None:
    """Replace the nodes of `then`, `sequence` and `choose` by the faults and the course of a rule."""
    given = [key for key in EFFECTS if key in entries]
    if not given:
        reader.refuse(place, "`then` is missing: a rule takes `then`, `sequence` or `choose`")
    elif len(given) > 1:
        reader.refuse(entries[given[1]].place, f"a rule takes only one of {', '.join(f'`{key}`' for key in given)}")
    if "at_end" in entries and "sequence" not in given:
        reader.refuse(entries["at_end"].place, "`at_end` is about a `sequence`, which the rule does not have")
    at_end = settings.pop("at_end", "stop")
    written, chosen = settings.pop("sequence", None), settings.pop("choose", None)
    if "then" in settings:
        settings["then"] = read_faults(settings["then"], reader)
    if written is not None:
        settings |= {"then": (), "course": Steps(_read_sequence(written, reader), at_end)}
    if chosen is not None:
        settings |= {"then": (), "course": _read_choice(chosen, entries["choose"].node, reader)}


def _read_choice(chosen: Sequence[Weighted], node: Node, reader: Reader) -> Choice:
    weighted = [(read_faults(each.then, reader), float(each.weight)) for each in chosen]
    is_whole = isinstance(node.value, tuple) and 0 < len(chosen) == len(node.value)  # mistaken entries are left out
    if is_whole and not any(weight for _, weight in weighted):
        reader.refuse(node.place, "`choose` takes at least one entry with a weight over 0")
    return Choice(tuple(faults for faults, _ in weighted), tuple(weight for _, weight in weighted))


def _asks_for_end(fault: Fault) -> bool:
    return getattr(fault, "retry_after", None) == UNTIL_OVER


def _can_end(rule: Rule) -> bool:
    return ends_by_itself(rule) or any(isinstance(condition, StateCondition) for condition in rule.when)


def _read_sequence(node: Node, reader: Reader) -> tuple[Faults, ...]:
    if not isinstance(node.value, tuple) or not node.value:
        reader.refuse(node.place, "`sequence` takes a list of faults such as `[server_error, pass, throttle]`")
        return ()
    return tuple(read_faults(entry, reader) for entry in node.value)


def _check_name(name: str, place: Place, reader: Reader, named: dict[str, Place]) -> None:
    if name in named:
        first = named[name]
        reader.refuse(place, f"`{name}` is already the name of the rule in line {first.line}, column {first.column}")
    named[name] = place


def _made(settings: dict[str, Any], written: dict[str, Any]) -> Rule:
    per = settings.get("per", "session")
    for key in ("when", "unless"):
        settings[key] = tuple(condition.with_per(per) for condition in settings.get(key, ()))
    if (after := settings.get("after")) is not None:
        settings["after"] = replace(after, when=tuple(condition.with_per(per) for condition in after.when))
    settings["lasting"] = settings.pop(_FOR, None)
    settings["during"] = as_tuple(settings.get("during") or ())
    return Rule(**settings, written=written)


def read_faults(node: Node, reader: Reader) -> tuple[Fault, ...]:
    """Return one fault or a list of faults, without mistaken ones."""
    several = node.value if isinstance(node.value, tuple) else (node,)
    if not several:
        reader.refuse(node.place, "at least one fault is required")
    read = [_fault(one, reader) for one in several]
    return tuple(fault for fault in read if fault is not None)


def _fault(node: Node, reader: Reader) -> Fault | None:
    if isinstance(node.value, str):
        node = Node({"fault": MapEntry(node.place, node)}, node.place)
    if not isinstance(node.value, Mapping):
        reader.refuse(node.place, _NO_FAULT)
        return None
    if "fault" not in node.value:
        reader.refuse(node.place, f"`fault` is missing: {_remedy(node.value)}")
        return None
    named = node.value["fault"].node
    if not isinstance(named.value, str):
        reader.refuse(named.place, "`fault` takes the name of a fault, such as server_error")
        return None
    if named.value not in FAULTS:
        reader.refuse(named.place, f"unknown fault {quoted(named.value)}", Unknown(named.value, FAULTS, or_all=True))
        return None
    kind = FAULTS[named.value]
    if kind is ServerError and (status := _client_error(node.value)) is not None:
        reader.refuse(
            status.place, f"`server_error` has a status from 500: write `{{fault: error, status: {status.value}}}`"
        )
        return None
    read = fault_record(kind).read(Value(named.value, node, reader))
    return None if read is UNSET else read


def _remedy(entries: Mapping[str, MapEntry]) -> str:
    """Return how a fault without the key `fault` is written."""
    from mockgms.scenario.yaml_mistakes import missing_space  # for mistakes only

    hint = next(filter(None, map(missing_space, entries)), "")
    if hint:
        return hint.removeprefix("; ")
    name = next((key for key in entries if key in FAULTS), None)
    if name is None:
        return "give the name of a fault, such as server_error"
    value = entries[name].node.value
    keys = dict.fromkeys(value, "...") if isinstance(value, Mapping) else _only_key(name, value)
    written = ", ".join([f"fault: {name}", *(f"{key}: {each}" for key, each in keys.items())])
    return f"write `{{{written}}}`"


def _client_error(entries: Mapping[str, MapEntry]) -> Node | None:
    """Return the status of a fault if it is from 400 to 499, or None."""
    status = entries["status"].node if "status" in entries else None
    return status if status is not None and status.value in _CLIENT_ERRORS else None


def _only_key(name: str, value: Any) -> dict[str, str]:
    """Return the key of a fault that a single value is probably meant for, with the value: `{"by": "2s"}`."""
    keys = fault_record(FAULTS[name])
    key = next(iter([*keys.required, *keys.keys]), None)
    return {key: shortened(shown(value))} if key is not None and isinstance(value, str | int | float) else {}
