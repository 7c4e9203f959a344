"""Two replicas behind HAProxy and behind nginx, as `deploy/` configures them."""

import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from pathlib import Path

import pytest

from mockgms.client import Client, Refused
from tests.deploy.proxies import PROXIES, Spread, replica_in, spread
from tests.docs.markdown import ROOT, blocks
from tests.pytest_plugin.running import run
from tests.waiting import LONGEST

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.unmeasured

SESSIONS = 1_000
SLOTS = "/callbacks/availability/sales"
BOOKING = "serviceName=sales&phoneNumber=%2B14155550100"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
TWO_SESSIONS = {
    "message": "This names two sessions, which can be on two replicas. Make or delete a session at"
    " /__admin/sessions/ID. To fork one, PUT its snapshot to /s/ID/__admin/snapshot."
}
CUT_OFF = {
    "haproxy": "The replica of session {} closed the connection before a whole answer. The faults disconnect and empty"
    " do this; otherwise, see its log.",
    "nginx": "The replica of this session does not answer, or closed the connection before a whole answer. The faults"
    " disconnect and empty do this; otherwise, see its log. Sessions of other replicas are not affected.",
}
DEAD = (
    "The replica of session {} does not answer. Sessions of other replicas are not affected. Start the replica again;"
    " its sessions start over."
)
PAGE = (ROOT / "docs" / "how-to" / "several-processes.md").read_text()
GONE = {"haproxy": (503, DEAD), "nginx": (502, CUT_OFF["nginx"])}


