"""Fixtures: a live server with a frozen clock, and a client of it."""

import gc
import os
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings
from pytest_aiohttp.plugin import AiohttpClient

import mockgms
from mockgms.domain.instants import parse_instant
from mockgms.scenario.model import ClockStart, Scenario
from tests.live import Client, LiveServer, dispatcher_of

# Tests compare what programs print, and some machines ask every program for colours.
for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS"):
    os.environ.pop(name, None)

# Each run uses the same examples, so that a new failure is due to a change and not to chance. An example has no
# deadline, because its time depends on what else the machine does.
settings.register_profile(
    "laws", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("laws")

NOW = parse_instant("2026-03-02T08:55:00.000Z")  # a Monday
# These start browsers or processes, or install the wheel. Other slow tests have a mark.
SLOW = {
    Path(__file__).parent / name
    for name in (
        "background",
        "deploy",
        "generator/test_schemathesis.py",
        "http_clients",
        "pytest_plugin",
        "server/test_exhaustion.py",
        "server/test_stopping.py",
        "server/test_stopping_by_force.py",
        "test_cli.py",
        "test_cli_logs.py",
        "test_cli_scenarios.py",
        "test_cli_signals.py",
        "test_memory.py",
        "test_wheel.py",
        "ui",
    )
}
# These have the longest tests, or fixtures that all of their tests share. Run first, by one worker, they do not delay
# the end of the run, and their fixtures are made once.
FIRST = [
    Path(__file__).parent / name
    for name in (
        "generator/test_schemathesis.py",
        "javascript",
        "test_wheel.py",
        "pytest_plugin",
        "http_clients",
        "docs/test_example_programs.py",
        "deploy",
    )
]
# Coverage is not measured here, because other tests reach all these lines. Measuring doubles the time of a test, and
# that of a process that it starts. The mark `unmeasured` says the same of a file or a test; `*_laws.py` has it as well.
UNMEASURED = {
    Path(__file__).parent / name
    for name in (
        "api/test_long_names.py",
        "deploy",
        "docs/test_example_programs.py",
        "docs/test_examples.py",
        "docs/test_javascript_packages.py",
        "docs/test_python_examples.py",
        "docs/test_release.py",
        "docs/test_scripts.py",
        "domain/test_cache_budget.py",
        "fuzzing/test_generators.py",
        "http_clients",
        "javascript",
        "output/test_printable.py",
        "scenario/test_compiled_rules.py",
        "scenario/test_mistakes.py",
        "scenarios/test_flaky_20_percent.py",
        "scenarios/test_seven_checks.py",
        "scenarios/test_slow_availability.py",
        "server/test_bodies.py",
        "server/test_stopping.py",
        "session/verification/test_effort.py",
        "test_wheel.py",
        "ui/callbackservice",
        "ui/test_behind_a_prefix.py",
        "ui/test_built_site.py",
        "ui/test_calendar.py",
        "ui/test_docs.py",
        "ui/test_editor.py",
        "ui/test_editor_typing.py",
        "ui/test_fail.py",
        "ui/test_foreign_pages.py",
        "ui/test_journal.py",
        "ui/test_lost_connections.py",
        "ui/test_playground.py",
        "ui/test_playground_faults.py",
        "ui/test_start.py",
        "ui/test_first_steps.py",
    )
}

# The collection of the tests is not measured, which would double its time in each worker. All modules are imported
# before, so that their imports are measured.
if (_collecting := Coverage.current()) is not None:
    for _module in walk_packages(mockgms.__path__, "mockgms."):
        if not _module.name.endswith("__main__"):
            import_module(_module.name)
    _collecting.stop()

# These repeat other tests in a browser or at another size. Only `--thorough` runs them.
THOROUGH = (
    "ui/test_built_site.py::test_every_page_opens_within_the_window",
    "ui/test_built_site.py::test_everybody_can_read_a_page_of_each_kind_and_use_the_search[390-light]",
    "ui/test_built_site.py::test_everybody_can_read_a_page_of_each_kind_and_use_the_search[1280-dark]",
    "ui/test_built_site.py::test_everybody_can_read_a_page_of_each_kind_and_use_the_search[1280-light]",
    "ui/test_docs.py::test_the_page_is_accessible_and_fits_the_window[dark-390]",
    "ui/test_start.py::test_the_settings_of_a_widget_are_copied_by_two_presses[/s/test-1-test-1]",
    "ui/test_playground.py::test_every_outcome_of_the_reference_can_be_caused_by_one_press[v1]",
    "ui/callbackservice/test_form.py::test_every_outcome_of_schedule_is_shown_in_words[v3-1280]",
    "ui/callbackservice/test_form.py::test_every_outcome_of_availability_is_shown_in_words[v3-1280]",
    "ui/test_fail.py::test_every_fault_can_be_armed",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs all tests."""
    parser.addoption("--thorough", action="store_true", help="run the tests that take long and repeat others, too")


def pytest_xdist_auto_num_workers() -> int:
    """Return four workers for two cores: they keep both busy, and each takes ten seconds to collect the tests."""
    return (os.cpu_count() or 1) * 2


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out slow folders and files without importing them, which takes half of the time of the collection."""
    return True if config.getoption("markexpr") == "not slow" and collection_path in SLOW else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests in slow folders and files, and those that are not measured. Put the longest tests first.

    The first worker gets the beginning of the list, and the others take its last tests when they have none left. The
    longest tests must not be among these.
    """
    for item in items:
        if _is_in(SLOW, item):
            item.add_marker("slow")
        if item.path.stem.endswith("_laws") or _is_in(UNMEASURED, item):
            item.add_marker("unmeasured")
    if not config.getoption("--thorough"):
        repeating = tuple(f"tests/{each}" for each in THOROUGH)
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid.startswith(repeating)])
        items[:] = [item for item in items if not item.nodeid.startswith(repeating)]
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> tuple[int, bool]:
    """Return when a test runs: first those of FIRST, in its order, then the slow ones."""
    places = _places(item.path)
    turn = next((turn for turn, place in enumerate(FIRST) if place in places), len(FIRST))
    return turn, item.get_closest_marker("slow") is None


def pytest_collection_finish() -> None:
    """Exclude the collected tests from garbage collection, which would traverse them again and again."""
    gc.collect()
    gc.freeze()
    if _collecting is not None:
        _collecting.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Do not measure the coverage in a test with the mark `unmeasured`, its fixtures and its processes."""
    measuring = Coverage.current()
    if measuring is None or item.get_closest_marker("unmeasured") is None:
        return (yield)
    configuration = os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()
        if configuration is not None:
            os.environ["COVERAGE_PROCESS_CONFIG"] = configuration


def _is_in(places: set[Path], item: pytest.Item) -> bool:
    """Return whether a test is in one of some folders and files."""
    return not places.isdisjoint(_places(item.path))


@cache
def _places(path: Path) -> frozenset[Path]:
    """Return a path and the folders around it."""
    return frozenset((path, *path.parents))


@pytest.fixture
def scenario() -> Scenario:
    """Return the scenario of the server. Tests that need another one override this fixture."""
    return Scenario(name="test", description="For a test.", clock=ClockStart(NOW, frozen=True))


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """Return a named pipe without a writer. Opening it for reading would block forever."""
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    return pipe


@pytest.fixture
async def client(aiohttp_client: AiohttpClient, scenario: Scenario) -> Client:
    return await aiohttp_client(LiveServer(dispatcher_of(scenario)))
