"""Which of several mistakes in one request to the admin API is named."""

from typing import Any

import pytest

from tests.live import Client


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("GET", "clock?zzz=1", "{", "zzz"),
        ("PUT", "clock?zzz=1", "{", "zzz"),
        ("PUT", "clock", '{"now": "x", "frozen": 1}', "frozen"),
        ("POST", "clock/advance", '{"by": "x", "to": "next_opening"}', "by"),
        ("POST", "clock/advance", '{"by": "x", "service": "sales"}', "service"),
        ("GET", "slots?start=x&days=0&all=x", "", "start"),
        ("GET", "slots?days=0&all=x", "", "days"),
        ("GET", "slots?all=x", "", "all"),
        ("GET", "slots?zzz=1&start=x", "", "zzz"),
        ("PUT", "slots", '{"service": "", "start": "x"}', "free"),
        ("PUT", "slots", '{"service": "", "start": "x", "free": 1}', "service"),
        ("PUT", "slots", '{"service": "sales", "start": "x", "free": 9}', "start"),
        ("GET", "callbacks?slot=x", "", "slot"),
        ("POST", "callbacks", '{"service": "", "phone": "\\u0000", "desired_time": "x"}', "phone"),
        ("POST", "callbacks", '{"service": "", "phone": "1", "desired_time": "x"}', "desired_time"),
        ("PATCH", "callbacks/x", '{"state": "COMPLETED"}', "reason"),
        ("PUT", "sessions/a%20b", "{", "id"),
        ("PUT", "sessions/a", '{"from": "x", "clock": {"now": "x"}}', "from"),
        ("PUT", "sessions/a", '{"scenario": "x", "clock": {"now": "x"}}', "scenario"),
        ("DELETE", "sessions/a%20b", "[]", "body"),
        ("GET", "requests?limit=0&unmasked=x", "", "limit"),
        ("GET", "requests?summary=x&unmasked=x", "", "unmasked"),
        ("GET", "requests?operation=x&summary=x", "", "summary"),
        ("GET", "requests?status=x&operation=x", "", "operation"),
        ("GET", "requests/99?unmasked=x", "", "unmasked"),
        ("GET", "requests/99/explain?unmasked=x", "", "unmasked"),
        ("POST", "explain?unmasked=x", "{", "unmasked"),
        ("POST", "verify?unmasked=x", "{", "unmasked"),
        ("GET", "events?sessions=x&unmasked=x", "", "unmasked"),
        ("PUT", "rules/x", "[]", "body"),
    ],
)
async def test_the_first_mistake_in_the_order_of_checks_is_named(
    client: Client, method: str, path: str, body: str, field: str
) -> None:
    answer = await client.request(method, f"/__admin/{path}", data=body)
    refused: dict[str, Any] = await answer.json()
    assert (answer.status, refused["field"]) == (400, field)
