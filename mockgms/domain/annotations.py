"""Annotations: what a field says of its setting besides type and default.

Reading scenario files, the JSON Schema, the options of GMS and the reference tables are derived from them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from mockgms.domain.instants import Duration, Instant


@dataclass(frozen=True, slots=True)
class Doc:
    """The meaning of a setting, in Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """The key in a file, where it is not the name of the field."""

    name: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """No key of a file sets the field."""


@dataclass(frozen=True, slots=True)
class Inline:
    """The fields of this class are keys of the map around it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest number, or length of a text or list."""

    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The field is written as text of this form."""

    name: Literal["duration", "instant", "share", "country"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A plain number counts these: `times` is how much one of them is."""

    times: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The values that can be written, each with the value of the field that it stands for."""

    meanings: tuple[tuple[Any, Any], ...]

    @classmethod
    def of(cls, *values: Any) -> "Choice":
        """Make a choice of values that stand for themselves."""
        return cls(tuple((value, value) for value in values))


@dataclass(frozen=True, slots=True)
class Written:
    """The type that a field is written as, where it is not the field's own.

    `read` changes what was read to what is merged with the parents' settings, `build` makes the field's value of that.
    `render` turns a value of the field into what is written.
    """

    hint: Any
    read: Callable[[Any], Any] | None = None
    build: Callable[[Any], Any] | None = None
    render: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Gms:
    """An option of GMS that sets the field.

    `form` names how its text is read, where the type of the field does not say it. A negative number means `negative`.
    A `numbered` option may end in a number, and adds to a list. `path` leads to a part of the setting.
    """

    name: str
    form: str | None = None
    numbered: bool = False
    negative: int | None = None
    path: tuple[str, ...] = ()


DurationText: TypeAlias = Annotated[Duration, Form("duration")]
InstantText: TypeAlias = Annotated[Instant, Form("instant")]
ShareText: TypeAlias = Annotated[float, Form("share")]
CountryText: TypeAlias = Annotated[str, Form("country")]
Count: TypeAlias = Annotated[int, Bounds(0)]
Filled: TypeAlias = Annotated[str, Bounds(1)]
