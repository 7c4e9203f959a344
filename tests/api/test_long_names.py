"""No refusal repeats a long text of a client as a whole."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from mockgms.http.messages import Request
from mockgms.scenario.model import Scenario
from tests.live import dispatcher_of

LONG = "x" * 15_000
SHOWN = "x" * 300  # names of up to 255 characters are valid
BOOKING = "/genesys/1/service/callback/sales"

RULE = {
    "name": "a",
    "when": {"operation": "schedule", "version": "v1", "phone": "+1*", "header": {"X-A": "b"}, "state": "s"},
    "unless": {"service": "x", "desired_time": "Mon-Fri 09:00-12:00", "slot": {"refused_before": True}},
    "after": {"status": "4xx", "count": 2, "within": "5m", "operation": "find"},
    "per": ["phone", {"header": "X"}],
    "every": 2,
    "chance": "50%",
    "during": "Mon 09:00-10:00",
    "for": "5m",
    "phase": "after",
    "then": [
        {"fault": "throttle", "retry_after": "5s", "form": "seconds"},
        {"fault": "error", "refusal": "SlotFull"},
        {"fault": "respond", "status": 200, "headers": {"A": "b"}, "body": "x"},
        {"fault": "set_state", "name": "a", "for": "5m"},
    ],
}
SCENARIO = {
    "description": "x",
    "extends": "default",
    "dialect": "8.5.2",
    "clock": {"now": "2026-03-02T08:55:00Z", "frozen": True},
    "unknown_services": "refuse",
    "auth": {"api_keys": ["a"], "basic": {"username": "a", "password": "b"}},
    "services": {
        "sales": {
            "timezone": "Europe/Paris",
            "capacity": [{"hours": "Mon 09:00-10:00", "seats": 1}],
            "office_hours": ["Mon-Fri 09:00-18:00"],
            "country": "US",
            "booked": {"share": "50%", "rate": "5/h"},
            "_request_time_bucket": 5,
        }
    },
    "rules": [{"name": "a", "then": "hang"}],
}
BODIES: list[tuple[str, str, Any]] = [
    ("POST", "/__admin/rules", RULE),
    ("PUT", "/__admin/scenario", SCENARIO),
    ("PUT", "/__admin/clock", {"now": "2026-03-02T08:55:00Z", "frozen": True}),
    ("POST", "/__admin/clock/advance", {"to": "next_opening", "service": "sales"}),
    ("POST", "/__admin/clock/advance", {"by": "5m"}),
    ("PUT", "/__admin/slots", {"service": "sales", "start": "2026-03-03T09:00:00Z", "free": 1}),
    ("POST", "/__admin/verify", {"request": {"operation": "schedule", "status": "4xx", "fault": "hang"}, "count": 1}),
    ("PUT", "/__admin/sessions/a", {"from": "b"}),
    ("POST", "/__admin/explain", {"method": "POST", "path": BOOKING, "fields": {"a": "b"}}),
    ("POST", BOOKING, {"_customer_number": "+14155550100", "_desired_time": "2026-03-03T09:00:00.000Z"}),
    ("POST", "/callbacks/create", {"serviceName": "sales", "phoneNumber": "+14155550100", "desiredTime": "x"}),
]
TEXTS = [
    LONG,
    f"{LONG}: x: y",
    f"description: a: {LONG}",
    f"description:{LONG}",
    f"description: ${{{LONG.upper()}}}",
    f"description: ${{{LONG.upper()}?}}",
    f'{{"{LONG}": 1, "{LONG}": 2}}',
    f"description: *{LONG}",
    f"description: !{LONG} x",
    f"description: x\nservices: {{{LONG}: 1}}",
    f"name: {LONG}",
    f"[{LONG}",
]
HEADERS = [
    {"x-mockgms-fault": LONG},
    {"x-mockgms-fault": f"{{fault: {LONG}}}"},
    {"x-mockgms-fault": f"{{fault: throttle, {LONG}: 1}}"},
    {"prefer": f"example={LONG}"},
]
TARGETS = [
    ("GET", "/__admin/requests", f"operation={LONG}"),
    ("GET", "/__admin/requests", f"{LONG}=1"),
    ("GET", "/__admin/requests", f"limit={LONG}"),
    ("GET", "/__admin/scenario/text", f"name={LONG}"),
    ("GET", f"/__admin/{LONG}", ""),
    ("DELETE", f"/__admin/rules/{LONG}", ""),
    ("POST", BOOKING, f"__fault={LONG}"),
    ("GET", f"{BOOKING}/availability", f"start={LONG}"),
    ("GET", f"/callbacks/{LONG}", ""),
]


def variants(value: Any) -> Iterator[Any]:
    """Yield a JSON value with a long text in place of each key and each value in it."""
    yield from (LONG, {LONG: value}, [LONG])
    if isinstance(value, dict):
        yield {**value, LONG: 1}
        for key, inner in value.items():
            yield {LONG if each == key else each: value[each] for each in value}
            yield from ({**value, key: other} for other in variants(inner))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from ([*value[:index], other, *value[index + 1 :]] for other in variants(inner))


async def repeats(requests: Iterable[Request]) -> list[Request]:
    """Return those of the requests whose refusals repeat the long text."""
    dispatcher = dispatcher_of(Scenario("test", "For a test."))
    replies = [(request, await dispatcher.answer(request)) for request in requests]
    assert any(reply.status >= 400 for _, reply in replies)
    return [each for each, reply in replies if reply.status >= 400 and SHOWN in reply.body.decode().lower()]


@pytest.mark.parametrize(("method", "path", "body"), BODIES)
async def test_the_refusal_of_a_body_does_not_repeat_a_long_text(method: str, path: str, body: Any) -> None:
    sent = (json.dumps(each).encode() for each in variants(body))
    assert (
        await repeats(Request(method, path, headers={"content-type": "application/json"}, body=each) for each in sent)
        == []
    )


@pytest.mark.parametrize("text", TEXTS)
async def test_the_refusal_of_yaml_does_not_repeat_a_long_text(text: str) -> None:
    yaml, body = {"content-type": "application/yaml"}, text.encode()
    paths = (("POST", "/__admin/rules"), ("PUT", "/__admin/scenario"))
    assert await repeats(Request(method, path, headers=yaml, body=body) for method, path in paths) == []


@pytest.mark.parametrize("headers", HEADERS)
async def test_the_refusal_of_a_header_does_not_repeat_a_long_text(headers: dict[str, str]) -> None:
    assert await repeats([Request("POST", path, headers=headers) for path in (BOOKING, "/callbacks/create")]) == []


@pytest.mark.parametrize(("method", "path", "query"), TARGETS)
async def test_the_refusal_of_a_target_does_not_repeat_a_long_text(method: str, path: str, query: str) -> None:
    assert await repeats([Request(method, path, query)]) == []
