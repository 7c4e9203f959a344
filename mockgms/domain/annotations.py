"""Annotations: what a field says of its setting besides type and default.

Reading scenario files, the JSON Schema, the options of GMS and the reference tables are derived from them.
"""

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, TypeAlias

from mockgms.domain.instants import Duration, Instant


class Doc(str):
    """The meaning of a setting, in Markdown."""

    __slots__ = ()


class Key(str):
    """The key in a file, where it is not the name of the field."""

    __slots__ = ()


class Hidden:
    """No key of a file sets the field."""


class Inline:
    """The fields of this class are keys of the map around it."""


class Bounds(NamedTuple):
    """The least and the greatest number, or length of a text or list."""

    least: float | None = None
    most: float | None = None


class Form(str):
    """The form of the text that the field is written as: duration, instant, share or country."""

    __slots__ = ()


class Unit(int):
    """How much a plain number counts for."""

    __slots__ = ()


class Choice(NamedTuple):
    """The values that can be written, each with the value of the field that it stands for."""

    meanings: tuple[tuple[Any, Any], ...]

    @classmethod
    def of(cls, *values: Any) -> "Choice":
        """Make a choice of values that stand for themselves."""
        return cls(tuple((value, value) for value in values))


class Written(NamedTuple):
    """The type that a field is written as, where it is not the field's own.

    `read` changes what was read to what is merged with the parents' settings, `build` makes the field's value of that.
    `render` turns a value of the field into what is written.
    """

    hint: Any
    read: Callable[[Any], Any] | None = None
    build: Callable[[Any], Any] | None = None
    render: Callable[[Any], Any] | None = None


class Gms(NamedTuple):
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
