"""Plain requests are read without aiohttp: which ones, and with the same answers."""

import asyncio
from collections.abc import AsyncIterator
from random import Random
from socket import SO_RCVBUF, SOL_SOCKET, socket

import pytest
from msgspec.structs import replace

from fuzzing.equality import REQUESTS, Comparison, compare, comparison
from mockgms.api.dispatcher import Dispatcher
from mockgms.api.ges import GES
from mockgms.app import listen
from mockgms.http.messages import Request
from mockgms.scenario.model import Scenario
from mockgms.server.channel import ConnectionLimits
from mockgms.server.plain import lacks_body, plain_request
from mockgms.server.server import Server
from mockgms.session import Sessions
from tests.live import dispatcher_of
from tests.server.failing_renderer import FailingRenderer
from tests.waiting import LONGEST, arrival

LARGEST = ConnectionLimits().plain
GET = b"GET /callbacks/open-for/sales?a=b HTTP/1.1\r\nHost: mock\r\n\r\n"
POST = b"POST /callbacks/create HTTP/1.1\r\nHost: mock\r\nContent-Length: 4\r\n\r\nbody"
HEALTH = b"GET /__admin/health HTTP/1.1\r\nHost: mock\r\n\r\n"
DELAYED = b"GET /callbacks/open-for/sales HTTP/1.1\r\nHost: mock\r\nX-Mockgms-Fault: {fault: delay, by: 50ms}\r\n\r\n"


@pytest.fixture
async def both() -> AsyncIterator[Comparison]:
    async with comparison() as both:
        yield both


def with_lines(*lines: bytes) -> bytes:
    return GET.replace(b"\r\n\r\n", b"".join(b"\r\n" + line for line in lines) + b"\r\n\r\n")


def test_a_plain_request_has_its_method_path_query_headers_and_body() -> None:
    found = plain_request(POST.replace(b"create", b"create?x=%20&y") + b"more", LARGEST)
    assert found is not None
    request = found.request
    assert request == Request(
        "POST", "/callbacks/create", "x=%20&y", {"Host": "mock", "Content-Length": "4"}, b"body", headers_size=553
    )
    assert (request.headers["content-length"], found.keep_alive, found.rest) == ("4", True, b"more")


@pytest.mark.parametrize(("value", "keep_alive"), [(b"close", False), (b"Close", False), (b"Keep-Alive", True)])
def test_the_header_connection_says_whether_the_connection_is_kept(value: bytes, keep_alive: bool) -> None:
    found = plain_request(with_lines(b"Connection: " + value), LARGEST)
    assert found is not None
    assert found.keep_alive is keep_alive


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda data: data.split(b" HTTP")[0].decode())
def test_requests_of_browsers_and_scripts_are_plain(request_: bytes) -> None:
    assert plain_request(request_, LARGEST) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET",
        GET[:-2],
        POST[:-1],
        GET.replace(b"GET", b"HEAD"),
        GET.replace(b"GET", b"get"),
        GET.replace(b"GET", b"BREW"),
        GET.replace(b"1.1", b"1.0"),
        GET.replace(b"1.1", b"2.0"),
        GET.replace(b" /", b"  /"),
        GET.replace(b"/callbacks", b"http://mock/callbacks"),
        GET.replace(b"/callbacks", b"*"),
        GET.replace(b"?", b"#"),
        GET.replace(b"sales", b"s\xc3\xa4les"),
        GET.replace(b"sales", b"s\tles"),
        GET.replace(b"sales", b"s\0les"),
        GET.replace(b"\r\n", b"\n"),
        GET.replace(b"Host: mock\r\n", b""),
        with_lines(b"host: mock"),
        with_lines(b"X-Twice: 1", b"x-twice: 1"),
        with_lines(b"X-Latin: \xe4"),
        with_lines(b"X-Null: \0"),
        with_lines(b"X-Folded: 1", b" 2"),
        with_lines(b"X-Space : 1"),
        with_lines(b": 1"),
        with_lines(b"none"),
        with_lines(b"Connection: keep-alive, Upgrade"),
        with_lines(b"Proxy-Connection: close"),
        with_lines(b"Upgrade: websocket"),
        with_lines(b"TE: trailers"),
        with_lines(b"Trailer: X-Sum"),
        with_lines(b"Expect: 100-continue"),
        with_lines(b"Transfer-Encoding: chunked"),
        with_lines(b"Content-Encoding: gzip"),
        with_lines(b"Content-Length: "),
        with_lines(b"Content-Length: +0"),
        with_lines(b"Content-Length: 00"),
        with_lines(b"Content-Length: 0, 0"),
        with_lines(b"Content-Length: 10000000"),
        with_lines(b"X-Long: " + b"x" * 8_200),
        POST.replace(b"Content-Length: 4", b"Content-Length: 65500").replace(b"body", b"x" * 65_500),
    ],
)
def test_other_bytes_are_left_to_aiohttp(data: bytes) -> None:
    assert plain_request(data, LARGEST) is None


