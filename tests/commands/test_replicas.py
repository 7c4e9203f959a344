"""Commands that ask several servers and merge their answers."""

import json
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mockgms.cli import main
from mockgms.client import Client
from mockgms.commands.replicas import merge_coverage, merge_metrics
from tests.commands.conftest import Run, serve_monday
from tests.commands.test_coverage import trigger_gold


@pytest.fixture
def other() -> Iterator[str]:
    """A second server like the first one."""
    yield from serve_monday()


def test_the_sessions_of_all_replicas_are_listed(run: Run, server: str, other: str) -> None:
    Client(server).new_session("one", clock="2026-03-02T10:00:00Z")
    Client(other).session("two").book("sales", "+14155550100")
    status, out, err = run("ctl", "--replicas", f"{server}/, {other}", "sessions")
    assert (status, err) == (0, "")
    assert [line.split() for line in out.splitlines()] == [
        ["id", "scenario", "clock", "callbacks", "replica"],
        ["default", "monday", "2026-03-02T08:55:00.000Z,", "frozen", "0", server],
        ["one", "monday", "2026-03-02T10:00:00.000Z,", "frozen", "0", server],
        ["default", "monday", "2026-03-02T08:55:00.000Z,", "frozen", "0", other],
        ["two", "monday", "2026-03-02T08:55:00.000Z,", "frozen", "1", other],
    ]


def test_the_sessions_of_one_server_are_listed(run: Run) -> None:
    status, out, err = run("ctl", "sessions")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "id       scenario  clock                             callbacks",
        "default  monday    2026-03-02T08:55:00.000Z, frozen  0",
    ]


@pytest.mark.parametrize("command", [["ctl", "coverage"], ["coverage"]])
def test_the_coverage_of_replicas_is_the_sum_of_their_counts(
    run: Run, other: str, server: str, command: list[str]
) -> None:
    trigger_gold(Client(server))
    trigger_gold(Client(server).session("one"))
    trigger_gold(Client(other))
    status, out, err = run(*command, "--replicas", f"{server},{other}", "--json")
    assert (status, err) == (0, "")
    gold, *others = (tuple(rule.values()) for rule in json.loads(out)["rules"])
    assert gold == ("gold", "monday", "fired", 3, 3, None, False)
    assert others == [
        ("every", "monday", "never_reached", 0, 0, None, False),
        ("shadow", "monday", "hidden", 0, 0, "every", False),
    ]
    assert run(*command, "--replicas", f"{server},{other}")[1].endswith("\n1 of 3 rules fired: 33.3 %\n")
    one_session = run(*command, "--replicas", f"{server},{other}", "--session", "one", "--json")[1]
    assert json.loads(one_session)["rules"][0]["firings"] == 1


def test_ctl_coverage_of_one_server_prints_the_same_as_coverage(run: Run, mock: Client) -> None:
    trigger_gold(mock)
    assert run("ctl", "coverage")[1] == run("coverage")[1]


def test_the_fail_under_option_applies_to_all_replicas_together(run: Run, server: str, other: str) -> None:
    trigger_gold(Client(other))
    replicas = ("--replicas", f"{server},{other}")
    assert run("coverage", "--fail-under", "33.3", *replicas)[0] == 0
    assert run("coverage", "--fail-under", "33.3")[0] == 1


def rule(state: str, count: int = 0) -> dict[str, object]:
    return {
        "name": "x",
        "scenario": None,
        "state": state,
        "matches": count,
        "firings": 0,
        "hidden_by": None,
        "inherited": False,
    }


@pytest.mark.parametrize("states", [("never_reached", "matched"), ("matched", "never_reached"), ("hidden", "matched")])
def test_the_merged_state_of_a_rule_is_its_highest_state_on_any_replica(states: tuple[str, str]) -> None:
    answers = [{"rules": [rule(state, 2)], "dropped": 1} for state in states]
    assert merge_coverage(answers) == {
        "rules": [rule("matched", 4)],
        "fired": 0,
        "total": 1,
        "percent": 0.0,
        "dropped": 2,
    }


