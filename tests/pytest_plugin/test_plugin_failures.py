from xml.etree import ElementTree as ET

import pytest

from tests.pytest_plugin.running import run

pytest_plugins = ["pytester"]


def test_a_failure_lists_the_requests_of_its_session(project: pytest.Pytester) -> None:
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


def test_a_failure_without_a_session_lists_the_requests_of_the_default_session(project: pytest.Pytester) -> None:
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


def test_a_failure_lists_the_newest_20_requests_or_says_that_there_are_none(project: pytest.Pytester) -> None:
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
    requests = [line for line in result.outlines if "open-for/sales-" in line and "->" in line]
    assert (len(requests), "sales-01" in requests[0], "sales-20" in requests[-1]) == (20, True, True)
    assert result.outlines[result.outlines.index(requests[0]) - 1] == "(1 earlier)"
    result.stdout.fnmatch_lines(["*- requests to mockgms, session test-none-* -*", "none"])


def test_requests_are_listed_if_another_fixture_fails_but_not_if_gms_fails(
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


def test_a_refusal_of_the_server_is_shown_at_the_line_of_the_test(project: pytest.Pytester) -> None:
    project.makepyfile("""
        def test_it(gms):
            gms.arm("server_eror")
    """)
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*> *gms.arm(*", "E *Refused: The rule has mistakes*", "test_*.py:2: Refused"])
    result.stdout.no_fnmatch_line("*mockgms/client/*")


def test_a_failure_is_shown_even_if_the_server_of_a_session_is_gone(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest
        from mockgms.client import Client

        @pytest.fixture
        def gone():
            return Client("http://127.0.0.1:1")

        def test_it(gms, gone):
            assert 1 == 2
    """)
    result = run(project)
    result.stdout.fnmatch_lines(["E * assert 1 == 2", "no answer from http://127.0.0.1:1: *"])


def test_a_server_that_has_ended_is_reported_without_a_traceback(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import os, signal
        from pathlib import Path

        def test_that_kills(gms):
            *_, server = Path("/proc/thread-self/children").read_text().split()  # the last process that was started
            pid = int(server)
            os.kill(pid, signal.SIGKILL)
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)

        def test_after(gms): pass
    """)
    result = run(project)
    result.assert_outcomes(passed=1, errors=2)
    ended = "The mockgms server has ended with exit status -9: run the tests again."
    report, _, _ = result.stdout.str().partition("= short test summary info =")  # which has it again in CI
    assert report.count(ended) == 2
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of test_after*",
            "no answer from http://127.0.0.1:*: *",
            ended,
            "*= short test summary info =*",
        ],
        consecutive=True,
    )
    result.stdout.no_fnmatch_line("*mockgms/pytest_plugin/*")


SHOP = """
    import pytest
    from client import book

    class Shop:
        def __init__(self, api):
            self.api = api

    @pytest.fixture(scope="class")
    def shop(mockgms):
        session = mockgms.new_session("shop")
        yield Shop(session)
        session.forget()

    @pytest.fixture(scope="module")
    def other(mockgms):
        return mockgms.new_session("other")

    class TestShop:
        def test_before(self, shop, other):
            book(shop.api, serviceName="sales", phoneNumber="+14155550123")

        def test_it(self, shop, mockgms):
            fork = shop.api.fork("copy")
            fork.forget()
            fork = shop.api.fork("second")
            book(shop.api, serviceName="sales", phoneNumber="+14155550124")
            assert False

    def test_with_another(other, mockgms):
        mine = mockgms.session("mine")
        assert False

    @pytest.fixture
    def mine(mockgms):
        return mockgms.session("mine")

    def test_with_one_that_exists(mine):
        assert False
"""


def test_a_failure_lists_all_sessions_that_the_test_or_its_fixtures_opened(project: pytest.Pytester) -> None:
    project.makepyfile(SHOP)
    result = run(project)
    result.assert_outcomes(passed=1, failed=3)
    titles = [line.strip("- ") for line in result.outlines if "requests to mockgms, session " in line]
    assert titles == [f"requests to mockgms, session {id}" for id in ("shop", "second", "other", "mine")]
    assert len([line for line in result.outlines if line.startswith("#2 ") and "+1415***0124" in line]) == 1


