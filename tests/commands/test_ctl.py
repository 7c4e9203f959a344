import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from mockgms.cli import main
from mockgms.client import Client
from mockgms.scenario.faults.catalog import FAULTS
from tests.commands.conftest import Run
from tests.messages import (
    CANNOT_GO_BACK,
    FIRES_NEVER,
    NOT_A_URL,
    NOT_REGULAR,
    RULE_MISTAKEN,
    SCENARIO_MISTAKEN,
    UNUSED_VARIABLE,
)

NOW = "2026-03-02T08:55:00.000Z"
NINE = "2026-03-02T09:00:00.000Z"


def create(mock: Client, **fields: object) -> None:
    request = Request(f"{mock.v3_url}/create", json.dumps(fields).encode(), {"Content-Type": "application/json"})  # noqa: S310
    urlopen(request).close()  # noqa: S310  # http, of the fixture


def test_the_clock_can_be_shown_advanced_frozen_and_run(run: Run) -> None:
    assert run("ctl", "clock") == (0, f"{NOW}, frozen\n", "")
    assert run("ctl", "advance", "5m") == (0, f"{NINE}, frozen\n", "")
    assert run("ctl", "freeze", NOW) == (0, f"{NOW}, frozen\n", "")
    status, out, err = run("ctl", "run")
    assert (status, re.fullmatch(r"2026-03-02T08:55:\S+, running\n", out) is not None, err) == (0, True, "")
    assert run("ctl", "freeze")[1].endswith(", frozen\n")


def test_a_scenario_can_be_used_by_name_or_from_a_file(run: Run, tmp_path: Path) -> None:
    assert run("ctl", "scenario") == (0, "monday: A Monday.\n", "")
    assert run("ctl", "use", "office-hours")[1].startswith("office-hours: ")
    (tmp_path / "own.yaml").write_text("description: My own.\n")
    assert run("ctl", "use", str(tmp_path / "own.yaml")) == (0, f"{tmp_path / 'own.yaml'}: My own.\n", "")


def test_a_scenario_that_was_sent_as_text_has_no_name(run: Run, server: str) -> None:
    Client(server).use("description: My own.")
    assert run("ctl", "scenario") == (0, "a scenario that was sent: My own.\n", "")


def test_warnings_of_a_used_scenario_are_shown(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("description: x\nseed: ${SEED}\nrules: [{name: one, times: 0, then: {fault: hang}}]\n")
    warning = f"mockgms: {file}:3:9: the rule `one` {FIRES_NEVER}\n"
    assert run("ctl", "use", str(file), "--set", "SEED=1") == (0, f"{file}: x\n", warning)
    unused = f"{UNUSED_VARIABLE} {file}: the variables there are SEED"
    assert run("ctl", "use", str(file), "--set", "SEED=1", "--set", "NOPE=1") == (2, "", f"mockgms: {unused}\n")
    named = "--set is for the file of a scenario, and office-hours is a name: leave it out"
    assert run("ctl", "use", "office-hours", "--set", "SEED=1") == (2, "", f"mockgms: {named}\n")


def test_a_reset_restores_the_start_of_the_scenario(run: Run, mock: Client) -> None:
    mock.book("sales", "+15551234")
    assert run("ctl", "reset") == (0, "monday: A Monday.\n", "")
    assert mock.callbacks == []


def test_rules_are_shown_as_a_table(run: Run) -> None:
    assert run("ctl", "arm", "throttle", "--for", "5m") == (0, f"armed: throttle, until {NINE}\n", "")
    status, out, err = run("ctl", "rules")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "name      from      in force  matches  firings  expires",
        f"throttle  armed     True      0        0        {NINE}",
        "gold      scenario  True      0        0",
        "every     scenario  True      0        0",
        "shadow    scenario  True      0        0",
    ]
    assert run("ctl", "disarm", "throttle")[1].splitlines()[1:] == [
        "gold    scenario  True      0        0",
        "every   scenario  True      0        0",
        "shadow  scenario  True      0        0",
    ]


