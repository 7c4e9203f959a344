import subprocess
import sys

import pytest

from mockgms.background import serving
from mockgms.scenario.catalog import Catalog

pytest_plugins = ["pytester"]

BOOK = """
import json
from urllib.request import Request, urlopen

def book(gms, **fields):
    asked = Request(gms.v3_url + "/create", json.dumps(fields).encode(), {"Content-Type": "application/json"})
    with urlopen(asked) as answer:
        return json.load(answer)
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project in which every warning is an error, and no plugin is there but those that a test asks for."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = --strict-markers -p mockgms.pytest_plugin\n")
    pytester.makepyfile(client=BOOK)
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_each_test_has_a_session_of_its_own(project: pytest.Pytester) -> None:
    project.makepyfile("""
        from client import book

        def test_one(gms):
            book(gms, serviceName="sales", phoneNumber="+14155550123")
            assert len(gms.callbacks) == 1

        def test_two(gms, mockgms):
            assert gms.callbacks == []
            assert gms.base_url == f"{mockgms.base_url}/s/{gms.id}"
            assert gms.id.startswith("test-two-")

        def test_that_they_are_forgotten(mockgms):
            assert [each["id"] for each in mockgms.sessions] == ["default"]
    """)
    run(project).assert_outcomes(passed=3)


def test_the_server_starts_once_and_all_that_it_opened_is_closed(project: pytest.Pytester) -> None:
    project.makeconftest("""
        import gc, threading

        def pytest_unconfigure():
            gc.collect()
            print("left:", [thread.name for thread in threading.enumerate() if thread.name == "mockgms"])
    """)
    project.makepyfile("""
        servers = set()

        def test_one(mockgms):
            servers.add(mockgms.base_url)

        def test_two(mockgms):
            servers.add(mockgms.base_url)
            assert len(servers) == 1
    """)
    result = run(project, "-W", "error")
    result.assert_outcomes(passed=2)
    assert result.outlines[-1] == "left: []"
    assert result.errlines == []


def test_the_ini_file_says_which_scenario_it_starts_with(project: pytest.Pytester) -> None:
    project.makeini(
        "[pytest]\naddopts = -p mockgms.pytest_plugin\nmockgms_scenario = busy\nmockgms_scenarios = scenarios\n"
    )
    folder = project.mkdir("scenarios")
    (folder / "busy.yaml").write_text("description: One seat.\nservices: {'*': {capacity: 1}}\n")
    project.makepyfile("def test_it(gms): assert gms.scenario['name'] == 'busy'")
    run(project).assert_outcomes(passed=1)


def test_a_fixture_says_it_too(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest

        @pytest.fixture(scope="session")
        def mockgms_scenario():
            return "office-hours"

        def test_it(gms):
            assert gms.scenario["name"] == "office-hours"
    """)
    run(project).assert_outcomes(passed=1)