def test_junit_xml_has_the_requests_of_a_failed_test(project: pytest.Pytester) -> None:
    project.makepyfile("""
        from client import book
        import pytest

        @pytest.fixture
        def broken(gms):
            yield
            assert False

        def test_it(gms):
            book(gms, serviceName="sales", phoneNumber="+14155550123")
            assert False

        def test_teardown(broken): pass

        def test_that_passes(gms): pass
    """)
    result = run(project, "--junit-xml=report.xml")
    result.assert_outcomes(passed=2, failed=1, errors=1)
    suite = ET.parse(project.path / "report.xml")  # noqa: S314  # our own
    properties = {
        case.get("name"): [(each.get("name"), each.get("value")) for each in case.iter("property")]
        for case in suite.iter("testcase")
    }
    assert [len(each) for each in properties.values()] == [1, 0, 0]
    [(name, value)] = properties["test_it"]
    assert name is not None
    assert name.startswith("requests to mockgms, session test-it-")
    assert value is not None
    assert "POST /engagement/v3/callbacks/create serviceName=sales phoneNumber=+1415***0123 -> 200" in value


def test_a_marker_without_the_fixture_is_a_failure_with_a_remedy(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest

        @pytest.mark.gms(scenario="busy")
        def test_without(): pass

        @pytest.mark.gms(scenario="busy")
        def test_that_fails(): assert 1 == 2

        @pytest.mark.gms(scenario="nearly-full")
        def test_dynamic(request):
            assert request.getfixturevalue("gms").scenario["name"] == "nearly-full"

        @pytest.mark.gms(scenario="nearly-full")
        class TestSome:
            def test_without(self): pass

            def test_with(self, gms): pass
    """)
    result = run(project)
    result.assert_outcomes(passed=3, failed=2)
    remedy = (
        "@pytest.mark.gms has no effect, because the test does not use the fixture gms: take gms as an argument, or"
        " remove the marker"
    )
    result.stdout.fnmatch_lines([remedy, "*assert 1 == 2", "*Captured mockgms call*", remedy])


IDLE = """
    import pytest

    pytestmark = pytest.mark.gms(clock="2026-03-02T08:55:00Z")

    @pytest.mark.gms(scenario="busy")
    class TestIdle:
        def setup_method(self): pass

        def test_one(self): pass

        def test_two(self, mockgms): pass

    @pytest.mark.gms(scenario="nearly-full")
    class TestDynamic:
        @pytest.fixture
        def mine(self, request):
            return request.getfixturevalue("gms")

        def test_it(self, mine):
            assert mine.scenario["name"] == "nearly-full"

    @pytest.mark.gms(scenario="nearly-full")
    class Base:
        def test_it(self): pass

    class TestOne(Base): pass

    class TestTwo(Base):
        def test_more(self, gms): pass
"""
REMEDY = "has no effect, because none of its tests uses the fixture gms: take gms as an argument, or remove the marker"


def test_a_marker_of_a_class_that_serves_none_of_its_tests_fails_the_first_of_them(project: pytest.Pytester) -> None:
    project.makepyfile(IDLE)
    result = run(project)
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["*TestIdle.test_one*", f"@pytest.mark.gms of TestIdle {REMEDY}"])
    result = run(project, "-k", "test_two or TestDynamic")
    result.assert_outcomes(passed=1, failed=1, deselected=4)
    result.stdout.fnmatch_lines(["*TestIdle.test_two*", f"@pytest.mark.gms of TestIdle {REMEDY}"])


def test_a_marker_is_not_judged_by_a_part_of_its_tests(project: pytest.Pytester) -> None:
    path = project.makepyfile(IDLE)
    run(project, f"{path.name}::TestTwo::test_it").assert_outcomes(passed=1)


def test_an_idle_marker_of_a_module_is_a_failure(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest
        from unittest import TestCase

        pytestmark = [pytest.mark.gms(scenario="busy"), pytest.mark.filterwarnings("error")]

        def test_one(tmp_path_factory): pass

        class TestUnit(TestCase):
            def test_two(self): pass
    """)
    project.makefile(".txt", test_text=">>> 1\n1\n")
    result = run(project, "--doctest-glob=*.txt")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines([f"@pytest.mark.gms of test_an_idle_marker_of_a_module_is_a_failure.py {REMEDY}"])
