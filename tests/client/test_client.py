import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

import pytest

import mockgms.client
from mockgms.api.admin import verify
from mockgms.client import ArmedRule, Client, NotReached, Refused
from mockgms.client.expectations import Expected
from mockgms.client.files import scenario_files
from mockgms.scenario.declarations import record
from mockgms.scenario.model import Scenario
from tests.messages import (
    CANNOT_GO_BACK,
    FIRES_NEVER,
    NOT_REGULAR,
    OWN_PARENT,
    RULE_MISTAKEN,
    SCENARIO_MISTAKEN,
    SCENARIO_UNUSABLE,
    UNUSED_VARIABLE,
)

NOW = "2026-03-02T08:55:00.000Z"
NINE = "2026-03-02T09:00:00.000Z"
FROZEN = {"now": NOW, "frozen": True}
KEYS = ", ".join(record(Scenario).keys)
PLAIN = {"seed": 0, "dialect": "8.5.2", "services": [], "warnings": [], "mistakes": []}
MONDAY = {"name": "monday", "description": "A Monday.", **PLAIN}
OTHER = {"name": "<body>", "description": "Another.", **PLAIN}


def create(mock: Client, **fields: str) -> Any:
    """Book a callback with v3, as a client does."""
    request = Request(f"{mock.v3_url}/create", json.dumps(fields).encode(), {"Content-Type": "application/json"})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310  # http, of the fixture
        return json.load(answer)


def test_a_client_has_the_urls_of_both_api_versions() -> None:
    mock = Client("http://localhost:8080/")
    assert (mock.base_url, repr(mock)) == ("http://localhost:8080", "Client('http://localhost:8080')")
    assert mock.v1_url("sales") == "http://localhost:8080/genesys/1/service/callback/sales"
    assert mock.v1_url("a/b c") == "http://localhost:8080/genesys/1/service/callback/a%2Fb%20c"
    assert mock.v3_url == "http://localhost:8080/engagement/v3/callbacks"


def test_each_session_has_its_own_base_path() -> None:
    mock = Client("http://localhost:8080/s/one")
    assert (mock.id, mock.v3_url) == ("one", "http://localhost:8080/s/one/engagement/v3/callbacks")
    assert mock.session("two").base_url == "http://localhost:8080/s/two"
    assert mock.session("default").base_url == "http://localhost:8080"
    assert Client("http://localhost:8080/s/a%20b").base_url == "http://localhost:8080/s/a%20b"


def test_the_client_still_has_its_old_name() -> None:
    assert mockgms.client.Mock is Client


def test_sessions_of_one_server_share_nothing_but_the_connection(mock: Client) -> None:
    other = mock.new_session()
    mock.book("sales", "+15551234")
    assert (len(mock.callbacks), other.callbacks) == (1, [])
    assert {mock.id, other.id} < {session["id"] for session in mock.sessions}
    other.forget()
    assert other.id not in {session["id"] for session in mock.sessions}


def test_a_new_session_can_have_a_scenario_and_a_clock(mock: Client) -> None:
    mock.new_session(mock.id, scenario="gms-defaults", clock="2026-05-04T10:00:00Z")
    assert (mock.scenario["name"], mock.clock) == ("gms-defaults", {"now": "2026-05-04T10:00:00.000Z", "frozen": True})


def test_variables_of_a_new_session_without_a_scenario_are_refused(mock: Client) -> None:
    with pytest.raises(TypeError, match="variables are for the file of a scenario: `scenario` is missing"):
        mock.new_session(variables={"A": 1})


def test_a_fork_has_the_same_callbacks_and_changes_independently(mock: Client) -> None:
    mock.book("sales", "+15551234", NINE)
    other = mock.fork()
    assert other.callbacks == mock.callbacks
    other.reset()
    assert (len(mock.callbacks), other.callbacks) == (1, [])
    other.forget()