def test_the_merged_coverage_without_rules_is_100_percent() -> None:
    nothing = {"rules": [], "fired": 0, "total": 0, "percent": 100.0, "dropped": 0}
    assert merge_coverage([nothing, nothing]) == nothing


def test_metrics_name_the_replica_of_each_sample(run: Run, server: str, other: str) -> None:
    for _ in range(2):
        assert Client(other).clock
    status, out, err = run("ctl", "metrics", "--replicas", f"{server},{other}")
    assert (status, err) == (0, "")
    families = list(text_string_to_metric_families(out))
    names = [family.name for family in families]
    assert len(names) == len(set(names))
    samples = {
        sample.labels["replica"]: sample.value
        for family in families
        for sample in family.samples
        if sample.name == "mockgms_requests_total" and sample.labels["operation"] == "clock.read"
    }
    assert samples == {other: 2.0}
    info = [
        sample.labels["replica"] for family in families if family.name == "mockgms_info" for sample in family.samples
    ]
    assert info == [server, other]
    assert {
        len(sample.labels) for family in families for sample in family.samples if family.name == "mockgms_sessions"
    } == {1}


def test_the_metrics_of_one_server_are_printed_unchanged(run: Run, mock: Client) -> None:
    out = run("ctl", "metrics")[1]
    assert out.startswith("# HELP mockgms_info The server.\n# TYPE mockgms_info gauge\n")
    assert "replica" not in out
    assert [line for line in mock.metrics.splitlines() if "_sessions" in line] == [
        "# HELP mockgms_sessions Existing sessions.",
        "# TYPE mockgms_sessions gauge",
        "mockgms_sessions 1.0",
    ]


def test_labels_with_quotes_and_backslashes_are_merged() -> None:
    text = '# a comment\n# HELP a A.\n# TYPE a counter\na_total{b="} \\" 1"} 2.0\na_total 1.0\n'
    assert merge_metrics({'h"\\': text}) == (
        '# HELP a A.\n# TYPE a counter\na_total{replica="h\\"\\\\",b="} \\" 1"} 2.0\na_total{replica="h\\"\\\\"} 1.0'
    )


def test_a_refusal_of_metrics_is_printed(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ctl", "metrics", "--url", f"{server}/nowhere"]) == 2
    message = "There is no /nowhere/__admin/metrics. The nearest is GET /__admin/metrics."
    assert capsys.readouterr() == ("", f"mockgms: {message} All endpoints are listed at /__admin/docs.\n")


def test_a_replica_that_does_not_answer_is_named(run: Run, server: str) -> None:
    status, out, err = run("ctl", "sessions", "--replicas", f"{server},http://127.0.0.1:1")
    assert (status, out) == (2, "")
    assert err.startswith("mockgms: no answer from http://127.0.0.1:1: ")


def test_a_command_about_one_session_refuses_replicas(run: Run, server: str) -> None:
    message = "mockgms: --replicas is for sessions, coverage and metrics, not for clock: leave it out\n"
    assert run("ctl", "--replicas", server, "clock") == (2, "", message)


@pytest.mark.parametrize("command", [("ctl", "metrics"), ("coverage",)])
def test_a_server_beside_the_replicas_is_refused(run: Run, server: str, command: tuple[str, ...]) -> None:
    message = "mockgms: --url cannot be combined with --replicas: add the server to --replicas, or leave out one\n"
    assert run(*command, "--url", server, "--replicas", server) == (2, "", message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("http://a,", "'http://a,' has an empty URL: separate the URLs by single commas"),
        ("http://a,http://a/", "'http://a,http://a/' has a URL twice: its server would be counted twice"),
    ],
)
def test_replicas_must_be_different_urls(capsys: pytest.CaptureFixture[str], text: str, message: str) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["ctl", "sessions", "--replicas", text])
    assert exited.value.code == 2
    assert message in capsys.readouterr().err
