"""What hostile requests leave behind in the memory, whatever they are answered."""

import asyncio
import gc
import tracemalloc
from collections.abc import Callable, Iterator, Mapping

import pytest

from mockgms.app import assemble
from mockgms.journal import BYTES
from mockgms.scenario.catalog import Catalog
from mockgms.wire.http import Request

LARGE, LONG = 100_000, 15_000  # characters
BOUND = 1_000_000  # bytes: each kind sends more
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
V3 = "/callbacks/availability/sales"

Hostile = Callable[[str], Request]


def posted(body: str, headers: Mapping[str, str] = FORM) -> Request:
    return Request("POST", "/callbacks/create", "", headers, body.encode())


def asked(path: str = V3, query: str = "", **headers: str) -> Request:
    return Request("GET", path, query, {name.replace("_", "-"): value for name, value in headers.items()})


# Each kind of request with text that is ever new, and how many of them are sent.
KINDS: dict[str, tuple[Hostile, int]] = {
    "names of fields": (lambda new: posted(f"{new}{'f' * LARGE}=1"), 30),
    "names in brackets": (lambda new: posted(f"a[{new}{'b' * LARGE}]=1"), 30),
    "names of user data": (lambda new: posted(f"userData[{new}{'u' * LARGE}]=1"), 30),
    "names of user data in JSON": (lambda new: posted(f'{{"userData":{{"{new}{"u" * LARGE}":1}}}}', JSON), 30),
    "service names": (lambda new: posted(f"phoneNumber=1&serviceName={new}{'s' * LARGE}"), 30),
    "phone numbers": (lambda new: posted(f"serviceName=sales&phoneNumber={new}{'1' * LARGE}"), 30),
    "desired times": (lambda new: posted(f"serviceName=sales&phoneNumber=1&desiredTime={new}{'1' * LARGE}"), 30),
    "queries": (lambda new: asked(query=f"{new}={'q' * LONG}"), 150),
    "queries of many values": (lambda new: asked(query="&".join(f"{new}{each}=1" for each in range(1_000))), 150),
    "paths": (lambda new: asked(f"/unknown/{new}/{'p' * LONG}"), 80),
    "origins": (lambda new: asked(origin=f"http://{new}{'o' * LONG}"), 150),
    "origins of the admin API": (lambda new: asked("/__admin/clock", origin=f"http://{new}{'o' * LONG}"), 150),
    "sessions that cannot be": (lambda new: asked(x_mockgms_session=f"{new}{'s' * LONG}"), 150),
    "faults": (lambda new: asked(x_mockgms_fault=f"{{fault: respond, body: {new}{'f' * LONG}}}"), 150),
    "headers of answers": (
        lambda new: asked(x_mockgms_fault=f"{{fault: respond, headers: {{X-Long: {new}{'h' * LONG}}}}}"),
        150,
    ),
    "many faults": (
        lambda new: asked(
            x_mockgms_fault=f"[{', '.join(['{fault: conflict}'] * 500)}, {{fault: respond, body: {new}}}]"
        ),
        30,
    ),
    "keys": (
        lambda new: asked(
            x_mockgms_fault="{fault: rate_limit, limit: 1, per: 1h, key: api_key}", apikey=f"{new}{'k' * LONG}"
        ),
        150,
    ),
    "languages": (lambda new: asked(accept_language=f"{new}{'l' * LONG}"), 150),
}


def grown(requests: Iterator[Request], entries: int) -> int:
    """By how many bytes the memory has grown through requests to a server whose journals keep so many entries."""
    exchange = assemble(Catalog().parse("description: For a test."), Catalog(), entries=entries)

    async def send() -> int:
        await exchange.answer(next(requests))
        gc.collect()
        tracemalloc.start()
        try:
            for request in requests:
                await exchange.answer(request)
            del request
            gc.collect()
            return tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()

    return asyncio.run(send())


@pytest.mark.parametrize(("kind", "count"), KINDS.values(), ids=KINDS)
def test_ever_new_texts_leave_nothing_behind(kind: Hostile, count: int) -> None:
    assert grown((kind(f"n{number:04}") for number in range(count + 1)), entries=0) < BOUND


def test_with_a_journal_they_leave_no_more_than_it_may_hold() -> None:
    requests = (kind(f"n{number:04}") for kind, count in KINDS.values() for number in range(count))
    assert grown(requests, entries=1_000) < 1.2 * BYTES