class Proxy(BaseHTTPRequestHandler):
    """Forwards requests but refuses those that name two sessions, like a proxy of several replicas."""

    server: "ProxyServer"

    def do_request(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, answer = 421, b'{"message": "This names two sessions."}'
        if not re.fullmatch("/s/[^/]+/__admin/sessions/[^/]+", self.path):
            with urlopen(Request(self.server.behind + self.path, body or None, method=self.command)) as passed:  # noqa: S310
                status, answer = passed.status, passed.read()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_PUT = do_POST = do_DELETE = do_request  # noqa: N815  # as BaseHTTPRequestHandler calls them

    def log_message(self, *_: object) -> None:
        """Log nothing."""


class ProxyServer(HTTPServer):
    """A proxy at a free port, and the URL of its server."""

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), Proxy)
        self.behind = behind


@pytest.fixture
def proxied(server: str) -> Iterator[Client]:
    """Return a client of the server behind a proxy."""
    with ProxyServer(server) as proxy:
        thread = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with Client(f"http://127.0.0.1:{proxy.server_port}") as client:
            yield client
        proxy.shutdown()
        thread.join()


def test_a_session_behind_a_proxy_that_refuses_forks_is_forked_by_a_snapshot(proxied: Client) -> None:
    original = proxied.new_session()
    original.book("sales", "+15551234", NINE)
    fork = original.fork()
    assert fork.callbacks == original.callbacks
    fork.reset()
    assert len(original.callbacks) == 1


def test_the_default_session_is_forked_with_and_without_a_proxy(server: str, proxied: Client) -> None:
    proxied.book("sales", "+15551234", NINE)
    with Client(server) as direct:
        assert direct.fork().callbacks == proxied.fork().callbacks == direct.callbacks
    assert len(proxied.callbacks) == 1
    proxied.reset()


def test_a_session_client_can_create_another_session_behind_a_proxy(proxied: Client) -> None:
    assert proxied.session("one").new_session("two", clock=NOW).clock == FROZEN


def test_a_fork_with_an_invalid_id_is_refused(mock: Client) -> None:
    with pytest.raises(Refused, match="must be 1 to 64 letters"):
        mock.fork("no id")


def test_a_snapshot_can_be_restored(mock: Client) -> None:
    mock.book("sales", "+15551234", NINE)
    snapshot, callbacks = mock.snapshot(), mock.callbacks
    mock.reset()
    mock.restore(snapshot)
    assert mock.callbacks == callbacks


def test_forgetting_the_default_session_resets_it(mock: Client) -> None:
    default = mock.session("default")
    default.advance("1h")
    default.forget()
    assert default.clock == FROZEN


def test_the_clock_can_be_advanced_frozen_set_and_run(mock: Client) -> None:
    assert mock.advance("15m") == {"now": "2026-03-02T09:10:00.000Z", "frozen": True}
    assert mock.run()["frozen"] is False
    assert mock.freeze()["frozen"] is True
    in_paris = datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    assert mock.freeze(in_paris) == {"now": NINE, "frozen": True}
    assert mock.freeze(NOW) == FROZEN


def test_the_clock_can_be_advanced_by_a_timedelta(mock: Client) -> None:
    assert mock.advance(timedelta(minutes=5, milliseconds=1))["now"] == "2026-03-02T09:00:00.001Z"
    with pytest.raises(Refused, match=CANNOT_GO_BACK):
        mock.advance(timedelta(minutes=-5))


def test_a_duration_without_a_unit_is_refused(mock: Client) -> None:
    with pytest.raises(TypeError, match=r"^300 is not a duration: write a text such as '5m', or a timedelta$"):
        mock.advance(300)  # type: ignore[arg-type]
    assert mock.clock == FROZEN


def test_a_rule_can_have_datetimes_and_timedeltas(mock: Client) -> None:
    until = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    fault = {"fault": "throttle", "retry_after": timedelta(seconds=5)}
    rule = mock.arm(fault, for_=timedelta(minutes=10), during={"to": until})
    assert rule["expires"] == "2026-03-02T09:05:00.000Z"
    assert rule["rule"]["then"] == {"fault": "throttle", "retry_after": "5000ms"}
    assert rule["rule"]["during"] == {"to": "2026-03-02T09:30:00+00:00"}


