"""The server of the pytest plugin keeps the real time while tests freeze or move the time of their process."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.pytest_plugin.running import run_apart
from tests.waiting import wait_until

pytest_plugins = ["pytester"]

LONGEST = 30  # seconds that a run of pytest may take on a busy machine
# Ways in which a test changes the time of its process.
WAYS = {
    "freezegun": "freezegun.freeze_time('2001-01-01T09:00:00Z')",
    "freezegun that ticks": "freezegun.freeze_time('2001-01-01T09:00:00Z', tick=True)",
    "time-machine": "time_machine.travel('2001-01-01T09:00:00Z', tick=False)",
    "monkeypatch": "patched()",
}
TESTS = """
    import time
    from contextlib import contextmanager

    import freezegun
    import pytest
    import time_machine
    from client import book

    @contextmanager
    def patched():
        with pytest.MonkeyPatch.context() as patch:
            for name in ("time", "monotonic", "perf_counter"):
                patch.setattr(time, name, lambda: 978_339_600.0)
                patch.setattr(time, f"{name}_ns", lambda: 978_339_600_000_000_000)
            yield

    @pytest.fixture(scope="SCOPE")
    def other_time():
        with WAY:
            yield

    def test_a_delay_ends(ORDER):
        assert time.time() < 1_000_000_000
        gms.arm({"fault": "delay", "by": "50ms"}, for_="1h")
        book(gms, serviceName="sales", phoneNumber="+14155550123")
        [request] = gms.requests("schedule")
        assert request["began"] < request["answer"]["at"]

    def test_the_server_has_the_real_time(ORDER):
        assert gms.clock["now"] > "2020"
        gms.freeze("2026-03-02T08:55:00Z")
        assert gms.advance("5m") == {"now": "2026-03-02T09:00:00.000Z", "frozen": True}

    def test_a_failure_lists_requests(ORDER):
        book(gms, serviceName="sales", phoneNumber="+14155550123")
        assert False
"""


def in_another_time(way: str, scope: str, fixtures: str) -> str:
    """Return tests whose time a fixture of the given scope changes; `fixtures` are set up in their order."""
    return TESTS.replace("SCOPE", scope).replace("WAY", WAYS[way]).replace("ORDER", fixtures)


def assert_server_has_the_real_time(project: pytest.Pytester, ways: int) -> None:
    """Run the tests. The server must have the real time, and a failure must list its requests."""
    result = run_apart(project)
    result.assert_outcomes(passed=2 * ways, failed=ways)
    expected = ["*- requests to mockgms, session test-a-failure-lists-requests-* -*", "*callbacks/create*-> 200"]
    result.stdout.fnmatch_lines(expected * ways)


@pytest.mark.unmeasured
@pytest.mark.parametrize("way", WAYS)
def test_a_time_that_is_changed_before_the_server_starts_does_not_affect_it(project: pytest.Pytester, way: str) -> None:
    project.makepyfile(in_another_time(way, "session", "other_time, gms"))
    assert_server_has_the_real_time(project, 1)


@pytest.mark.unmeasured
def test_a_time_that_is_changed_after_the_server_started_does_not_affect_it(project: pytest.Pytester) -> None:
    each = {f"test_{number}": in_another_time(way, "function", "gms, other_time") for number, way in enumerate(WAYS)}
    project.makepyfile(**each)
    assert_server_has_the_real_time(project, len(WAYS))


def test_the_server_stops_when_pytest_is_killed(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import sys
        import time
        from pathlib import Path

        def test_it(mockgms):
            Path("url").write_text(mockgms.base_url)
            Path("url").rename("ready")
            time.sleep(60)
    """)
    ready = project.path / "ready"
    with subprocess.Popen([sys.executable, "-m", "pytest"], cwd=project.path, stdout=subprocess.DEVNULL) as process:
        wait_until(ready.exists, LONGEST)
        os.kill(process.pid, signal.SIGKILL)
    port = int(ready.read_text().rpartition(":")[2])
    wait_until(lambda: is_refused(port))


def is_refused(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) != 0


def test_the_error_of_a_server_that_does_not_start_has_its_output(project: pytest.Pytester) -> None:
    folder = project.mkdir("broken")
    (folder / "msgspec.py").write_text("raise SystemExit('no msgspec today')")
    project.makepyfile("def test_it(gms): pass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        result = run_apart(project, "-p", "no:hypothesispytest")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["the mockgms server did not start:", "no msgspec today"])
    result.stdout.no_fnmatch_line("Traceback*")


def test_a_failure_shows_the_log_of_the_server(project: pytest.Pytester) -> None:
    folder = project.mkdir("paths")
    (folder / "sitecustomize.py").write_text(
        "import sys\nif 'mockgms.background.child' in ' '.join(sys.orig_argv): print('a word', file=sys.stderr)"
    )
    project.makepyfile("def test_it(gms): assert False\ndef test_two(gms): assert False")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        result = run_apart(project)
    result.assert_outcomes(failed=2)
    assert [line for line in result.outlines if "log of mockgms" in line or line == "a word"][1:] == ["a word"]


def test_variables_of_the_test_run_do_not_reach_the_server(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(gms): assert gms.scenario['name'] == 'default'")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MOCKGMS_PORT", "MOCKGMS_SCENARIO", "MOCKGMS_ADMIN_TOKEN", "MOCKGMS_URL"):
            patch.setenv(name, "tcp://10.96.0.17:8080")
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            patch.setenv(name, "http://127.0.0.1:1")
        run_apart(project).assert_outcomes(passed=1)


def test_a_fixture_can_name_the_scenario_by_a_path_object(project: pytest.Pytester) -> None:
    (project.path / "own.yaml").write_text("description: My own.\n")
    project.makepyfile("""
        from pathlib import Path
        import pytest

        @pytest.fixture(scope="session")
        def mockgms_scenario():
            return Path(__file__).with_name("own.yaml")

        def test_it(gms):
            assert gms.scenario["description"] == "My own."
    """)
    run_apart(project).assert_outcomes(passed=1)
