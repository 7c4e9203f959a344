"""The pytest plugin: one server for the test run, a new session for each test, and its journal after a failure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

# pytest imports this module wherever mockgms is installed. Everything else is imported only when a test uses it.
if TYPE_CHECKING:
    from mockgms.background import Background
    from mockgms.client import Client

_ARGUMENTS: Final = {"scenario": (str, Path, Mapping), "clock": (str, datetime)}
_NEWEST: Final = 20  # requests shown after a failure
_MARKER: Final = (
    "gms(scenario=..., clock=...): initial state of the fixture gms. scenario: a name, the path of a file from pytest's"
    " rootdir, YAML or a dict; clock: the time at which its clock is frozen."
)
_session = pytest.StashKey["Client"]()
_server: pytest.StashKey[Background] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the settings of the ini file."""
    parser.addini("mockgms_scenario", "scenario of the mockgms server, by name or path", default="default")
    parser.addini(
        "mockgms_scenarios", "folders of scenarios; they are found by name before the shipped ones", type="paths"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture(scope="session")
def mockgms_scenario(pytestconfig: pytest.Config) -> str:
    """The initial scenario of the server, by name or path. Override it if the ini setting is not enough."""
    scenario: str = pytestconfig.getini("mockgms_scenario")
    return scenario


@pytest.fixture(scope="session")
def mockgms(pytestconfig: pytest.Config, mockgms_scenario: str) -> Iterator[Client]:
    """A client of a server for the whole test run. Override it to use a server that runs elsewhere."""
    from mockgms import background

    try:
        server = background.Background.start(mockgms_scenario, pytestconfig.getini("mockgms_scenarios"))
    except background.FolderRefused as error:
        pytest.fail(f"mockgms_scenarios: {error}", pytrace=False)
    except background.ScenarioRefused as mistakes:
        pytest.fail(f"mockgms_scenario does not load:\n{mistakes}", pytrace=False)
    except background.CannotStart as error:
        pytest.fail(f"the mockgms server did not start:\n{error}", pytrace=False)
    from mockgms.client import Client

    pytestconfig.stash[_server] = server
    try:
        with Client(server.url) as client:
            yield client
    finally:
        del pytestconfig.stash[_server]
        server.stop()


@pytest.fixture
def gms(request: pytest.FixtureRequest, mockgms: Client) -> Iterator[Client]:
    """A session for this test alone, with the settings of the marker `gms`. It is deleted afterwards."""
    from mockgms.client import Refused

    try:
        session = mockgms.new_session(_id(request.node.name), **_settings(request.node))
    except (Refused, OSError, TypeError, ValueError) as error:
        pytest.fail(f"@pytest.mark.gms: {error}", pytrace=False)
    request.node.stash[_session] = session
    yield session
    del request.node.stash[_session]
    session.forget()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the requests of the session and the log of the server to the report of a failed test.

    A test without a session shows the requests of the default session.
    """
    report = yield
    if report.failed:
        session = item.stash.get(_session, None) or _default(item)
        if session is not None:
            report.sections.append((f"requests to mockgms, session {session.id}", _requests(session)))
        server = item.config.stash.get(_server, None)
        if server is not None and (logged := server.log()):
            report.sections.append(("log of mockgms", logged))
    return report


def _default(item: pytest.Item) -> Client | None:
    """Return the default session if the test uses it instead of a separate one."""
    if "gms" in getattr(item, "fixturenames", ()):
        return None
    used: dict[str, Client] = getattr(item, "funcargs", {})
    return used.get("mockgms")


def _id(name: str) -> str:
    """Return a unique session id for a test, even across the processes of pytest-xdist."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:48]
    return f"{readable}-{uuid.uuid4().hex[:12]}".lstrip("-")


def _settings(node: pytest.Item) -> dict[str, Any]:
    """Return the arguments of the test's markers; the nearest marker wins. Raises ValueError or TypeError."""
    settings: dict[str, Any] = {}
    marks = [mark for part in node.listchain() for mark in part.own_markers if mark.name == "gms"]
    for mark in marks:
        unknown = [repr(argument) for argument in mark.args] + [name for name in mark.kwargs if name not in _ARGUMENTS]
        if unknown:
            raise ValueError(f"takes {' and '.join(_ARGUMENTS)} by name, not {', '.join(unknown)}")
        settings |= mark.kwargs
    for name, value in settings.items():
        if not isinstance(value, _ARGUMENTS[name]):
            raise TypeError(f"{name} cannot be {value!r}")
    scenario = settings.get("scenario")
    if isinstance(scenario, str) and scenario.endswith((".yaml", ".yml", ".json")):
        settings["scenario"] = node.config.rootpath / scenario
    return settings


def _requests(session: Client) -> str:
    from mockgms.client import AdminError
    from mockgms.client.journal_text import render_exchange

    try:
        requests = session.requests(limit=_NEWEST)
    except AdminError as error:  # the failure is reported even if the server is gone
        return str(error)
    return "\n".join(map(render_exchange, requests)) or "none"
