"""All faults by their names, and the form in which files write them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_type_hints

from msgspec import NODEFAULT, Struct, defstruct, field

from mockgms.scenario.faults.form import Written
from mockgms.scenario.rules import Fault
from mockgms.scenario.shapes import Shape
from mockgms.scenario.texts import Made, Unit

# The order in which messages and the schema list the faults; those of other modules come last.
_FIRST: Final = (
    "conflict",
    "throttle",
    "rate_limit",
    "server_error",
    "respond",
    "delay",
    "connection",
    "body",
    "rival",
)


def _kinds() -> Iterator[type[Fault]]:
    """The classes of this package that can be applied: each is a fault."""
    here = Path(__file__)
    others = sorted(file.stem for file in here.parent.glob("[!_]*.py") if file != here)
    for name in dict.fromkeys((*_FIRST, *others)):
        module = import_module(f"mockgms.scenario.faults.{name}")
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__ == module.__name__ and hasattr(kind, "apply"):
                yield kind


# Each class is a frozen dataclass: its fields are the fault's keys, its docstring their description.
FAULTS: Final[Mapping[str, type[Fault]]] = {
    re.sub(r"(?<=.)(?=[A-Z])", "_", kind.__name__).lower(): kind for kind in _kinds()
}


@cache
def fault_schema(name: str) -> Any:
    """The type of the schema for the map of a fault with all its keys; it is made to a fault when read."""
    kind = FAULTS[name]

    def make(settings: Mapping[str, Any]) -> Fault:
        return kind(**{key: value for key, value in settings.items() if key != "fault"})

    return Annotated[fault_struct(name), Made(make)]


@cache
def fault_struct(name: str) -> type[Struct]:
    """The struct of a fault's keys, with the defaults as they are written."""
    kind: Any = FAULTS[name]
    hints = get_type_hints(kind, include_extras=True)
    keys = [(key.name, *_key(key, hints[key.name])) for key in fields(kind)]
    return defstruct(
        name,
        [("fault", Literal[name]), *keys],
        forbid_unknown_fields=True,
        namespace={"__doc__": kind.__doc__},
        module=__name__,
    )


def _key(key: Field[Any], hint: Any) -> tuple[Any, Any]:
    """The written type of a key, and its default."""
    written = _written(hint)
    if key.default_factory is not MISSING:
        return written, field(default_factory=key.default_factory)
    if key.default is MISSING:
        return written, NODEFAULT
    text = Shape(written).text
    return written, text.render(key.default) if text is not None and key.default is not None else key.default


def _written(hint: Any) -> Any:
    """The type that a field has in a file."""
    extras = getattr(hint, "__metadata__", ())
    for extra in extras:
        if isinstance(extra, Written):
            rest = (each for each in extras if each is not extra)
            return Annotated[extra.hint, Unit(extra.unit), *rest]
    return hint
