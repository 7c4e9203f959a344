"""The first and the last time of the clock: every request is answered there, and every snapshot can be restored."""

import json
from typing import Any

import pytest

from mockgms.domain.instants import EARLIEST, LATEST, SECOND, render_instant
from mockgms.scenario.catalog import Catalog
from tests.live import dispatcher_of
from tests.steps import Sender

FIRST, LAST = "1000-01-01T00:00:00.000Z", "9997-12-31T23:59:59.999Z"
SCENARIO = """
description: One seat, and limits that reach beyond the last time.
clock: {{now: "{now}", frozen: true}}
latency: virtual
services:
  "*":
    {{capacity: 1, time_bucket: 120, timezone: {zone}, throttle: [{{limit: 1, per: 31d}}], per_number_per_day: 1,
     execution_buffer: 366d}}
  far: {{horizon: 366d, office_hours: [Mon-Fri 09:00-10:00]}}
"""
TIMES = [FIRST, "1000-01-01T00:00:00+14:00", "2026-03-02T10:00:00Z", LAST, "9997-12-31T23:59:59+14:00"]
FAULTS = [
    "rival",
    "slot_conflict",
    "office_closed",
    "{fault: throttle, retry_after: 366d, form: http_date}",
    "{fault: throttle, retry_after: 366d, form: past}",
    "{fault: rate_limit, limit: 1, per: 36500d}",
    "{fault: delay, by: 36500d}",
]


def queries(service: str) -> list[str]:
    return [
        f"/callbacks/availability/{service}",
        f"/genesys/2/service/callback/{service}/availability?number-of-days=366&report-busy=true",
        f"/genesys/1/service/callback/{service}/availability?number-of-days=366&timezone=Pacific/Kiritimati",
        f"/__admin/slots?service={service}&days=366&all=true",
        f"/callbacks/open-for/{service}",
        f"/callbacks/queue-status/{service}",
    ]


def changes(service: str, time: str) -> list[tuple[str, str, Any]]:
    return [
        ("POST", "/callbacks/create", {"serviceName": service, "phoneNumber": "+14155550101", "desiredTime": time}),
        ("POST", f"/genesys/1/service/callback/{service}", {"_customer_number": "5115", "_desired_time": time}),
        ("POST", "/__admin/callbacks", {"service": service, "phone": "5115", "desired_time": time}),
        ("PUT", "/__admin/slots", {"service": service, "start": time, "free": 0}),
        ("PUT", "/__admin/slots", {"service": service, "start": time, "closed": True}),
        ("POST", "/callbacks/create", {"serviceName": service, "phoneNumber": "+14155550102"}),
    ]


class CheckingClient:
    """A client of one session. It asserts that no answer is a server error and that snapshots can be restored."""

    def __init__(self, scenario: str) -> None:
        self._sender = Sender(dispatcher_of(Catalog().parse(scenario)))
        self._journaled = 0

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        reply = self._sender.send(method, path, body)
        self._journaled += not path.startswith("/__admin/")
        assert reply.status < 500, (method, path, body, reply.body)
        return reply.status, json.loads(reply.body) if reply.body.startswith((b"{", b"[")) else reply.body

    def restore(self) -> None:
        """Restore the session from its own snapshot, and assert that nothing changes."""
        taken = self.ask("GET", "/__admin/snapshot")
        assert self.ask("PUT", "/__admin/snapshot", taken[1])[0] == 200
        assert self.ask("GET", "/__admin/snapshot") == taken
        self._journaled = 0

    def explain_all(self) -> None:
        """Explain all requests to the mocked API since the last restore, and assert that each is in the journal."""
        requests = self.ask("GET", "/__admin/requests?summary=true")[1]["requests"]
        assert len(requests) == self._journaled
        for one in requests:
            assert self.ask("GET", f"/__admin/requests/{one['id']}/explain")[0] == 200


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Niue"])
@pytest.mark.parametrize("now", [FIRST, "1000-01-01T00:00:00+14:00", "9997-12-31T23:59:59Z", LAST])
def test_at_the_first_and_last_time_requests_are_answered_and_snapshots_restored(now: str, zone: str) -> None:
    client = CheckingClient(SCENARIO.format(now=now, zone=zone))
    for service in ("sales", "far"):
        for path in queries(service):
            client.ask("GET", path)
        for time in TIMES:
            for method, path, body in changes(service, time):
                client.ask(method, path, body)
            client.explain_all()
            client.restore()
    for fault in FAULTS:
        path = "/genesys/2/service/callback/new/availability?number-of-days=2&report-busy=true"
        client.ask("GET", f"{path}&__fault={fault.replace(' ', '%20')}")
        client.restore()


