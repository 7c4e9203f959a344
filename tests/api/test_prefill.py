"""First use of sessions and services with generated customers: other requests are answered meanwhile."""

import asyncio
import json
from typing import Any, Final

import pytest

from mockgms.api.dispatcher import Dispatcher
from mockgms.app import assemble
from mockgms.http.messages import Request
from mockgms.scenario.catalog import Catalog
from tests.api.loop_turns import AT_ONCE, turns_of_others

CUSTOMERS: Final = 4_000
FEW: Final = 3
SCENARIO: Final = """
description: For a test.
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
services:
  "*":
    capacity: 180
    time_bucket: 60
    booked: {share: 100%, days: 1}
    slots: [{start: 2026-03-02T10:00:00Z, free: 2}]
  listed: {}
"""
LISTED: Final = """
description: For a test.
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
services:
  sales: {capacity: 180, time_bucket: 60, booked: {share: 90%, days: 1}}
"""
HOST: Final = {"host": "localhost"}
JSON: Final = {"content-type": "application/json", **HOST}
GMS: Final = "/genesys/1/service/callback"
BOOKING: Final = {"service": "new", "phone": "+14155550100", "desired_time": "2026-03-02T10:00:00Z"}
V3: Final = {"serviceName": "new", "phoneNumber": "+14155550100", "desiredTime": "2026-03-02T10:00:00Z"}
DESCRIBED: Final = {"method": "POST", "path": f"{GMS}/new", "fields": {"_customer_number": "+14155550100"}}


def dispatcher_of(scenario: str) -> Dispatcher:
    catalog = Catalog()
    return assemble(catalog.parse(scenario), catalog)


def request_of(method: str, path: str, query: str = "", body: Any = None) -> Request:
    return Request(method, path, query, JSON, b"" if body is None else json.dumps(body).encode())


async def services_of(dispatcher: Dispatcher, path: str = "/__admin/callbacks") -> set[tuple[str, int]]:
    """Return the services with bookings, and the number of callbacks of each."""
    callbacks = json.loads((await dispatcher.answer(request_of("GET", path))).body)
    names = [each["service"] for each in callbacks]
    return {(name, names.count(name)) for name in set(names)}


FIRST_USES: Final = {
    "booking on v1": request_of("POST", f"{GMS}/new", body={"_customer_number": "+14155550100"}),
    "search": request_of("GET", f"{GMS}/new", "_customer_number=1"),
    "availability on v1": request_of("GET", f"{GMS}/new/availability"),
    "availability on v2": request_of("GET", "/genesys/2/service/callback/new/availability"),
    "queues": request_of("GET", "/genesys/1/admin/callback/queues", "target=new"),
    "watermarks": request_of("GET", "/genesys/1/admin/callback/watermarks", "service_name=new"),
    "booking on v3": request_of("POST", "/callbacks/create", body=V3),
    "availability on v3": request_of("GET", "/callbacks/availability/new"),
    "hours": request_of("GET", "/callbacks/open-for/new"),
    "status": request_of("GET", "/callbacks/queue-status/new"),
    "estimates": request_of("GET", "/estimated-wait-time", "virtual-queues=listed,new"),
    "estimates on v1": request_of("GET", "/genesys/1/service/ewt-for-vq", "name=listed,new"),
    "estimates on v2": request_of("GET", "/genesys/2/ewt/ewt2", "vq=listed,new"),
    "a fault": request_of("GET", f"{GMS}/new/availability", "__fault=rival"),
    "slots": request_of("GET", "/__admin/slots", "service=new"),
    "a slot by hand": request_of(
        "PUT", "/__admin/slots", body={"service": "new", "start": V3["desiredTime"], "free": 1}
    ),
    "a booking by hand": request_of("POST", "/__admin/callbacks", body=BOOKING),
    "callbacks of a slot": request_of("GET", "/__admin/callbacks", "service=new&slot=2026-03-02T10:00:00Z"),
    "an explanation": request_of("POST", "/__admin/explain", body=DESCRIBED),
}


@pytest.mark.slow
@pytest.mark.parametrize("use", FIRST_USES)
@pytest.mark.unmeasured
async def test_other_requests_are_answered_while_a_service_is_prefilled_for(use: str) -> None:
    dispatcher, request = dispatcher_of(SCENARIO), FIRST_USES[use]
    again = Request(request.method, request.path, request.query, request.headers, request.body)
    turns, reply = await turns_of_others(dispatcher, request)
    assert (turns > FEW, reply.status < 500) == (True, True), reply.body
    if use != "an explanation":  # which changes nothing
        turns, reply = await turns_of_others(dispatcher, request_of("GET", "/callbacks/queue-status/new"))
        assert (turns, reply.status) == (AT_ONCE, 200)
    assert (await dispatcher.answer(again)).status < 500


