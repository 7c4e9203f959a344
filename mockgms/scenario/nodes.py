"""The tree of a document, in which every value has a place."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from msgspec import Struct

from mockgms.scenario.mistakes import Place

LARGEST: Final = 1_048_576  # bytes of one file

ScalarValue: TypeAlias = str | int | float | bool | None


class Node(Struct, frozen=True):
    """A value and the place where it begins: a scalar, a list, or a map."""

    value: "ScalarValue | tuple[Node, ...] | Mapping[str, MapEntry]"
    place: Place

    def plain(self) -> Any:
        """Return the value without places."""
        if isinstance(self.value, tuple):
            return [item.plain() for item in self.value]
        if isinstance(self.value, Mapping):
            return {key: entry.node.plain() for key, entry in self.value.items()}
        return self.value


class MapEntry(Struct, frozen=True):
    """An entry of a map: the place where its key begins, and its value."""

    place: Place
    node: Node
