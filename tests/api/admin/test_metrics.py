import asyncio
import json
import re
import sys
from importlib import import_module

import pytest

from mockgms import __version__
from mockgms.api.dispatcher import Dispatcher
from mockgms.http.messages import Reply, Request
from mockgms.scenario.model import Scenario
from tests.live import dispatcher_of

V1 = "/genesys/1/service/callback/sales"
BOOKING = b'{"_customer_number": "4155550100"}'


@pytest.fixture
def dispatcher(scenario: Scenario) -> Dispatcher:
    return dispatcher_of(scenario)


def send(dispatcher: Dispatcher, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return asyncio.run(dispatcher.answer(Request(method, path, headers=sent, body=body)))


def read(dispatcher: Dispatcher, family: str) -> list[str]:
    """Return the samples of a metric family without the prefix of its name."""
    text = send(dispatcher, "GET", "/__admin/metrics").body.decode()
    return [line.removeprefix(family) for line in text.splitlines() if re.match(rf"{family}[ {{]", line)]


def test_requests_are_counted_by_operation_status_fault_and_rule(dispatcher: Dispatcher) -> None:
    for session in "", "/s/one", "/s/two":
        send(dispatcher, "POST", f"{session}{V1}", BOOKING)
    send(dispatcher, "GET", "/callbacks/open-for/sales", x_mockgms_fault="server_error")
    send(dispatcher, "GET", "/callbacks/open-for/sales", x_mockgms_fault="disconnect")
    send(dispatcher, "GET", "/any/path")
    send(dispatcher, "GET", "/other/path")
    assert read(dispatcher, "mockgms_requests_total") == [
        '{fault="",operation="schedule",rule="",status="200",version="v1"} 3.0',
        '{fault="server_error",operation="open_for",rule="asked:server_error",status="500",version="v3"} 1.0',
        '{fault="disconnect",operation="open_for",rule="asked:disconnect",status="none",version="v3"} 1.0',
        '{fault="",operation="(unknown)",rule="",status="404",version=""} 2.0',
    ]


def test_the_duration_of_each_operation_is_a_histogram(dispatcher: Dispatcher) -> None:
    send(dispatcher, "GET", "/callbacks/open-for/sales")
    count, total, *buckets = (
        [line for line in read(dispatcher, f"mockgms_request_duration_seconds_{part}") if "open_for" in line]
        for part in ("count", "sum", "bucket")
    )
    labels = 'operation="open_for",version="v3"}'
    assert count == [f"{{{labels} 1.0"]
    assert 0 < float(total[0].removeprefix(f"{{{labels}")) < 1
    assert (len(buckets[0]), buckets[0][-1]) == (18, f'{{le="+Inf",{labels} 1.0')


def test_gauges_are_totals_of_all_sessions(dispatcher: Dispatcher) -> None:
    for session in "", "/s/one":
        for _ in range(2):
            send(dispatcher, "POST", f"{session}{V1}", BOOKING)
    names = ("sessions", "callbacks", "journal_entries", "journal_dropped_total", "event_readers", "info")
    assert [read(dispatcher, f"mockgms_{name}") for name in names] == [
        [" 2.0"],
        [" 4.0"],
        [" 4.0"],
        [" 0.0"],
        [" 0.0"],
        [f'{{version="{__version__}"}} 1.0'],
    ]
    [size] = read(dispatcher, "mockgms_journal_bytes")
    assert float(size) == sum(session.journal.size for session in dispatcher.sessions)


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_the_standard_process_metrics_are_included(dispatcher: Dispatcher) -> None:
    [memory] = read(dispatcher, "process_resident_memory_bytes")
    assert float(memory) > 1e6


def test_the_accept_header_chooses_the_format(dispatcher: Dispatcher) -> None:
    plain = send(dispatcher, "GET", "/__admin/metrics")
    assert plain.status == 200
    assert plain.content_type.startswith("text/plain; version=")
    accept = "application/openmetrics-text;version=1.0.0"
    openmetrics = send(dispatcher, "GET", "/__admin/metrics", accept=accept)
    assert openmetrics.content_type.startswith("application/openmetrics-text; version=1.0.0")
    assert openmetrics.body.endswith(b"# EOF\n")


def test_without_prometheus_client_the_answer_says_what_to_install(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    reply = send(dispatcher, "GET", "/__admin/metrics")
    assert (reply.status, json.loads(reply.body)) == (
        501,
        {
            "message": "The metrics need the package prometheus_client, which is not installed: "
            "pip install prometheus_client."
        },
    )


def test_no_metric_is_registered_in_the_global_registry(dispatcher: Dispatcher) -> None:
    send(dispatcher, "GET", "/__admin/metrics")
    text = import_module("prometheus_client").generate_latest().decode()
    assert "mockgms" not in text
