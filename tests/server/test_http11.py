"""What goes over the wire, on real sockets."""

import asyncio
import gzip
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO

import pytest

from mockgms.api.definition import Api
from mockgms.api.dispatcher import Dispatcher
from mockgms.api.ges import GES
from mockgms.app import listen
from mockgms.http.body import LARGEST_BODY, LARGEST_SNAPSHOT
from mockgms.scenario.model import Scenario
from mockgms.server.channel import ConnectionLimits
from mockgms.server.server import Server
from mockgms.session import Sessions
from tests.live import Client, dispatcher_of
from tests.messages import NOT_AS_ENCODED
from tests.server.failing_renderer import FailingRenderer
from tests.waiting import arrival

COMMON = b"Date: Mon, 02 Mar 2026 08:55:00 GMT\r\nX-Content-Type-Options: nosniff\r\n"
CORS = (
    b"Access-Control-Allow-Origin: *\r\n"
    b"Access-Control-Expose-Headers: Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
    b"X-Mockgms-Rule, Link\r\n"
    b"Vary: Origin\r\n"
)
HEALTH = b'{"status":"ok"}'
HEALTHY = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
    + COMMON
    + CORS
    + b"Content-Length: 15\r\n\r\n"
    + HEALTH
)
CLOSED = b"Connection: close\r\n"

Talk = Callable[[bytes], Awaitable[bytes]]


