"""Field types: the values that a field of an annotated class accepts.

A type has one or more alternatives. Each can read a value, describe it as JSON Schema, and name it in messages.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING
from typing import Any, Final, NamedTuple

from msgspec import UNSET
from msgspec.structs import replace

from mockgms.domain.annotations import AllowedValues, Bounds, Gms, Look, WrittenAs
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import shortened
from mockgms.scenario.mistakes import Mistake, Place, Unknown, UnknownWord, any_of
from mockgms.scenario.nodes import MapEntry, Node
from mockgms.scenario.patterns import Pattern, PatternBudget, PatternText
from mockgms.scenario.text_forms import Text

Schema = dict[str, Any]

PLACE: Final = "#/$defs/{name}"  # where the JSON Schema of a class is
_LIKE_A_VARIABLE: Final = lazy_regex(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)(?::-[^}]*)?\}?")
_LONGEST_SHOWN: Final = 60  # characters


class Reader:
    """Reads values by their types, and collects the mistakes.

    A mistaken value reads as UNSET, or is left out.
    """

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self._budget = PatternBudget()

    def refuse(self, place: Place, message: str, unknown: Unknown | None = None) -> None:
        """Record a mistake. If it has an `unknown` word, the message will end with a suggestion."""
        self.mistakes.append(Mistake(*place, message, unknown))

    def refuse_value(self, place: Place, name: str, error: ValueError) -> None:
        """Record that the value of the key `name` cannot be read."""
        sentence, unknown = (error.sentence, error.unknown) if isinstance(error, UnknownWord) else (str(error), None)
        prefix = "" if sentence.startswith(f"`{name}` ") else f"`{name}`: "
        self.refuse(place, prefix + sentence, unknown)

    def text(self, name: str, text: str, form: Text, place: Place) -> Any:
        """Return the value of a text in this form, or UNSET."""
        if self._budget.is_exceeded and isinstance(form, PatternText):
            return UNSET  # it was reported once, and more patterns would take time
        try:
            value = form.parse(text)
            if isinstance(value, Pattern):
                self._budget.take(value)
        except ValueError as error:
            self.refuse_value(place, name, error)
            return UNSET
        return value


class Value(NamedTuple):
    """A value in a file, and the key it belongs to. With `is_entry`, it is an entry of the list at this key."""

    name: str
    node: Node
    reader: Reader
    is_entry: bool = False

    @property
    def raw(self) -> Any:
        """The value: a scalar, a tuple of nodes, or a map of entries."""
        return self.node.value

    def refuse(self, message: str) -> None:
        """Record a mistake at the place of the value."""
        self.reader.refuse(self.node.place, message)


class Alternative(ABC):
    """One way to write the value of a field. `inner` has the types of the values inside it."""

    words: tuple[str, ...] = ()  # its names in messages
    is_free_text = False  # True if almost any text is valid, so that a number only needs quotes
    form: Text | None = None  # the form of the text, or of the texts in the list
    meanings: Mapping[tuple[type, Any], Any] | None = None  # what each allowed value stands for
    inner: "tuple[FieldType, ...]" = ()

    @abstractmethod
    def accepts(self, raw: Any) -> bool:
        """Return whether this alternative reads a value. The value may still contain mistakes."""

    def read(self, value: Value) -> Any:
        """Return what a value stands for."""
        return value.raw

    @abstractmethod
    def schema(self) -> Schema:
        """Return the JSON Schema. For a class, it is a reference."""

    def written(self, value: Any) -> Any:
        """Return a value of the field as it is written in a file."""
        return value


class Scalar(Alternative):
    """A value that is used as it is written."""

    def __init__(self, words: Iterable[str], accepts: Callable[[Any], bool], schema: Schema) -> None:
        self.words, self._accepts, self._schema = tuple(words), accepts, schema

    def accepts(self, raw: Any) -> bool:
        """Return whether the value is allowed."""
        return self._accepts(raw)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return dict(self._schema)


class Anything(Scalar):
    """Any value. It reads as its node, for another reader."""

    def __init__(self) -> None:
        super().__init__((), lambda _: True, {})

    def read(self, value: Value) -> Any:
        """Return the node."""
        return value.node


class PlainText(Scalar):
    """Text with a minimum and maximum length."""

    is_free_text = True

    def __init__(self, bounds: Bounds) -> None:
        minimum = bounds.minimum or 0
        words = "text that is not empty" if minimum else "text"
        schema = {"type": "string", **_set(minLength=bounds.minimum or None, maxLength=bounds.maximum)}
        super().__init__([words], lambda raw: isinstance(raw, str) and len(raw) >= minimum, schema)


class FormedText(Alternative):
    """Text in a form such as a duration."""

    def __init__(self, form: Text) -> None:
        self.form: Text = form
        self.words = (f"text such as {form.example}",)
        self.is_free_text = form.free

    def accepts(self, raw: Any) -> bool:
        """Return whether the value is text."""
        return isinstance(raw, str)

    def read(self, value: Value) -> Any:
        """Return the value of the text."""
        return value.reader.text(value.name, value.raw, self.form, value.node.place)

    def schema(self) -> Schema:
        """Return the JSON Schema, with examples."""
        return {"type": "string", "examples": [self.form.example, *self.form.more_examples]}

    def written(self, value: Any) -> str:
        """Return the text for a value."""
        return self.form.render(value)


class Number(Alternative):
    """An integer or a float, with bounds and a unit."""

    def __init__(self, kind: type, bounds: Bounds, unit: int) -> None:
        self._kinds, self._bounds, self._unit = (kind, int), bounds, unit
        self.words = (("a whole number" if kind is int else "a number") + _within(bounds),)
        self._name = "integer" if kind is int else "number"

    def accepts(self, raw: Any) -> bool:
        """Return whether the value is a number within the bounds."""
        minimum, maximum = self._bounds.minimum, self._bounds.maximum
        return type(raw) in self._kinds and (minimum is None or raw >= minimum) and (maximum is None or raw <= maximum)

    def read(self, value: Value) -> Any:
        """Return the number multiplied by the unit."""
        return value.raw * self._unit

    def schema(self) -> Schema:
        """Return the JSON Schema, with the bounds."""
        return {"type": self._name, **_set(minimum=self._bounds.minimum, maximum=self._bounds.maximum)}


class OneOf(Alternative):
    """One of a few written values, each of which stands for a value of the field."""

    def __init__(self, choice: AllowedValues) -> None:
        # The type is part of the key, because True and 1 would be the same key.
        self.meanings: Mapping[tuple[type, Any], Any] = {
            (type(written), written): meaning for written, meaning in choice.meanings
        }
        self._values = [written for written, _ in choice.meanings]
        self.words = tuple(map(shown, self._values))

    def accepts(self, raw: Any) -> bool:
        """Return whether the value is one of them."""
        return isinstance(raw, str | int) and (type(raw), raw) in self.meanings

    def read(self, value: Value) -> Any:
        """Return what the written value stands for."""
        return self.meanings[type(value.raw), value.raw]

    def schema(self) -> Schema:
        """Return the JSON Schema, with the values."""
        return {"type": "boolean"} if self._values == [True, False] else {"enum": self._values}

    def written(self, value: Any) -> Any:
        """Return the written value for a value of the field."""
        return next(written for (_, written), meaning in self.meanings.items() if meaning == value)


class ListOf(Alternative):
    """A list with a minimum and maximum length. It reads as a tuple."""

    words = ("a list",)

    def __init__(self, item: "FieldType", bounds: Bounds) -> None:
        self._item, self._minimum, self._maximum = item, bounds.minimum or 0, bounds.maximum
        self.form, self.inner = item.form, (item,)

    def accepts(self, raw: Any) -> bool:
        """Return whether the value is a list."""
        return isinstance(raw, tuple)

    def read(self, value: Value) -> Any:
        """Return the items. Mistaken ones are left out."""
        name, _, reader, _ = value
        if len(value.raw) < self._minimum:
            value.refuse(f"`{name}` takes at least one entry")
        if self._maximum is not None and len(value.raw) > self._maximum:
            reader.refuse(value.raw[self._maximum].place, f"`{name}` takes at most {self._maximum} entries")
        read = [self._item.read(Value(name, item, reader, is_entry=True)) for item in value.raw]
        return tuple(item for item in read if item is not UNSET)

    def schema(self) -> Schema:
        """Return the JSON Schema, with the bounds."""
        return {
            "type": "array",
            "items": self._item.schema(),
            **_set(minItems=self._minimum or None, maxItems=self._maximum),
        }

    def written(self, value: Any) -> Any:
        """Return the items as a list."""
        return [self._item.written(item) for item in value]


class MapOf(Alternative):
    """A map of names to values of one type. If it `is_dotted`, dots in the names lead into nested data."""

    words = ("a map",)

    def __init__(self, name: "FieldType", value: "FieldType", bounds: Bounds, *, is_dotted: bool = False) -> None:
        self._name, self._value, self._minimum = name, value, bounds.minimum or 0
        self._is_dotted = is_dotted
        self.inner = (value,)

    def accepts(self, raw: Any) -> bool:
        """Return whether the value is a map."""
        return isinstance(raw, Mapping)

    def read(self, value: Value) -> Any:
        """Return the map. Mistaken values are left out."""
        name, _, reader, _ = value
        if len(value.raw) < self._minimum:
            value.refuse(f"`{name}` takes at least one entry")
        if "" in value.raw:
            reader.refuse(value.raw[""].place, f"a name in `{name}` is empty")
        read = {key: self._read_entry(key, entry.node, reader) for key, entry in value.raw.items()}
        return {key: each for key, each in read.items() if each is not UNSET}

    def _read_entry(self, key: str, node: Node, reader: Reader) -> Any:
        if self._is_dotted and isinstance(node.value, Mapping) and node.value:
            inner = f"{key}.{next(iter(node.value))}"
            reader.refuse(
                node.place, f"`{key}` takes no map: dots lead into nested data, write `{shortened(inner)}: ...`"
            )
            return UNSET
        return self._value.read(Value(key, node, reader))

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        names = {key: bound for key, bound in self._name.schema().items() if key != "type"}
        schema = {"type": "object", "additionalProperties": self._value.schema()}
        return schema | {"propertyNames": names} if names else schema


class Record(Alternative):
    """A map whose `keys` are the fields of a class.

    It reads as a dictionary of the keys that are set, so that dictionaries can be merged. With `make`, it reads as the
    result of `make` for this dictionary. A `tag` is an additional key whose value selects the class. `placed` is the
    argument of `make` for the place of the map.
    """

    words = ("a map",)

    def __init__(
        self,
        kind: type,
        keys: Mapping[str, "Field"],
        make: Callable[..., Any] | None = None,
        tag: str | None = None,
        placed: str | None = None,
    ) -> None:
        self.kind, self.keys, self._make, self._tag, self._placed = kind, keys, make, tag, placed
        self.required = [key for key, field in self.keys.items() if field.is_required]

    def accepts(self, raw: Any) -> bool:
        """Return whether the value is a map."""
        return isinstance(raw, Mapping)

    def read(self, value: Value) -> Any:
        """Return the dictionary, or with `make` the object if the map has no mistakes."""
        name, node, reader, _ = value
        before = len(reader.mistakes)
        settings = self.read_entries(value.raw, node.place, reader)
        if self._make is None:
            return settings
        try:
            placed = {} if self._placed is None else {self._placed: node.place}
            return self._make(settings, **placed) if len(reader.mistakes) == before else UNSET
        except ValueError as error:
            reader.refuse_value(node.place, name, error)
            return UNSET

    def read_entries(self, entries: Mapping[str, MapEntry], place: Place, reader: Reader) -> dict[str, Any]:
        """Return the values of the entries of a map. `place` is where the map begins."""
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
                self._refuse_key(key, entry, reader)
        return settings

    def _refuse_key(self, key: str, entry: MapEntry, reader: Reader) -> None:
        known = self.keys if self._tag is None else (self._tag, *self.keys)
        name, _, text = key.partition(":")
        if text and name in known and entry.node.value is None:
            message = f"a space is missing after the colon: write `{name}: {shortened(text)}`"
            reader.refuse(entry.place, message)
            return
        from mockgms.scenario.misplaced_keys import where_it_belongs  # for mistakes only; it knows all classes

        clause = where_it_belongs(key, self.kind)
        unknown = None if clause else Unknown(key, known, or_all=True)
        reader.refuse(entry.place, f"unknown key `{shortened(key)}`{clause}", unknown)

    def schema(self) -> Schema:
        """Return a reference to the JSON Schema of the class."""
        return {"$ref": PLACE.format(name=self.kind.__name__)}

    def written(self, value: Any) -> Any:
        """Return an object of the class as a map."""
        return {key: field.written(getattr(value, field.name)) for key, field in self.keys.items()}


class FieldType:
    """The type of a field. The first alternative that accepts a value reads it.

    `form` and `meanings` come from the first alternative. `record` is the alternative for a class, or None.
    """

    def __init__(self, alternatives: Iterable[Alternative]) -> None:
        self.alternatives = tuple(alternatives)
        first = self.alternatives[0]
        self.form, self.meanings = first.form, first.meanings
        self.record = next((each for each in self.alternatives if isinstance(each, Record)), None)
        self._words = tuple(word for each in self.alternatives for word in each.words)
        self._is_free_text = any(each.is_free_text for each in self.alternatives)

    def read(self, value: Value) -> Any:
        """Return the value, or record the mistake that no alternative accepts it."""
        for each in self.alternatives:
            if each.accepts(value.raw):
                return self._read_text(each, value) if isinstance(each, FormedText) else each.read(value)
        from mockgms.scenario.yaml_mistakes import missing_space  # for mistakes only

        written_as_key = missing_space(value.name) if value.raw is None else ""
        hint = missing_space(value.raw) or written_as_key or self._remedy(value.raw)
        subject = f"an entry of `{value.name}`" if value.is_entry else f"`{value.name}`"
        value.refuse(f"{subject} takes {any_of(self._words)}, not {self._refused(value.raw)}{hint}")
        return UNSET

    def _read_text(self, form: FormedText, value: Value) -> Any:
        """Return the value of a text. If it is wrong, the mistake also names the words that are allowed."""
        mistakes, before = value.reader.mistakes, len(value.reader.mistakes)
        read = form.read(value)
        words = [word for each in self.alternatives if isinstance(each, OneOf) for word in each.words]
        if len(mistakes) > before and words and mistakes[-1].unknown is None:
            mistakes[-1] = replace(mistakes[-1], message=f"{mistakes[-1].message}, nor {any_of(words)}")
        return read

    def _remedy(self, raw: Any) -> str:
        """Return a clause with the correct form of the value, or an empty text."""
        keys = "" if self.record is None else f" (keys of the map: {', '.join(self.record.keys)})"
        if raw is None and keys:
            return ": indent its keys below it"
        if not isinstance(raw, str) or len(raw) > _LONGEST_SHOWN:
            return keys if isinstance(raw, int | float) else ""
        if variable := _LIKE_A_VARIABLE.fullmatch(raw):
            return f": a variable is written in capitals and braces, ${{{variable[1].upper()}}}"
        if (
            raw.endswith("%")
            and raw[:-1].isdecimal()
            and any(each.accepts(int(raw[:-1])) for each in self.alternatives)
        ):
            return f": write {raw[:-1]}"
        if raw.isdecimal() and any(each.accepts(int(raw)) for each in self.alternatives):
            return ": write it without quotes"
        as_list = f": write it as a list, [{raw}]" if all(each.accepts(()) for each in self.alternatives) else ""
        return keys or as_list

    def _refused(self, raw: Any) -> str:
        """Return the name of a refused value for the message."""
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
        """Return a value as it is written: as a map or formed text if there is such an alternative."""
        if self.meanings is not None and value in self.meanings.values():
            return self.alternatives[0].written(value)
        if value is None:
            return None
        return (self.record or next((each for each in self.alternatives if each.form), self.alternatives[0])).written(
            value
        )


class Field(NamedTuple):
    """A field of a class and its annotations. The `default` of a required field is MISSING."""

    name: str
    key: str
    type: FieldType
    default: Any
    form: WrittenAs
    doc: str = ""
    options: tuple[Gms, ...] = ()
    look: Look | None = None

    @property
    def is_required(self) -> bool:
        """Whether the key must be set."""
        return self.default is MISSING

    def read(self, node: Node, reader: Reader) -> Any:
        """Return the value in the form in which it is merged with the parents' settings."""
        value = self.type.read(Value(self.key, node, reader))
        return value if self.form.read is None or value is UNSET else self.form.read(value)

    def written(self, value: Any) -> Any:
        """Return a value of the field as it is written in a file."""
        return self.type.written(value) if self.form.render is None else self.form.render(value)


def _within(bounds: Bounds) -> str:
    if bounds.minimum is None:
        return ""
    return f" of at least {bounds.minimum}" if bounds.maximum is None else f" from {bounds.minimum} to {bounds.maximum}"


def _set(**bounds: float | None) -> dict[str, float]:
    """Return the bounds that are not None."""
    return {name: bound for name, bound in bounds.items() if bound is not None}


def shown(value: Any) -> str:
    """Return a scalar as it is written in a file."""
    return str(value).lower() if isinstance(value, bool) else str(value)
