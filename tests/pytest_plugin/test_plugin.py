import subprocess
import sys

import pytest

from mockgms.scenario.catalog import Catalog
from tests.messages import CANNOT_LOOK, SCENARIO_UNUSABLE
from tests.pytest_plugin.running import run
from tests.threaded import serving

pytest_plugins = ["pytester"]


def test_each_test_has_its_own_session(project: pytest.Pytester) -> None:
    project.makepyfile("""
        from client import book

        def test_one(gms):
            book(gms, serviceName="sales", phoneNumber="+14155550123")
            assert len(gms.callbacks) == 1

        def test_two(gms, mockgms):
            assert gms.callbacks == []
            assert gms.base_url == f"{mockgms.base_url}/s/{gms.id}"
            assert gms.id.startswith("test-two-")

        def test_the_sessions_are_forgotten(mockgms):
            assert [each["id"] for each in mockgms.sessions] == ["default"]
    """)
    run(project).assert_outcomes(passed=3)


def test_the_server_starts_once_and_leaves_nothing_open(project: pytest.Pytester) -> None:
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


def test_the_ini_file_names_the_scenario_of_the_server(project: pytest.Pytester) -> None:
    project.makeini(
        "[pytest]\naddopts = -p mockgms.pytest_plugin\nmockgms_scenario = busy\nmockgms_scenarios = scenarios\n"
    )
    folder = project.mkdir("scenarios")
    (folder / "busy.yaml").write_text("description: One seat.\nservices: {'*': {capacity: 1}}\n")
    project.makepyfile("def test_it(gms): assert gms.scenario['name'] == 'busy'")
    run(project).assert_outcomes(passed=1)


def test_a_fixture_names_the_scenario_of_the_server(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest

        @pytest.fixture(scope="session")
        def mockgms_scenario():
            return "office-hours"

        def test_it(gms):
            assert gms.scenario["name"] == "office-hours"
    """)
    run(project).assert_outcomes(passed=1)


def test_a_scenario_that_does_not_load_is_reported_without_a_traceback(project: pytest.Pytester) -> None:
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


def test_the_error_for_a_missing_folder_of_scenarios_names_the_setting(project: pytest.Pytester) -> None:
    with (project.path / "tox.ini").open("a") as ini:
        ini.write("\nmockgms_scenarios = nope\n")
    project.makepyfile("def test_without_mockgms(): pass")
    result = run(project)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    folder = project.path / "nope"
    result.stderr.fnmatch_lines([f"ERROR: mockgms_scenarios: {CANNOT_LOOK} {folder}: No such file or directory"])


def test_the_marker_sets_the_scenario_and_the_clock_of_a_session(project: pytest.Pytester) -> None:
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
        def test_a_whole_scenario(gms, whole):
            assert gms.scenario["description"] == "My own."
            assert gms.clock == {"now": MONDAY, "frozen": True}
    """)
    run(project).assert_outcomes(passed=5)


MISTAKES = {
    "'office-hours'": "takes scenario and clock by name, not 'office-hours': write scenario='office-hours'",
    "": "has no effect without arguments: give it scenario=... or clock=..., or remove it",
    "scenaro='office-hours'": "takes scenario and clock, not scenaro, did you mean `scenario`? (there are: *)",
    "scenario='ofice-hours'": f"{SCENARIO_UNUSABLE} *did you mean `office-hours`*",
    "scenario='none.yaml'": "*none.yaml: No such file or directory*",
    "scenario=3": "scenario cannot be 3",
    "scenario={'description': object()}": "<object object at *> has no form in JSON",
    "clock='soon'": "clock.now *'soon'*",
    "clock=9": "clock cannot be 9",
}


def test_a_marker_with_a_mistake_is_reported_without_a_traceback(project: pytest.Pytester) -> None:
    tests = [f"@pytest.mark.gms({each})\ndef test_{n}(gms): pass" for n, each in enumerate(MISTAKES)]
    project.makepyfile("\n".join(["import pytest", *tests]))
    result = run(project)
    result.assert_outcomes(errors=len(MISTAKES))
    result.stdout.fnmatch_lines([f"@pytest.mark.gms: {message}" for message in MISTAKES.values()])
    result.stdout.no_fnmatch_line("Traceback*")
    result.stdout.no_fnmatch_line("During handling of the above exception*")


def test_paths_of_scenarios_start_from_the_rootdir_wherever_pytest_runs(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.mkdir("scenarios").joinpath("own.yaml").write_text("description: My own.")
    (tests := project.mkdir("tests")).joinpath("beside.yaml").write_text("description: Beside the test.")
    tests.joinpath("test_paths.py").write_text("""
import pytest

@pytest.mark.gms(scenario="scenarios/own.yaml")
def test_paths(gms):
    assert gms.scenario["description"] == "My own."
    assert gms.use("beside.yaml")["description"] == "Beside the test."
    assert gms.use("scenarios/own.yaml")["description"] == "My own."

def test_slip(gms):
    gms.use("scenarios/onw.yaml")

def test_folder(gms):
    gms.use("none/own.yaml")
""")
    monkeypatch.chdir(tests)
    result = run(project, f"--rootdir={project.path}")
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        [
            f"E*FileNotFoundError: *, did you mean `own.yaml`?: '{project.path}/scenarios/onw.yaml'",
            f"E*FileNotFoundError: *No such file or directory: '{project.path}/none/own.yaml'",
        ]
    )
    result.stdout.no_fnmatch_line("*pathlib.py*")


def test_the_fixture_works_with_any_http_client(project: pytest.Pytester) -> None:
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


@pytest.mark.unmeasured
def test_with_xdist_sessions_are_separate_and_failures_list_their_requests(project: pytest.Pytester) -> None:
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


def test_all_workers_can_share_one_server(project: pytest.Pytester) -> None:
    """Ids of sessions are unique over workers, so that they may share a server such as one in a container."""
    project.makepyfile("""
        import os
        import pytest
        from client import book
        from mockgms.client import Client

        @pytest.fixture(scope="session")
        def mockgms():
            return Client(os.environ["SERVER"])

        @pytest.mark.parametrize("number", range(8))
        def test_it(gms, number):
            book(gms, serviceName="sales", phoneNumber="+14155550123")
            assert len(gms.callbacks) == 1
    """)
    catalog = Catalog()
    with serving(catalog.named("default"), catalog) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SERVER", url)
        run(project, "-p", "xdist", "-n", "2").assert_outcomes(passed=8)


def test_the_plugin_imports_no_other_module_when_it_is_loaded() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import mockgms.pytest_plugin; print(*set(sys.modules) - before)"
    )
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert sorted(imported) == ["mockgms", "mockgms.pytest_plugin"]


def test_the_marker_the_fixtures_and_the_settings_are_described(project: pytest.Pytester) -> None:
    run(project, "--markers").stdout.fnmatch_lines(
        ["@pytest.mark.gms(scenario=..., clock=...): initial state of the fixture *"]
    )
    for fixture in "mockgms [[]session scope[]] -- *", "gms -- *":
        run(project, "--fixtures").stdout.fnmatch_lines([fixture])
    run(project, "--help").stdout.fnmatch_lines(["*mockgms_scenario (string):*", "*mockgms_scenarios (paths):*"])
