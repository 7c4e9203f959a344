"""All faults, by the names that scenario files use."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from mockgms.scenario.courses import Fault, name_of

# The order in which messages and the schema list the faults. Other modules come last.
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
    "blocks",
    "error",
    "set_state",
    "passing",
)


def _kinds() -> Iterator[type[Fault]]:
    """Yield the fault classes of this package, which are the classes that have `apply`."""
    here = Path(__file__)
    others = sorted(file.stem for file in here.parent.glob("[!_]*.py") if file != here)
    for name in dict.fromkeys((*_FIRST, *others)):
        module = import_module(f"mockgms.scenario.faults.{name}")
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__ == module.__name__ and hasattr(kind, "apply"):
                yield kind


# A fault is a frozen struct, because defining one takes 0.01 ms, and a dataclass 0.5 ms. It declares:
# - its keys, as annotated fields, and in `__post_init__` what no annotation can check: it raises ValueError;
# - its description, as its docstring;
# - how it is shown to people, as `card` and as the `Look` of its keys;
# - `refuses`, if it refuses requests itself, so that explanations name the rule as the reason;
# - `is_final`, if it decides the answer, so that faults after it have no effect;
# - `needs_service`, if it acts only on requests for a service;
# - `needs_time`, if it acts only on requests with a desired time or a period.
FAULTS: Final[Mapping[str, type[Fault]]] = {name_of(kind): kind for kind in _kinds()}


def can_stand_alone(name: str) -> bool:
    """Return whether a fault can be written as its name, because it needs no keys."""
    try:
        FAULTS[name]()
    except (TypeError, ValueError):
        return False
    return True
