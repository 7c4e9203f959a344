"""How a fault is shown to people: its sentence, and its button on the start page."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.scenario.courses import Fault, name_of
from mockgms.scenario.declarations import keys_of
from mockgms.scenario.field_types import Field, shown

EffectKind: TypeAlias = Literal["ok", "refused", "throttled", "failed", "lost"]

_OPTIONAL = lazy_regex(r"\[([^][]*)\]")
_KEY = lazy_regex(r"\{(\w+)\}")


class FaultPreset(Struct, frozen=True):
    """A fault that the start page offers with other values.

    `start` has the first values of its keys. The keys in `rare` are hidden until a button is pressed.
    """

    id: str
    label: str
    about: str
    status: str
    start: Mapping[str, str]
    rare: tuple[str, ...] = ()
    has_button: bool = False


class Card(Struct, frozen=True):
    """How a fault is shown to people.

    `says` continues a sentence that begins with "Requests". A key in braces stands for its value. A part in brackets is
    left out if a key in it has no value. The start page shows the `label`, what the client gets (`status`, a word or a
    number) and a colour for the `kind`. Faults with `has_button` come first, and have a button each. `presets` are
    offered beside the fault.
    """

    says: str
    label: str
    status: str = "Fault"
    kind: EffectKind = "failed"
    has_button: bool = False
    presets: tuple[FaultPreset, ...] = ()


def card_of(kind: type[Fault]) -> Card:
    """Return the card that the class of a fault declares. By default, it is made from the name of the fault."""
    card: Card | None = getattr(kind, "card", None)
    name = name_of(kind).replace("_", " ")
    return Card(f"meet {name}", name.capitalize()) if card is None else card


def say(kind: type[Fault], written: Mapping[str, Any], text_of: Callable[[Any], str] = shown) -> str:
    """Return the sentence about a fault, without "Requests".

    Args:
        kind: The class of the fault.
        written: Its keys and values as the scenario writes them.
        text_of: Returns the text of a value.

    """
    keys = keys_of(kind)

    def value_of(key: str) -> str:
        field = keys[key]
        value = written.get(key, initial(field))
        text = "" if value is None else text_of(value)
        words = field.look.words if field.look else {}
        return _fill(words[text], value_of) if text in words else text

    return _fill(card_of(kind).says, value_of)


def initial(field: Field) -> Any:
    """Return the default of a key as it is written in a file; None if it has none."""
    return None if field.is_required else field.written(field.default)


def _fill(template: str, value_of: Callable[[str], str]) -> str:
    """Return a template with the values of its keys. `faultwords.js` does the same on the start page."""
    whole = _OPTIONAL.sub(lambda part: part[1] if all(map(value_of, _KEY.findall(part[1]))) else "", template)
    return _KEY.sub(lambda key: value_of(key[1]), whole)
