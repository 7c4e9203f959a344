"""A document: the text of a scenario file as a tree in which every value has a place."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from mockgms.scenario.kept_document import find_kept
from mockgms.scenario.mistakes import Mistake, ScenarioMistakes
from mockgms.scenario.nodes import MapEntry

if TYPE_CHECKING:
    from mockgms.scenario.variables import Variables

DocumentKind: TypeAlias = Literal["scenario", "rule", "map"]

_FORMS: Final[Mapping[DocumentKind, str]] = {
    "scenario": "a scenario is a map of keys and values that begins with `description: ...`",
    "rule": "a rule is a map of keys and values that begins with `name: ...`",
    "map": "write a map of keys and values",
}


def parse_document(
    text: str | bytes,
    file: str,
    repeated: list[Mistake] | None = None,
    kind: DocumentKind = "scenario",
    variables: "Variables | None" = None,
) -> Mapping[str, MapEntry]:
    """Parse the text of a scenario, or of a part of one that `kind` names. Mistakes call the text `file`.

    A key that is set twice keeps its first value. This mistake is added to `repeated`, so that other mistakes can be
    found too. Without `repeated`, it is raised. `variables` are replaced by their values, unless they are None. Raises
    ScenarioMistakes.
    """
    duplicates: list[Mistake] = [] if repeated is None else repeated
    root = find_kept(text, file)
    if root is None:
        # 12 ms with PyYAML, which the default scenario does not need
        from mockgms.scenario.yaml_reader import read_yaml

        root = read_yaml(text, file, duplicates, variables)
    if root is None:
        raise ScenarioMistakes([Mistake(file, 1, 1, f"is empty: {_FORMS[kind]}")])
    if not isinstance(root.value, Mapping):
        from mockgms.scenario.yaml_mistakes import missing_space  # for mistakes only

        raise ScenarioMistakes([Mistake(*root.place, _FORMS[kind] + missing_space(root.value))])
    if repeated is None and duplicates:
        raise ScenarioMistakes(duplicates)
    return root.value
