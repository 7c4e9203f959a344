"""Assembly: the parsed files of a scenario and its parents become a scenario."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any, Final

from mockgms.domain.service import Service
from mockgms.scenario.declarations import build
from mockgms.scenario.model import Scenario
from mockgms.scenario.parsed_file import ParsedFile, merged
from mockgms.scenario.rulebook import PlacedRule
from mockgms.scenario.unreachable_rules import hidden_rules, never_firing

_ANY: Final = "*"


def assemble(
    name: str, parsed_files: Sequence[ParsedFile], files: Iterable[Path] = (), sources: Iterable[str] = ()
) -> Scenario:
    """Make a scenario of files without a mistake: its own file is the last, its parents come before.

    `files` are the paths that were read, `sources` their texts.
    """
    settings = _all(parsed.settings for parsed in parsed_files)
    sections = _all(parsed.services for parsed in parsed_files)
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
        warnings=tuple(warning for parsed in parsed_files for warning in parsed.warnings),
        files=tuple(files),
        sources=tuple(sources),
    )
    return replace(scenario, warnings=(*scenario.warnings, *never_firing(rules, hidden, scenario)))


def _rules(parsed_files: Iterable[ParsedFile]) -> list[PlacedRule]:
    """The rules of all files, the children's first: one takes the place of its parents' rules of the same name."""
    by_name: dict[str, PlacedRule] = {}
    for parsed in parsed_files:
        for placed in parsed.rules:
            by_name.setdefault(placed.rule.name, placed)
    return list(by_name.values())


def _all(settings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return reduce(merged, settings, {})
