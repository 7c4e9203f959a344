"""Annotations of settings: documentation, key in files, bounds, text form and GMS options.

The scenario reader, the JSON Schema, the GMS options and the reference tables are derived from them.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple, TypeAlias

from mockgms.domain.instants import Duration, Instant


class Doc(str):
    """The meaning of a setting, in Markdown."""

    __slots__ = ()


class Key(str):
    """The key in scenario files, if it differs from the name of the field."""

    __slots__ = ()


class Hidden:
    """Marks a field that scenario files cannot set."""


class Placed:
    """Marks a hidden field of a class in a list: it is the place where the object begins in the file."""


class Inline:
    """Marks a field whose own fields are written as keys of the surrounding map."""


class Dotted:
    """Marks a map in whose keys dots lead into nested data."""


class Bounds(NamedTuple):
    """The minimum and maximum of a number, or of the length of a text or list. None: no bound."""

    minimum: float | None = None
    maximum: float | None = None


class Form(str):
    """The name of the text form in which the field is written: duration, instant, share, rate or country."""

    __slots__ = ()


class Rate(NamedTuple):
    """A number of events in a period."""

    number: int
    per: Duration


class Unit(int):
    """The factor that a plain number is multiplied by."""

    __slots__ = ()


class AllowedValues(NamedTuple):
    """The allowed values: pairs of the value in the file and the value of the field."""

    meanings: tuple[tuple[Any, Any], ...]

    @classmethod
    def of(cls, *values: Any) -> "AllowedValues":
        """Return a choice in which both values of each pair are equal."""
        return cls(tuple((value, value) for value in values))


class WrittenAs(NamedTuple):
    """The type in which a field is written, if it differs from the field's own type.

    `read` converts the written value into a form that can be merged with the settings of parent scenarios. `build`
    converts the merged form into the value of the field. `render` converts the value of the field into the written one.
    """

    hint: Any
    read: Callable[[Any], Any] | None = None
    build: Callable[[Any], Any] | None = None
    render: Callable[[Any], Any] | None = None


class Look(NamedTuple):
    """How a key of a fault or a rule is shown to people.

    A page has a field with this `label`. It begins with `start`, or without it with the default, and offers `choices`
    if there are any. The field of a key that `is_rare` is behind a button. It sets the `entry` of a map. The keys of
    `instead_of` are left out when this one is set. In sentences, `words` replace the values in their keys; those of ""
    stand for a value that is not set. They may contain keys in braces. `says` is the wording of a rule's key in the
    sentence about the rule, with `{}` for the value.
    """

    label: str = ""
    start: str | None = None
    choices: tuple[str, ...] = ()
    is_rare: bool = False
    entry: str | None = None
    instead_of: tuple[str, ...] = ()
    words: Mapping[str, str] = {}
    says: str = ""

    def sentence(self, text: str) -> str:
        """Return the part of the sentence about a rule for this value. `text` is the value as text."""
        return self.says.replace("{}", self.words.get(text, text))


class Gms(NamedTuple):
    """A GMS option that sets the field.

    `form` names the text form of the option, if the type of the field does not imply it. A negative number stands for
    `negative`. A `numbered` option may end in a number and appends to a list. `path` leads to the part that is set.
    """

    name: str
    form: str | None = None
    numbered: bool = False
    negative: int | None = None
    path: tuple[str, ...] = ()


DurationText: TypeAlias = Annotated[Duration, Form("duration")]
InstantText: TypeAlias = Annotated[Instant, Form("instant")]
ShareText: TypeAlias = Annotated[float, Form("share")]
RateText: TypeAlias = Annotated[Rate, Form("rate")]
CountryText: TypeAlias = Annotated[str, Form("country")]
Count: TypeAlias = Annotated[int, Bounds(0)]
Filled: TypeAlias = Annotated[str, Bounds(1)]