def test_a_fault_can_be_armed_with_conditions(run: Run, mock: Client) -> None:
    conditions = ["--when", "phone=+1555*", "--when", "header.user-agent=*Android*", "--when", "phone=+1666*"]
    armed = run("ctl", "arm", "{fault: delay, by: 2s}", *conditions, "--times", "1", "--name", "slow")
    assert armed == (0, "armed: slow\n", "")
    assert mock.rules[0]["rule"] == {
        "name": "slow",
        "when": {"phone": ["+1555*", "+1666*"], "header": {"user-agent": ["*Android*"]}},
        "times": 1,
        "then": {"fault": "delay", "by": "2s"},
    }


def test_a_condition_can_be_a_map(run: Run, mock: Client) -> None:
    conditions = ["--when", "caller={callbacks: {at_least: 1}}", "--when", "slot={first_free: true}"]
    assert run("ctl", "arm", "throttle", *conditions) == (0, "armed: throttle\n", "")
    assert mock.rules[0]["rule"]["when"] == {"caller": {"callbacks": {"at_least": 1}}, "slot": {"first_free": True}}


@pytest.mark.parametrize("condition", ["phone", "=1", ".a=1", "header.=1"])
def test_a_text_that_is_not_a_condition_is_refused(run: Run, condition: str) -> None:
    refusal = f"mockgms: --when {condition} is not a condition such as phone=+1555*\n"
    assert run("ctl", "arm", "throttle", "--when", condition) == (2, "", refusal)


@pytest.mark.parametrize(
    ("first", "second"),
    [("header.a=1", "header=2"), ("header=1", "header.a=2"), ("header.a=1", "header={b: 2}"), ("slot={}", "slot={}")],
)
def test_a_condition_in_two_forms_is_refused(run: Run, first: str, second: str) -> None:
    name = second.partition("=")[0].partition(".")[0]
    refusal = f"mockgms: --when {second} and another {name} need one form: write both as one map\n"
    assert run("ctl", "arm", "throttle", "--when", first, "--when", second) == (2, "", refusal)


def test_a_whole_rule_can_be_armed_from_a_file(run: Run, mock: Client, tmp_path: Path) -> None:
    rule = {"name": "mine", "times": 2, "then": [{"fault": "delay", "by": "1s"}, {"fault": "throttle"}]}
    (tmp_path / "rule.yaml").write_text(json.dumps(rule))
    assert run("ctl", "arm", str(tmp_path / "rule.yaml"), "--times", "3") == (0, "armed: mine\n", "")
    assert mock.rules[0]["rule"] == rule | {"times": 3}


def test_a_whole_rule_can_be_armed_as_yaml(run: Run, mock: Client) -> None:
    assert run("ctl", "arm", "{name: mine, then: {fault: hang}}") == (0, "armed: mine\n", "")
    assert mock.rules[0]["rule"] == {"name": "mine", "then": {"fault": "hang"}}


def test_warnings_of_an_armed_rule_are_shown(run: Run) -> None:
    warning = f"mockgms: the rule `hang` {FIRES_NEVER}\n"
    assert run("ctl", "arm", "hang", "--times", "0") == (0, "armed: hang\n", warning)


@pytest.mark.parametrize("fault", ["3", "a b", "{", "- hang"])
def test_a_text_that_is_not_a_fault_is_refused(run: Run, fault: str) -> None:
    status, out, err = run("ctl", "arm", fault)
    assert (status, out) == (2, "")
    assert err.startswith(f"mockgms: {fault} is not the name of a fault, or YAML of a fault or a rule: ")
    assert err.count("\n") == 1


def test_an_invalid_rule_is_refused_by_the_server(run: Run) -> None:
    for then in "3", "[3]":
        status, _, err = run("ctl", "arm", f"then: {then}")
        assert (status, err.startswith(f"mockgms: {RULE_MISTAKEN} ")) == (2, True)


def test_a_condition_without_a_value_is_refused(run: Run) -> None:
    expected = "mockgms: --when phone is not a condition such as phone=+1555*\n"
    assert run("ctl", "arm", "hang", "--when", "phone") == (2, "", expected)


def test_slots_can_be_shown_and_filled(run: Run) -> None:
    expected = run("ctl", "slots", "sales", "--start", NINE, "--days", "2")[1].splitlines()
    assert expected[:2] == [
        "start                     capacity  booked  free  state  reason",
        f"{NINE}  2         0       2     free",
    ]
    assert len(expected) == 1 + 2 * 96
    assert run("ctl", "fill", NINE, "sales") == (0, f"{NINE}: 0 of 2 seats free\n", "")
    assert run("ctl", "fill", NINE, "sales", "--free", "1") == (0, f"{NINE}: 1 of 2 seats free\n", "")


