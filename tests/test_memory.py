"""The memory that hostile requests leave behind."""

import asyncio
import gc
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

import pytest

from mockgms.app import assemble
from mockgms.http.messages import Request
from mockgms.scenario.catalog import Catalog
from mockgms.session.journal import BYTES

pytestmark = pytest.mark.unmeasured

LARGE, LONG = 100_000, 15_000  # characters
BOUND = 500_000  # bytes; each kind of request sends more
LARGE_ONES, LONG_ONES = 10, 60  # numbers of requests
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
V3 = "/callbacks/availability/sales"

Hostile = Callable[[str], Request]


def posted(body: str, headers: Mapping[str, str] = FORM) -> Request:
    return Request("POST", "/callbacks/create", "", headers, body.encode())


def queried(path: str = V3, query: str = "", **headers: str) -> Request:
    return Request("GET", path, query, {name.replace("_", "-"): value for name, value in headers.items()})


# Each kind of request with a text that differs each time, and the number of requests.
KINDS: dict[str, tuple[Hostile, int]] = {
    "names of fields": (lambda new: posted(f"{new}{'f' * LARGE}=1"), LARGE_ONES),
    "names in brackets": (lambda new: posted(f"a[{new}{'b' * LARGE}]=1"), LARGE_ONES),
    "names of user data": (lambda new: posted(f"userData[{new}{'u' * LARGE}]=1"), LARGE_ONES),
    "names of user data in JSON": (lambda new: posted(f'{{"userData":{{"{new}{"u" * LARGE}":1}}}}', JSON), LARGE_ONES),
    "service names": (lambda new: posted(f"phoneNumber=1&serviceName={new}{'s' * LARGE}"), LARGE_ONES),
    "phone numbers": (lambda new: posted(f"serviceName=sales&phoneNumber={new}{'1' * LARGE}"), LARGE_ONES),
    "desired times": (
        lambda new: posted(f"serviceName=sales&phoneNumber=1&desiredTime={new}{'1' * LARGE}"),
        LARGE_ONES,
    ),
    "queries": (lambda new: queried(query=f"{new}={'q' * LONG}"), LONG_ONES),
    "queries of many values": (
        lambda new: queried(query="&".join(f"{new}{each}=1" for each in range(1_000))),
        LONG_ONES,
    ),
    "paths": (lambda new: queried(f"/unknown/{new}/{'p' * LONG}"), LONG_ONES),
    "origins": (lambda new: queried(origin=f"http://{new}{'o' * LONG}"), LONG_ONES),
    "origins of the admin API": (lambda new: queried("/__admin/clock", origin=f"http://{new}{'o' * LONG}"), LONG_ONES),
    "invalid sessions": (lambda new: queried(x_mockgms_session=f"{new}{'s' * LONG}"), LONG_ONES),
    "faults": (lambda new: queried(x_mockgms_fault=f"{{fault: respond, body: {new}{'f' * LONG}}}"), LONG_ONES),
    "headers of answers": (
        lambda new: queried(x_mockgms_fault=f"{{fault: respond, headers: {{X-Long: {new}{'h' * LONG}}}}}"),
        LONG_ONES,
    ),
    "many faults": (
        lambda new: queried(
            x_mockgms_fault=f"[{'{fault: slot_conflict}, ' * 250}{{fault: respond, body: {new}{'f' * (LONG // 2)}}}]"
        ),
        LONG_ONES,
    ),
    "keys": (
        lambda new: queried(
            x_mockgms_fault="{fault: rate_limit, limit: 1, per: 1h, key: api_key}", apikey=f"{new}{'k' * LONG}"
        ),
        LONG_ONES,
    ),
    "languages": (lambda new: queried(accept_language=f"{new}{'l' * LONG}"), LONG_ONES),
}


def memory_growth(requests: Iterator[Request], entries: int) -> int:
    """Return the bytes by which requests to a server grow its memory. Its journals keep at most `entries`."""
    dispatcher = assemble(Catalog().parse("description: For a test."), Catalog(), entries=entries)

    async def send() -> int:
        await dispatcher.answer(next(requests))
        gc.collect()
        tracemalloc.start()
        try:
            for request in requests:
                await dispatcher.answer(request)
            del request
            gc.collect()
            return tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()

    return asyncio.run(send())


@pytest.mark.parametrize(("kind", "count"), KINDS.values(), ids=KINDS)
def test_requests_with_different_texts_do_not_grow_the_memory(kind: Hostile, count: int) -> None:
    assert memory_growth((kind(f"n{number:04}") for number in range(count + 1)), entries=0) < BOUND


def test_requests_with_different_texts_grow_the_memory_at_most_by_the_journal() -> None:
    requests = (kind(f"n{number:04}") for kind, count in KINDS.values() for number in range(count))
    more = (posted(f"a[{number}{'b' * LARGE}]=1") for number in range(150))
    assert memory_growth(chain(requests, more), entries=1_000) < 1.2 * BYTES
