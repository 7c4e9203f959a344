"""Reading a document by the schema: every value is checked, and every mistake gets its place."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import FieldInfo

from mockgms.scenario.document import MapEntry, Node
from mockgms.scenario.mistakes import Mistake, Place, Unknown, UnknownWord
from mockgms.scenario.patterns import Pattern, PatternBudget, PatternText
from mockgms.scenario.shapes import Shape
from mockgms.scenario.texts import Text


class Reader:
    """Reads values by the types of the schema and collects the mistakes. What is wrong reads as UNSET, or is left out.

    A struct reads as a dict of the keys that are set, or as what is made of that; a map of names as a dict, a list as a
    tuple. What may be anything reads as its node, for others to read on.
    """

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self._budget = PatternBudget()

    def refuse(self, place: Place, message: str, unknown: Unknown | None = None) -> None:
        """Note one mistake; what was meant by a word that is `unknown` is said at its end."""
        self.mistakes.append(Mistake(*place, message, unknown))

    def refuse_value(self, place: Place, name: str, error: ValueError) -> None:
        """Note that the value of the key `name` cannot be read."""
        if isinstance(error, UnknownWord):
            self.refuse(place, f"`{name}`: {error.sentence}", error.unknown)
        else:
            self.refuse(place, f"`{name}`: {error}")

    def struct(self, entries: Mapping[str, MapEntry], kind: type[Struct], place: Place) -> dict[str, Any]:
        """Read a map by a struct; `place` is where it begins."""
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        missing = [name for name, field in fields.items() if field.required and name not in entries]
        for name in missing:
            self.refuse(place, f"`{name}` is missing")
        read = {name: self._field(name, entry, fields) for name, entry in entries.items()}
        return {name: value for name, value in read.items() if value is not UNSET}

    def value(self, name: str, node: Node, hint: Any) -> Any:
        """Read one value by its type; `name` is the key it is the value of."""
        shape, value = Shape(hint), node.value
        if shape.anything:
            return node
        if isinstance(value, Mapping) and (shape.struct is not None or shape.entries is not None):
            return self._map(name, value, shape, node.place)
        if isinstance(value, tuple) and shape.items is not None:
            return self._items(name, value, shape, node.place)
        if isinstance(value, str) and shape.text is not None:
            return self._text(name, value, shape.text, node.place)
        try:
            return shape.counted(msgspec.convert(value, hint))
        except msgspec.ValidationError:
            self.refuse(node.place, shape.refusal(name, node))
            return UNSET

    def _field(self, name: str, entry: MapEntry, fields: Mapping[str, FieldInfo]) -> Any:
        if name not in fields:
            self.refuse(entry.place, f"unknown key `{name}`", Unknown(name, fields))
            return UNSET
        return self.value(name, entry.node, fields[name].type)

    def _map(self, name: str, entries: Mapping[str, MapEntry], shape: Shape, place: Place) -> Any:
        if shape.struct is None:
            return self._entries(name, entries, shape, place)
        before = len(self.mistakes)
        settings = self.struct(entries, shape.struct, place)
        if shape.make is None:
            return settings
        try:
            return shape.make(settings) if len(self.mistakes) == before else UNSET
        except ValueError as error:
            self.refuse_value(place, name, error)
            return UNSET

    def _entries(self, name: str, entries: Mapping[str, MapEntry], shape: Shape, place: Place) -> dict[str, Any]:
        self._check_length(name, len(entries), shape, place)
        if "" in entries:
            self.refuse(entries[""].place, f"a name in `{name}` is empty")
        read = {key: self.value(key, entry.node, shape.entries) for key, entry in entries.items()}
        return {key: value for key, value in read.items() if value is not UNSET}

    def _items(self, name: str, items: tuple[Node, ...], shape: Shape, place: Place) -> tuple[Any, ...]:
        self._check_length(name, len(items), shape, place)
        if shape.most is not None and len(items) > shape.most:
            self.refuse(items[shape.most].place, f"`{name}` takes at most {shape.most} entries")
        read = [self.value(name, item, shape.items) for item in items]
        return tuple(value for value in read if value is not UNSET)

    def _check_length(self, name: str, length: int, shape: Shape, place: Place) -> None:
        if length < shape.least:
            self.refuse(place, f"`{name}` takes at least one entry")

    def _text(self, name: str, text: str, form: Text, place: Place) -> Any:
        if self._budget.is_exceeded and isinstance(form, PatternText):
            return UNSET  # one mistake says so, and further ones would take their time
        try:
            value = form.parse(text)
            if isinstance(value, Pattern):
                self._budget.take(value)
        except ValueError as error:
            self.refuse_value(place, name, error)
            return UNSET
        return value
