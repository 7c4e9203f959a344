"""All faults, by the names that files call them by."""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from mockgms.scenario.rules import Fault

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


# Each class is a frozen dataclass: its annotated fields are the fault's keys, its docstring their description. What no
# annotation can say is checked in `__post_init__`, which raises ValueError with a sentence.
FAULTS: Final[Mapping[str, type[Fault]]] = {
    re.sub(r"(?<=.)(?=[A-Z])", "_", kind.__name__).lower(): kind for kind in _kinds()
}
