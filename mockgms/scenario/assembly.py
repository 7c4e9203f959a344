"""Assembly of a scenario from its parsed file and those of its parents."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from mockgms.domain.service import Service
from mockgms.scenario.declarations import build
from mockgms.scenario.ineffective_rules import warn_of_rules
from mockgms.scenario.mistakes import Mistake
from mockgms.scenario.model import Scenario
from mockgms.scenario.parsed_file import ParsedFile, merged
from mockgms.scenario.rulebook import PlacedRule
from mockgms.scenario.unreachable_rules import hidden_rules

_ANY: Final = "*"


def assemble(
    name: str, parsed_files: Sequence[ParsedFile], files: Iterable[Path] = (), sources: Iterable[str] = ()
) -> Scenario:
    """Assemble a scenario from parsed files without mistakes: parents first, the scenario's own file last.

    `files` are the paths that were read, `sources` their texts. Both are kept in the scenario.
    """
    settings = _merge_all(parsed.settings for parsed in parsed_files)
    settings["examples"] = parsed_files[-1].settings.get("examples", ())
    sections = _merge_all(parsed.services for parsed in parsed_files)
    common = sections.pop(_ANY, {})
    provisioned = settings.pop("unknown_services", "provision") == "provision"
    rules = _rules(reversed(parsed_files))
    hidden = hidden_rules(rules)
    scenario = build(
        Scenario,
        settings,
        name=name,
        services={name: build(Service, merged(common, section), name=name) for name, section in sections.items()},
        fallback=build(Service, common) if provisioned else None,
        rules=tuple(placed.rule for placed in rules),
        hidden={name: ", ".join(each.rule.name for each in earlier) for name, earlier in hidden.items()},
        inherited=_names(rules) - _names(parsed_files[-1].rules),
        files=tuple(files),
        sources=tuple(sources),
    )
    warnings = [*(warning for parsed in parsed_files for warning in parsed.warnings)]
    warnings += warn_of_rules(rules, hidden, scenario)
    return replace(scenario, warnings=tuple(_in_order(warnings, parsed_files)))


def _in_order(warnings: Iterable[Mistake], parsed_files: Sequence[ParsedFile]) -> list[Mistake]:
    """Return the warnings in the order of the lines: the scenario's own file first, then its parents."""
    order: dict[str, int] = {}
    for number, parsed in enumerate(reversed(parsed_files)):
        order |= dict.fromkeys((warning.file for warning in parsed.warnings), number)
        order |= dict.fromkeys((placed.place.file for placed in parsed.rules), number)
    return sorted(warnings, key=lambda warning: (order[warning.file], warning.line, warning.column))


def _rules(parsed_files: Iterable[ParsedFile]) -> list[PlacedRule]:
    """Return the rules of all files, in order. A rule replaces rules of the same name in later files."""
    by_name: dict[str, PlacedRule] = {}
    for parsed in parsed_files:
        for placed in parsed.rules:
            by_name.setdefault(placed.rule.name, placed)
    return list(by_name.values())


def _names(rules: Iterable[PlacedRule]) -> frozenset[str]:
    return frozenset(placed.rule.name for placed in rules)


def _merge_all(settings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return reduce(merged, settings, {})
