import pytest

from mockgms.scenario.catalog import Catalog
from tests.pytest_plugin.running import run
from tests.threaded import serving

pytest_plugins = ["pytester"]

OWN = """
description: Two rules and those of a parent.
extends: default
rules:
  - {name: for-one, when: {service: one}, then: {fault: server_error}}
  - {name: for-two, when: {service: two}, then: {fault: server_error}}
"""
TESTS = """
    from urllib.error import HTTPError
    from urllib.request import urlopen

    import pytest

    @pytest.mark.parametrize("service", ["one", "two"])
    def test_it(gms, service):
        with pytest.raises(HTTPError) as failed:
            urlopen(f"{gms.v1_url(service)}/availability")
        failed.value.close()
"""


@pytest.fixture
def suite(project: pytest.Pytester) -> pytest.Pytester:
    """A project whose server has a scenario with two rules; each fires in one test."""
    project.makeini(
        "[pytest]\naddopts = --strict-markers -p mockgms.pytest_plugin\nfilterwarnings = error\n"
        "mockgms_scenario = own\nmockgms_scenarios = scenarios\n"
    )
    (project.mkdir("scenarios") / "own.yaml").write_text(OWN)
    project.makepyfile(TESTS)
    return project


def lines(result: pytest.RunResult) -> list[str]:
    """Return what the summary says about the coverage, with single spaces."""
    start = next(number for number, line in enumerate(result.outlines) if "= mockgms coverage =" in line)
    texts = (" ".join(line.split()) for line in result.outlines[start + 1 : -1])
    return [line for line in texts if line and not line.startswith(("=", "FAILED"))]


def test_the_summary_shows_the_coverage_of_the_scenarios_own_rules(suite: pytest.Pytester) -> None:
    result = run(suite, "--mockgms-coverage")
    result.assert_outcomes(passed=2)
    assert result.ret == 0
    assert lines(result) == [
        "rule scenario state matches firings",
        "for-one own fired 1 1",
        "for-two own fired 1 1",
        "2 of 2 rules fired: 100.0 %",
    ]


def test_an_option_counts_inherited_rules(suite: pytest.Pytester) -> None:
    result = run(suite, "--mockgms-fail-under", "50", "--mockgms-inherited")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    [total] = [line for line in lines(result) if "rules fired: " in line]
    assert total.startswith("2 of ")
    assert lines(result)[-1].endswith("% of the rules fired; 50 % are required")


def test_counting_inherited_rules_without_a_coverage_is_refused(suite: pytest.Pytester) -> None:
    result = run(suite, "--mockgms-inherited")
    message = "has no effect alone: add --mockgms-coverage or --mockgms-fail-under, or leave it out"
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert [line for line in result.errlines if line] == [f"ERROR: --mockgms-inherited {message}"]


def test_a_coverage_that_is_too_low_fails_the_run(suite: pytest.Pytester) -> None:
    result = run(suite, "-k", "one", "--mockgms-fail-under", "50.5")
    result.assert_outcomes(passed=1, deselected=1)
    assert (result.ret, lines(result)[-1]) == (1, "FAIL 50.0 % of the rules fired; 50.5 % are required")
    assert run(suite, "-k", "one", "--mockgms-fail-under", "50").ret == 0


def test_another_failure_keeps_its_exit_status(suite: pytest.Pytester) -> None:
    result = run(suite, "-k", "nothing", "--mockgms-fail-under", "50")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert lines(result) == ["0 of 0 rules fired: 100.0 % (there are no rules)"]


@pytest.mark.unmeasured
def test_the_coverage_of_all_workers_is_merged(suite: pytest.Pytester) -> None:
    result = run(suite, "-p", "xdist", "-n", "2", "--mockgms-fail-under", "100")
    result.assert_outcomes(passed=2)
    assert result.ret == 0
    assert lines(result)[1:3] == ["for-one own fired 1 1", "for-two own fired 1 1"]


def test_a_worker_that_crashed_leaves_the_coverage_unknown(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_crash="import os\n\ndef test_it(mockgms): os._exit(3)")
    result = run(suite, "-p", "xdist", "-n", "2", "--dist=loadfile", "--mockgms-fail-under", "50")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "The coverage of a worker is missing, because the worker has crashed." in lines(result)


def test_a_server_that_workers_share_counts_once(suite: pytest.Pytester) -> None:
    suite.makeconftest("""
        import os
        import pytest
        from mockgms.client import Client

        @pytest.fixture(scope="session")
        def mockgms():
            return Client(os.environ["SERVER"])
    """)
    catalog = Catalog([suite.path / "scenarios"])
    with serving(catalog.named("own"), catalog) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SERVER", url)
        result = run(suite, "-p", "xdist", "-n", "2", "--mockgms-fail-under", "100")
    assert result.ret == 0
    assert lines(result)[1:3] == ["for-one own fired 1 1", "for-two own fired 1 1"]


def test_several_servers_are_added_up(suite: pytest.Pytester) -> None:
    folder = suite.mkdir("folder")
    (folder / "conftest.py").write_text("""
import pytest
from mockgms.background import serving
from mockgms.client import Client

@pytest.fixture(scope="module")
def mockgms(mockgms):
    with serving("scenarios/own.yaml") as url:
        yield Client(url)
""")
    (folder / "test_more.py").write_text((suite.path / "test_several_servers_are_added_up.py").read_text())
    result = run(suite, "--mockgms-coverage")
    result.assert_outcomes(passed=4)
    assert lines(result)[1:3] == ["for-one own fired 2 2", "for-two own fired 2 2"]


def test_a_server_that_is_gone_leaves_the_coverage_unknown(project: pytest.Pytester) -> None:
    project.makeconftest("""
        import pytest
        from mockgms.client import Client

        @pytest.fixture(scope="session", params=["gone", "no client"])
        def mockgms(request):
            return Client("http://127.0.0.1:1") if request.param == "gone" else request.param
    """)
    project.makepyfile("def test_it(mockgms): pass")
    result = run(project, "--mockgms-fail-under", "1")
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    [_] = [line for line in lines(result) if line.startswith("The coverage of a server is missing: no answer from ")]
    assert run(project, "--mockgms-coverage").ret == 0


def test_the_required_coverage_is_a_percentage(project: pytest.Pytester) -> None:
    result = run(project, "--mockgms-fail-under", "x")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*'x' is not a number from 0 to 100*"])