@pytest.mark.parametrize(("data", "lacks"), [(POST[:-1], True), (POST[:-4], True), (POST, False), (POST[:-5], False)])
def test_a_body_may_arrive_after_its_head(data: bytes, lacks: bool) -> None:
    assert lacks_body(data, LARGEST) is lacks


def test_a_body_that_makes_the_request_too_large_is_left_to_aiohttp() -> None:
    assert not lacks_body(POST.replace(b": 4", b": 65500"), LARGEST)


async def test_mutated_requests_have_the_same_answers_both_ways() -> None:
    plain, difference = await compare(Random(2026), 500)  # noqa: S311  # chance, no secret
    assert (plain > 100, difference) == (True, None)


@pytest.mark.slow
@pytest.mark.parametrize("request_", [REQUESTS[1], REQUESTS[2], REQUESTS[5]], ids=["get", "post", "put"])
async def test_a_request_in_two_pieces_has_the_same_answer_wherever_it_is_split(
    both: Comparison, request_: bytes
) -> None:
    for at in range(1, len(request_)):
        assert await both.difference([request_[:at], request_[at:]]) is None


async def test_a_request_in_three_pieces_has_the_same_answer(both: Comparison) -> None:
    end_of_head = POST.index(b"body")
    assert lacks_body(POST[:end_of_head], LARGEST)
    assert await both.difference([POST[:end_of_head], b"bo", b"dy"]) is None


@pytest.mark.parametrize("limits", [ConnectionLimits(), ConnectionLimits(plain=0)], ids=["plain", "aiohttp"])
@pytest.mark.parametrize(
    "behind",
    [HEALTH, HEALTH[:-2], HEALTH * 3, HEALTH.replace(b"GET", b"HEAD"), b"nonsense\r\n\r\n", HEALTH + b"x" * 200_000],
    ids=["a request", "half a request", "requests", "another method", "no HTTP", "more than is held"],
)
@pytest.mark.parametrize("ends", [False, True], ids=["open", "half-closed"])
async def test_bytes_that_arrive_during_a_delay_are_answered_after_it(
    scenario: Scenario,
    limits: ConnectionLimits,
    behind: bytes,
    ends: bool,
) -> None:
    runner, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=limits._replace(timeout=0.3))
    async with asyncio.timeout(LONGEST):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(DELAYED)
        await arrival()
        writer.write(behind)
        if ends:
            writer.write_eof()
        received = await reader.read()
    writer.close()
    await runner.stop()
    first, *others = received.split(b"HTTP/1.1 ")[1:]
    assert b"X-Mockgms-Rule" in first
    assert len(others) == {HEALTH[:-2]: 0, HEALTH * 3: 3, HEALTH + b"x" * 200_000: 2}.get(behind, 1)


async def test_half_a_body_of_a_half_closed_client_ends_the_connection(both: Comparison, scenario: Scenario) -> None:
    runner, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0)
    async with asyncio.timeout(LONGEST):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(POST[:-2])
        writer.write_eof()
        assert await reader.read() == b""
    writer.close()
    await runner.stop()


@pytest.mark.parametrize("count", [1, 2, 40])
async def test_valid_requests_with_bodies_before_garbage_are_answered(scenario: Scenario, count: int) -> None:
    server, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0)
    async with asyncio.timeout(LONGEST):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(POST * count + b"nonsense\r\n\r\n")
        received = await reader.read()
    writer.close()
    await server.stop()
    assert received.count(b"HTTP/1.1 400 ") == count + 1
    assert received.count(b"request is not HTTP/1.1.") == 1


