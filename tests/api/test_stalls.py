"""While one request takes long, other requests are answered.

`benchmarks/stalls.py` measures how long single steps take; these tests count the turns of the event loop.
"""

import asyncio
import json
import subprocess
import sys
from functools import reduce
from operator import getitem
from typing import Final

import pytest

from mockgms.api.dispatcher import Dispatcher
from mockgms.app import assemble
from mockgms.domain.callback import ScheduleCallback
from mockgms.domain.instants import MINUTE
from mockgms.http.messages import Request
from mockgms.scenario.catalog import Catalog
from tests.api.loop_turns import AT_ONCE, turns_of_others

MANY: Final = 10_000  # callbacks
SCENARIO = """
description: For a test.
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
services:
  sales: {capacity: 100, lookup_keys: [colour]}
  brief: {time_bucket: 5, capacity: 1}
  closed: {office_hours: []}
"""
FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
JSON: Final = {"content-type": "application/json"}
GMS: Final = "/genesys/1/service/callback"
RULES: Final = "".join(f"- {{name: r{n}, when: {{phone: '*{n}*'}}, then: {{fault: throttle}}}}\n" for n in range(300))
REGEXES: Final = [f"/^{n}[0-9]{{0,20}}(foo|bar){{1,5}}x$/" for n in range(300)]


@pytest.fixture(scope="module")
def dispatcher() -> Dispatcher:
    """A dispatcher whose default session has many callbacks. Tests change forks of it."""
    catalog = Catalog()
    dispatcher = assemble(catalog.parse(SCENARIO), catalog)
    session = dispatcher.sessions.default
    service = session.bookings.service("sales")
    for turn in range(MANY):
        desired = session.now() + turn % 500 * 15 * MINUTE
        command = ScheduleCallback(service, f"+1415{turn:07d}", desired, properties={"colour": "red"})
        session.bookings.schedule(command, session.now())
    return dispatcher


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


DESCRIBED: Final = {"method": "GET", "path": f"{GMS}/sales", "query": "colour=red"}
JOBS: Final = {
    "all callbacks": Request("GET", "/__admin/callbacks"),
    "a search": Request("GET", f"{GMS}/sales", "colour=red"),
    "a search that finds nothing": Request("GET", f"{GMS}/sales", "colour=blue"),
    "the queues": Request("GET", "/genesys/1/admin/callback/queues", "end_time=2027-01-01T00:00:00Z"),
    "the watermarks": Request("GET", "/genesys/1/admin/callback/watermarks"),
    "a snapshot": Request("GET", "/__admin/snapshot"),
    "the explanation of a search": Request("POST", "/__admin/explain", body=encoded(DESCRIBED)),
    "a verification": Request("POST", "/__admin/verify", body=encoded({"each_phone_booked_at_most_once": True})),
    "a year of slots": Request("GET", "/__admin/slots", "service=brief&days=366&all=true"),
    "a year of slots to come": Request("GET", "/__admin/slots", "service=brief&days=366"),
    "availability of a year on v1": Request("GET", f"{GMS}/brief/availability", "numberOfDays=366"),
    "availability of a year on v2": Request(
        "GET", "/genesys/2/service/callback/brief/availability", "numberOfDays=366"
    ),
    "availability of a year on v3": Request(
        "GET", "/s/v3/engagement/v3/callbacks/availability/brief", "numberOfDays=366"
    ),
    "availability of a year under a fault": Request(
        "GET", f"/s/fault{GMS}/brief/availability", "numberOfDays=366&__fault=rival"
    ),
    "the next opening of a closed service": Request(
        "POST", "/__admin/clock/advance", body=encoded({"to": "next_opening", "service": "closed"})
    ),
    "all scenarios": Request("GET", "/__admin/scenarios"),
    "a scenario": Request("PUT", "/s/a/__admin/scenario", body=f"description: x\nrules:\n{RULES}".encode()),
    "a session with a scenario": Request(
        "PUT", "/__admin/sessions/b", body=encoded({"scenario": f"description: x\nrules:\n{RULES}"})
    ),
    "a rule": Request(
        "POST",
        "/s/c/__admin/rules",
        body=encoded({"name": "r", "when": {"phone": REGEXES}, "then": {"fault": "throttle"}}),
    ),
    "a number": Request("GET", "/genesys/1/phonenumber", "number=4155550100"),
    "a form of many fields": Request("POST", "/callbacks/create", "", FORM, b"a[]=1&" * 100_000),
    "JSON of many lists": Request("POST", f"{GMS}/sales", "", JSON, b'{"a":[' + b"[]," * 100_000 + b"[]]}"),
}


@pytest.mark.slow
@pytest.mark.unmeasured
@pytest.mark.parametrize("job", JOBS)
async def test_other_requests_are_answered_during(dispatcher: Dispatcher, job: str) -> None:
    job_request = JOBS[job]
    request = Request(
        job_request.method,
        job_request.path,
        job_request.query,
        {"host": "localhost", **job_request.headers},
        job_request.body,
    )
    turns, reply = await turns_of_others(dispatcher, request)
    assert turns > AT_ONCE, reply.body[:200]
    assert reply.status < 500


@pytest.mark.slow
@pytest.mark.unmeasured
async def test_other_requests_are_answered_while_a_snapshot_is_restored(dispatcher: Dispatcher) -> None:
    host = {"host": "localhost"}
    snapshot = (await dispatcher.answer(Request("GET", "/__admin/snapshot", headers=host))).body
    turns, reply = await turns_of_others(dispatcher, Request("PUT", "/s/d/__admin/snapshot", "", host, snapshot))
    assert (reply.status, turns > AT_ONCE) == (200, True)
    again = (await dispatcher.answer(Request("GET", "/s/d/__admin/snapshot", headers=host))).body
    assert json.loads(again)["bookings"] == json.loads(snapshot)["bookings"]