def test_a_booking_with_the_number_before_the_service_is_refused(run: Run) -> None:
    refusal = "mockgms: SERVICE and PHONE are in the wrong order: write `book SERVICE PHONE`\n"
    assert run("ctl", "book", "+1 (415) 555-0100", "sales") == (2, "", refusal)
    assert run("ctl", "book", "911", "anonymous")[0] == 0
    assert run("ctl", "book", "12345", "0100")[0] == 0


def test_fill_accepts_the_argument_order_of_the_last_release_with_a_note(run: Run) -> None:
    note = "mockgms: write `fill SLOT SERVICE`: the order SERVICE SLOT will be refused\n"
    assert run("ctl", "fill", "sales", NINE) == (0, f"{NINE}: 0 of 2 seats free\n", note)
    assert run("ctl", "fill", "2026-03-02T09:15:00Z", "2026-sales")[0::2] == (0, "")


def test_a_callback_can_be_booked_moved_and_cancelled(run: Run, mock: Client) -> None:
    status, out, err = run("ctl", "book", "sales", "+15551234", NINE, "--property", "level=gold", "--property", "a=b=c")
    [callback] = mock.callbacks
    assert (status, err, out.splitlines()) == (
        0,
        "",
        [
            "id"
            + " " * (len(callback["id"]) - 2)
            + "  service  phone      desired time              state      reason",
            f"{callback['id']}  sales    +15551234  {NINE}  SCHEDULED",
        ],
    )
    assert callback["properties"] == {"level": "gold", "a": "b=c"}
    assert "QUEUED" in run("ctl", "move", callback["id"], "QUEUED")[1]
    assert run("ctl", "move", callback["id"], "COMPLETED", "--reason", "NO_ANSWER")[1].endswith(
        "COMPLETED  NO_ANSWER\n"
    )
    assert run("ctl", "book", "sales", "+15551235")[0] == 0
    assert run("ctl", "cancel", mock.callbacks[1]["id"])[1].endswith("COMPLETED  CANCELLED\n")
    assert run("ctl", "book", "sales", "+1", "--property", "x") == (
        2,
        "",
        "mockgms: --property x is not of the form name=value\n",
    )


def test_wait_can_wait_until_the_server_is_ready(run: Run) -> None:
    assert run("ctl", "wait", "ready") == (0, "ready\n", "")
    nowhere = run("ctl", "wait", "ready", "--url", "http://127.0.0.1:1", "--timeout", "150ms")
    assert nowhere == (1, "", "mockgms: The server was not ready within 0.15 s\n")
    with pytest.raises(SystemExit):
        run("ctl", "wait", "ready", "--timeout", "soon")


def test_wait_can_wait_until_the_clock_shows_a_time(run: Run, mock: Client) -> None:
    assert run("ctl", "wait", "clock", NOW) == (0, f"{NOW}, frozen\n", "")
    frozen = f"the clock is frozen at {NOW}, so it will not reach {NINE}: unfreeze it first"
    assert run("ctl", "wait", "clock", NINE) == (2, "", f"mockgms: {frozen}\n")
    mock.run()
    soon = "2026-03-02T08:55:01Z"
    status, out, err = run("ctl", "wait", "clock", soon)
    assert (status, out.startswith("2026-03-02T08:55:01."), err) == (0, True, "")
    late = run("ctl", "wait", "clock", NINE, "--timeout", "1ms")
    assert late == (1, "", f"mockgms: The clock did not reach {NINE} within 0.001 s\n")


