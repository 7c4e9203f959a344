"""The pytest plugin: one server for the test run, a new session for each test, and its journal after a failure."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

import pytest

# pytest imports this module wherever mockgms is installed. Everything else is imported only when a test uses it.
if TYPE_CHECKING:
    from mockgms.background import Background
    from mockgms.client import Client
    from mockgms.pytest_plugin.coverage import RunCoverage
    from mockgms.pytest_plugin.journals import Journals

_MARKER: Final = (
    "gms(scenario=..., clock=...): initial state of the fixture gms. scenario: a name, the path of a file from pytest's"
    " rootdir, YAML or a dict; clock: the time at which its clock is frozen."
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
    """Register the marker, and check the settings.

    Raises UsageError for a folder that cannot be read, or an option without effect.
    """
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
    elif config.getoption("--mockgms-inherited"):
        raise pytest.UsageError(
            "--mockgms-inherited has no effect alone: add --mockgms-coverage or --mockgms-fail-under, or leave it out"
        )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Find the markers of classes and modules that have no effect."""
    if any(map(_has_marker, items)):
        from mockgms.pytest_plugin import markers

        markers.find_idle(session, items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the first test of each marker without effect fail."""
    if any(map(_has_marker, session.items)):
        from mockgms.pytest_plugin import markers

        markers.assign_idle(session)


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
        raise pytest.fail.Exception(f"mockgms_scenario does not load:\n{mistakes}", pytrace=False) from None
    except background.CannotStart as error:
        raise pytest.fail.Exception(f"the mockgms server did not start:\n{error}", pytrace=False) from None
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
    from mockgms.client import NotReached, Refused
    from mockgms.pytest_plugin.markers import settings_of

    try:
        session = mockgms.new_session(_id(request.node.name), **settings_of(request.node))
    except NotReached as error:
        raise _server_lost(request.config, error) from None
    except OSError as error:  # the file of the scenario
        raise pytest.fail.Exception(f"@pytest.mark.gms: {error.filename}: {error.strerror}", pytrace=False) from None
    except (Refused, TypeError, ValueError) as error:
        raise pytest.fail.Exception(f"@pytest.mark.gms: {error}", pytrace=False) from None
    request.node.stash[_is_used] = True
    yield session
    try:
        session.forget()
    except NotReached as error:
        raise _server_lost(request.config, error) from None


def _server_lost(config: pytest.Config, error: Exception) -> BaseException:
    """Return the failure of a test whose server does not answer. It says so if the server of the run has ended."""
    server = config.stash.get(_server, None)
    status = None if server is None else server.exit_status
    ended = "" if status is None else f"\nThe mockgms server has ended with exit status {status}: run the tests again."
    return pytest.fail.Exception(f"{error}{ended}", pytrace=False)


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
    server.folder = config.rootpath
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
        if message := _about_markers(item):
            item.add_report_section("call", "mockgms", message)
        raise
    if message := _about_markers(item):
        pytest.fail(message, pytrace=False)
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


def _has_marker(item: pytest.Item) -> bool:
    """Return whether a test, its class or its module has the marker."""
    return "gms" in item.keywords and item.get_closest_marker("gms") is not None


def _about_markers(item: pytest.Item) -> str | None:
    """Return a message about the markers without effect of a test that has run, or None."""
    if not _has_marker(item):
        return None
    from mockgms.pytest_plugin import markers

    return markers.without_effect(item, is_used="gms" in getattr(item, "fixturenames", ()) or _is_used in item.stash)


def _id(name: str) -> str:
    """Return a unique session id for a test, even across the processes of pytest-xdist."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:48]
    return f"{readable}-{uuid.uuid4().hex[:12]}".lstrip("-")
