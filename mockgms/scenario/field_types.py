"""Field types: what a field of an annotated class takes.

Each alternative of a type reads a value, describes it as JSON Schema, and names it in mistakes.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING
from typing import Any, Final, NamedTuple

from msgspec import UNSET

from mockgms.domain.annotations import Bounds, Choice, Gms, Written
from mockgms.scenario.document import MapEntry, Node
from mockgms.scenario.mistakes import Mistake, Place, Unknown, UnknownWord
from mockgms.scenario.patterns import Pattern, PatternBudget, PatternText
from mockgms.scenario.text_forms import Text

Schema = dict[str, Any]

PLACE: Final = "#/$defs/{name}"  # of the JSON Schema of a class
_LONGEST_SHOWN: Final = 60  # characters


class Reader:
    """Reads values by annotated types, and collects the mistakes. A mistaken value reads as UNSET, or is left out."""

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

    def text(self, name: str, text: str, form: Text, place: Place) -> Any:
        """Read text of some form."""
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


class Value(NamedTuple):
    """One value of a file, with the key that it belongs to."""

    name: str
    node: Node
    reader: Reader

    @property
    def raw(self) -> Any:
        """A scalar, a tuple of nodes, or a map of entries."""
        return self.node.value

    def refuse(self, message: str) -> None:
        """Note a mistake at its place."""
        self.reader.refuse(self.node.place, message)


class Alternative(ABC):
    """One way to write the value of a field. `inner` are the types of what is in it."""

    words: tuple[str, ...] = ()  # what a mistake calls it
    is_free_text = False  # a number in its place only lacks quotes
    form: Text | None = None  # the form of its text, or of the texts in its list
    meanings: Mapping[tuple[type, Any], Any] | None = None  # of the values to choose from
    inner: "tuple[FieldType, ...]" = ()

    @abstractmethod
    def accepts(self, raw: Any) -> bool:
        """Return whether it reads a value; the value may still have mistakes in it."""

    def read(self, value: Value) -> Any:
        """Read a value."""
        return value.raw

    @abstractmethod
    def schema(self) -> Schema:
        """Return the JSON Schema; that of a class is a reference."""

    def written(self, value: Any) -> Any:
        """Return a value of the field as a file has it."""
        return value


class Scalar(Alternative):
    """A value that is kept as it is."""

    def __init__(self, words: Iterable[str], accepts: Callable[[Any], bool], schema: Schema) -> None:
        self.words, self._accepts, self._schema = tuple(words), accepts, schema

    def accepts(self, raw: Any) -> bool:
        """Return whether it is one of the values."""
        return self._accepts(raw)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return dict(self._schema)


class Anything(Scalar):
    """Any value; it reads as its node, which others read on."""

    def __init__(self) -> None:
        super().__init__((), lambda _: True, {})

    def read(self, value: Value) -> Any:
        """Return the node."""
        return value.node


class PlainText(Scalar):
    """Text with bounds of its length."""

    is_free_text = True

    def __init__(self, bounds: Bounds) -> None:
        least = bounds.least or 0
        words = "text that is not empty" if least else "text"
        schema = {"type": "string", **_set(minLength=bounds.least or None, maxLength=bounds.most)}
        super().__init__([words], lambda raw: isinstance(raw, str) and len(raw) >= least, schema)


class FormedText(Alternative):
    """Text of some form."""

    def __init__(self, form: Text) -> None:
        self.form: Text = form
        self.words = (f"text such as {form.example}",)
        self.is_free_text = form.free

    def accepts(self, raw: Any) -> bool:
        """Return whether it is text."""
        return isinstance(raw, str)

    def read(self, value: Value) -> Any:
        """Read it by the form."""
        return value.reader.text(value.name, value.raw, self.form, value.node.place)

    def schema(self) -> Schema:
        """Return the JSON Schema, with examples."""
        return {"type": "string", "examples": [self.form.example, *self.form.more_examples]}

    def written(self, value: Any) -> str:
        """Return a value as text of the form."""
        return self.form.render(value)


class Number(Alternative):
    """A number, whole or not, with bounds and a unit."""

    def __init__(self, kind: type, bounds: Bounds, unit: int) -> None:
        self._kinds, self._bounds, self._unit = (kind, int), bounds, unit
        self.words = (("a whole number" if kind is int else "a number") + _within(bounds),)
        self._name = "integer" if kind is int else "number"

    def accepts(self, raw: Any) -> bool:
        """Return whether it is such a number within the bounds."""
        least, most = self._bounds.least, self._bounds.most
        return type(raw) in self._kinds and (least is None or raw >= least) and (most is None or raw <= most)

    def read(self, value: Value) -> Any:
        """Return the number of units."""
        return value.raw * self._unit

    def schema(self) -> Schema:
        """Return the JSON Schema, with the bounds."""
        return {"type": self._name, **_set(minimum=self._bounds.least, maximum=self._bounds.most)}


class OneOf(Alternative):
    """One of some values, each of which stands for a value of the field."""

    def __init__(self, choice: Choice) -> None:
        # True and 1 are the same key of a dictionary.
        self.meanings: Mapping[tuple[type, Any], Any] = {
            (type(written), written): meaning for written, meaning in choice.meanings
        }
        self._values = [written for written, _ in choice.meanings]
        self.words = tuple(map(shown, self._values))

    def accepts(self, raw: Any) -> bool:
        """Return whether it is one of the values."""
        return isinstance(raw, str | int) and (type(raw), raw) in self.meanings

    def read(self, value: Value) -> Any:
        """Return what the value stands for."""
        return self.meanings[type(value.raw), value.raw]

    def schema(self) -> Schema:
        """Return the JSON Schema, with the values."""
        return {"type": "boolean"} if self._values == [True, False] else {"enum": self._values}

    def written(self, value: Any) -> Any:
        """Return the value that stands for this one."""
        return next(written for (_, written), meaning in self.meanings.items() if meaning == value)


class ListOf(Alternative):
    """A list with bounds of its length; it reads as a tuple."""

    words = ("a list",)

    def __init__(self, item: "FieldType", bounds: Bounds) -> None:
        self._item, self._least, self._most = item, bounds.least or 0, bounds.most
        self.form, self.inner = item.form, (item,)

    def accepts(self, raw: Any) -> bool:
        """Return whether it is a list."""
        return isinstance(raw, tuple)

    def read(self, value: Value) -> Any:
        """Read the items. Mistaken ones are left out."""
        name, _, reader = value
        if len(value.raw) < self._least:
            value.refuse(f"`{name}` takes at least one entry")
        if self._most is not None and len(value.raw) > self._most:
            reader.refuse(value.raw[self._most].place, f"`{name}` takes at most {self._most} entries")
        read = [self._item.read(Value(name, item, reader)) for item in value.raw]
        return tuple(item for item in read if item is not UNSET)

    def schema(self) -> Schema:
        """Return the JSON Schema, with the bounds."""
        return {
            "type": "array",
            "items": self._item.schema(),
            **_set(minItems=self._least or None, maxItems=self._most),
        }

    def written(self, value: Any) -> Any:
        """Return the items as a list."""
        return [self._item.written(item) for item in value]


class MapOf(Alternative):
    """A map of names to values of one type."""

    words = ("a map",)

    def __init__(self, name: "FieldType", value: "FieldType", bounds: Bounds) -> None:
        self._name, self._value, self._least = name, value, bounds.least or 0
        self.inner = (value,)

    def accepts(self, raw: Any) -> bool:
        """Return whether it is a map."""
        return isinstance(raw, Mapping)

    def read(self, value: Value) -> Any:
        """Read the values. Mistaken ones are left out."""
        name, _, reader = value
        if len(value.raw) < self._least:
            value.refuse(f"`{name}` takes at least one entry")
        if "" in value.raw:
            reader.refuse(value.raw[""].place, f"a name in `{name}` is empty")
        read = {key: self._value.read(Value(key, entry.node, reader)) for key, entry in value.raw.items()}
        return {key: each for key, each in read.items() if each is not UNSET}

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        names = {key: bound for key, bound in self._name.schema().items() if key != "type"}
        schema = {"type": "object", "additionalProperties": self._value.schema()}
        return schema | {"propertyNames": names} if names else schema


class Record(Alternative):
    """A map with the fields of a class as `keys`.

    It reads as a dictionary of the keys that are set, so that it can be merged. With `make` it reads as what is made of
    that. A `tag` is a key whose value says which class it is.
    """

    words = ("a map",)

    def __init__(
        self,
        kind: type,
        keys: Mapping[str, "Field"],
        make: Callable[[dict[str, Any]], Any] | None = None,
        tag: str | None = None,
    ) -> None:
        self.kind, self.keys, self._make, self._tag = kind, keys, make, tag
        self.required = [key for key, field in self.keys.items() if field.is_required]

    def accepts(self, raw: Any) -> bool:
        """Return whether it is a map."""
        return isinstance(raw, Mapping)

    def read(self, value: Value) -> Any:
        """Read a map, and make what is made of it unless it has a mistake."""
        name, node, reader = value
        before = len(reader.mistakes)
        settings = self.read_entries(value.raw, node.place, reader)
        if self._make is None:
            return settings
        try:
            return self._make(settings) if len(reader.mistakes) == before else UNSET
        except ValueError as error:
            reader.refuse_value(node.place, name, error)
            return UNSET

    def read_entries(self, entries: Mapping[str, MapEntry], place: Place, reader: Reader) -> dict[str, Any]:
        """Read the entries of a map that begins at `place`."""
        for key in self.required:
            if key not in entries:
                reader.refuse(place, f"`{key}` is missing")
        settings: dict[str, Any] = {}
        for key, entry in entries.items():
            if (field := self.keys.get(key)) is not None:
                value = field.read(entry.node, reader)
                if value is not UNSET:
                    settings[key] = value
            elif key != self._tag:
                known = self.keys if self._tag is None else (self._tag, *self.keys)
                reader.refuse(entry.place, f"unknown key `{key}`", Unknown(key, known))
        return settings

    def schema(self) -> Schema:
        """Return a reference to the JSON Schema of the class."""
        return {"$ref": PLACE.format(name=self.kind.__name__)}

    def written(self, value: Any) -> Any:
        """Return an object of the class as a map."""
        return {key: field.written(getattr(value, field.name)) for key, field in self.keys.items()}


class FieldType:
    """What a field takes: of several alternatives, the first that accepts a value reads it.

    `form` and `meanings` are those of the first, `record` is the one that reads a map by a class.
    """

    def __init__(self, alternatives: Iterable[Alternative]) -> None:
        self.alternatives = tuple(alternatives)
        first = self.alternatives[0]
        self.form, self.meanings = first.form, first.meanings
        self.record = next((each for each in self.alternatives if isinstance(each, Record)), None)
        self._words = tuple(word for each in self.alternatives for word in each.words)
        self._is_free_text = any(each.is_free_text for each in self.alternatives)

    def read(self, value: Value) -> Any:
        """Read a value, or note the mistake that no alternative accepts it."""
        for each in self.alternatives:
            if each.accepts(value.raw):
                return each.read(value)
        value.refuse(f"`{value.name}` takes {_or(self._words)}, not {self._refused(value.raw)}")
        return UNSET

    def _refused(self, raw: Any) -> str:
        """Return how a mistake names the value that is there."""
        if isinstance(raw, Mapping):
            return "a map"
        if isinstance(raw, tuple):
            return "a list"
        if raw is None:
            return "nothing"
        if isinstance(raw, str):
            return repr(raw) if len(raw) <= _LONGEST_SHOWN else "a long text"
        return f"{shown(raw)}: put it in quotes" if self._is_free_text else shown(raw)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        schemas = [each.schema() for each in self.alternatives]
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}

    def written(self, value: Any) -> Any:
        """Return a value as text of a form or as a map, if there is one."""
        if value is None and self.meanings is None:
            return None
        return (self.record or next((each for each in self.alternatives if each.form), self.alternatives[0])).written(
            value
        )


class Field(NamedTuple):
    """A field of a class, with what its annotations say. `default` is MISSING for a required one."""

    name: str
    key: str
    type: FieldType
    default: Any
    form: Written
    doc: str = ""
    options: tuple[Gms, ...] = ()

    @property
    def is_required(self) -> bool:
        """Whether a file must have its key."""
        return self.default is MISSING

    def read(self, node: Node, reader: Reader) -> Any:
        """Read its value, as it is merged with the parents' settings."""
        value = self.type.read(Value(self.key, node, reader))
        return value if self.form.read is None or value is UNSET else self.form.read(value)

    def written(self, value: Any) -> Any:
        """Return a value of the field as a file has it."""
        return self.type.written(value) if self.form.render is None else self.form.render(value)


def _within(bounds: Bounds) -> str:
    if bounds.least is None:
        return ""
    return f" of at least {bounds.least}" if bounds.most is None else f" from {bounds.least} to {bounds.most}"


def _set(**bounds: float | None) -> dict[str, float]:
    """The bounds that there are."""
    return {name: bound for name, bound in bounds.items() if bound is not None}


def shown(value: Any) -> str:
    """Return a scalar as a file has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _or(words: tuple[str, ...]) -> str:
    *before, last = words
    return f"{', '.join(before)} or {last}" if before else last
