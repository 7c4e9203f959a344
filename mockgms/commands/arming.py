"""What is written in a shell, for the admin API: rules to arm, and what is expected."""

from collections.abc import Iterable
from typing import Any

from mockgms.client.bodies import render_rule
from mockgms.client.source import file_of, read_text
from mockgms.scenario.document import parse_document
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.rulebook import parse_armed_rule


def rule_to_arm(fault: str, name: str | None, when: Iterable[str], times: int | None) -> dict[str, Any]:
    """A rule from the name of a fault, its YAML, or a whole rule as YAML or in a file; what else is given is set in it.

    A condition is `phone=+1555*`, or `header.user-agent=*Android*`; of one that is given twice, either may hold.
    Raises ValueError, or OSError when the file cannot be read.
    """
    whole = (
        {"fault": fault}
        if fault.isidentifier()
        else written_mapping(fault, "the name of a fault, or YAML of one or of a rule")
    )
    if "then" in whole and "name" in whole:
        _check_rule_file(fault)
    then = whole.pop("then", whole)
    render_exchange = {"when": _conditions(when) or None, "times": times, "name": name}
    settings = whole if then is not whole else {}
    return render_rule(then, settings | {key: value for key, value in render_exchange.items() if value is not None})


def written_mapping(text: str, what: str) -> dict[str, Any]:
    """The keys and values of a text in YAML or JSON, or of a file; a mistake says what it should be.

    Raises ValueError, or OSError when the file cannot be read.
    """
    file = file_of(text)
    whole = text if file is None else read_text(file)
    try:
        return {key: entry.node.plain() for key, entry in parse_document(whole, text, kind="map").items()}
    except ScenarioMistakes as mistakes:
        first = mistakes.mistakes[0]
        raise ValueError(f"{text} is not {what}: {first.message if file is None else first}") from None


def _check_rule_file(text: str) -> None:
    """Find mistakes here that the server cannot place, since it does not get the text of the file.

    Raises ValueError with a line for each mistake.
    """
    file = file_of(text)
    if file is not None:
        try:
            parse_armed_rule(read_text(file), text)
        except ScenarioMistakes as mistakes:
            raise ValueError(f"the rule has mistakes\n{mistakes}") from None


def _conditions(when: Iterable[str]) -> dict[str, Any]:
    conditions: dict[str, Any] = {}
    for each in when:
        where, equals, value = each.partition("=")
        if not equals:
            raise ValueError(f"--when {each}: is no condition such as phone=+1555*")
        name, _, inner = where.partition(".")
        values = conditions.setdefault(name, {}).setdefault(inner, []) if inner else conditions.setdefault(name, [])
        values.append(value)
    return conditions