@pytest.fixture
async def talk(scenario: Scenario, limits: ConnectionLimits) -> AsyncIterator[Talk]:
    """A function that sends bytes on a new connection and reads until the server closes it."""
    runner, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=limits)

    async def talk(sent: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        received = await reader.read()
        writer.close()
        return received

    yield talk
    await runner.stop()


def get(path: str, *headers: str) -> bytes:
    return "".join([f"GET {path} HTTP/1.1\r\nHost: mock\r\n", *(f"{line}\r\n" for line in headers), "\r\n"]).encode()


async def answer_to_a_body_after_its_head(port: int, body: bytes, *headers: str) -> tuple[bytes, bytes]:
    """Book, and send the body after the server has read the head. Return the head and the body of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(get("/callbacks/create", "Expect: 100-continue", *headers).replace(b"GET", b"POST"))
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(body)
    async with asyncio.timeout(20):
        head, _, answer = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return head, answer


async def test_an_answer_is_a_status_the_headers_and_the_body(talk: Talk) -> None:
    answer = await talk(get("/__admin/health", "Connection: close"))
    assert answer == HEALTHY.replace(b"Content-Length", CLOSED + b"Content-Length")


async def test_a_connection_is_kept_for_the_next_request(talk: Talk) -> None:
    answer = await talk(get("/__admin/health") + get("/__admin/health", "Connection: close"))
    assert answer == HEALTHY + HEALTHY.replace(b"Content-Length", CLOSED + b"Content-Length")


@pytest.mark.parametrize("count", [1, 2, 5, 40])
async def test_a_half_closed_client_gets_an_answer_to_each_request(
    scenario: Scenario, limits: ConnectionLimits, count: int
) -> None:
    runner, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=limits)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(get("/__admin/health") * count)
    writer.write_eof()
    received = await reader.read()
    writer.close()
    await runner.stop()
    assert received.replace(CLOSED, b"") == HEALTHY * count


ONE = get("/__admin/health")
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\n"


@pytest.mark.parametrize("count", [1, 2, 31, 32, 33, 70])
@pytest.mark.parametrize("garbage", [b"nonsense\r\n\r\n", b"nonsense\r\n", b"\0", b"GET / HTTP/9.9\r\n\r\n" + ONE * 3])
async def test_valid_requests_before_garbage_are_answered_first(talk: Talk, count: int, garbage: bytes) -> None:
    answers = (await talk(ONE * count + garbage)).split(BAD_REQUEST)
    assert (len(answers), answers[0]) == (2, HEALTHY * count)
    assert CLOSED in answers[1]


@pytest.mark.slow
@pytest.mark.parametrize("size", [150_000, 200_000, 250_000])
async def test_a_head_that_is_sent_in_one_piece_has_the_limit_of_a_head(talk: Talk, size: int) -> None:
    lines = [f"X-{number}: {'x' * 10_000}" for number in range(size // 10_000)]
    answer = await talk(get("/__admin/health", *lines, "Connection: close"))
    assert answer.startswith(BAD_REQUEST)
    assert b"has more than 131072 bytes before its body" in answer
    assert (await talk(get("/__admin/health", *lines[:12], "Connection: close"))).endswith(HEALTH)


async def test_head_is_get_without_the_body(talk: Talk) -> None:
    answer = await talk(get("/__admin/health", "Connection: close").replace(b"GET", b"HEAD"))
    assert answer == HEALTHY.replace(b"Content-Length", CLOSED + b"Content-Length").removesuffix(HEALTH)


async def test_a_target_may_have_a_scheme_and_a_host(talk: Talk) -> None:
    answer = await talk(get("http://mock/__admin/health", "Connection: close"))
    assert answer.endswith(HEALTH)


@pytest.mark.parametrize(
    ("target", "host", "status"),
    [
        ("http://evil.example/__admin/clock", "localhost", 403),
        ("HTTP://evil.example:80/__admin/clock?a", "localhost", 403),
        ("http://localhost@evil.example/__admin/clock", "localhost", 403),
        ("http:///__admin/clock", "localhost", 400),
        ("http://localhost/__admin/clock", "evil.example", 200),
        ("/__admin/clock", "evil.example", 403),
        ("*", "localhost", 400),
    ],
)
async def test_the_host_of_a_target_takes_precedence_over_that_of_the_header(
    talk: Talk, target: str, host: str, status: int
) -> None:
    request = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    assert (await talk(request.encode())).startswith(b"HTTP/1.1 %d " % status)


async def test_for_a_target_without_a_host_that_of_the_header_counts(talk: Talk) -> None:
    answer = await talk(b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize("header", ["Origin: http://localhost", "origin: http://evil.example"])
async def test_a_second_origin_is_refused(talk: Talk, header: str) -> None:
    head = "POST /__admin/reset HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: http://localhost\r\n"
    answer = await talk(f"{head}{header}\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 403 ")


async def test_a_preflight_has_no_content(talk: Talk) -> None:
    answer = await talk(
        get(
            "/callbacks/create",
            "Origin: http://page",
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: x-api-key",
            "Connection: close",
        ).replace(b"GET", b"OPTIONS")
    )
    assert answer == (
        b"HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Methods: POST\r\n"
        b"Access-Control-Allow-Headers: x-api-key\r\n"
        + COMMON
        + CORS.replace(b"*\r\n", b"http://page\r\nAccess-Control-Allow-Credentials: true\r\n")
        + CLOSED
        + b"\r\n"
    )


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (b"\x80\x03\x01 no HTTP\r\n\r\n", "request is not HTTP/1.1."),
        (get("/\u00fc"), "request has the byte 0xC3 in its path or query: send it as %C3."),
    ],
)
async def test_bytes_that_are_not_http_are_refused_as_json_and_the_connection_is_closed(
    talk: Talk, sent: bytes, message: str
) -> None:
    head, _, body = (await talk(sent)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=utf-8\r\n")
    assert head.endswith(CLOSED + b"Content-Length: %d" % len(body))
    assert json.loads(body)["status"]["message"] == message


@pytest.mark.parametrize("sent", [get("/" + "x" * 20_000), get("/", "Cookie: " + "x" * 20_000)])
async def test_the_refusal_of_a_path_or_header_that_is_too_long_says_so(talk: Talk, sent: bytes) -> None:
    head, _, body = (await talk(sent)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert json.loads(body)["status"]["message"] == "request has more than 16384 bytes in its path or in a header."


async def test_a_chunked_body_that_breaks_off_is_refused(talk: Talk) -> None:
    start = get("/callbacks/create", "Transfer-Encoding: chunked").replace(b"GET", b"POST")
    head, _, body = (await talk(start + b"5\r\nhello\r\nnonsense\r\n")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert json.loads(body)["status"]["message"] == "body is not encoded as its header Transfer-Encoding says."


async def test_a_chunked_body_that_breaks_off_after_its_head_is_refused(
    scenario: Scenario, limits: ConnectionLimits
) -> None:
    server, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=limits)
    head, body = await answer_to_a_body_after_its_head(port, b"nonsense\r\n", "Transfer-Encoding: chunked")
    await server.stop()
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert json.loads(body)["status"]["message"] == "body is not encoded as its header Transfer-Encoding says."


@pytest.mark.slow
async def test_a_body_that_stops_is_refused(scenario: Scenario) -> None:
    server = Server(dispatcher_of(scenario), ConnectionLimits(timeout=0.05))
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
    writer.write(get("/callbacks/create", "Content-Length: 10").replace(b"GET", b"POST") + b"{")
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    listening.close()
    await server.shutdown(0)
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert json.loads(body)["status"]["message"] == "body stopped arriving after byte 1: nothing came for 0.05 seconds."


@pytest.mark.slow
async def test_a_body_that_is_not_gzip_as_declared_is_refused(talk: Talk) -> None:
    start = get("/callbacks/create", "Content-Encoding: gzip", "Content-Length: 5").replace(b"GET", b"POST")
    head, _, body = (await talk(start + b"hello")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert json.loads(body)["status"]["message"] == f"body is not gzip, {NOT_AS_ENCODED}."


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_is_sent_after_its_head_and_not_compressed_as_declared_is_refused(
    scenario: Scenario, encoding: str
) -> None:
    server, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0)
    headers = (f"Content-Encoding: {encoding}", "Content-Length: 2")
    head, body = await answer_to_a_body_after_its_head(port, b"\xff1", *headers)
    await server.stop()
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert json.loads(body)["status"]["message"] == f"body is not {encoding}, {NOT_AS_ENCODED}."


async def test_a_client_that_expects_100_continue_can_book(client: Client) -> None:
    wanted = {"serviceName": "sales", "phoneNumber": "+15551234"}
    answer = await client.post("/callbacks/create", json=wanted, expect100=True)
    assert answer.status == 200


async def test_a_client_that_expects_100_continue_and_leaves_causes_no_log(
    scenario: Scenario, limits: ConnectionLimits, caplog: pytest.LogCaptureFixture
) -> None:
    runner, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=limits)
    head = get("/callbacks/create", "Expect: 100-continue", "Content-Length: 20").replace(b"GET", b"POST")
    for _ in range(20):
        client = socket.create_connection(("127.0.0.1", port))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(head)
        client.close()  # with a reset, before the server has had a turn to read the head
        await arrival()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(get("/__admin/health", "Connection: close"))
    assert (await reader.read()).endswith(HEALTH)
    writer.close()
    await runner.stop()
    assert caplog.records == []


@pytest.mark.slow
async def test_a_client_that_expects_100_continue_for_too_large_a_body_is_refused(talk: Talk) -> None:
    head = get("/callbacks/create", "Expect: 100-continue", f"Content-Length: {2 * LARGEST_BODY}", "Connection: close")
    answer = await talk(head.replace(b"GET", b"POST"))
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "/genesys/1/service/callback/sales",
            {
                "exception": "com.genesyslab.gsg.GSGException",
                "message": "The body has more than 1048576 bytes.",
                "code": 413,
                "phrase": "BODY_TOO_LARGE",
            },
        ),
        ("/__admin/scenario", {"message": "The body has more than 1048576 bytes.", "field": "body"}),
    ],
)
async def test_a_body_of_two_megabytes_is_refused(client: Client, path: str, body: object) -> None:
    answer = await client.put(path, data=BytesIO(b"x" * 2 * LARGEST_BODY))
    assert (answer.status, await answer.json()) == (413, body)


async def test_a_body_that_arrives_faster_than_it_is_read_is_read_completely(client: Client) -> None:
    fields = {"serviceName": "a", "phoneNumber": "+14155550100", "userData": {"note": "x" * (LARGEST_BODY - 1_000)}}
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    booked = await client.post("/callbacks/create", data=gzip.compress(json.dumps(fields).encode()), headers=headers)
    [callback] = await (await client.get("/__admin/callbacks")).json()
    assert (booked.status, len(callback["properties"]["note"])) == (200, LARGEST_BODY - 1_000)


@pytest.mark.parametrize("path", ["/__admin/snapshot", "/s/one/__admin/snapshot?x=1"])
async def test_a_snapshot_has_a_larger_limit_than_other_bodies(client: Client, path: str) -> None:
    answer = await client.put(path, data=BytesIO(b"x" * 2 * LARGEST_BODY))
    assert answer.status == 400
    answer = await client.put(path, data=BytesIO(b"x" * (LARGEST_SNAPSHOT + 1)))
    refusal = {"message": "The body has more than 16777216 bytes.", "field": "body"}
    assert (answer.status, await answer.json()) == (413, refusal)


@pytest.mark.parametrize("path", ["/s/one/two/__admin/snapshot", "/callbacks/create?at=/__admin/snapshot"])
async def test_bodies_to_similar_paths_do_not_have_the_limit_of_snapshots(client: Client, path: str) -> None:
    answer = await client.put(path, data=BytesIO(b"x" * 2 * LARGEST_BODY))
    assert answer.status == 413


@pytest.mark.slow
async def test_one_of_1000_simultaneous_bookings_of_a_seat_succeeds(client: Client) -> None:
    one_seat = {
        "description": "One seat.",
        "clock": {"now": "2026-03-02T08:55:00Z", "frozen": True},
        "services": {"sales": {"capacity": 1}},
    }
    answer = await client.put("/__admin/scenario", json=one_seat)
    assert answer.status == 200
    wanted = {"serviceName": "sales", "desiredTime": "2026-03-02T10:00:00.000Z"}
    answers = await asyncio.gather(
        *(client.post("/callbacks/create", json={**wanted, "phoneNumber": f"+1555{turn:04}"}) for turn in range(1000))
    )
    assert sorted(answer.status for answer in answers) == [200] + [400] * 999


async def test_a_defect_outside_the_dispatcher_is_a_500_as_json(
    scenario: Scenario, limits: ConnectionLimits, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Api(("",), GES.routes, FailingRenderer(1), GES.admit)
    runner, port = await listen(Dispatcher(Sessions(scenario), (broken,)), "127.0.0.1", 0, limits=limits)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(get("/callbacks/create"))
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await runner.stop()
    assert head.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert b"Traceback" not in body
    assert json.loads(body)["status"]["code"] == 500
    assert "a defect while answering /callbacks/create" in caplog.text


async def test_two_connections_that_need_the_server_for_every_request_at_once_share_it(scenario: Scenario) -> None:
    server, _ = await listen(dispatcher_of(scenario), "127.0.0.1", 0)
    try:
        one, other = (asyncio.create_task(server.load_http11()) for _ in range(2))
        await one
        loaded = server.http11_server
        await other
        assert loaded is not None
        assert server.http11_server is loaded
    finally:
        await server.stop()
