from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, Any, get_origin, get_type_hints

import pytest
from msgspec import Struct
from msgspec.structs import fields

import mockgms.scenario.faults
from mockgms.scenario.faults.catalog import FAULTS

EVERY = pytest.mark.parametrize("name", FAULTS)


REQUIRED: dict[str, dict[str, Any]] = {
    "rate_limit": {"limit": 1, "per": 1_000},
    "delay": {"by": 1},
    "set_state": {"name": "a"},
    "error": {"status": 401},
}


def settings(kind: Any) -> dict[str, Any]:
    """The required settings of a fault of this kind."""
    return next((required for name, required in REQUIRED.items() if kind is FAULTS.get(name)), {})


def test_every_fault_has_a_name_and_new_ones_are_listed_last() -> None:
    assert list(FAULTS)[:14] == [
        "slot_conflict",
        "office_closed",
        "throttle",
        "rate_limit",
        "server_error",
        "respond",
        "delay",
        "hang",
        "disconnect",
        "empty",
        "truncate",
        "garbage",
        "slow_body",
        "rival",
    ]
    modules = [
        import_module(f"mockgms.scenario.faults.{found.name}")
        for found in iter_modules(mockgms.scenario.faults.__path__)
    ]
    defined = {
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ == module.__name__ and hasattr(kind, "apply")
    }
    assert defined == set(FAULTS.values())


@EVERY
def test_a_fault_is_an_immutable_value(name: str) -> None:
    assert issubclass(FAULTS[name], Struct)
    kind: Any = FAULTS[name]
    assert kind(**settings(kind)) == kind(**settings(kind))
    with pytest.raises(AttributeError):
        kind(**settings(kind)).key = 1


@EVERY
def test_a_fault_has_the_name_of_its_class_and_a_description_of_one_line(name: str) -> None:
    kind = FAULTS[name]
    assert kind.__name__.lower() == name.replace("_", "")
    assert str(kind.__doc__).endswith(".")
    assert "\n" not in str(kind.__doc__)


@EVERY
def test_only_a_rate_limit_and_a_state_have_keys_without_a_default(name: str) -> None:
    kind: Any = FAULTS[name]
    needed = [key.name for key in fields(kind) if key.required]
    assert needed == {"rate_limit": ["limit", "per"], "set_state": ["name"]}.get(name, [])


@EVERY
def test_every_key_of_a_fault_has_an_annotation(name: str) -> None:
    hints = get_type_hints(FAULTS[name], include_extras=True)
    keys = [key.name for key in fields(FAULTS[name])]  # type: ignore[arg-type]  # each of them is a struct
    assert all(get_origin(hints[key]) is Annotated for key in keys)