def test_wait_can_wait_until_a_callback_has_a_state(run: Run, mock: Client) -> None:
    id = mock.book("sales", "+15551234")["id"]
    assert run("ctl", "wait", "callback", id, "QUEUED")[1].endswith("QUEUED\n")
    mock.cancel(id)
    states = "SCHEDULED, QUEUED, ROUTING, PROCESSING, COMPLETED"
    unknown = f"mockgms: 'DONE' is not the state of a callback: the states are {states}\n"
    assert run("ctl", "wait", "callback", id, "DONE") == (2, "", unknown)
    late = run("ctl", "wait", "callback", id, "ROUTING", "--timeout", "1ms")
    reason = f"mockgms: The callback {id} did not become ROUTING within 0.001 s: it is COMPLETED"
    assert late == (1, "", f"{reason}, and the clock is frozen\n")
    mock.run()
    assert run("ctl", "wait", "callback", id, "ROUTING", "--timeout", "1ms") == (1, "", f"{reason}\n")
    missing = run("ctl", "wait", "callback", "no", "QUEUED", "--timeout", "1ms")
    assert missing[2] == "mockgms: The callback no did not become QUEUED within 0.001 s: there is no such callback\n"


def test_the_scenarios_of_the_server_are_listed(run: Run) -> None:
    status, out, err = run("ctl", "scenarios")
    assert (status, err) == (0, "")
    names = [line.split()[0] for line in out.splitlines()]
    assert names[0] == "name"
    assert "office-hours" in names


def test_a_configuration_export_can_be_imported(run: Run, mock: Client, tmp_path: Path) -> None:
    export = tmp_path / "export.properties"
    export.write_text("service.sales/_max_request_by_time_bucket = 7\nother/x = 1\n")
    status, out, err = run("ctl", "import", str(export))
    assert (status, out.startswith(f"{export}: "), err.startswith(f"mockgms: {export}: ")) == (0, True, True)
    assert mock.slots("sales")[0]["capacity"] == 7
    assert run("ctl", "import", "none") == (2, "", "mockgms: none: No such file or directory\n")


def test_a_snapshot_can_be_restored(run: Run, mock: Client, tmp_path: Path) -> None:
    mock.book("sales", "+15551234", NINE)
    callbacks = mock.callbacks
    (tmp_path / "bug.json").write_text(run("ctl", "snapshot")[1])
    mock.reset()
    assert run("ctl", "restore", str(tmp_path / "bug.json")) == (0, "restored\n", "")
    assert mock.callbacks == callbacks


@pytest.mark.slow
def test_a_snapshot_may_begin_with_a_byte_order_mark(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bug.json").write_bytes(b"\xef\xbb\xbf" + run("ctl", "snapshot")[1].encode())
    assert run("ctl", "restore", str(tmp_path / "bug.json")) == (0, "restored\n", "")


def test_a_snapshot_can_be_restored_from_standard_input(run: Run, mock: Client, server: str) -> None:
    mock.book("sales", "+15551234", NINE, note="ж" * 100)
    callbacks, snapshot = mock.callbacks, run("ctl", "snapshot")[1]
    mock.reset()
    command = [sys.executable, "-m", "mockgms", "ctl", "restore", "-", "--url", server]
    done = subprocess.run(command, input=snapshot, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "restored\n", "")
    assert mock.callbacks == callbacks
    done = subprocess.run(command, input="{", capture_output=True, text=True, timeout=30, check=False)
    expected = (
        "mockgms: standard input is not a snapshot, which is what `mockgms ctl snapshot` prints: it is not JSON ("
    )
    assert (done.returncode, done.stdout, done.stderr[: len(expected)]) == (2, "", expected)


def test_restoring_from_a_closed_standard_input_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    expected = "mockgms: standard input is closed: give the name of a file\n"
    assert run("ctl", "restore", "-") == (2, "", expected)


NO_SNAPSHOT = " is not a snapshot, which is what `mockgms ctl snapshot` prints: it is not "


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"x", f"{NO_SNAPSHOT}JSON (Expecting value: line 1 column 1 (char 0))"),
        (b"1" * 5_000, f"{NO_SNAPSHOT}JSON (Exceeds the limit "),
        (
            b"[" * 200_000,
            " is not a snapshot, which is what `mockgms ctl snapshot` prints: its JSON is nested too deeply",
        ),
        (b"[1]", f"{NO_SNAPSHOT}a JSON object"),
        (b"\xff", " is not UTF-8: save it as UTF-8"),
        (b"{}", ": mockgms is required"),
        (
            b'{"x": "%b"}' % (b"x" * (1 << 24)),
            " is larger than 16777216 bytes without its spaces, the limit of a snapshot",
        ),
        (None, ": No such file or directory"),
    ],
)
def test_the_refusal_of_a_snapshot_names_its_file(
    run: Run, tmp_path: Path, content: bytes | None, expected: str
) -> None:
    file = tmp_path / "bug.json"
    if content is not None:
        file.write_bytes(content)
    status, out, err = run("ctl", "restore", str(file))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"mockgms: {file}{expected}")


