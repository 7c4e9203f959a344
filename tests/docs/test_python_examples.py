"""The examples in Python for tests, each run by pytest as its own file."""

import pytest

from mockgms.scenario.catalog import Catalog
from tests.docs.markdown import PAGES, README, all_blocks, blocks
from tests.threaded import serving

pytest_plugins = ["pytester"]

PAGE = PAGES["docs/how-to/tests.md"]
PASSING, FAILING, MARKED, ELSEWHERE = (block.text for block in blocks(PAGE, "python"))
[REPORT] = blocks(PAGE, "text")
[COVERAGE] = blocks(PAGE, "ini")
[ARMING] = [block.text for block in blocks(PAGES["docs/reference/client.md"], "python") if block.title]
[IN_README] = blocks(README, "python")


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Return an empty project with the plugin."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = --strict-markers -p mockgms.pytest_plugin\n")
    return pytester


@pytest.mark.slow
def test_the_passing_examples_pass_and_the_failing_one_prints_the_shown_report(project: pytest.Pytester) -> None:
    project.makepyfile(test_passing=PASSING, test_failing=FAILING, test_marked=MARKED, test_rules=ARMING)
    result = project.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=3, failed=1)
    assert set(REPORT.text.splitlines()) <= set(result.outlines)


@pytest.mark.slow
def test_the_examples_use_the_server_of_the_documented_conftest(project: pytest.Pytester) -> None:
    project.makepyfile(conftest=ELSEWHERE.replace("localhost:8080", "127.0.0.1:1"), test_marked=MARKED)
    result = project.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["no answer from http://127.0.0.1:1: *"])


def test_the_example_in_the_readme_is_the_same_as_on_the_page() -> None:
    assert IN_README.text == PASSING


@pytest.mark.slow
def test_a_test_run_in_which_a_rule_does_not_fire_fails(project: pytest.Pytester) -> None:
    (project.path / "rules.yaml").write_text("description: x\nrules: [{name: one, then: {fault: throttle}}]")
    (project.path / "pytest.ini").write_text(f"{COVERAGE.text}mockgms_scenario = rules.yaml\n")
    meets = "import requests\n\ndef test_it(gms): requests.post(gms.v1_url('sales'))"
    project.makepyfile(test_that_meets=meets, test_that_does_not="def test_it(gms): pass")
    options = ("-p", "no:cacheprovider", "-p", "mockgms.pytest_plugin")
    met = project.runpytest_subprocess(*options, "test_that_meets.py")
    met.assert_outcomes(passed=1)
    assert met.ret == 0
    not_met = project.runpytest_subprocess(*options, "test_that_does_not.py")
    not_met.assert_outcomes(passed=1)
    assert not_met.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.slow
def test_the_documented_fixture_uses_the_server_of_the_variable(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    [fixture] = [block.text for block in all_blocks("python") if block.title == "conftest.py"]
    monkeypatch.setenv("MOCKGMS_URL", "http://127.0.0.1:1")
    project.makepyfile(conftest=fixture, test_marked=MARKED)
    result = project.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["no answer from http://127.0.0.1:1: *"])


def test_the_example_of_the_client_outside_pytest_runs(capsys: pytest.CaptureFixture[str]) -> None:
    [example] = [block for block in blocks(PAGES["docs/reference/client.md"], "python") if not block.title]
    catalog = Catalog()
    with serving(catalog.named("default"), catalog) as url:
        exec(example.text.replace("http://localhost:8080", url), {})  # noqa: S102  # our own documentation
    assert "/genesys/1/service/callback/sales" in capsys.readouterr().out