NOW: Final = 1_772_441_700_000
STATES: Final = {
    "closed slots": (
        "bookings.service_states",
        [
            {
                "service": "sales",
                "closed": [NOW - NOW % (15 * MINUTE) + number * 15 * MINUTE for number in range(5_000)],
                "limits": {"windows": [], "today": None, "by_number": {}},
            }
        ],
    ),
    "armed rules": (
        "rules.armed",
        [{"rule": {"name": f"r{number}", "then": {"fault": "hang"}}, "until": None} for number in range(300)],
    ),
    "rate limits of many callers": (
        "memory",
        {"r": {str(n): {"limit": 1, "per": 1, "burst": 1, "level": 0, "at": NOW} for n in range(10_000)}},
    ),
    "rate limits of many rules": ("memory", {str(n): {} for n in range(10_000)}),
}


@pytest.mark.slow
@pytest.mark.unmeasured
@pytest.mark.parametrize("state", STATES)
async def test_other_requests_are_answered_while_a_snapshot_with_a_large_state_is_restored(
    dispatcher: Dispatcher, state: str
) -> None:
    host = {"host": "localhost"}
    snapshot = json.loads((await dispatcher.answer(Request("GET", "/s/g/__admin/snapshot", headers=host))).body)
    place, value = STATES[state]
    *outer, last = place.split(".")
    reduce(getitem, outer, snapshot)[last] = value
    few, _ = await turns_of_others(dispatcher, Request("PUT", "/s/h/__admin/snapshot", "", host, b"{}"))
    turns, reply = await turns_of_others(
        dispatcher, Request("PUT", "/s/h/__admin/snapshot", "", host, encoded(snapshot))
    )
    assert (reply.status, turns > few + 2) == (200, True), reply.body
    again = json.loads((await dispatcher.answer(Request("GET", "/s/h/__admin/snapshot", headers=host))).body)
    assert reduce(getitem, [*outer, last], again) == value


@pytest.mark.slow
async def test_other_requests_are_answered_while_many_callbacks_are_cancelled(dispatcher: Dispatcher) -> None:
    host = {"host": "localhost"}
    await dispatcher.answer(Request("PUT", "/__admin/sessions/e", "", host, b'{"from": "default"}'))
    session = dispatcher.sessions.get("e")
    ids = [callback.id for callback in session.bookings.all_callbacks()]
    request = Request("POST", "/s/e/genesys/1/admin/callback/cancel", "", JSON | host, encoded({"ids": ids}))
    turns, reply = await turns_of_others(dispatcher, request)
    assert (reply.status, len(json.loads(reply.body)), turns > AT_ONCE) == (200, MANY, True)
    request = Request("POST", "/s/e/genesys/1/admin/callback/reportcancelled", "", host)
    turns, reply = await turns_of_others(dispatcher, request)
    assert (reply.status, reply.body.count(b"\n"), turns > AT_ONCE) == (200, MANY + 1, True)


@pytest.mark.slow
@pytest.mark.unmeasured
async def test_a_long_list_does_not_include_callbacks_that_are_booked_while_it_is_written(
    dispatcher: Dispatcher,
) -> None:
    host = {"host": "localhost"}
    await dispatcher.answer(Request("PUT", "/__admin/sessions/f", "", host, b'{"from": "default"}'))
    answering = asyncio.create_task(dispatcher.answer(Request("GET", "/s/f/__admin/callbacks", "", host)))
    await asyncio.sleep(0)
    booking = Request("POST", f"/s/f{GMS}/sales", "", JSON | host, b'{"_customer_number": "+14155550199"}')
    assert (await dispatcher.answer(booking)).status == 200
    assert not answering.done()
    assert len(json.loads((await answering).body)) == MANY
    assert (
        len(json.loads((await dispatcher.answer(Request("GET", "/s/f/__admin/callbacks", "", host))).body)) == MANY + 1
    )


_LOADED = """
import asyncio, sys
from mockgms.app import assemble
from mockgms.scenario.catalog import Catalog
catalog = Catalog()
dispatcher = assemble(catalog.parse("description: x\\nservices: {sales: {numbers: {country: US}}}\\n"), catalog)
assert "phonenumbers" in sys.modules and "phonenumbers.geocoder" not in sys.modules
"""


@pytest.mark.slow
def test_a_scenario_with_number_checks_imports_phonenumbers_but_not_its_geocoder() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


HARD_PATTERNS: Final = [*(f"/x[xy]{{90}}z{n}/" for n in range(10)), "/y$/"]
HARD: Final = json.dumps(
    {
        "description": "d",
        "rules": [{"name": "r", "when": {"user_data": {"k": HARD_PATTERNS}}, "then": {"fault": "throttle"}}],
    }
)
HARD_BOOKING: Final = {"_customer_number": "+14155550100", "k": "xy" * 8_000}


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (Request("POST", f"{GMS}/sales", headers=JSON, body=encoded(HARD_BOOKING)), 429),
        (
            Request(
                "POST",
                "/__admin/explain",
                body=encoded({"method": "POST", "path": f"{GMS}/sales", "fields": HARD_BOOKING}),
            ),
            200,
        ),
    ],
)
async def test_other_requests_are_answered_while_hard_patterns_are_matched(request_: Request, status: int) -> None:
    catalog = Catalog()
    dispatcher = assemble(catalog.parse(HARD), catalog)
    turns, reply = await turns_of_others(dispatcher, request_)
    assert (reply.status, turns > AT_ONCE) == (status, True)
