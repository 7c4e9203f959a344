"""All faults, by the names that scenario files use."""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from mockgms.scenario.rules import Fault

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


# Each class is a frozen struct, defined in 0.01 ms, a dataclass in 0.5. Its annotated fields are the keys of the
# fault, its docstring is the description. Checks that no annotation can express are in `__post_init__`, which raises
# ValueError with a sentence.
FAULTS: Final[Mapping[str, type[Fault]]] = {
    re.sub(r"(?<=.)(?=[A-Z])", "_", kind.__name__).lower(): kind for kind in _kinds()
}
