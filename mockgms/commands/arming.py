"""Rules and other mappings, as users write them in a shell for the admin API."""

from collections.abc import Iterable
from typing import Any

from mockgms.client.bodies import is_rule
from mockgms.client.source import file_of, read_text
from mockgms.domain.quoting import shortened
from mockgms.scenario.document import parse_document
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.rulebook import parse_armed_rule


def rule_to_arm(fault: str, name: str | None, when: Iterable[str], times: int | None) -> dict[str, Any]:
    """Return the rule to arm.

    `fault` is the name of a fault, its YAML, a whole rule as YAML, or a file with one. The other arguments are added
    to the rule. A condition is written `phone=+1555*`, `header.user-agent=*Android*`, or with a map in YAML,
    `slot={first_free: true}`. If a condition is repeated, one of its values must match. Raises ValueError, or OSError
    if the file cannot be read.
    """
    whole = (
        {"fault": fault}
        if fault.isidentifier()
        else written_mapping(fault, "the name of a fault, or YAML of a fault or a rule")
    )
    if is_rule(whole) and "name" in whole:
        _check_rule_file(fault)
    options = {"when": _conditions(when) or None, "times": times, "name": name}
    given = {key: value for key, value in options.items() if value is not None}
    return {**whole, **given} if is_rule(whole) else {"then": whole, **given}


def written_mapping(text: str, expected: str) -> dict[str, Any]:
    """Return the mapping in a text or a file, in YAML or JSON. `expected` describes it in errors.

    Raises ValueError, or OSError if the file cannot be read.
    """
    file = file_of(text)
    whole = text if file is None else read_text(file)
    try:
        return {key: entry.node.plain() for key, entry in parse_document(whole, text, kind="map").items()}
    except ScenarioMistakes as mistakes:
        first = mistakes.mistakes[0]
        raise ValueError(f"{shortened(text)} is not {expected}: {first.message if file is None else first}") from None


def _check_rule_file(text: str) -> None:
    """Check the rule in a file. The server gets only its JSON, so it cannot locate mistakes in the file.

    Raises ValueError with a line for each mistake.
    """
    file = file_of(text)
    if file is not None:
        try:
            parse_armed_rule(read_text(file), text)
        except ScenarioMistakes as mistakes:
            raise ValueError(f"the rule has mistakes\n{mistakes}") from None


def _conditions(when: Iterable[str]) -> dict[str, Any]:
    """Return the conditions in the form of a rule. Raises ValueError."""
    conditions: dict[str, Any] = {}
    forms: dict[str, str] = {}
    for each in when:
        where, equals, value = each.partition("=")
        name, dot, inner = where.partition(".")
        if not equals or not name or (dot and not inner):
            raise ValueError(f"--when {shortened(each)} is not a condition such as phone=+1555*")
        form = "part" if inner else "map" if value.startswith("{") else "text"
        if forms.setdefault(name, form) != form or (form == "map" and name in conditions):
            raise ValueError(f"--when {shortened(each)} and another {name} need one form: write both as one map")
        if form == "map":
            conditions[name] = written_mapping(value, "a map such as {callbacks: {at_least: 1}}")
        elif form == "part":
            conditions.setdefault(name, {}).setdefault(inner, []).append(value)
        else:
            conditions.setdefault(name, []).append(value)
    return conditions