@pytest.fixture(scope="module", params=sorted(PROXIES))
def proxy(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def proxied(proxy: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spread]:
    with spread(proxy, tmp_path_factory.mktemp(proxy)) as proxied:
        yield proxied


def test_sessions_spread_evenly_and_path_and_header_choose_the_same_replica(proxied: Spread) -> None:
    ids = [f"test-{number:x}-{number * number:x}" for number in range(SESSIONS)]
    with proxied.connected() as ask:
        by_path = [replica_in(ask(f"/s/{id}/__admin/ready")) for id in ids]
        by_header = [replica_in(ask("/__admin/ready", X_Mockgms_Session=id)) for id in ids]
        for id, replica in zip(ids[:50], by_path, strict=False):
            assert json.loads(ask(f"/__admin/sessions/{id}", "PUT")[1])["scenario"] == f"replica-{replica}"
    assert by_header == by_path
    assert 0.45 * SESSIONS <= sum(by_path) <= 0.55 * SESSIONS


def test_the_session_of_the_path_takes_precedence_over_that_of_the_header(proxied: Spread) -> None:
    mine, other = proxied.session_on(0), proxied.session_on(1)
    with proxied.connected() as ask:
        assert replica_in(ask(f"/s/{mine}/__admin/ready", X_Mockgms_Session=other)) == 0


def test_a_request_without_a_session_goes_to_the_replica_of_the_default_session(proxied: Spread) -> None:
    with proxied.connected() as ask:
        default = replica_in(ask("/s/default/__admin/ready"))
        assert [replica_in(ask("/__admin/ready")) for _ in range(5)] == [default] * 5


def test_events_pass_the_proxy_without_delay(proxied: Spread) -> None:
    patience = 5  # seconds, fewer than from one comment of the stream to the next
    with (
        Client(proxied.url).new_session() as gms,
        socket.create_connection(("127.0.0.1", proxied.port), patience) as reader,
    ):
        reader.sendall(f"GET /s/{gms.id}/__admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        received = reader.recv(65_536)
        gms.freeze("2026-03-02T08:55:00Z")
        while b'"what":"clock"' not in received:  # an event that a proxy held back would come too late
            received += reader.recv(65_536)


def test_haproxy_ends_soon_after_a_soft_stop_though_a_client_reads_events(tmp_path: Path) -> None:
    with spread("haproxy", tmp_path) as proxied, socket.create_connection(("127.0.0.1", proxied.port)) as reader:
        reader.sendall(b"GET /__admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert reader.recv(65_536)
        assert proxied.process is not None
        proxied.process.send_signal(signal.SIGUSR1)  # as docker stop and Kubernetes do
        proxied.process.wait(9)  # before Docker kills it


@pytest.mark.parametrize("fault", ["disconnect", "empty"])
def test_a_connection_fault_on_a_new_connection_is_a_502(proxied: Spread, proxy: str, fault: str) -> None:
    with proxied.connected() as ask:
        status, body = ask(f"/s/one{SLOTS}", X_Mockgms_Fault=fault)
    assert (status, json.loads(body)) == (502, {"message": CUT_OFF[proxy].format("one")})


@pytest.mark.parametrize("fault", ["disconnect", "empty"])
def test_a_connection_fault_on_a_used_connection_closes_it_or_is_a_502(proxied: Spread, proxy: str, fault: str) -> None:
    with proxied.connected() as ask:
        assert ask(f"/s/one{SLOTS}")[0] == 200
        if proxy == "haproxy":
            with pytest.raises(RemoteDisconnected):
                ask(f"/s/one{SLOTS}", X_Mockgms_Fault=fault)
        else:
            assert ask(f"/s/one{SLOTS}", X_Mockgms_Fault=fault)[0] == 502


def test_the_proxy_does_not_repeat_a_request_that_a_fault_breaks(proxied: Spread) -> None:
    with Client(proxied.url).new_session() as gms, proxied.connected() as ask:
        gms.arm("disconnect", phase="after", when={"operation": "schedule"})
        assert ask(f"/s/{gms.id}/callbacks/create", "POST", BOOKING, **FORM)[0] == 502
        assert [callback["phone"] for callback in gms.callbacks] == ["+14155550100"]
        gms.verify("schedule", exactly=1)


def test_the_documentation_quotes_the_messages_of_the_proxies() -> None:
    quoted = [json.loads(block.text)["message"] for block in blocks(PAGE) if block.language == "json"]
    assert quoted == [message.format("test-1") for message in (DEAD, CUT_OFF["haproxy"], CUT_OFF["nginx"])]


def test_a_truncated_answer_arrives_truncated(proxied: Spread) -> None:
    with proxied.connected() as ask, pytest.raises(IncompleteRead):
        ask(f"/s/one{SLOTS}", X_Mockgms_Fault="truncate")


def test_a_slow_body_arrives_piece_by_piece(proxied: Spread) -> None:
    with Client(proxied.url).new_session() as gms:
        gms.arm({"fault": "slow_body", "chunk": 50, "every": "300ms"})
        connection = HTTPConnection("127.0.0.1", proxied.port, timeout=LONGEST)
        connection.request("POST", f"/s/{gms.id}/callbacks/create", BOOKING, {"Content-Type": FORM["Content_Type"]})
        with connection.getresponse() as answer:
            pieces = []
            while piece := answer.read1():
                pieces.append(piece)
        connection.close()
    assert len(pieces[0]) <= 50 < len(b"".join(pieces))
    assert json.loads(b"".join(pieces))["status"]["code"] == 0


def test_a_hanging_request_hangs_until_the_client_disconnects(proxied: Spread) -> None:
    connection = HTTPConnection("127.0.0.1", proxied.port, timeout=0.3)
    connection.request("GET", f"/s/one{SLOTS}", headers={"X-Mockgms-Fault": "hang"})
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()


@pytest.mark.parametrize(
    ("fault", "status"), [("server_error", 500), ("throttle", 429), ("slot_conflict", 400), ("garbage", 200)]
)
def test_other_faults_pass_the_proxy_unchanged(proxied: Spread, fault: str, status: int) -> None:
    replica = proxied.replicas[proxied.replica_of("one")]
    through: list[object] = []
    direct: list[object] = []
    for port, answers in (proxied.port, through), (replica.port, direct):
        connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST)
        connection.request("GET", f"/s/one{SLOTS}", headers={"X-Mockgms-Fault": fault, "Host": "localhost"})
        answer = connection.getresponse()
        heads = {name.lower() for name, _ in answer.getheaders()} - {"server", "connection", "transfer-encoding"}
        answers += [answer.status, heads, len(answer.read())]
        connection.close()
    assert through == direct
    assert through[0] == status


def test_gateway_errors_of_a_rule_pass_the_proxy_unchanged(proxied: Spread) -> None:
    with Client(proxied.url).new_session() as gms, proxied.connected() as ask:
        for status in 502, 503, 504:
            gms.arm({"fault": "respond", "status": status, "body": "mine"}, name="mine")
            assert ask(f"/s/{gms.id}{SLOTS}") == (status, b"mine")
            gms.disarm("mine")


def test_only_sessions_of_a_killed_replica_are_lost_and_the_answer_says_so(proxy: str, tmp_path: Path) -> None:
    with spread(proxy, tmp_path) as proxied, proxied.connected() as ask:
        lost, kept = proxied.session_on(0), proxied.session_on(1)
        assert ask(f"/s/{kept}/callbacks/create", "POST", BOOKING, **FORM)[0] == 200
        assert ask(f"/s/{lost}{SLOTS}")[0] == 200
        proxied.replicas[0].process.kill()
        proxied.replicas[0].process.wait(LONGEST)
        status, message = GONE[proxy]
        for _ in range(3):  # on new connections, since HAProxy may close one whose replica is gone
            with proxied.connected() as ask_again:
                answer = ask_again(f"/s/{lost}{SLOTS}")
            assert (answer[0], json.loads(answer[1])) == (status, {"message": message.format(lost)})
        assert [callback["phone"] for callback in Client(f"{proxied.url}/s/{kept}").callbacks] == ["+14155550100"]
        with pytest.raises(Refused, match="does not answer") as refused:
            assert Client(f"{proxied.url}/s/{lost}").clock
        assert refused.value.status == status


def test_a_session_can_be_forked_to_another_replica(proxied: Spread) -> None:
    with Client(proxied.url) as default:
        original = default.new_session(proxied.session_on(0), clock="2026-03-02T08:55:00Z")
        original.book("sales", "+14155550100")
        for id in proxied.session_on(1), proxied.session_on(0) + "-fork":
            fork = original.fork(id)
            assert fork.callbacks == original.callbacks
            assert fork.clock == original.clock
            fork.reset()
        assert len(original.callbacks) == 1
        default.freeze("2026-03-02T08:55:00Z")
        assert {default.fork().clock["now"] for _ in range(5)} == {"2026-03-02T08:55:00.000Z"}
        default.reset()
        with pytest.raises(Refused) as refused:
            original._ask("PUT", "sessions/other", {})  # noqa: SLF001  # no method sends this
        assert (refused.value.status, refused.value.answer) == (421, TWO_SESSIONS)


def test_the_pytest_plugin_works_through_the_proxy(
    proxied: Spread, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = --strict-markers -p mockgms.pytest_plugin\n")
    pytester.makeconftest(f"""
        import pytest
        from mockgms.client import Client

        @pytest.fixture(scope="session")
        def mockgms():
            with Client({proxied.url!r}) as client:
                yield client
    """)
    pytester.makepyfile("""
        import json
        from urllib.request import Request, urlopen

        import pytest

        def book(gms, phone):
            fields = {"serviceName": "sales", "phoneNumber": phone}
            request = Request(gms.v3_url + "/create", json.dumps(fields).encode(), {"Content-Type": "application/json"})
            urlopen(request).close()

        @pytest.mark.parametrize("number", range(8))
        @pytest.mark.gms(scenario="office-hours", clock="2026-03-02T08:55:00Z")
        def test_marked(gms, number):
            assert gms.scenario["name"] == "office-hours"
            assert gms.clock == {"now": "2026-03-02T08:55:00.000Z", "frozen": True}
            assert gms.callbacks == []
            book(gms, "+14155550100")
            gms.verify("schedule", exactly=1)
            assert gms.fork().callbacks == gms.callbacks
            assert gms.new_session(clock="2026-03-02T08:55:00Z").callbacks == []

        def test_fails(gms):
            book(gms, "+14155550100")
            assert False
    """)
    result = run(pytester)
    result.assert_outcomes(passed=8, failed=1)
    result.stdout.fnmatch_lines(["#1 *POST /engagement/v3/callbacks/create*"])


def test_ctl_works_through_the_proxy(proxied: Spread, capsys: pytest.CaptureFixture[str]) -> None:
    from mockgms.cli import main

    for id in proxied.session_on(0), proxied.session_on(1):
        for arguments, printed in (
            (["freeze", "2026-03-02T08:55:00Z"], "2026-03-02T08:55:00.000Z, frozen\n"),
            (["arm", "throttle"], "armed: throttle\n"),
            (["advance", "5m"], "2026-03-02T09:00:00.000Z, frozen\n"),
        ):
            assert main(["ctl", "--url", proxied.url, "--session", id, *arguments]) == 0
            assert capsys.readouterr() == (printed, "")


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_a_client_in_javascript_works_through_the_proxy(proxied: Spread) -> None:
    command = ["node", "--test", "examples/javascript/booking.test.mjs"]
    result = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "MOCKGMS_URL": proxied.url}, capture_output=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, b""), result.stdout
