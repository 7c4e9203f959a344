"""The programs in `examples/`, and the code in the table of the page on tests, run against a live server."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockgms.client import Client
from mockgms.scenario.catalog import Catalog
from tests.docs.markdown import PAGES, ROOT, codes, rows
from tests.threaded import serving

EXAMPLES = ROOT / "examples"
PAGE = PAGES["docs/how-to/tests.md"]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    catalog = Catalog()
    with serving(catalog.named("default"), catalog) as url:
        yield url


def run(*command: str, folder: Path = ROOT, **variables: str) -> None:
    """Run a command, and assert that it succeeds."""
    settings = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **variables}
    result = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout


@pytest.mark.slow
def test_the_example_in_python_runs_in_its_folder_with_its_own_settings() -> None:
    options = ("-W", "error", "--strict-markers", "-p", "no:cacheprovider", "-p", "mockgms.pytest_plugin")
    run(sys.executable, "-B", "-m", "pytest", *options, folder=EXAMPLES / "python", PYTHONPATH=str(ROOT))


def test_each_example_for_pytest_has_its_own_settings() -> None:
    for example in "python", "testcontainers":
        assert (EXAMPLES / example / "pytest.ini").is_file(), example


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_example_in_javascript_runs(server: str) -> None:
    run("node", "--test", "examples/javascript/booking.test.mjs", MOCKGMS_URL=server)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("javac") is None, reason="a JDK is not installed")
def test_the_example_in_java_runs(server: str) -> None:
    run("java", "examples/java/BookingExample.java", MOCKGMS_URL=server)


@pytest.mark.slow
def test_the_examples_in_python_pass_mypy() -> None:
    settings = ("--strict", "--no-error-summary", "--cache-dir", str(ROOT / ".mypy_cache" / "examples"))
    for example in "python", "testcontainers":
        run(sys.executable, "-m", "mypy", *settings, ".", folder=EXAMPLES / example, MYPYPATH=str(ROOT))


def test_the_code_in_the_table_of_the_page_runs(server: str) -> None:
    cells = [codes(row[1])[0] for row in rows(PAGE, "To")]
    gms = Client(server).new_session(clock="2026-03-02T08:55:00Z")
    for code in cells:
        if code.startswith("gms."):
            eval(code, {"gms": gms})  # noqa: S307  # our own documentation
        else:
            assert code.startswith('@pytest.mark.gms(scenario="')
            gms.use(code.split('"')[1])
    gms.forget()


def test_each_example_is_described() -> None:
    documented = sorted(codes(row[0])[0] for row in rows(PAGE, "Example"))
    assert documented == sorted(f"examples/{folder.name}" for folder in EXAMPLES.iterdir())
