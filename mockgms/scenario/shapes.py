"""Shapes: what a type of the schema takes."""

from collections.abc import Callable, Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Meta, Struct, UnsetType

from mockgms.scenario.document import Node
from mockgms.scenario.texts import Made, Text, Unit

_LONGEST_SHOWN = 60  # characters


class Shape:
    """What a type of the schema takes: at most one struct, map of names, list and form of text, besides scalars."""

    def __init__(self, hint: Any) -> None:
        self.anything = False
        self.struct: type[Struct] | None = None
        self.make: Callable[[dict[str, Any]], Any] | None = None
        self.entries: Any = None
        self.items: Any = None
        self.least = 0
        self.most: int | None = None
        self.text: Text | None = None
        self._unit = 1
        self._quotable = False
        words: list[str] = []
        for kind, extras in members(hint):
            self._add(kind, extras)
            words += _words(kind, [extra for extra in extras if isinstance(extra, Meta)], self.text)
        self._words = _or(words)

    def _add(self, kind: Any, extras: tuple[Any, ...]) -> None:
        """Take one alternative in."""
        if kind is Any:
            self.anything = True
        elif get_origin(kind) in (list, dict):
            *_, inner = get_args(kind)
            if get_origin(kind) is list:
                self.items = inner
            else:
                self.entries = inner
            self.least = _first(extras, "min_length") or 0
            self.most = _first(extras, "max_length")
        elif isinstance(kind, type) and issubclass(kind, Struct):
            self.struct = kind
            self.make = next((extra.make for extra in extras if isinstance(extra, Made)), None)
        elif kind is str:
            self.text = next((extra for extra in extras if isinstance(extra, Text)), None)
            self._quotable = self.text is None or self.text.free
        self._unit = next((extra.times for extra in extras if isinstance(extra, Unit)), self._unit)

    def counted(self, value: Any) -> Any:
        """A scalar as it is kept: a number is one of units."""
        return value * self._unit if isinstance(value, int) and self._unit != 1 else value

    def refusal(self, name: str, node: Node) -> str:
        """The sentence that says what the key `name` takes instead of what is there."""
        return f"`{name}` takes {self._words}, not {self._shown(node)}"

    def _shown(self, node: Node) -> str:
        if isinstance(node.value, Mapping):
            return "a map"
        if isinstance(node.value, tuple):
            return "a list"
        if node.value is None:
            return "nothing"
        if isinstance(node.value, str):
            return repr(node.value) if len(node.value) <= _LONGEST_SHOWN else "a long text"
        shown = str(node.value).lower() if isinstance(node.value, bool) else str(node.value)
        return f"{shown}: put it in quotes" if self._quotable else shown


def members(hint: Any) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The alternatives of a type, each with all that is annotated to it."""
    if get_origin(hint) is Annotated:
        inner, *extras = get_args(hint)
        for kind, more in members(inner):
            yield kind, (*more, *extras)
    elif get_origin(hint) in (Union, UnionType):
        for alternative in get_args(hint):
            yield from members(alternative)
    elif hint is not UnsetType:
        yield hint, ()


def _first(extras: tuple[Any, ...], bound: str) -> int | None:
    found = (getattr(extra, bound) for extra in extras if isinstance(extra, Meta))
    return next((value for value in found if value is not None), None)


def _words(kind: Any, metas: list[Meta], text: Text | None) -> list[str]:
    """How one alternative is called in a mistake."""
    if get_origin(kind) is Literal:
        return [str(value) for value in get_args(kind)]
    if get_origin(kind) is list:
        return ["a list"]
    if kind is str:
        filled = " that is not empty" if any(meta.min_length for meta in metas) else ""
        return [f"text such as {text.example}" if text else f"text{filled}"]
    if kind in (int, float):
        return [("a whole number" if kind is int else "a number") + "".join(map(_bounds, metas))]
    return {bool: ["true", "false"], NoneType: []}.get(kind, ["a map"])


def _bounds(meta: Meta) -> str:
    if meta.ge is None:
        return ""
    return f" of at least {meta.ge}" if meta.le is None else f" from {meta.ge} to {meta.le}"


def _or(words: list[str]) -> str:
    *before, last = words
    return f"{', '.join(before)} or {last}" if before else last