@pytest.mark.slow
def test_a_huge_file_is_not_read_as_a_snapshot(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "huge.json").open("wb") as huge:
        huge.truncate(1 << 40)  # bytes, which take no space on the disk
    expected = f"mockgms: {tmp_path / 'huge.json'} has more than 134217728 bytes, which is the limit\n"
    assert run("ctl", "restore", str(tmp_path / "huge.json")) == (2, "", expected)


def test_a_refusal_of_the_session_id_does_not_name_the_snapshot_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bug.json").write_text("{}")
    expected = "mockgms: session must be 1 to 64 letters"
    assert run("ctl", "restore", str(tmp_path / "bug.json"), "--session", "a b")[2].startswith(expected)


@pytest.mark.parametrize(
    ("command", "content", "expected"),
    [
        (
            "use",
            "description: x\nsevices: {}\nx: 1\n",
            f"{SCENARIO_MISTAKEN} {{0}}:2:1: unknown key `sevices`, did you mean `services`?\n",
        ),
        (
            "use",
            "nothing",
            f"{SCENARIO_MISTAKEN} {{0}}:1:1: a scenario is a map of keys",
        ),
        ("use", b"\xff", "{0} is not UTF-8: save it as UTF-8"),
        ("use", "x" * (1 << 20) + "ж", "{0} has more than 1048576 bytes, which is the limit"),
        ("use", "description: <body>:1:1\n- x", f"{SCENARIO_MISTAKEN} {{0}}:2:1: "),
        (
            "arm",
            "name: mine\n\nthen:\n- {fault: hangs}\n",
            "the rule has mistakes {0}:4:11: unknown fault 'hangs', did you mean `hang`?",
        ),
        ("arm", "{fault: hangs}", f"{RULE_MISTAKEN} {{0}}: unknown fault 'hangs'"),
        ("arm", "\nfault: [", "{0} is not the name of a fault, or YAML of a fault or a rule: {0}:"),
        ("arm", b"\xff", "{0} is not UTF-8: save it as UTF-8"),
        ("verify", "{exacty: 1}", "verify has no argument 'exacty', did you mean `exactly`? (there are: request,"),
        ("verify", "\nx: [", "{0} is not a set of checks such as {{request: {{operation: schedule}}}}: {0}:"),
        ("verify", b"\xff", "{0} is not UTF-8: save it as UTF-8"),
    ],
)
def test_a_mistake_in_a_file_names_the_file(
    run: Run, tmp_path: Path, command: str, content: str | bytes, expected: str
) -> None:
    file = tmp_path / "own.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    status, out, err = run("ctl", command, str(file))
    assert (status, out) == (2, "")
    assert err.startswith("mockgms: " + expected.format(file))
    assert "<body>:" not in err.partition("unknown")[0].replace(str(file), "")


def test_callbacks_are_shown(run: Run, mock: Client) -> None:
    id = mock.book("sales", "+15551234", NINE)["id"]
    assert run("ctl", "callbacks")[1].splitlines()[1] == f"{id}  sales    +15551234  {NINE}  SCHEDULED"


def test_each_request_is_shown_in_a_line(run: Run, mock: Client) -> None:
    assert run("ctl", "requests") == (0, "none\n", "")
    create(mock, serviceName="sales", phoneNumber="+14155550123")
    expected = "#1  08:55:00.000  POST /engagement/v3/callbacks/create serviceName=sales phoneNumber={} -> 200\n"
    filters = ("--phone", "+14155550123", "--status", "200", "--limit", "1")
    assert run("ctl", "requests", "schedule", *filters) == (0, expected.format("+1415***0123"), "")
    assert run("ctl", "requests", "--unmasked") == (0, expected.format("+14155550123"), "")
    assert run("ctl", "requests", "cancel") == (0, "none\n", "")


