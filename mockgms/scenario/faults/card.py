"""How a fault is shown to people: its sentence, and its button on the start page."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.scenario.courses import Fault, name_of
from mockgms.scenario.declarations import keys_of
from mockgms.scenario.field_types import Field, shown

EffectKind: TypeAlias = Literal["ok", "refused", "throttled", "failed", "lost"]

_OPTIONAL = lazy_regex(r"\[([^][]*)\]")
_KEY = lazy_regex(r"\{(\w+)\}")


class FaultPreset(Struct, frozen=True):
    """A fault with other first values. `start` has those of its keys, the keys in `rare` are behind a button."""

    id: str
    label: str
    about: str
    status: str
    start: Mapping[str, str]
    rare: tuple[str, ...] = ()
    has_button: bool = False


class Card(Struct, frozen=True):
    """How a fault is shown to people.

    `says` continues the sentence "Requests", with keys in braces. A part in brackets is left out if a key in it has no
    value. The page shows the `label`, what the client sees (`status`, a word or a number) and a colour for its `kind`.
    Faults with `has_button` come first, and each has a button.
    """

    says: str
    label: str
    status: str = "Fault"
    kind: EffectKind = "failed"
    has_button: bool = False
    presets: tuple[FaultPreset, ...] = ()


_MISSING: Final = Card("", "")


def card_of(kind: type[Fault]) -> Card:
    """Return the card of a fault, as the class declares it or with its name."""
    name = name_of(kind).replace("_", " ")
    card: Card = getattr(kind, "card", _MISSING)
    return Card(f"meet {name}", name.capitalize()) if card is _MISSING else card


def say(kind: type[Fault], written: Mapping[str, Any], text_of: Callable[[Any], str] = shown) -> str:
    """Return what happens to the requests. `written` has the keys of the fault as the scenario writes them."""
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
    """Return a template with the values of its keys. The page does the same (`faultwords.js`)."""
    whole = _OPTIONAL.sub(lambda part: part[1] if all(map(value_of, _KEY.findall(part[1]))) else "", template)
    return _KEY.sub(lambda key: value_of(key[1]), whole)