def test_a_value_that_json_does_not_have_is_refused(mock: Client) -> None:
    with pytest.raises(TypeError, match=r"^\{1\} has no form in JSON$"):
        mock.arm("throttle", times={1})


def test_a_datetime_without_a_zone_is_refused(mock: Client) -> None:
    with pytest.raises(ValueError, match="has no time zone: add one, such as tzinfo=UTC"):
        mock.freeze(datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001  # that is the mistake
    assert mock.clock == FROZEN


def test_a_scenario_can_be_used_by_name_as_text_or_as_a_dictionary(mock: Client) -> None:
    assert mock.scenario == MONDAY
    assert mock.use("office-hours")["name"] == "office-hours"
    assert mock.use("description: Another.") == OTHER
    assert mock.use({"description": "Another."}) == OTHER


@pytest.mark.parametrize("kind", [str, Path])
def test_a_scenario_can_be_used_by_the_path_of_its_file(mock: Client, tmp_path: Path, kind: Any) -> None:
    (tmp_path / "other.yaml").write_text("description: Another.\n")
    assert mock.use(kind(tmp_path / "other.yaml")) == OTHER | {"name": "other"}
    with pytest.raises(FileNotFoundError):
        mock.use(kind(tmp_path / "none.yaml"))


@pytest.mark.parametrize("kind", [str, Path])
def test_a_pipe_is_refused_as_the_file_of_a_scenario(mock: Client, pipe: Path, kind: Any) -> None:
    with pytest.raises(OSError, match=f"Is a pipe, {NOT_REGULAR}"):
        mock.use(kind(pipe))


@pytest.mark.parametrize("kind", [str, Path])
def test_mistakes_in_a_scenario_file_name_the_file(mock: Client, tmp_path: Path, kind: Any) -> None:
    file = tmp_path / "other.yaml"
    file.write_text("description: x\nsede: 1\nx: 1\n")
    mistakes = (
        f"{file}:2:1: unknown key `sede`, did you mean `seed`?",
        f"{file}:3:1: unknown key `x` (there are: {KEYS})",
    )
    with pytest.raises(Refused) as refused:
        mock.use(kind(file))
    assert refused.value.mistakes == mistakes
    assert refused.value.answer["findings"][0] == {
        "severity": "error",
        "file": str(file),
        "line": 2,
        "column": 1,
        "message": "unknown key `sede`, did you mean `seed`?",
    }
    assert str(refused.value) == "\n".join([SCENARIO_MISTAKEN, *mistakes])
    with pytest.raises(Refused) as refused:
        mock.new_session(scenario=kind(file))
    assert str(refused.value) == f"{SCENARIO_UNUSABLE} {'; '.join(mistakes)}"


@pytest.mark.parametrize(
    "written", ["./base.yaml", '"more/../base.yaml"  # ours', "base", "${BASE:-base}", "PATH/base.yaml"]
)
def test_a_scenario_file_can_extend_others_by_path_or_by_name(mock: Client, tmp_path: Path, written: str) -> None:
    (tmp_path / "own.yaml").write_text(f"extends: {written}\ndescription: Own.\n".replace("PATH", str(tmp_path)))
    (tmp_path / "base.yaml").write_text("{description: Base., seed: 5, extends: more/last.yml}\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "last.yml").write_text("description: Last.\ndialect: 8.5.1\nextends: office-hours\n")
    used = mock.use(tmp_path / "own.yaml")
    assert (used["name"], used["description"], used["seed"], used["dialect"]) == ("own", "Own.", 5, "8.5.1")
    session = mock.new_session(scenario=tmp_path / "own.yaml")
    assert session.scenario == used
    copy = mock.new_session()
    copy.restore(session.snapshot())
    assert copy.scenario == used
    session.forget()
    copy.forget()


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 500_000,
        "extends: a" + " " * 500_000 + 'b"',
        "extends:" + "\n" * 500_000,
        "extends: " + "${A" * 100_000,
        "${A:-" * 100_000,
        "extends: " + "${A:-" * 100_000,
    ],
    ids=["blank lines", "spaces", "lines below a key", "variables", "defaults", "defaults of a parent"],
)
def test_the_parents_and_variables_of_a_long_file_are_found_in_linear_time(tmp_path: Path, text: str) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(text)
    assert scenario_files(file, None)["files"] == {str(file): text}  # each took more than 20 minutes


