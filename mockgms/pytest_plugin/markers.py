"""The marker `gms`: its arguments, and the markers that have no effect."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

_WITHOUT_EFFECT: Final = (
    "@pytest.mark.gms has no effect, because the test does not use the fixture gms: take gms as an argument, or remove"
    " the marker"
)
_IDLE: Final = (
    "@pytest.mark.gms of {} has no effect, because none of its tests uses the fixture gms: take gms as an argument, or"
    " remove the marker"
)
_ARGUMENTS: Final = {"scenario": (str, Path, Mapping), "clock": (str, datetime)}
_idle = pytest.StashKey[dict[int, str]]()  # the message about each marker without effect, by its id
_messages = pytest.StashKey[list[str]]()


def settings_of(node: pytest.Item) -> dict[str, Any]:
    """Return the arguments of the test's markers. The nearest marker wins. Raises ValueError or TypeError."""
    settings: dict[str, Any] = {}
    for mark in _marks(node.listchain()):
        _check_names(mark)
        settings |= mark.kwargs
    for name, value in settings.items():
        if not isinstance(value, _ARGUMENTS[name]):
            raise TypeError(f"{name} cannot be {value!r}")
    return settings


def find_idle(session: pytest.Session, items: Iterable[pytest.Item]) -> None:
    """Find the markers of classes and modules that serve none of their tests, before tests are deselected.

    Does nothing if only some tests of a file are collected, because the other tests may use `gms`.
    """
    if any("::" in argument for argument in session.config.args) or session.config.getoption("lf", default=False):
        return
    idle: dict[int, str] = {}
    serving: set[int] = set()
    for item in items:
        for node in item.listchain()[:-1]:
            for mark in _marks([node]):
                idle.setdefault(id(mark), _IDLE.format(node.name))
                if _may_use_gms(item):
                    serving.add(id(mark))
    session.stash[_idle] = {mark: message for mark, message in idle.items() if mark not in serving}


def assign_idle(session: pytest.Session) -> None:
    """Assign the message about each idle marker to the first of its tests that will run."""
    idle = session.stash.get(_idle, {})
    for item in session.items if idle else ():
        messages = [idle.pop(id(mark)) for mark in _marks(item.listchain()[:-1]) if id(mark) in idle]
        if messages:
            item.stash[_messages] = messages


def without_effect(item: pytest.Item, *, is_used: bool) -> str | None:
    """Return a message about the markers without effect of a test that has run, or None.

    `is_used` is whether the test used the fixture `gms`.
    """
    messages = item.stash.get(_messages, [])
    if not is_used and list(_marks([item])):
        messages = [_WITHOUT_EFFECT, *messages]
    return "\n".join(messages) or None


def _marks(nodes: Iterable[Any]) -> list[pytest.Mark]:
    return [mark for node in nodes for mark in node.own_markers if mark.name == "gms"]


def _check_names(mark: pytest.Mark) -> None:
    if not mark.args and not mark.kwargs:
        raise ValueError("has no effect without arguments: give it scenario=... or clock=..., or remove it")
    if mark.args:
        given = ", ".join(map(repr, mark.args))
        raise ValueError(f"takes scenario and clock by name, not {given}: write scenario={mark.args[0]!r}")
    for name in mark.kwargs:
        if name not in _ARGUMENTS:
            from mockgms.client.expectations import suggestion

            raise ValueError(f"takes scenario and clock, not {name}{suggestion(name, _ARGUMENTS)}")


def _may_use_gms(item: pytest.Item) -> bool:
    """Return whether a test uses `gms`, or may ask for it by name while it runs."""
    info: Any = getattr(item, "_fixtureinfo", None)
    if info is None or "gms" in info.names_closure or "request" in info.argnames:
        return True
    definitions = [each for name in info.names_closure for each in info.name2fixturedefs.get(name, ())]
    # Fixtures of pytest itself, such as those that call `setup_class`, ask for no fixture of a test.
    own = [each for each in definitions if not each.func.__module__.startswith("_pytest.")]
    return any("request" in each.argnames for each in own)