def test_a_request_is_explained(run: Run, mock: Client) -> None:
    create(mock, serviceName="sales", phoneNumber="+14155550123")
    paragraph = mock.explain(1)["paragraph"]
    assert run("ctl", "explain", "1") == (0, f"{paragraph}\n", "")
    assert run("ctl", "explain", "7")[0] == 2


def test_requests_can_be_verified(run: Run, mock: Client, tmp_path: Path) -> None:
    create(mock, serviceName="sales", phoneNumber="+14155550123")
    assert run("ctl", "verify", "{request: {operation: schedule}, exactly: 1}") == (0, "verified\n", "")
    (tmp_path / "expected.yaml").write_text("request: {operation: cancel}")
    status, out, err = run("ctl", "verify", str(tmp_path / "expected.yaml"))
    assert (status, out) == (1, "")
    assert err.splitlines() == [
        "mockgms: No request with operation cancel came; expected at least 1.",
        "The closest first:",
        "  #1  08:55:00.000  POST /engagement/v3/callbacks/create serviceName=sales phoneNumber=+1415***0123 -> 200",
        "      operation is v3.schedule, not cancel",
    ]


def test_the_expectation_of_verify_must_be_yaml_with_known_keys(run: Run) -> None:
    status, out, err = run("ctl", "verify", "schedule")
    assert (status, out) == (2, "")
    assert err.startswith("mockgms: schedule is not a set of checks such as {request: {operation: schedule}}: ")
    assert run("ctl", "verify", "order: 3")[0] == 2
    status, out, err = run("ctl", "verify", "{exacty: 1}")
    assert (status, out) == (2, "")
    assert err.startswith(
        "mockgms: verify has no argument 'exacty', did you mean `exactly`? (there are: request, order,"
    )


