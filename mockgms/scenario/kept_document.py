"""The documents of the default scenario, kept as trees so that a plain start needs no YAML parser.

They are in `generated/default_scenario.json`, by their texts: a list of line, column and value for each node, and of
line, column and node for each entry of a map. Parsing the texts instead takes 15 ms, with the import of PyYAML.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from mockgms.scenario.mistakes import Place
from mockgms.scenario.nodes import MapEntry, Node

FILE: Final = Path(__file__).parents[1] / "generated" / "default_scenario.json"


def find_kept(text: str | bytes, file: str) -> Node | None:
    """Return the root of a document if its text is kept. Its places are in `file`."""
    tree = _trees().get(text)
    return None if tree is None else _node(tree, file)


def render_kept(roots: dict[bytes, Node]) -> bytes:
    """Return the content of the file that keeps these documents."""
    return msgspec.json.encode({text.decode(): _tree(root) for text, root in roots.items()}) + b"\n"


@cache
def _trees() -> dict[str | bytes, Any]:
    kept: dict[str, Any] = msgspec.json.decode(FILE.read_bytes())
    return {text.encode(): tree for text, tree in kept.items()}


def _node(tree: Any, file: str) -> Node:
    line, column, value = tree
    if isinstance(value, list):
        value = tuple(_node(item, file) for item in value)
    elif isinstance(value, dict):
        value = {
            key: MapEntry(Place(file, line, column), _node(node, file)) for key, (line, column, node) in value.items()
        }
    return Node(value, Place(file, line, column))


def _tree(node: Node) -> Any:
    value: Any = node.value
    if isinstance(value, tuple):
        value = [_tree(item) for item in value]
    elif isinstance(value, dict):
        value = {key: (entry.place.line, entry.place.column, _tree(entry.node)) for key, entry in value.items()}
    return node.place.line, node.place.column, value
