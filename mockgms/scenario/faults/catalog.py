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


# Each class is a frozen struct, defined in 0.01 ms, a dataclass in 0.5. Its annotated fields are the keys of the fault,
# its docstring is the description, its `card` and the `Look` of its keys are what people see of it. A fault with
# `is_final` decides the answer: faults after it have no effect. One with `needs_service` acts only on requests for a
# service. Checks that no annotation can express are in `__post_init__`, which raises ValueError with a sentence.
FAULTS: Final[Mapping[str, type[Fault]]] = {name_of(kind): kind for kind in _kinds()}


def can_stand_alone(name: str) -> bool:
    """Return whether a fault can be written as its name, because it needs no keys."""
    try:
        FAULTS[name]()
    except (TypeError, ValueError):
        return False
    return True