def test_a_scenario_that_does_not_load_is_told_without_a_traceback(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest

        @pytest.fixture(scope="session")
        def mockgms_scenario():
            return "ofice-hours"

        def test_it(gms):
            pass
    """)
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["mockgms_scenario does not load:", "ofice-hours*did you mean `office-hours`*"])
    result.stdout.no_fnmatch_line("Traceback*")


def test_the_marker_says_what_a_session_starts_with(project: pytest.Pytester) -> None:
    (project.path / "own.yaml").write_text("description: My own.\n")
    project.makepyfile("""
        from datetime import UTC, datetime
        from pathlib import Path

        import pytest

        MONDAY = "2026-03-02T08:55:00.000Z"

        @pytest.mark.gms(scenario="nearly-full", clock=MONDAY)
        def test_by_name(gms):
            assert gms.scenario["name"] == "nearly-full"
            assert gms.clock == {"now": MONDAY, "frozen": True}

        @pytest.mark.parametrize("whole", [
            pytest.param("own.yaml", marks=pytest.mark.gms(scenario="own.yaml")),
            pytest.param("path", marks=pytest.mark.gms(scenario=Path(__file__).with_name("own.yaml"))),
            pytest.param("text", marks=pytest.mark.gms(scenario="description: My own.")),
            pytest.param("dict", marks=pytest.mark.gms(scenario={"description": "My own."})),
        ])
        @pytest.mark.gms(scenario="default", clock=datetime(2026, 3, 2, 8, 55, tzinfo=UTC))
        def test_a_whole_one(gms, whole):
            assert gms.scenario["description"] == "My own."
            assert gms.clock == {"now": MONDAY, "frozen": True}
    """)
    run(project).assert_outcomes(passed=5)


MISTAKES = {
    "'office-hours'": "takes scenario and clock by name, not 'office-hours'",
    "scenaro='office-hours'": "takes scenario and clock by name, not scenaro",
    "scenario='ofice-hours'": "scenario cannot be used: *did you mean `office-hours`*",
    "scenario='none.yaml'": "*No such file or directory*none.yaml*",
    "scenario=3": "scenario cannot be 3",
    "scenario={'description': object()}": "*not JSON serializable",
    "clock='soon'": "clock.now *'soon'*",
    "clock=9": "clock cannot be 9",
}


def test_a_marker_with_a_mistake_is_told_without_a_traceback(project: pytest.Pytester) -> None:
    tests = [f"@pytest.mark.gms({each})\ndef test_{n}(gms): pass" for n, each in enumerate(MISTAKES)]
    project.makepyfile("\n".join(["import pytest", *tests]))
    result = run(project)
    result.assert_outcomes(errors=len(MISTAKES))
    result.stdout.fnmatch_lines([f"@pytest.mark.gms: {message}" for message in MISTAKES.values()])
    result.stdout.no_fnmatch_line("Traceback*")


def test_with_a_failure_the_requests_of_its_session_are_told(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest
        from client import book

        @pytest.mark.gms(clock="2026-03-02T08:55:00Z")
        def test_it(gms):
            book(gms, serviceName="sales", phoneNumber="+14155550123",
                 userData={"desiredTime": "2026-03-02T10:00:00Z"})
            assert gms.callbacks[0]["desired_time"] == "2026-03-02T10:00:00.000Z"

        def test_that_passes(gms):
            book(gms, serviceName="sales", phoneNumber="+14155550123")
    """)
    result = run(project)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- requests to mockgms, session test-it-* -*",
            (
                "#1  08:55:00.000  POST /engagement/v3/callbacks/create serviceName=sales phoneNumber=+1415***0123"
                ' userData={"desiredTime": "2026-03-02T10:00:00Z"} -> 200'
            ),
            "    hint: userData[[]desiredTime] is sent, but no desiredTime: this asks for an immediate callback.*",
        ]
    )
    result.stdout.no_fnmatch_line("*session test-that-passes*")


def test_with_the_failure_of_a_test_without_a_session_those_of_the_server_are_told(project: pytest.Pytester) -> None:
    project.makepyfile("""
        from client import book

        def test_it(mockgms):
            book(mockgms, serviceName="sales", phoneNumber="+14155550123")
            assert False

        def test_without(): assert False
    """)
    result = run(project)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        ["*- requests to mockgms, session default -*", "#1 * POST /engagement/v3/callbacks/create * -> 200"]
    )
    assert len([line for line in result.outlines if "requests to mockgms, session " in line]) == 1


def test_only_the_newest_twenty_are_told_and_with_none_that_is_said(project: pytest.Pytester) -> None:
    project.makepyfile("""
        from urllib.request import urlopen

        def test_many(gms):
            for number in range(21):
                urlopen(f"{gms.v3_url}/open-for/sales-{number:02}").close()
            assert False

        def test_none(gms):
            assert False
    """)
    result = run(project)
    result.assert_outcomes(failed=2)
    told = [line for line in result.outlines if "open-for/sales-" in line and "->" in line]
    assert (len(told), "sales-01" in told[0], "sales-20" in told[-1]) == (20, True, True)
    result.stdout.fnmatch_lines(["*- requests to mockgms, session test-none-* -*", "none"])


def test_requests_are_told_when_another_fixture_fails_too_and_not_when_gms_itself_does(
    project: pytest.Pytester,
) -> None:
    project.makepyfile("""
        import pytest

        @pytest.fixture
        def broken(gms):
            assert False

        def test_it(broken): pass

        @pytest.mark.gms(clock="soon")
        def test_without(gms): pass
    """)
    result = run(project)
    result.assert_outcomes(errors=2)
    assert len([line for line in result.outlines if "requests to mockgms, session " in line]) == 1