def test_a_running_clock_stops_at_the_last_time() -> None:
    client = CheckingClient("description: x")
    assert client.ask("PUT", "/__admin/clock", {"now": LAST})[0] == 200
    client.restore()
    for _ in range(100):
        assert client.ask("GET", "/__admin/clock") == (200, {"now": LAST, "frozen": False})
    assert client.ask("POST", "/callbacks/create", {"serviceName": "s", "phoneNumber": "+14155550101"})[0] == 200
    client.explain_all()
    client.restore()


@pytest.mark.parametrize("frozen", [True, False])
@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ({"by": "31d"}, "by", f"leads to a time after {LAST}, the last time of the clock"),
        (
            {"to": "next_opening", "service": "far"},
            "to",
            f"cannot be next_opening: 'far' opens next at a time after {LAST}, the last time of the clock",
        ),
    ],
)
def test_an_advance_beyond_the_last_time_is_refused(frozen: bool, body: Any, field: str, reason: str) -> None:
    client = CheckingClient(SCENARIO.format(now="9997-12-31T12:00:00Z", zone="UTC"))
    assert client.ask("PUT", "/__admin/clock", {"frozen": frozen})[0] == 200
    refused = 400, {"message": f"{field} {reason}", "field": field}
    assert client.ask("POST", "/__admin/clock/advance", body) == refused
    shown = client.ask("GET", "/__admin/clock")[1]["now"]
    assert shown.startswith("9997-12-31T12:00")


def test_a_rule_that_expires_after_the_last_time_never_expires() -> None:
    client = CheckingClient(SCENARIO.format(now=LAST, zone="UTC"))
    rule = {"name": "hangs", "for": "1ms", "then": {"fault": "hang"}, "when": {"phone": "+1"}}
    status, armed = client.ask("POST", "/__admin/rules", rule)
    assert (status, armed["expires"], armed["in_force"]) == (201, None, True)
    client.restore()


def test_the_first_slot_in_another_zone_can_start_before_the_first_time() -> None:
    client = CheckingClient(SCENARIO.format(now=FIRST, zone="Europe/Paris"))
    path = f"/__admin/slots?service=sales&start={FIRST}&days=1&all=true"
    assert client.ask("GET", path)[1][0]["start"] == "1000-01-01T01:50:39.000Z"
    booking = {"service": "sales", "phone": "5115", "desired_time": FIRST}
    assert client.ask("POST", "/__admin/callbacks", booking)[1]["slot"] == "0999-12-31T23:50:39.000Z"
    client.restore()


def test_no_slot_starts_after_the_last_time() -> None:
    client = CheckingClient(SCENARIO.format(now="9997-12-31T23:00:00Z", zone="UTC"))
    for which in ("", "&all=true"):
        path = f"/__admin/slots?service=sales&start=9997-12-31T20:00:00Z&days=366{which}"
        starts = [row["start"][:16] for row in client.ask("GET", path)[1]]
        assert starts == (["9997-12-31T20:00", "9997-12-31T22:00"] if which else [])


def test_a_restored_clock_beyond_the_first_or_last_time_shows_that_time() -> None:
    client = CheckingClient("description: x")
    snapshot = client.ask("GET", "/__admin/snapshot")[1]
    for ahead, shown in ((LATEST, LAST), (EARLIEST - LATEST, FIRST)):
        snapshot["clock"] = {"frozen_at": None, "ahead": ahead}
        assert client.ask("PUT", "/__admin/snapshot", snapshot)[0] == 200
        assert client.ask("GET", "/__admin/clock")[1]["now"] == shown
        client.restore()
    snapshot["clock"]["ahead"] = EARLIEST - LATEST - 1
    refused = 400, {"message": "clock.ahead leads to a time outside the years 1000 to 9997", "field": "clock.ahead"}
    assert client.ask("PUT", "/__admin/snapshot", snapshot) == refused


def test_the_first_and_last_time_are_written_with_four_digit_years() -> None:
    assert (render_instant(EARLIEST), render_instant(LATEST)) == (FIRST, LAST)
    assert render_instant(EARLIEST - SECOND) == "0999-12-31T23:59:59.000Z"
