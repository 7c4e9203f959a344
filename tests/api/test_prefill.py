"""First use: sessions and services whose customers are generated are made while others are answered."""

import asyncio
import json
from typing import Any, Final

import pytest

from mockgms.api.exchange import Exchange
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


def exchange_of(scenario: str) -> Exchange:
    catalog = Catalog()
    return assemble(catalog.parse(scenario), catalog)


def asked(method: str, path: str, query: str = "", body: Any = None) -> Request:
    return Request(method, path, query, JSON, b"" if body is None else json.dumps(body).encode())


async def services_of(exchange: Exchange, path: str = "/__admin/callbacks") -> set[tuple[str, int]]:
    """The services in which something is booked, with how many callbacks each has."""
    callbacks = json.loads((await exchange.answer(asked("GET", path))).body)
    names = [each["service"] for each in callbacks]
    return {(name, names.count(name)) for name in set(names)}


FIRST_USES: Final = {
    "booking on v1": asked("POST", f"{GMS}/new", body={"_customer_number": "+14155550100"}),
    "search": asked("GET", f"{GMS}/new", "_customer_number=1"),
    "availability on v1": asked("GET", f"{GMS}/new/availability"),
    "availability on v2": asked("GET", "/genesys/2/service/callback/new/availability"),
    "queues": asked("GET", "/genesys/1/admin/callback/queues", "target=new"),
    "watermarks": asked("GET", "/genesys/1/admin/callback/watermarks", "service_name=new"),
    "booking on v3": asked("POST", "/callbacks/create", body=V3),
    "availability on v3": asked("GET", "/callbacks/availability/new"),
    "hours": asked("GET", "/callbacks/open-for/new"),
    "status": asked("GET", "/callbacks/queue-status/new"),
    "estimates": asked("GET", "/estimated-wait-time", "virtual-queues=listed,new"),
    "estimates on v1": asked("GET", "/genesys/1/service/ewt-for-vq", "name=listed,new"),
    "estimates on v2": asked("GET", "/genesys/2/ewt/ewt2", "vq=listed,new"),
    "a fault": asked("GET", f"{GMS}/new/availability", "__fault=rival"),
    "slots": asked("GET", "/__admin/slots", "service=new"),
    "a slot by hand": asked("PUT", "/__admin/slots", body={"service": "new", "start": V3["desiredTime"], "free": 1}),
    "a booking by hand": asked("POST", "/__admin/callbacks", body=BOOKING),
    "callbacks of a slot": asked("GET", "/__admin/callbacks", "service=new&slot=2026-03-02T10:00:00Z"),
    "an explanation": asked("POST", "/__admin/explain", body=DESCRIBED),
}


@pytest.mark.slow
@pytest.mark.parametrize("use", FIRST_USES)
@pytest.mark.usefixtures("unmeasured")
async def test_others_have_their_turn_while_a_service_is_first_used_by(use: str) -> None:
    exchange, request = exchange_of(SCENARIO), FIRST_USES[use]
    again = Request(request.method, request.path, request.query, request.headers, request.body)
    turns, reply = await turns_of_others(exchange, request)
    assert (turns > FEW, reply.status < 500) == (True, True), reply.body
    if use != "an explanation":  # which changes nothing
        turns, reply = await turns_of_others(exchange, asked("GET", "/callbacks/queue-status/new"))
        assert (turns, reply.status) == (AT_ONCE, 200)
    assert (await exchange.answer(again)).status < 500


@pytest.mark.slow
async def test_those_who_come_while_a_service_is_first_used_find_all_its_customers() -> None:
    exchange = exchange_of(SCENARIO)
    answers = await asyncio.gather(*(exchange.answer(asked("GET", f"{GMS}/new/availability")) for _ in range(3)))
    assert {answer.body for answer in answers} == {answers[0].body}
    assert "new" in {name for name, _ in await services_of(exchange)}
    assert list(json.loads(answers[0].body).values()) == [2]
    twin = exchange_of(SCENARIO)
    await twin.answer(asked("GET", f"{GMS}/new/availability"))
    assert exchange.sessions.default.export_state().bookings == twin.sessions.default.export_state().bookings


