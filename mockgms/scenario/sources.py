"""Sources: the texts of a scenario's files. From them, the scenario can be restored where its files do not exist."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from mockgms.scenario.assembly import assemble
from mockgms.scenario.document import parse_document
from mockgms.scenario.mistakes import Mistake, ScenarioMistakes
from mockgms.scenario.model import Scenario
from mockgms.scenario.parsed_file import ParsedFile, read_parsed_file
from mockgms.scenario.variables import Variables

_LABEL: Final = "sources[{}]"


def assemble_sources(name: str, sources: Sequence[str]) -> Scenario:
    """Return the scenario with these texts: its own text first, then those of its parents.

    The `extends` keys in the texts are ignored. Raises ScenarioMistakes, which calls the texts `sources[0]` and so on.
    Warnings call the scenario's own text by its name.
    """
    parsed_files: list[ParsedFile] = []
    mistakes: list[Mistake] = []
    for index, text in enumerate(sources):
        label = _LABEL.format(index)
        try:
            parsed, found = read_parsed_file(parse_document(text, label, variables=Variables({})), label)
        except ScenarioMistakes as unread:
            mistakes += unread.mistakes
        else:
            parsed_files.append(parsed)
            mistakes += found
    if mistakes:
        raise ScenarioMistakes(mistakes)
    scenario = assemble(name, parsed_files[::-1], sources=sources)
    return replace(scenario, warnings=tuple(_named(warning, name) for warning in scenario.warnings))


def _named(warning: Mistake, name: str) -> Mistake:
    """Return a warning that calls the scenario's own text by its name, also where it names other places."""
    own = _LABEL.format(0)
    file = name if warning.file == own else warning.file
    return replace(warning, file=file, message=warning.message.replace(f"{own}:", f"{name}:"))
