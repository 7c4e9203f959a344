"""Reads YAML: the text of a document as a tree.

Scalars are those of the YAML 1.2 core schema only: `NO`, `on`, `12:30`, `2026-12-25` and `01-01` are text. JSON is
valid YAML too. Tags are refused. Merge keys and aliases are allowed while the tree stays small.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import yaml

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import shortened
from mockgms.scenario.mistakes import Mistake, Place, ScenarioMistakes
from mockgms.scenario.nodes import LARGEST, MapEntry, Node, ScalarValue
from mockgms.scenario.variables import Variables, protect, unprotect

MAX_VALUES: Final = 20_000  # an aliased value counts at each use
MAX_CHARACTERS: Final = 4 * LARGEST  # of all values, those of an aliased value at each use
MAX_DEPTH: Final = 20
_TAG: Final = "%TAG"
MAX_TAGS: Final = 1_000  # libyaml compares each directive with all others, and lets no other thread run meanwhile
_MERGE: Final = "<<"
_LONGEST_NUMBER: Final = 64  # characters

# If PyYAML was built with libyaml, use its parser: it is ten times as fast, and accepts tabs between JSON tokens.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_UNPRINTABLE = lazy_regex("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# JSON writes a character above U+FFFF as two escapes. YAML has no such pairs.
_TWO_ESCAPES = lazy_regex(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def read_yaml(text: str | bytes, file: str, repeated: list[Mistake], variables: Variables | None = None) -> Node | None:
    """Return the root of a document, or None if the text has no content. Mistakes call the text `file`.

    `variables` are replaced by their values, unless they are None. A key that is set twice keeps its first value, and
    is added to `repeated`. Raises ScenarioMistakes.
    """
    return _Reader(file, _readable(text, file), repeated, variables).read()


class _Reader:
    """Reads one document from the events of the YAML parser."""

    def __init__(self, file: str, text: str, repeated: list[Mistake], variables: Variables | None) -> None:
        self._file = file
        self._text = text
        self._repeated = repeated
        self._variables = variables
        protected = text if variables is None else protect(text)
        self._is_protected = protected is not text
        self._events: Iterator[Any] = iter(yaml.parse(protected, Loader=_LOADER))
        self._anchored: dict[str, tuple[Node, int, int]] = {}  # with the numbers of its values and characters
        self._values = 0
        self._characters = 0

    def read(self) -> Node | None:
        """Return the root of the document, or None if the text has no content."""
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        root = self._node(self._next(), 1)
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            raise _mistake(self._place(after), "is the start of a second document; a file holds one")
        return root

    def _next(self) -> Any:
        try:
            return next(self._events)
        except yaml.YAMLError as error:
            from mockgms.scenario.yaml_mistakes import explain_yaml_error  # for mistakes only

            line, column, message = explain_yaml_error(error, self._text)
            raise _mistake(Place(self._file, line, column), message) from None

    def _place(self, event: Any) -> Place:
        return Place(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _node(self, event: Any, depth: int) -> Node:
        """Return the value that begins with this event."""
        place = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), place)
        if event.tag is not None:
            raise _mistake(place, f"tags such as {shortened(event.tag)} are not supported: write the value without it")
        if depth > MAX_DEPTH:
            raise _mistake(place, f"is nested more than {MAX_DEPTH} levels deep")
        values, characters = self._values, self._characters
        self._count(1, 0, place)
        if isinstance(event, yaml.ScalarEvent):
            node = Node(self._scalar(event, place), place)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Node(self._items(depth), place)
        else:
            node = Node(self._entries(depth), place)
        if event.anchor is not None:
            self._anchored[event.anchor] = node, self._values - values, self._characters - characters
        return node

    def _items(self, depth: int) -> tuple[Node, ...]:
        items = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return tuple(items)

    def _entries(self, depth: int) -> dict[str, MapEntry]:
        entries: dict[str, MapEntry] = {}
        inherited: list[Mapping[str, MapEntry]] = []
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key, place = self._key(event), self._place(event)
            node = self._node(self._next(), depth + 1)
            if key == _MERGE and event.implicit[0]:
                inherited += self._merged(node)
            elif key in entries:
                message = f"`{shortened(str(key))}` is set twice: keep it here or in line {entries[key].place.line}"
                self._repeated.append(Mistake(*place, message))
            else:
                entries[key] = MapEntry(place, node)
        if not inherited:
            return entries
        merged: dict[str, MapEntry] = {}
        for each in reversed(inherited):
            merged |= each
        return merged | entries

    @staticmethod
    def _merged(node: Node) -> list[Mapping[str, MapEntry]]:
        """Return the maps that a merge key names: one, or a list of which the first has precedence."""
        nodes = node.value if isinstance(node.value, tuple) else (node,)
        maps = [each.value for each in nodes if isinstance(each.value, Mapping)]
        if len(maps) < len(nodes):
            raise _mistake(node.place, "`<<` takes a map, or a list of maps: write `<<: *anchor`")
        return maps

    def _scalar(self, event: Any, place: Place) -> ScalarValue:
        text = self._text_of(event, place)
        if self._variables is not None:
            try:
                text = self._variables.substitute(text)
            except ValueError as error:
                raise _mistake(place, str(error)) from None
        self._count(0, len(text), place)
        return _typed(text, place) if event.implicit[0] else text

    def _text_of(self, event: Any, place: Place) -> str:
        text: str = event.value
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise _mistake(place, "has an escape for a character that is not allowed, such as NUL")
        return unprotect(text) if self._is_protected else text

    def _key(self, event: Any) -> str:
        """Return a key as text, even if it looks like another type: a service may be called `1` or `no`."""
        if not isinstance(event, yaml.ScalarEvent) or event.tag is not None:
            raise _mistake(self._place(event), "a key is plain text, not a list, a map, an alias or a tag")
        key = self._text_of(event, self._place(event))
        self._count(0, len(key), self._place(event))
        return key

    def _alias(self, anchor: str, place: Place) -> Node:
        if anchor not in self._anchored:
            shown = shortened(anchor)
            message = "refers to no anchor that is complete before it; put a text that begins with * in quotes"
            raise _mistake(place, f'`*{shown}` {message}: "*{shown}"')
        node, values, characters = self._anchored[anchor]
        self._count(values, characters, place)
        return node

    def _count(self, values: int, characters: int, place: Place) -> None:
        self._values += values
        self._characters += characters
        if self._values > MAX_VALUES:
            raise _mistake(place, f"exceeds the limit of {MAX_VALUES} values in a scenario")
        if self._characters > MAX_CHARACTERS:
            raise _mistake(place, f"exceeds the limit of {MAX_CHARACTERS} characters in the values of a scenario")


def _readable(text: str | bytes, file: str) -> str:
    """Return the decoded text. Raises ScenarioMistakes for characters that YAML does not allow."""
    if len(text) > LARGEST:
        raise _mistake(Place(file, 1, 1), f"is larger than {LARGEST} bytes")
    text = (_decoded(text, file) if isinstance(text, bytes) else text).removeprefix("\ufeff")
    if unprintable := _UNPRINTABLE.search(text):
        message = f"the character U+{ord(unprintable[0]):04X} is not allowed in YAML"
        raise _mistake(_end_of(text[: unprintable.start()], file), message)
    if text.count(_TAG) > MAX_TAGS:
        raise _mistake(_end_of(text[: text.index(_TAG)], file), f"is one of more than {MAX_TAGS} {_TAG}: remove them")
    return _TWO_ESCAPES.sub(_join_escapes, text)


def _decoded(text: bytes, file: str) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        place = _end_of(text[: error.start].decode(), file)
        raise _mistake(place, f"is not UTF-8: byte {text[error.start]:#04x}") from None


def _join_escapes(pair: re.Match[str]) -> str:
    character = bytes.fromhex(pair[2] + pair[3]).decode("utf-16-be")
    return f"{pair[1]}\\U{ord(character):08x}"


def _end_of(before: str, file: str) -> Place:
    return Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _typed(text: str, place: Place) -> ScalarValue:
    """Return the value of a text without quotes."""
    for form, read in _SCALARS:
        if form.fullmatch(text):
            return _bounded(read(text), place) if len(text) <= _LONGEST_NUMBER else _too_large(place)
    return text


def _bounded(value: ScalarValue, place: Place) -> ScalarValue:
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return _too_large(place)
    return value


def _too_large(place: Place) -> ScalarValue:
    raise _mistake(place, "is too large a number; put it in quotes if it is text")


def _mistake(place: Place, message: str) -> ScenarioMistakes:
    return ScenarioMistakes([Mistake(*place, message)])


# The YAML 1.2 core schema.
_SCALARS: Final[tuple[tuple[re.Pattern[str], Callable[[str], ScalarValue]], ...]] = (
    (lazy_regex("(?:~|null|Null|NULL|)"), lambda _: None),
    (lazy_regex("true|True|TRUE"), lambda _: True),
    (lazy_regex("false|False|FALSE"), lambda _: False),
    (lazy_regex("[-+]?[0-9]+"), int),
    (lazy_regex("0o[0-7]+"), lambda text: int(text, 8)),
    (lazy_regex("0x[0-9a-fA-F]+"), lambda text: int(text, 16)),
    (lazy_regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"), float),
    (lazy_regex(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"), lambda text: float(text.replace(".", ""))),
)
