"""The JavaScript module with the faults that the pages offer."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from generator.rows import example_of
from mockgms.domain.annotations import Look
from mockgms.scenario.courses import Fault, name_of
from mockgms.scenario.declarations import keys_of
from mockgms.scenario.faults.card import FaultPreset, card_of, initial
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.field_types import Field, MapOf, OneOf, PlainText, shown

MODULE: Final = "mockgms/ui/static/faults.js"
_HEAD: Final = """// The faults that can be armed: those with a button, then the others. Made by scripts/generate.

/** @type {import('./faultwords.js').Fault[]} */
export const FAULTS = """


def render_faults(kinds: Iterable[type[Fault]] = tuple(FAULTS.values())) -> str:
    """Return the module with these faults."""
    faults = [each for kind in kinds for each in _offers(kind)]
    faults.sort(key=lambda each: not each.get("hasButton"))
    return _HEAD + render_list(faults)


def render_list(items: Iterable[Mapping[str, Any]]) -> str:
    """Return the end of a JavaScript module that exports a list: one line for each item."""
    lines = "".join(f"  {json.dumps(each, ensure_ascii=False)},\n" for each in items)
    return f"[\n{lines}];\n"


def _offers(kind: type[Fault]) -> Iterator[dict[str, Any]]:
    """Yield what the page shows for each preset of a fault, and for the fault itself."""
    card, name = card_of(kind), name_of(kind)
    for each in (*card.presets, FaultPreset(name, card.label, str(kind.__doc__), card.status, {}, (), card.has_button)):
        yield given(
            id=each.id,
            fault=name,
            status=each.status,
            kind=card.kind,
            label=each.label,
            about=each.about.replace("`", ""),
            says=card.says,
            hasButton=each.has_button,
        ) | {"keys": [_key(key, each) for key in keys_of(kind).values() if _is_offered(key)]}


def _is_offered(key: Field) -> bool:
    """Return whether the page has a field for a key. For a map, it needs a `Look` that names one entry."""
    is_map = any(isinstance(each, MapOf) for each in key.type.alternatives)
    return not is_map or _look(key).entry is not None


def _look(key: Field) -> Look:
    return key.look or Look(is_rare=not key.is_required)


def _key(key: Field, preset: FaultPreset) -> Mapping[str, Any]:
    look = _look(key)
    default = "" if look.entry else _text(initial(key))
    start = look.start if look.start is not None else example_of(key.type) if key.is_required else default
    return given(
        name=key.key,
        label=look.label or key.key.replace("_", " "),
        start=preset.start.get(key.key, start),
        initial=default,
        choices=look.choices or choices_of(key),
        isRare=look.is_rare or key.key in preset.rare,
        isText=any(isinstance(each, PlainText) for each in key.type.alternatives) or look.entry is not None,
        entry=look.entry,
        insteadOf=look.instead_of,
        words=look.words,
    )


def choices_of(key: Field) -> list[str]:
    """Return the values of a key if there are only a few, otherwise an empty list."""
    meanings = [each.meanings for each in key.type.alternatives if isinstance(each, OneOf)]
    is_choice = len(meanings) == len(key.type.alternatives)
    return [shown(written) for each in meanings for _, written in each or {}] if is_choice else []


def _text(default: Any) -> str:
    return "" if default is None else shown(default)


def given(**values: Any) -> dict[str, Any]:
    """Return the values that are set. Empty texts are kept."""
    return {name: value for name, value in values.items() if value or value == ""}