@pytest.mark.slow
async def test_a_service_is_prefilled_to_the_end_when_its_first_client_leaves() -> None:
    exchange, other = exchange_of(SCENARIO), exchange_of(SCENARIO)
    leaving = asyncio.create_task(exchange.answer(asked("GET", f"{GMS}/new/availability")))
    for _ in range(4):
        await asyncio.sleep(0)
    leaving.cancel()
    for each in exchange, other:
        await each.answer(asked("GET", f"{GMS}/new/availability"))
    assert exchange.sessions.default.export_state().bookings == other.sessions.default.export_state().bookings


@pytest.mark.slow
async def test_a_service_is_prefilled_alike_whether_in_steps_or_at_once() -> None:
    one, other = exchange_of(SCENARIO), exchange_of(SCENARIO)
    await one.answer(asked("GET", f"{GMS}/new/availability"))
    bookings = other.sessions.default.bookings
    bookings.open(bookings.service("new"))
    assert one.sessions.default.export_state().bookings == bookings.export_state()


async def test_names_that_no_service_can_have_are_not_prefilled() -> None:
    exchange = exchange_of(SCENARIO)
    for name in "x" * 256, "a%00b", "":
        assert (await exchange.answer(asked("GET", "/__admin/slots", f"service={name}"))).status == 400
    assert (await exchange.answer(asked("POST", "/__admin/callbacks", body=[1]))).status == 400
    assert {name for name, _ in await services_of(exchange)} == {"listed"}


@pytest.mark.parametrize("path", [f"/s/one{GMS}/sales", "/s/one/__admin/callbacks", "/s/one/callbacks/open-for/sales"])
async def test_others_have_their_turn_while_a_session_is_first_used(path: str) -> None:
    exchange = exchange_of(LISTED)
    turns, reply = await turns_of_others(exchange, asked("GET", path))
    assert (turns > FEW, reply.status) == (True, 200)


@pytest.mark.slow
async def test_those_who_come_while_a_session_is_first_used_are_of_the_same_one() -> None:
    exchange = exchange_of(LISTED)
    book = {"service": "sales", "phone": "+14155550100", "desired_time": "2026-03-02T10:00:00Z"}
    answers = await asyncio.gather(
        *(exchange.answer(asked("POST", "/s/one/__admin/callbacks", body=book)) for _ in "12")
    )
    assert [answer.status for answer in answers] == [201, 201]
    [(_, count)] = await services_of(exchange, "/s/one/__admin/callbacks")
    [(_, customers)] = await services_of(exchange)
    assert count == customers + 2


async def test_others_have_their_turn_while_the_default_session_is_forgotten() -> None:
    turns, reply = await turns_of_others(exchange_of(LISTED), asked("DELETE", "/__admin/sessions/default"))
    assert (turns > FEW, reply.status) == (True, 200)


async def test_customers_for_whom_there_is_no_room_are_refused_and_the_service_is_not_used() -> None:
    exchange = exchange_of(SCENARIO)
    session = exchange.sessions.default
    left = session.allowance.size - session.allowance.used
    session.allowance.add(left - 100_000)
    assert (await exchange.answer(asked("GET", f"{GMS}/new/availability"))).status == 507
    assert (session.bookings.is_open("new"), {name for name, _ in await services_of(exchange)}) == (False, {"listed"})
    session.allowance.add(100_000 - left)
    assert (await exchange.answer(asked("GET", f"{GMS}/new/availability"))).status == 200
    assert len(list(session.bookings.callbacks("new"))) > CUSTOMERS


async def test_a_session_for_which_there_is_no_room_is_refused() -> None:
    exchange = exchange_of(SCENARIO)
    pool = exchange.sessions.pool
    exchange.sessions.default.allowance.add(pool.size - pool.used)
    assert (await exchange.answer(asked("GET", f"/s/new{GMS}/sales/availability"))).status == 507
    assert "new" not in exchange.sessions