def test_the_session_is_chosen_by_an_option_or_a_variable(
    run: Run, mock: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("ctl", "advance", "5m", "--session", "one")
    monkeypatch.setenv("MOCKGMS_SESSION", "two")
    run("ctl", "advance", "1h")
    assert [mock.session(id).clock["now"][11:16] for id in ("default", "one", "two")] == ["08:55", "09:00", "09:55"]


@pytest.mark.parametrize("command", [("scenarios",), ("sessions",), ("metrics",), ("wait", "ready")])
def test_a_command_about_the_whole_server_refuses_a_session_and_opens_none(
    run: Run, mock: Client, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    before = [session["id"] for session in mock.sessions]
    message = f"mockgms: --session is not for {' '.join(command)}, which is about the whole server: leave it out\n"
    assert run("ctl", "--session", "unused", *command) == (2, "", message)
    monkeypatch.setenv("MOCKGMS_SESSION", "unused")
    assert run("ctl", *command)[0] == 0
    assert [session["id"] for session in mock.sessions] == before


def test_options_can_precede_the_command_and_those_after_it_take_precedence(
    server: str, mock: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKGMS_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("MOCKGMS_SESSION", "none")
    assert main(["ctl", "--json", "--url", server, "--session", "one", "advance", "5m"]) == 0
    assert json.loads(capsys.readouterr().out) == mock.session("one").clock
    assert main(["ctl", "--session", "one", "--url", server, "advance", "1h", "--session", "two"]) == 0
    assert [mock.session(id).clock["now"][11:16] for id in ("one", "two")] == ["09:00", "09:55"]


def test_a_message_about_an_option_before_the_command_names_no_variable(
    server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKGMS_URL", server)
    assert main(["ctl", "--url", "x", "clock", "--session", "one"]) == 2
    assert capsys.readouterr().err == f"mockgms: 'x' {NOT_A_URL}\n"


def test_answers_can_be_printed_as_json(run: Run) -> None:
    status, out, err = run("ctl", "clock", "--json")
    assert (status, json.loads(out), err) == (0, {"now": NOW, "frozen": True}, "")


def test_an_unknown_scenario_is_a_one_line_error_with_a_suggestion(run: Run) -> None:
    status, out, err = run("ctl", "use", "ofice-hours")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"mockgms: {SCENARIO_MISTAKEN} ofice-hours: there is no such scenario, did you mean")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("use", "none.yaml"), "none.yaml: No such file or directory"),
        (("use", "{pipe}"), f".*/pipe.yaml: Is a pipe, {NOT_REGULAR}"),
        (("arm", "{pipe}"), f".*/pipe.yaml: Is a pipe, {NOT_REGULAR}"),
        (("verify", "{pipe}"), f".*/pipe.yaml: Is a pipe, {NOT_REGULAR}"),
        (("restore", "{pipe}"), f".*/pipe.yaml: Is a pipe, {NOT_REGULAR}"),
        (("disarm", "mine"), "There is no rule 'mine'.*"),
        (("slots", "s\udcff"), r"'s\\udcff' has bytes that are not text: give it in UTF-8"),
        (("book", "s\udcff", "1"), "body must be JSON, .*: it has half of a surrogate pair .*"),
        (("clock", "--url", "http://a b"), "'http://a b' is not the URL of a server, .*"),
        (("advance", "soon"), "by 'soon' is not a duration such as .*"),
        (("advance", "-5m"), f"{CANNOT_GO_BACK}: .*"),
        (("--session", "one", "advance", "-PT5M"), f"{CANNOT_GO_BACK}: .*"),
        (("freeze", "-1h"), "now '-1h' is not an ISO 8601 time .*"),
        (("clock", "--session", "-"), "session must be 1 to 64 letters, .*"),
        (("clock", "--url", "localhost:8080"), "'localhost:8080' is not the URL of a server, .*"),
        (
            ("clock", "--url", "http://[::1]:0"),
            ".*cannot be reached, since no running server has port 0: give its port",
        ),
        (("clock", "--url", "http://127.0.0.1:1"), "no answer from http://127.0.0.1:1: .* Connection refused"),
    ],
)
def test_an_error_is_printed_in_one_line(run: Run, arguments: tuple[str, ...], message: str, pipe: Path) -> None:
    status, out, err = run("ctl", *(each.format(pipe=pipe) for each in arguments))
    assert (status, out) == (2, "")
    assert re.fullmatch(f"mockgms: {message}\n", err)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_an_answer_that_a_full_disk_does_not_take_is_no_error_of_the_server(
    server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("/dev/full").open("w", buffering=1) as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(["ctl", "--url", server, "clock"]) == 1
    assert capsys.readouterr().err == "mockgms: cannot continue: No space left on device\n"


def test_the_help_of_a_command_has_its_description_and_the_values_of_its_argument(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["ctl", "arm", "--help"])
    assert exited.value.code == 0
    out = capsys.readouterr().out
    assert "Arm a fault or a rule." in out
    assert " ".join(out.split()).endswith(f"faults: {', '.join(FAULTS)}")


ODD = "s\x1b]52;c;cm0=\x07\nFAKE\u202e"
SHOWN = r"s\x1b]52;c;cm0=\x07\nFAKE\u202e"


def test_control_characters_of_service_names_are_escaped_in_the_list_of_callbacks(run: Run, mock: Client) -> None:
    create(mock, serviceName=ODD, phoneNumber="+14155550101")
    status, out, _ = run("ctl", "callbacks")
    [_, line] = out.splitlines()
    assert (status, line.split("  ")[1]) == (0, SHOWN)


def test_control_characters_of_requests_are_escaped_in_their_lines(run: Run, mock: Client) -> None:
    create(mock, serviceName=f"x{ODD}", phoneNumber="+14155550101", **{"\r\x9b": "\x85\u2028"})
    status, out, _ = run("ctl", "requests")
    assert status == 0
    assert out.count("\n") == 1
    assert out.removesuffix("\n").isprintable()


def test_control_characters_that_a_refusal_quotes_are_escaped(run: Run) -> None:
    status, out, err = run("ctl", "slots", ODD, "--days", "1", "--start", "\x1b\u202e")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.removesuffix("\n").isprintable()


def test_json_output_is_ascii(run: Run, mock: Client) -> None:
    create(mock, serviceName=ODD, phoneNumber="+14155550101")
    _, out, _ = run("ctl", "callbacks", "--json")
    assert out.isascii()
    assert json.loads(out)[0]["service"] == ODD


@pytest.mark.slow
def test_a_closed_output_causes_no_error_message(server: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "mockgms", "ctl", "slots", "sales", "--days", "30", "--url", server]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, timeout=30, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")