def test_what_the_server_refuses_is_shown_at_the_line_of_the_test(project: pytest.Pytester) -> None:
    project.makepyfile("""
        def test_it(gms):
            gms.arm("server_eror")
    """)
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*> *gms.arm(*", "E *Refused: The rule has mistakes*", "test_*.py:2: Refused"])
    result.stdout.no_fnmatch_line("*mockgms/client/*")


def test_a_failure_is_told_even_when_the_server_is_gone(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest
        from mockgms.background import serving
        from mockgms.client import Mock
        from mockgms.scenario.catalog import Catalog

        @pytest.fixture(scope="session")
        def mockgms():
            with serving(Catalog().named("default"), Catalog()) as url:
                yield Mock(url)

        def test_it(gms):
            gms._line = Mock("http://127.0.0.1:1")._line
            assert 1 == 2
    """)
    result = run(project)
    result.stdout.fnmatch_lines(["E * assert 1 == 2", "no answer from http://127.0.0.1:1: *"])


def test_it_works_with_any_client(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import aiohttp
        import httpx
        import pytest
        import requests

        V1 = {"_customer_number": "+14155550123"}
        V3 = {"serviceName": "sales", "phoneNumber": "+14155550123"}

        @pytest.fixture(autouse=True)
        def booked(gms):
            yield
            assert [each["phone"] for each in gms.callbacks] == ["+14155550123"]

        def test_requests(gms):
            assert requests.post(f"{gms.v3_url}/create", json=V3).status_code == 200

        def test_httpx(gms):
            with httpx.Client(base_url=gms.base_url) as client:
                assert client.post("/callbacks/create", data=V3).status_code == 200

        @pytest.mark.asyncio
        async def test_httpx_that_is_asynchronous(gms):
            async with httpx.AsyncClient() as client:
                assert (await client.post(gms.v1_url("sales"), json=V1)).status_code == 200

        @pytest.mark.asyncio
        async def test_aiohttp(gms):
            async with aiohttp.ClientSession() as client:
                async with client.post(gms.v1_url("sales"), json=V1) as answer:
                    assert answer.status == 200
    """)
    asynchronous = ("-p", "pytest_asyncio.plugin", "-o", "asyncio_default_fixture_loop_scope=function")
    run(project, *asynchronous).assert_outcomes(passed=4)


def test_with_xdist_each_worker_has_a_server_and_failures_are_told_as_ever(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest
        from client import book

        @pytest.mark.parametrize("number", range(6))
        def test_it(gms, number):
            book(gms, serviceName="sales", phoneNumber=f"+141555501{number:02}")
            assert len(gms.callbacks) == 1
            assert number != 3
    """)
    result = run(project, "-p", "xdist", "-n", "2")
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(
        ["*- requests to mockgms, session test-it-3-* -*", "*POST /engagement/v3/callbacks/create * -> 200"]
    )


def test_one_server_elsewhere_serves_all_workers(project: pytest.Pytester) -> None:
    """Ids of sessions are unique over workers, so that they may share a server such as one in a container."""
    project.makepyfile("""
        import os
        import pytest
        from client import book
        from mockgms.client import Mock

        @pytest.fixture(scope="session")
        def mockgms():
            return Mock(os.environ["SERVER"])

        @pytest.mark.parametrize("number", range(8))
        def test_it(gms, number):
            book(gms, serviceName="sales", phoneNumber="+14155550123")
            assert len(gms.callbacks) == 1
    """)
    catalog = Catalog()
    with serving(catalog.named("default"), catalog) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SERVER", url)
        run(project, "-p", "xdist", "-n", "2").assert_outcomes(passed=8)


def test_a_project_that_does_not_use_it_pays_for_next_to_no_imports() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import mockgms.pytest_plugin; print(*set(sys.modules) - before)"
    )
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert sorted(imported) == ["mockgms", "mockgms.pytest_plugin"]


def test_its_settings_are_described(project: pytest.Pytester) -> None:
    run(project, "--markers").stdout.fnmatch_lines(["@pytest.mark.gms(scenario=..., clock=...): what the fixture *"])
    run(project, "--fixtures").stdout.fnmatch_lines(["mockgms [[]session scope[]] -- *", "gms -- *"])
    run(project, "--help").stdout.fnmatch_lines(["*mockgms_scenario (string):*", "*mockgms_scenarios (paths):*"])
