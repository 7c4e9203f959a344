"""What a browser sends again by itself."""

import asyncio

import pytest

from mockgms.app import listen
from mockgms.resends import AT_ONCE, Resends, Sending
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.faults.exchange import Closed, Reset
from tests.live import exchange_of

BOOKING = Sending("POST", "/callbacks/create", b"{}", "Mozilla/5.0")


def test_until_a_connection_breaks_that_was_made_for_it_a_request_is_sent_again() -> None:
    resends = Resends()
    resends.lose(BOOKING, Reset(), 0, idle=True)
    assert resends.again(BOOKING, AT_ONCE / 2, idle=True) == Reset()
    assert resends.again(BOOKING, AT_ONCE, idle=False) == Reset()
    assert resends.again(BOOKING, AT_ONCE, idle=False) is None


def test_what_comes_later_or_is_another_request_is_one_of_its_own() -> None:
    resends = Resends()
    resends.lose(BOOKING, Closed(), 0, idle=True)
    assert resends.again(BOOKING._replace(body=b"[]"), 0, idle=False) is None
    assert resends.again(BOOKING, AT_ONCE, idle=False) is None
    assert resends.lost == {}


def test_so_is_what_no_browser_sends_or_one_hears_of() -> None:
    resends = Resends()
    resends.lose(BOOKING._replace(agent="curl/8.5"), Closed(), 0, idle=True)
    resends.lose(BOOKING, Closed(), 0, idle=False)
    assert resends.lost == {}


def test_there_is_an_end_to_what_is_kept() -> None:
    resends = Resends()
    for number in range(1_100):
        resends.lose(BOOKING._replace(body=b"%d" % number), Closed(), 0, idle=True)
    assert len(resends.lost) == 1_000


@pytest.mark.parametrize(("agent", "statuses"), [("Mozilla/5.0", [b"", b"200"]), ("curl/8.5", [b"200", b"200"])])
async def test_a_resend_meets_what_the_request_met(agent: str, statuses: list[bytes]) -> None:
    scenario = Catalog().parse("description: x\nrules: [{name: once, times: 1, then: {fault: empty}}]")
    runner, port = await listen(exchange_of(scenario), "127.0.0.1", 0)
    head = f"Host: localhost\r\nUser-Agent: {agent}\r\n\r\n".encode()
    query = b"GET /callbacks/availability/sales HTTP/1.1\r\n" + head
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /__admin/ready HTTP/1.1\r\n" + head)
        await reader.readuntil(b"}")
        writer.write(query)
        assert await reader.read() == b""
        writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /__admin/ready HTTP/1.1\r\n" + head)  # another request, in between
        assert await reader.readuntil(b"}")
        writer.close()
        for status in statuses:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(query)
            assert (await reader.readline()).partition(b" ")[2][:3] == status
            writer.close()
    finally:
        await runner.cleanup()