class Stuck(asyncio.Transport):
    """A transport to a client that reads nothing: it still has a byte to send, and closing it does not end it."""

    def __init__(self) -> None:
        super().__init__()
        self.closes = False
        self.aborts = asyncio.Event()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Do nothing."""

    def get_extra_info(self, name: str, default: object = None) -> object:  # noqa: ARG002  # the signature of asyncio
        return default

    def get_write_buffer_size(self) -> int:
        return 1

    def is_closing(self) -> bool:
        return self.closes

    def close(self) -> None:
        self.closes = True

    def abort(self) -> None:
        self.aborts.set()


async def test_requests_beyond_the_size_of_the_buffer_are_answered(scenario: Scenario) -> None:
    server, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0)
    async with asyncio.timeout(LONGEST):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEALTH)
        answer = await reader.read(65_536)
        [connection] = server.plain_connections
        connection.data_received(HEALTH * 1_500)  # as much as one read
        connection.data_received(HEALTH * 1_500)  # the next read, before the requests of the first are answered
        writer.write(HEALTH)
        await reader.readexactly(3_001 * len(answer))
    writer.close()
    await server.stop()


async def test_waiting_requests_stay_in_the_buffers_of_the_system(scenario: Scenario) -> None:
    server, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0)
    waiting = DELAYED.replace(b"50ms", b"1ms")
    async with asyncio.timeout(LONGEST):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(waiting * (32 * 1024 * 1024 // len(waiting)))
        for _ in range(100):
            await reader.readuntil(b"X-Mockgms-Rule")
        assert writer.transport.get_write_buffer_size() > 16 * 1024 * 1024  # the system takes up to 10 MiB
    writer.transport.abort()
    await server.stop()


async def test_a_connection_still_has_a_timeout_if_a_request_was_completed_while_aiohttp_loaded(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=ConnectionLimits(timeout=0.2))
    loads, is_complete = asyncio.Event(), asyncio.Event()

    async def load_late() -> None:
        loads.set()
        await is_complete.wait()
        await Server.load_http11(server)

    monkeypatch.setattr(server, "load_http11", load_late)
    async with asyncio.timeout(LONGEST):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(POST[:-4])
        await loads.wait()
        writer.write(POST[-4:])
        await arrival()
        is_complete.set()
        received = await reader.read()
    writer.close()
    await server.stop()
    assert received.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("ends", [False, True], ids=["idle", "half-closed"])
async def test_a_client_that_never_reads_the_rest_is_disconnected(scenario: Scenario, ends: bool) -> None:
    server, _ = await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=ConnectionLimits(timeout=0.1))
    connection, transport = server(), Stuck()
    connection.connection_made(transport)
    if ends:
        assert not connection.eof_received()
    async with asyncio.timeout(LONGEST):
        await transport.aborts.wait()
    connection.connection_lost(None)
    await server.stop()


async def test_closing_a_connection_over_the_limit_closes_no_other(scenario: Scenario) -> None:
    server, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=ConnectionLimits(connections=1))
    async with asyncio.timeout(LONGEST):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEALTH)
        await reader.read(65_536)
        too_many, transport = server(), Stuck()
        too_many.connection_made(transport)
        assert transport.closes
        writer.write(HEALTH.replace(b"GET", b"HEAD"))
        assert (await reader.read(65_536)).startswith(b"HTTP/1.1 200 ")
    too_many.connection_lost(None)
    writer.close()
    await server.stop()


@pytest.mark.parametrize(("times", "answer"), [(2, b"HTTP/1.1 500 Internal Server Error"), (100, b"")])
async def test_a_defect_after_a_delay_is_a_500_or_ends_the_connection(
    scenario: Scenario, caplog: pytest.LogCaptureFixture, times: int, answer: bytes
) -> None:
    broken = replace(GES, bases=("",), render_refusal=FailingRenderer(times))
    server, port = await listen(Dispatcher(Sessions(scenario), (broken,)), "127.0.0.1", 0)
    async with asyncio.timeout(LONGEST):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(DELAYED.replace(b"open-for/sales", b"availability/sales?numberOfDays=0"))
        received = await reader.read()
    writer.close()
    await server.stop()
    assert received.partition(b"\r\n")[0] == answer
    assert "a defect while" in caplog.text


async def test_a_client_that_reads_late_gets_the_answers_to_all_its_requests(scenario: Scenario) -> None:
    server, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0)
    loop, count = asyncio.get_running_loop(), 600
    target = b"/genesys/2/service/callback/sales/availability?number-of-days=2"
    request = b"GET " + target + b" HTTP/1.1\r\nHost: mock\r\n\r\n"
    with socket() as client:
        client.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)
        client.setblocking(False)
        async with asyncio.timeout(LONGEST):
            await loop.sock_connect(client, ("127.0.0.1", port))
            sending = asyncio.create_task(loop.sock_sendall(client, request * count))
            await arrival(turns=2_000)  # until the server waits, because all buffers are full
            answers = await loop.sock_recv(client, 65_536)
            head, _, _ = answers.partition(b"\r\n\r\n")
            size = len(head) + 4 + int(head.partition(b"Content-Length: ")[2])
            received = len(answers)
            while received < count * size:
                received += len(await loop.sock_recv(client, 1_000_000))
            await sending
    await server.stop()
    assert received == count * size
