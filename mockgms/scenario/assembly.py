"""Assembly of a scenario from its parsed file and those of its parents."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from mockgms.domain.service import Service
from mockgms.scenario.declarations import build
from mockgms.scenario.ineffective_rules import ineffective
from mockgms.scenario.model import Scenario
from mockgms.scenario.parsed_file import ParsedFile, merged
from mockgms.scenario.rulebook import PlacedRule
from mockgms.scenario.unreachable_rules import hidden_rules, without_effect

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
        hidden={name: placed.rule.name for name, placed in hidden.items()},
        inherited=_names(rules) - _names(parsed_files[-1].rules),
        warnings=tuple(warning for parsed in parsed_files for warning in parsed.warnings),
        files=tuple(files),
        sources=tuple(sources),
    )
    warnings = (*scenario.warnings, *without_effect(rules, hidden, scenario), *ineffective(rules, scenario))
    return replace(scenario, warnings=warnings)


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