def test_a_missing_parent_is_a_mistake_with_its_place(mock: Client, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("description: Own.\nextends: none.yaml\n")
    with pytest.raises(
        Refused, match=f"^The scenario .*\n{file}:2:10: .*: there is no file {tmp_path}/none.yaml, or it"
    ):
        mock.use(file)
    file.write_text("description: Own.\nextends: own.yaml\n")
    with pytest.raises(Refused, match=OWN_PARENT):
        mock.use(file)
    (tmp_path / "secret").write_text("description: Secret.\n")
    file.write_text("description: Own.\nextends: ./secret\n")
    with pytest.raises(Refused, match=f"there is no file {tmp_path}/secret, or it was not sent"):
        mock.use(file)


def test_variables_are_replaced_in_scenario_files_but_not_in_scenario_texts(
    mock: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEED", "7")
    (tmp_path / "own.yaml").write_text("description: Own.\nseed: ${SEED}\n")
    assert mock.use(tmp_path / "own.yaml")["seed"] == 7
    assert mock.use(tmp_path / "own.yaml", variables={"SEED": 8})["seed"] == 8
    session = mock.new_session(scenario=tmp_path / "own.yaml", variables={"SEED": 9})
    assert session.scenario["seed"] == 9
    session.forget()
    with pytest.raises(Refused, match="the variable SEED is not set"):
        mock.use("description: Own.\nseed: ${SEED}\n")
    unused = f"{UNUSED_VARIABLE} {tmp_path}/own.yaml: the variables there are SEED"
    with pytest.raises(ValueError, match=f"^{unused}$"):
        mock.use(tmp_path / "own.yaml", variables={"NOPE": 1})
    with pytest.raises(TypeError, match=r"^variables are for the file of a scenario"):
        mock.use("office-hours", variables={"SEED": 8})


def test_the_server_does_not_read_files_that_a_client_names(mock: Client, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("description: Secret.\n")
    texts = {"own.yaml": f"description: x\nextends: {tmp_path / 'secret.yaml'}\n"}
    with pytest.raises(Refused, match=f"there is no file {tmp_path}/secret.yaml, or it was not sent"):
        mock.use({"files": texts})
    wrong: list[Any] = [{}, {"own.yaml": 1}, []]
    for files in wrong:
        with pytest.raises(Refused, match="<body>: `files` must map paths to the texts of files"):
            mock.use({"files": files})


def test_the_server_finds_the_parent_among_the_files_of_a_client_on_windows(mock: Client) -> None:
    own = "description: Own.\nextends: ../base.yaml\n"
    used = mock.use({"files": {"C:/x/own.yaml": own, "C:/base.yaml": "description: Base.\nseed: 5\n"}})
    assert (used["name"], used["seed"]) == ("own", 5)


def test_a_scenario_of_the_server_keeps_its_parents(mock: Client, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("description: x\nextends: default\n")
    assert mock.use(tmp_path / "own.yaml")["name"] == "own"
    assert mock.rules[0]["name"].startswith("magic-")
    with pytest.raises(Refused, match="<body>:2:1: is not YAML"):
        mock.use('{"files": ')


def test_warnings_of_a_scenario_are_returned(mock: Client) -> None:
    rule = {"name": "one", "times": 0, "then": {"fault": "hang"}}
    warnings = mock.use({"description": "x", "rules": [rule]})["warnings"]
    assert [line.partition(": ")[2] for line in warnings] == [f"the rule `one` {FIRES_NEVER}"]
    assert mock.scenario["warnings"] == warnings


def test_mistakes_in_the_text_of_a_scenario_name_the_body(mock: Client) -> None:
    with pytest.raises(Refused) as refused:
        mock.use("description: x\nsede: 1\n")
    assert refused.value.mistakes == ("<body>:2:1: unknown key `sede`, did you mean `seed`?",)


def test_a_scenario_file_with_a_single_word_is_not_the_name_of_a_scenario(mock: Client, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("office-hours")
    with pytest.raises(Refused, match=r"other\.yaml:1:1: a scenario is a map of keys and values"):
        mock.use(tmp_path / "other.yaml")


def test_a_reset_restores_the_state_and_the_clock(mock: Client) -> None:
    mock.advance("1h")
    mock.book("sales", "+15551234")
    assert mock.reset() == MONDAY
    assert (mock.callbacks, mock.clock) == ([], FROZEN)


def test_a_fault_can_be_armed_by_its_name_and_disarmed(mock: Client) -> None:
    rule = mock.arm("throttle")
    assert (rule["name"], rule["rule"]) == ("throttle", {"name": "throttle", "then": {"fault": "throttle"}})
    assert mock.rules == [rule]
    assert mock.disarm("throttle") == []


def test_a_fault_can_be_armed_for_a_time_and_for_some_requests(mock: Client) -> None:
    rule = mock.arm({"fault": "delay", "by": "1ms"}, name="slow", for_="5m", when={"phone": "+1555*"}, times=1)
    assert (rule["name"], rule["expires"]) == ("slow", NINE)
    create(mock, serviceName="sales", phoneNumber="+16661234")
    create(mock, serviceName="sales", phoneNumber="+15551234")
    assert mock.rules == [rule | {"matches": 1, "firings": 1}]


def test_several_faults_are_armed_as_one_rule(mock: Client) -> None:
    assert mock.arm([{"fault": "delay", "by": "1ms"}, {"fault": "throttle"}])["name"] == "delay-throttle"
    rule = mock.arm(["server_error", "throttle"])
    then = [{"fault": "server_error"}, {"fault": "throttle"}]
    assert rule["rule"] == {"name": "server_error-throttle", "then": then}


def test_a_rule_without_a_given_name_replaces_no_other_rule(mock: Client) -> None:
    mock.use({"description": "A rule.", "rules": [{"name": "hang", "then": {"fault": "hang"}}]})
    armed = [mock.arm("server_error", when={"service": service}) for service in ("a", "b", "c")]
    assert [rule["name"] for rule in armed] == ["server_error", "server_error-2", "server_error-3"]
    assert armed[1]["rule"]["name"] == "server_error-2"
    assert mock.arm("hang")["name"] == "hang-2"
    mock.disarm("hang")
    assert mock.arm("hang")["name"] == "hang-3"
    assert len(mock.rules) == 6


def test_a_rule_with_a_given_name_replaces_the_armed_rule_of_this_name(mock: Client) -> None:
    mock.arm("server_error", name="mine")
    mock.arm("throttle", name="mine")
    mock.arm({"name": "mine", "then": {"fault": "hang"}})
    assert [rule["rule"] for rule in mock.rules] == [{"name": "mine", "then": {"fault": "hang"}}]


def test_a_long_name_is_shortened_for_its_number(mock: Client) -> None:
    faults = [*["slot_conflict"] * 6, "throttle", "respond"]
    name = "-".join(faults)
    assert len(name) == 100
    assert [mock.arm(faults)["name"] for _ in range(2)] == [name, f"{name[:98]}-2"]


def test_the_newest_rule_is_tried_first_unless_it_is_armed_last(mock: Client) -> None:
    mock.use({"description": "A rule.", "rules": [{"name": "own", "then": {"fault": "hang"}}]})
    mock.arm("throttle")
    mock.arm("hang", last=True)
    mock.arm("server_error")
    mock.arm("disconnect", last=True)
    order = ["server_error", "throttle", "hang", "disconnect", "own"]
    assert [rule["name"] for rule in mock.rules] == order
    copy = mock.fork()
    assert [rule["name"] for rule in copy.rules] == order
    copy.forget()


def test_disarming_an_armed_rule_twice_is_not_an_error(mock: Client) -> None:
    rule = mock.arm("throttle")
    rule.disarm()
    assert mock.rules == []
    rule.disarm()


def test_a_rule_can_be_armed_for_a_with_block(mock: Client) -> None:
    with mock.arm("server_error") as rule:
        assert mock.rules == [rule]
    assert mock.rules == []
    with pytest.raises(ZeroDivisionError), mock.arm("server_error"):
        1 / 0  # noqa: B018  # the error
    assert mock.rules == []


def test_a_refused_disarm_raises_refused_unless_the_rule_does_not_exist(mock: Client) -> None:
    rule = mock.session("gone").arm("throttle")
    mock.session("gone").forget()
    rule.disarm()
    other = ArmedRule({}, lambda: mock.move("x", "QUEUED", reason="x"))
    with pytest.raises(Refused):
        other.disarm()


def test_a_whole_rule_is_armed_as_a_dictionary(mock: Client) -> None:
    assert mock.arm({"name": "mine", "then": {"fault": "hang"}}, for_="5m")["expires"] == NINE
    assert mock.rules[0]["name"] == "mine"


def test_a_refusal_has_the_status_message_field_and_mistakes_of_the_server(mock: Client) -> None:
    with pytest.raises(Refused) as refused:
        mock.arm("throtle")
    error = refused.value
    assert (error.status, error.message, error.field) == (400, RULE_MISTAKEN, "then")
    assert "did you mean `throttle`?" in error.mistakes[0]
    assert str(error) == f"{error.message}\n{error.mistakes[0]}"
    with pytest.raises(Refused, match=r"^There is no rule 'mine'\.$"):
        mock.disarm("mine")


@pytest.mark.parametrize("name", ["desiredTime", "desired_Time", "desiredtime"])
def test_a_desired_time_under_another_name_is_not_taken_for_user_data(name: str, mock: Client) -> None:
    with pytest.raises(TypeError, match=f"book has no argument '{name}', did you mean `desired_time`?"):
        mock.book("sales", "+15551234", **{name: NINE})
    assert mock.book("sales", "+15551234", _desired_time="x", desired_team="y")["properties"] == {
        "_desired_time": "x",
        "desired_team": "y",
    }


def test_a_callback_can_be_booked_and_moved(mock: Client) -> None:
    callback = mock.book("sales", "+15551234", NINE, level="gold")
    assert (callback["slot"], callback["properties"]) == (NINE, {"level": "gold"})
    moved = mock.move(callback["id"], "COMPLETED", reason="NO_ANSWER")
    assert mock.callbacks == [moved]
    assert (moved["state"], moved["reason"]) == ("COMPLETED", "NO_ANSWER")


def test_slots_are_listed_with_their_seats(mock: Client) -> None:
    mock.book("sales", "+15551234", NINE)
    first = mock.slots("sales")[0]
    assert (first["start"], first["capacity"], first["booked"], first["free"]) == (NINE, 2, 1, 1)
    later = datetime(2026, 3, 3, tzinfo=UTC)
    assert mock.slots("sales", start=later, days=2)[-1]["start"] == "2026-03-04T23:45:00.000Z"


@pytest.mark.parametrize("slot", [NINE, "2026-03-02T10:00:00+01:00", datetime(2026, 3, 2, 9, 7, tzinfo=UTC)])
def test_a_slot_can_be_filled(mock: Client, slot: str | datetime) -> None:
    mock.book("sales", "+15551234", NINE)
    full = {"start": NINE, "capacity": 2, "booked": 2, "free": 0, "state": "full", "reason": None}
    assert mock.fill(slot, "sales") == full
    assert mock.slots("sales")[0] == full
    assert mock.fill(slot, "sales", free=1)["free"] == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda gms: gms.freeze(date(2026, 3, 2)), "datetime.date(2026, 3, 2) is not a time: write a text such as "),
        (
            lambda gms: gms.slots("sales", start=5),
            "5 is not a time: write a text such as '2026-03-02T08:55:00Z', or a ",
        ),
        (lambda gms: gms.session(None).clock, "None is not a name or an id: give a text"),
        (lambda gms: gms.disarm(5), "5 is not a name or an id: give a text"),
        (lambda gms: gms.v1_url(None), "None is not a name or an id: give a text"),
        (lambda gms: gms.verify(5), "5 is not a filter: write an operation such as 'schedule', or a dictionary"),
        (lambda gms: gms.verify(order=[None]), "None is not a filter: write an operation such as 'schedule', or a "),
    ],
)
def test_an_argument_of_another_type_is_refused_with_what_to_write(
    mock: Client, call: Callable[[Any], object], message: str
) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(message)}"):
        call(mock)


def test_the_clock_can_be_advanced_to_the_next_opening(mock: Client) -> None:
    mock.use("office-hours")
    mock.freeze("2026-03-02T06:00:00Z")
    assert mock.advance_to_opening("sales")["now"] == "2026-03-02T08:00:00.000Z"


def test_requests_can_be_listed_and_filtered(mock: Client) -> None:
    create(mock, serviceName="sales", phoneNumber="+14155550123")
    create(mock, serviceName="sales", phoneNumber="+14155550199")
    phones = [request["request"]["fields"]["phoneNumber"] for request in mock.requests("schedule", status=200)]
    assert phones == ["+1415***0123", "+1415***0199"]
    [one] = mock.requests("v3.schedule", phone="+1 415 555 0123", limit=1, unmasked=True)
    assert one["request"]["fields"] == {"serviceName": "sales", "phoneNumber": "+14155550123"}
    assert mock.requests("cancel") == []


def test_a_request_of_the_journal_is_explained(mock: Client) -> None:
    create(mock, serviceName="sales", phoneNumber="+14155550123")
    [entry] = mock.requests()
    explanation = mock.explain(entry)
    summary = explanation["id"], explanation["operation"], explanation["answer"]["status"]
    assert summary == (entry["id"], "v3.schedule", 200)
    assert mock.explain(entry["id"]) == explanation


def test_a_described_request_is_explained(mock: Client) -> None:
    fields = {"serviceName": "sales", "phoneNumber": "+14155550123"}
    explanation = mock.explain({"method": "POST", "path": "/callbacks/create", "fields": fields})
    assert (explanation["id"], explanation["answer"]["status"], mock.requests()) == (None, 200, [])


def test_the_journal_can_be_emptied(mock: Client) -> None:
    create(mock, serviceName="sales", phoneNumber="+14155550123")
    mock.forget_requests()
    assert mock.requests() == []


def test_expected_requests_are_verified(mock: Client) -> None:
    create(mock, serviceName="sales", phoneNumber="+14155550123")
    mock.verify("schedule")
    mock.verify({"operation": "v3.schedule", "phone": "+1415*"}, exactly=1, each_phone_booked_at_most_once=True)
    mock.verify(no_retry_before_retry_after=True)
    create(mock, serviceName="sales", phoneNumber="+15555550123")
    mock.verify(order=["schedule", {"phone": "+1555*"}])


def test_a_failed_verification_is_an_assertion_error_with_the_closest_requests(mock: Client) -> None:
    create(mock, serviceName="sales", phoneNumber="+14155550123")
    create(mock, serviceName="support", phoneNumber="+14155550123")
    with pytest.raises(AssertionError) as failed:
        mock.verify({"operation": "schedule", "service": "help"}, exactly=2)
    assert str(failed.value).splitlines() == [
        "No request with operation schedule, service help came; expected exactly 2.",
        "The closest first:",
        "  #1  08:55:00.000  POST /engagement/v3/callbacks/create serviceName=sales phoneNumber=+1415***0123 -> 200",
        "      service is sales, not help",
        "  #2  08:55:00.000  POST /engagement/v3/callbacks/create serviceName=support phoneNumber=+1415***0123 -> 200",
        "      service is support, not help",
    ]


def test_filters_can_be_given_as_keywords(mock: Client) -> None:
    create(mock, serviceName="sales", phoneNumber="+14155550123", level="gold")
    mock.verify("schedule", phone="+14155550123", exactly=1)
    mock.verify(operation=["cancel", "schedule"], status=200, fields={"level": "gold"}, at_most=1)
    mock.verify({"service": "sales"}, version="v3", exactly=1)
    with pytest.raises(AssertionError, match=r"phone is \+1415\*\*\*0123, not \+1555\*"):
        mock.verify("schedule", phone="+1555*")
    with pytest.raises(TypeError, match=r"^verify gets the filter 'phone' twice: '1' and '2'$"):
        mock.verify({"phone": "1"}, phone="2")


def test_an_unknown_keyword_is_refused_with_a_suggestion_and_all_known_keywords(mock: Client) -> None:
    known = (
        "request, order, exactly, at_least, at_most, no_retry_before_retry_after, each_phone_booked_at_most_once,"
        " operation, version, service, phone, status, rule, fault, method, path, fields, header, query"
    )
    for slip, near in (("exacty", ", did you mean `exactly`?"), ("fone", ", did you mean `phone`?"), ("zzz", "")):
        with pytest.raises(TypeError) as refused:
            mock.verify(**{slip: 1})  # type: ignore[arg-type]  # the slip
        assert str(refused.value) == f"verify has no argument {slip!r}{near} (there are: {known})"


def test_the_keywords_of_verify_are_those_of_the_server() -> None:
    known = [field for kind in (verify.RequestFilter, verify.Expectations) for field in kind.__struct_fields__]
    assert sorted([*Expected.__annotations__, "request", "order"]) == sorted(known)


def test_a_failure_without_any_request_names_the_url_of_the_session(mock: Client) -> None:
    with pytest.raises(AssertionError) as failed:
        mock.verify("schedule")
    assert str(failed.value).splitlines() == [
        "No request with operation schedule came; expected at least 1.",
        f"No request came to this session at all. Its URL is {mock.base_url}",
    ]
    create(mock, serviceName="sales", phoneNumber="+14155550123")
    with pytest.raises(AssertionError) as failed:
        mock.verify("schedule", exactly=2)
    assert str(failed.value) == "1 request with operation schedule came; expected exactly 2."


def test_a_verification_without_a_check_is_refused(mock: Client) -> None:
    with pytest.raises(Refused, match=r"^body has no check: "):
        mock.verify()


def test_coverage_is_that_of_one_session_or_of_all_sessions(mock: Client) -> None:
    rule = {"name": "one", "when": {"phone": "+1555*"}, "then": {"fault": "hang"}}
    session = mock.new_session(scenario={"description": "A rule.", "rules": [rule]})
    create(session, serviceName="sales", phoneNumber="+14155550123")
    assert [rule["name"] for rule in session.coverage()["rules"]] == ["one"]
    session.forget()
    assert mock.coverage()["rules"] == []
    assert "one" in [rule["name"] for rule in mock.coverage(all_sessions=True)["rules"]]


def test_a_client_without_a_server_raises_not_reached(server: str) -> None:
    nowhere = Client("http://127.0.0.1:1")
    with pytest.raises(NotReached, match=r"^no answer from http://127.0.0.1:1: .*refused"):
        nowhere.reset()