@pytest.mark.slow
async def test_requests_that_arrive_while_a_service_is_prefilled_see_all_its_customers() -> None:
    dispatcher = dispatcher_of(SCENARIO)
    answers = await asyncio.gather(*(dispatcher.answer(request_of("GET", f"{GMS}/new/availability")) for _ in range(3)))
    assert {answer.body for answer in answers} == {answers[0].body}
    assert "new" in {name for name, _ in await services_of(dispatcher)}
    assert list(json.loads(answers[0].body).values()) == [2]
    twin = dispatcher_of(SCENARIO)
    await twin.answer(request_of("GET", f"{GMS}/new/availability"))
    assert dispatcher.sessions.default.export_state().bookings == twin.sessions.default.export_state().bookings


@pytest.mark.slow
async def test_a_service_is_prefilled_to_the_end_even_if_its_first_client_disconnects() -> None:
    dispatcher, other = dispatcher_of(SCENARIO), dispatcher_of(SCENARIO)
    leaving = asyncio.create_task(dispatcher.answer(request_of("GET", f"{GMS}/new/availability")))
    for _ in range(4):
        await asyncio.sleep(0)
    leaving.cancel()
    for each in dispatcher, other:
        await each.answer(request_of("GET", f"{GMS}/new/availability"))
    assert dispatcher.sessions.default.export_state().bookings == other.sessions.default.export_state().bookings


@pytest.mark.slow
async def test_a_service_gets_the_same_customers_whether_prefilled_in_steps_or_at_once() -> None:
    one, other = dispatcher_of(SCENARIO), dispatcher_of(SCENARIO)
    await one.answer(request_of("GET", f"{GMS}/new/availability"))
    bookings = other.sessions.default.bookings
    bookings.open(bookings.service("new"))
    assert one.sessions.default.export_state().bookings == bookings.export_state()


async def test_invalid_service_names_are_refused_and_not_prefilled() -> None:
    dispatcher = dispatcher_of(SCENARIO)
    for name in "x" * 256, "a%00b", "":
        assert (await dispatcher.answer(request_of("GET", "/__admin/slots", f"service={name}"))).status == 400
    assert (await dispatcher.answer(request_of("POST", "/__admin/callbacks", body=[1]))).status == 400
    assert {name for name, _ in await services_of(dispatcher)} == {"listed"}


@pytest.mark.parametrize("path", [f"/s/one{GMS}/sales", "/s/one/__admin/callbacks", "/s/one/callbacks/open-for/sales"])
async def test_other_requests_are_answered_while_a_session_is_created(path: str) -> None:
    dispatcher = dispatcher_of(LISTED)
    turns, reply = await turns_of_others(dispatcher, request_of("GET", path))
    assert (turns > FEW, reply.status) == (True, 200)


@pytest.mark.slow
async def test_requests_that_arrive_while_a_session_is_created_use_the_same_session() -> None:
    dispatcher = dispatcher_of(LISTED)
    book = {"service": "sales", "phone": "+14155550100", "desired_time": "2026-03-02T10:00:00Z"}
    answers = await asyncio.gather(
        *(dispatcher.answer(request_of("POST", "/s/one/__admin/callbacks", body=book)) for _ in "12")
    )
    assert [answer.status for answer in answers] == [201, 201]
    [(_, count)] = await services_of(dispatcher, "/s/one/__admin/callbacks")
    [(_, customers)] = await services_of(dispatcher)
    assert count == customers + 2


async def test_other_requests_are_answered_while_the_default_session_is_forgotten() -> None:
    turns, reply = await turns_of_others(dispatcher_of(LISTED), request_of("DELETE", "/__admin/sessions/default"))
    assert (turns > FEW, reply.status) == (True, 200)


async def test_a_service_whose_customers_exceed_the_memory_allowance_is_not_opened() -> None:
    dispatcher = dispatcher_of(SCENARIO)
    session = dispatcher.sessions.default
    left = session.allowance.size - session.allowance.used
    session.allowance.add(left - 100_000)
    assert (await dispatcher.answer(request_of("GET", f"{GMS}/new/availability"))).status == 507
    assert (session.bookings.is_used("new"), {name for name, _ in await services_of(dispatcher)}) == (False, {"listed"})
    session.allowance.add(100_000 - left)
    assert (await dispatcher.answer(request_of("GET", f"{GMS}/new/availability"))).status == 200
    assert len(list(session.bookings.callbacks("new"))) > CUSTOMERS


async def test_a_session_that_exceeds_the_memory_pool_is_refused() -> None:
    dispatcher = dispatcher_of(SCENARIO)
    pool = dispatcher.sessions.pool
    dispatcher.sessions.default.allowance.add(pool.size - pool.used)
    assert (await dispatcher.answer(request_of("GET", f"/s/new{GMS}/sales/availability"))).status == 507
    assert "new" not in dispatcher.sessions
