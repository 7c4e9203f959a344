"""The examples of the README's part on tests, each run by pytest as a file of its own."""

import pytest

from mockgms.client import Client
from tests.docs.markdown import README, blocks

pytest_plugins = ["pytester"]

BLOCKS = blocks(README)
EXAMPLES = [block.text for block in BLOCKS if block.language == "python"]
PASSING, FAILING, MARKED, ARMING, ELSEWHERE = EXAMPLES


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project with the plugin."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = --strict-markers -p mockgms.pytest_plugin\n")
    return pytester


@pytest.mark.slow
def test_what_passes_passes_and_what_fails_tells_its_mistake(project: pytest.Pytester) -> None:
    project.makepyfile(test_passing=PASSING, test_failing=FAILING, test_marked=MARKED, test_arming=ARMING)
    result = project.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=3, failed=1)
    [report] = [block.text.splitlines() for block in BLOCKS if block.language == "text"]
    assert set(report) <= set(result.outlines)


@pytest.mark.slow
def test_a_server_elsewhere_is_used_by_the_other_examples_too(project: pytest.Pytester) -> None:
    project.makepyfile(conftest=ELSEWHERE.replace("localhost:8080", "127.0.0.1:1"), test_marked=MARKED)
    result = project.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E * no answer from http://127.0.0.1:1: *"])


def test_every_method_is_in_the_table() -> None:
    [table] = [part for part in README.split("\n\n") if part.startswith("| `gms` |")]
    public = [name for name in dir(Client) if not name.startswith("_")]
    assert [name for name in public if name != "close" and f"`{name}`" not in table and f"`{name}(" not in table] == []
