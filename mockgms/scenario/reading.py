"""Reading a document by the schema: every value is checked, and every mistake gets its place."""

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import UNSET, Meta, Struct
from msgspec.structs import FieldInfo

from mockgms.scenario.document import Entry, Node
from mockgms.scenario.mistakes import Mistake, Place, did_you_mean
from mockgms.scenario.schema import Text

_LONGEST_SHOWN = 60  # characters


class Reader:
    """Reads values by the types of the schema and collects the mistakes. What is wrong reads as UNSET, or is left out.

    A struct reads as a dict of the keys that are set; a list as a tuple.
    """

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def refuse(self, place: Place, message: str) -> None:
        """Note one mistake."""
        self.mistakes.append(Mistake(*place, message))

    def struct(self, entries: Mapping[str, Entry], kind: type[Struct], place: Place) -> dict[str, Any]:
        """Read a map by a struct; `place` is where it begins."""
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        missing = [name for name, field in fields.items() if field.required and name not in entries]
        for name in missing:
            self.refuse(place, f"`{name}` is missing")
        read = {name: self._field(name, entry, fields) for name, entry in entries.items()}
        return {name: value for name, value in read.items() if value is not UNSET}

    def value(self, name: str, node: Node, hint: Any) -> Any:
        """Read one value by its type; `name` is the key it is the value of."""
        shape = _Shape(hint)
        if isinstance(node.value, Mapping):
            if shape.struct is not None:
                return self.struct(node.value, shape.struct, node.place)
        elif isinstance(node.value, tuple):
            if shape.items is not None:
                return self._items(name, node.value, shape)
        elif isinstance(node.value, str) and shape.text is not None:
            return self._text(name, node.value, shape.text, node.place)
        else:
            try:
                return msgspec.convert(node.value, hint)
            except msgspec.ValidationError:
                pass
        self.refuse(node.place, f"`{name}` takes {shape.words}, not {_shown(node, shape)}")
        return UNSET

    def _field(self, name: str, entry: Entry, fields: Mapping[str, FieldInfo]) -> Any:
        if name not in fields:
            self.refuse(entry.place, f"unknown key `{name}`{did_you_mean(name, fields)}")
            return UNSET
        return self.value(name, entry.node, fields[name].type)

    def _items(self, name: str, items: tuple[Node, ...], shape: "_Shape") -> tuple[Any, ...]:
        if shape.most is not None and len(items) > shape.most:
            self.refuse(items[shape.most].place, f"`{name}` takes at most {shape.most} entries")
        read = [self.value(name, item, shape.items) for item in items]
        return tuple(value for value in read if value is not UNSET)

    def _text(self, name: str, text: str, form: Text, place: Place) -> Any:
        try:
            return form.parse(text)
        except ValueError as error:
            self.refuse(place, f"`{name}`: {error}")
            return UNSET


class _Shape:
    """What a type of the schema takes: at most one struct, one list, one form of text, and scalars."""

    def __init__(self, hint: Any) -> None:
        self.struct: type[Struct] | None = None
        self.items: Any = None
        self.most: int | None = None
        self.text: Text | None = None
        self.quotable = False
        words: list[str] = []
        for kind, extras in _members(hint):
            metas = [extra for extra in extras if isinstance(extra, Meta)]
            if get_origin(kind) is list:
                (self.items,) = get_args(kind)
                self.most = next((meta.max_length for meta in metas if meta.max_length is not None), None)
            elif isinstance(kind, type) and issubclass(kind, Struct):
                self.struct = kind
            elif kind is str:
                self.text = next((extra for extra in extras if isinstance(extra, Text)), None)
                self.quotable = True
            words += _words(kind, metas, self.text)
        self.words = _or(words)


def _members(hint: Any) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The alternatives of a type, each with all that is annotated to it."""
    if get_origin(hint) is Annotated:
        inner, *extras = get_args(hint)
        for kind, more in _members(inner):
            yield kind, (*more, *extras)
    elif get_origin(hint) in (Union, UnionType):
        for alternative in get_args(hint):
            yield from _members(alternative)
    else:
        yield hint, ()


def _words(kind: Any, metas: list[Meta], text: Text | None) -> list[str]:
    """How one alternative is called in a mistake."""
    if get_origin(kind) is Literal:
        return [str(value) for value in get_args(kind)]
    if get_origin(kind) is list:
        return ["a list"]
    if kind is str:
        return [f"text such as {text.example}" if text else "text that is not empty"]
    if kind is int:
        return ["a whole number" + "".join(map(_bounds, metas))]
    return {bool: ["true", "false"], NoneType: []}.get(kind, ["a map"])


def _bounds(meta: Meta) -> str:
    if meta.ge is None:
        return ""
    return f" of at least {meta.ge}" if meta.le is None else f" from {meta.ge} to {meta.le}"


def _or(words: list[str]) -> str:
    *before, last = words
    return f"{', '.join(before)} or {last}" if before else last


def _shown(node: Node, shape: _Shape) -> str:
    """What is there instead of what was expected."""
    if isinstance(node.value, Mapping):
        return "a map"
    if isinstance(node.value, tuple):
        return "a list"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, str):
        return repr(node.value) if len(node.value) <= _LONGEST_SHOWN else "a long text"
    shown = str(node.value).lower() if isinstance(node.value, bool) else str(node.value)
    return f"{shown}: put it in quotes" if shape.quotable and shape.text is None else shown
