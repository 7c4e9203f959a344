"""The pytest plugin: one server for the test run, a new session for each test, and its journal after a failure."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Generator, Iterator, Mapping
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

# pytest imports this module wherever mockgms is installed. Everything else is imported only when a test uses it.
if TYPE_CHECKING:
    from mockgms.background import Background
    from mockgms.client import Client
    from mockgms.pytest_plugin.coverage import RunCoverage
    from mockgms.pytest_plugin.journals import Journals

_ARGUMENTS: Final = {"scenario": (str, Path, Mapping), "clock": (str, datetime)}
_SUFFIXES: Final = (".yaml", ".yml", ".json")
_MARKER: Final = (
    "gms(scenario=..., clock=...): initial state of the fixture gms. scenario: a name, the path of a file from pytest's"
    " rootdir, YAML or a dict; clock: the time at which its clock is frozen."
)
_WITHOUT_EFFECT: Final = (
    "@pytest.mark.gms has no effect, because the test does not use the fixture gms: take gms as an argument, or remove"
    " the marker"
)
_is_used = pytest.StashKey[bool]()
_journals: pytest.StashKey[Journals] = pytest.StashKey()
_coverage: pytest.StashKey[RunCoverage] = pytest.StashKey()
_server: pytest.StashKey[Background] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, and the settings of the ini file."""
    parser.addini("mockgms_scenario", "scenario of the mockgms server, by name or path", default="default")
    parser.addini(
        "mockgms_scenarios", "folders of scenarios; they are found by name before the shipped ones", type="paths"
    )
    group = parser.getgroup("mockgms", "mockgms, a mock of the Genesys callback API")
    group.addoption("--mockgms-coverage", action="store_true", help="show which rules of the scenarios fired")
    group.addoption(
        "--mockgms-fail-under", type=_percent, metavar="PERCENT", help="fail the test run if fewer of the rules fired"
    )
    group.addoption(
        "--mockgms-inherited", action="store_true", help="count inherited rules and magic-* too in the coverage"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and check the settings. Raises UsageError for a folder that cannot be read."""
    config.addinivalue_line("markers", _MARKER)
    for folder in config.getini("mockgms_scenarios"):
        try:
            os.scandir(folder).close()
        except OSError as error:
            reason = f"cannot look for scenarios in the folder {folder}: {error.strerror}"
            raise pytest.UsageError(f"mockgms_scenarios: {reason}") from None
    least = config.getoption("--mockgms-fail-under")
    if least is not None or config.getoption("--mockgms-coverage"):
        from mockgms.pytest_plugin.coverage import RunCoverage

        config.stash[_coverage] = RunCoverage(least or 0, is_inherited=config.getoption("--mockgms-inherited"))


def _percent(text: str) -> float:
    from mockgms.commands.coverage import percent

    return percent(text)


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
    request.node.stash[_is_used] = True
    yield session
    session.forget()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Record which sessions a fixture opens, and follow the server of the fixture `mockgms`."""
    journals = request.config.stash.get(_journals, None)
    with nullcontext() if journals is None else journals.opened_by(fixturedef.argname, request.node):
        value = yield
    if fixturedef.argname == "mockgms":
        _follow(fixturedef, request.config, value)
    return value


def _follow(fixturedef: pytest.FixtureDef[Any], config: pytest.Config, server: object) -> None:
    """Track the sessions of the server that a fixture `mockgms` returns, and read its coverage before it ends."""
    from mockgms.client import Client
    from mockgms.pytest_plugin.journals import Journals

    if not isinstance(server, Client):
        return
    journals = config.stash.setdefault(_journals, Journals())
    journals.servers.append(server)

    def end() -> None:
        journals.servers.remove(server)
        if _coverage in config.stash:
            config.stash[_coverage].read(server)

    fixturedef.addfinalizer(end)  # it runs before the fixture itself ends


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Record which sessions a test opens, and fail a test whose marker has no effect."""
    journals = item.config.stash.get(_journals, None)
    try:
        with nullcontext() if journals is None else journals.opened_by(None, item):
            result = yield
    except BaseException:
        if _has_marker_without_effect(item):
            item.add_report_section("call", "mockgms", _WITHOUT_EFFECT)
        raise
    if _has_marker_without_effect(item):
        pytest.fail(_WITHOUT_EFFECT, pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the requests of the test's sessions and the log of the server to the report of a failed test.

    The requests are a property in JUnit XML too.
    """
    report = yield
    if not report.failed:
        return report
    if _journals in item.config.stash:
        for title, requests in item.config.stash[_journals].of(item):
            report.sections.append((title, requests))
            item.user_properties.append((title, requests))
        report.user_properties = list(item.user_properties)
    server = item.config.stash.get(_server, None)
    if server is not None and (logged := server.log()):
        report.sections.append(("log of mockgms", logged))
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if too few rules fired. A worker of pytest-xdist passes its coverage on instead."""
    coverage = session.config.stash.get(_coverage, None)
    if coverage is None:
        return
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["mockgms_coverage"] = {"answers": coverage.answers, "problems": coverage.problems}
    elif coverage.is_too_low and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add the coverage of a worker of pytest-xdist that has ended."""
    coverage: RunCoverage | None = node.config.stash.get(_coverage, None)
    if coverage is not None:
        coverage.add_worker(getattr(node, "workeroutput", {}).get("mockgms_coverage"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show the coverage of the rules."""
    if _coverage in config.stash:
        coverage = config.stash[_coverage]
        terminalreporter.section("mockgms coverage")
        terminalreporter.write_line(coverage.table)
        for problem in coverage.problems:
            terminalreporter.write_line(problem, red=True)
        if coverage.is_too_low:
            terminalreporter.write_line(coverage.failure, red=True)


def _has_marker_without_effect(item: pytest.Item) -> bool:
    """Return whether the test itself has the marker, but does not use the fixture `gms`.

    A marker of a class does not count, because it may be meant for only some of the tests.
    """
    is_used = "gms" in getattr(item, "fixturenames", ()) or _is_used in item.stash
    return not is_used and any(mark.name == "gms" for mark in item.own_markers)


def _id(name: str) -> str:
    """Return a unique session id for a test, even across the processes of pytest-xdist."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:48]
    return f"{readable}-{uuid.uuid4().hex[:12]}".lstrip("-")


def _settings(node: pytest.Item) -> dict[str, Any]:
    """Return the arguments of the test's markers. The nearest marker wins. Raises ValueError or TypeError."""
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
    if isinstance(scenario, str) and scenario.endswith(_SUFFIXES):
        settings["scenario"] = node.config.rootpath / scenario
    return settings
