"""The recipes: their examples run against a live server, and what their table says is done."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockgms.client import Client
from mockgms.scenario.catalog import Catalog
from tests.docs.markdown import ROOT, blocks, codes, rows
from tests.threaded import serving

pytest_plugins = ["pytester"]

EXAMPLES = ROOT / "examples"
RECIPES = (ROOT / "docs" / "recipes.md").read_text()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    catalog = Catalog()
    with serving(catalog.named("default"), catalog) as url:
        yield url


def run(*command: str, folder: Path = ROOT, **variables: str) -> None:
    """Run a command, which is to succeed."""
    settings = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **variables}
    result = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout


@pytest.mark.slow
def test_the_example_in_python_runs_where_it_lies_by_settings_of_its_own() -> None:
    options = ("-W", "error", "--strict-markers", "-p", "no:cacheprovider", "-p", "mockgms.pytest_plugin")
    run(sys.executable, "-B", "-m", "pytest", *options, folder=EXAMPLES / "python", PYTHONPATH=str(ROOT))


def test_each_example_for_pytest_has_settings_of_its_own() -> None:
    for example in "python", "testcontainers":
        assert (EXAMPLES / example / "pytest.ini").is_file(), example


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_example_in_javascript(server: str) -> None:
    run("node", "--test", "examples/javascript/booking.test.mjs", MOCKGMS_URL=server)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("javac") is None, reason="a JDK is not installed")
def test_the_example_in_java(server: str) -> None:
    run("java", "examples/java/BookingExample.java", MOCKGMS_URL=server)


@pytest.mark.slow
def test_the_examples_have_the_right_types() -> None:
    settings = ("--strict", "--no-error-summary", "--cache-dir", str(ROOT / ".mypy_cache" / "examples"))
    for example in "python", "testcontainers":
        run(sys.executable, "-m", "mypy", *settings, ".", folder=EXAMPLES / example, MYPYPATH=str(ROOT))


def test_what_the_table_of_the_recipes_says_can_be_written(server: str) -> None:
    said = [codes(row[1])[0] for row in rows(RECIPES, "To")]
    gms = Client(server).new_session(clock="2026-03-02T08:55:00Z")
    for code in said:
        if code.startswith("gms."):
            eval(code, {"gms": gms})  # noqa: S307  # our own documentation
        else:
            assert code.startswith('@pytest.mark.gms(scenario="')
            gms.use(code.split('"')[1])
    gms.forget()


@pytest.mark.slow
def test_a_suite_that_does_not_meet_all_rules_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (coverage,) = [block.text for block in blocks(RECIPES) if block.language == "ini"]
    (pytester.path / "rules.yaml").write_text("description: x\nrules: [{name: one, then: {fault: throttle}}]")
    (pytester.path / "pytest.ini").write_text(f"{coverage}mockgms_scenario = rules.yaml\n")
    meets = "import requests\n\ndef test_it(gms): requests.post(gms.v1_url('sales'))"
    pytester.makepyfile(test_that_meets=meets, test_that_does_not="def test_it(gms): pass")
    options = ("-p", "no:cacheprovider", "-p", "mockgms.pytest_plugin")
    met = pytester.runpytest_subprocess(*options, "test_that_meets.py")
    met.assert_outcomes(passed=1)
    assert met.ret == 0
    not_met = pytester.runpytest_subprocess(*options, "test_that_does_not.py")
    not_met.assert_outcomes(passed=1)
    assert not_met.ret == pytest.ExitCode.TESTS_FAILED


def test_every_example_is_described() -> None:
    assert [folder.name for folder in EXAMPLES.iterdir() if f"(../examples/{folder.name})" not in RECIPES] == []
