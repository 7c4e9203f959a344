"""Requests that no HTTP parser takes: the answer is in the words of the API of their path, and the journal has them."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import aiohttp
import pytest

from mockgms.app import listen
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable
from mockgms.scenario.model import Scenario
from mockgms.server.channel import ConnectionLimits
from mockgms.server.malformed import Malformed, read_malformed
from tests.live import dispatcher_of
from tests.waiting import LONGEST, arrival

V1 = "/genesys/1/service/callback/sales"
V3 = "/engagement/v3/callbacks/create"


class Port(NamedTuple):
    """The port of a server."""

    number: int

    async def talk(self, *pieces: bytes) -> tuple[bytes, Any]:
        """Send pieces, and return the head and the decoded body of the last answer."""
        async with asyncio.timeout(LONGEST):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.number)
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await arrival()
            head, _, body = (await reader.read()).rpartition(b"HTTP/1.1 ")[2].partition(b"\r\n\r\n")
            writer.close()
        return b"HTTP/1.1 " + head, json.loads(body) if body else None

    async def journal(self, session: str = "") -> list[tuple[str, str, int]]:
        """Return the method, the path and the status of each request in the journal."""
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"http://127.0.0.1:{self.number}{session}/__admin/requests") as answer,
        ):
            found = (await answer.json())["requests"]
        return [(each["request"]["method"], each["request"]["path"], each["answer"]["status"]) for each in found]


@pytest.fixture
async def port(scenario: Scenario, limits: ConnectionLimits) -> AsyncIterator[Port]:
    runner, number = await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=limits)
    yield Port(number)
    await runner.stop()


def request(first: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [first, "Host: mock", "Connection: close", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n" + body


def mistake_of(data: bytes, reason: str | None = None) -> tuple[str, str]:
    """Return the field and the reason of the refusal of malformed bytes."""
    read = read_malformed(data, reason)
    assert isinstance(read, Malformed)
    assert isinstance(read.refusal, Unreadable)
    return read.refusal.field, read.refusal.reason


@pytest.mark.parametrize("arrived", [0, 1, 2])
async def test_a_request_between_the_rest_of_a_body_and_an_invalid_request_is_answered(
    port: Port, arrived: int
) -> None:
    head = f"POST {V3} HTTP/1.1\r\nHost: mock\r\nContent-Length: 2\r\n\r\n{{}}"
    asked = f"GET {V1}/availability HTTP/1.1\r\nHost: mock\r\n\r\nno HTTP\r\n\r\n"
    whole, end = (head + asked).encode(), len(head) - 2 + arrived
    answer, _ = await port.talk(whole[:end], whole[end:])
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert await port.journal() == [("POST", V3, 400), ("GET", f"{V1}/availability", 200)]


@pytest.mark.parametrize("method", ["FOO", "F00", "M_X", "X" * 32])
async def test_an_unknown_method_is_refused_in_the_format_of_v1_and_in_the_journal(port: Port, method: str) -> None:
    head, body = await port.talk(request(f"{method} {V1} HTTP/1.1"))
    assert head.startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
    assert b"\r\nAllow: POST, GET, HEAD, OPTIONS\r\n" in head
    assert (body["exception"], body["code"], body["phrase"]) == (
        "com.genesyslab.gsg.GSGException",
        405,
        "WRONG_METHOD",
    )
    assert body["message"].startswith(f"{method} is not answered here. The nearest is ")
    assert await port.journal() == [(method, V1, 405)]


@pytest.mark.parametrize(("method", "right"), [("get", "GET"), ("Post", "POST")])
async def test_a_method_in_small_letters_is_answered_with_the_same_in_capitals(
    port: Port, method: str, right: str
) -> None:
    _, body = await port.talk(request(f"{method} {V1} HTTP/1.1", "Content-Length: 2", body=b"{}"))
    assert body["message"] == (
        f"{method} is not answered here. The nearest is {right} /genesys/1/service/callback/{{name}}."
    )


@pytest.mark.parametrize("path", [V3, "/callbacks/create", f"http://mock{V3}"])
async def test_an_unknown_method_is_refused_in_the_format_of_v3(port: Port, path: str) -> None:
    _, body = await port.talk(request(f"FOO {path} HTTP/1.1"))
    path = path.removeprefix("http://mock")
    assert body["status"]["code"] == 405
    assert body["status"]["message"] == f"FOO is not answered here. The nearest is POST {path}."
    assert await port.journal() == [("FOO", path, 405)]


async def test_an_unknown_method_at_an_unknown_path_is_a_path_that_is_not_found(port: Port) -> None:
    head, body = await port.talk(request("FOO /genesys/1/service/callbak HTTP/1.1"))
    assert head.startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert body["message"].startswith("Nothing is at /genesys/1/service/callbak. The nearest is ")


async def test_an_unknown_method_of_the_admin_api_is_not_in_the_journal(port: Port) -> None:
    _, body = await port.talk(request("FOO /__admin/clock HTTP/1.1"))
    assert body == {"message": "FOO is not possible here. There is GET /__admin/clock."}
    assert await port.journal() == []


@pytest.mark.parametrize(
    ("path", "header"), [(f"/s/one{V1}", "X-Other: 1"), (V1, "X-Mockgms-Session: one")], ids=["path", "header"]
)
async def test_an_unknown_method_is_in_the_journal_of_its_session(port: Port, path: str, header: str) -> None:
    await port.talk(request(f"FOO {path} HTTP/1.1", header))
    assert (await port.journal(), await port.journal("/s/one")) == ([], [("FOO", V1, 405)])


async def test_a_page_of_another_origin_can_read_the_refusal_of_an_unknown_method(port: Port) -> None:
    head, _ = await port.talk(request(f"FOO {V1} HTTP/1.1", "Origin: http://shop.test"))
    assert b"\r\nAccess-Control-Allow-Origin: http://shop.test\r\n" in head


@pytest.mark.parametrize("control", ["\r", "\n", "\0", "\x7f"])
async def test_an_origin_with_a_control_character_does_not_split_the_headers_of_the_answer(
    port: Port, control: str
) -> None:
    head, _ = await port.talk(request(f"GET {V3} HTTP/1.1", f"Origin: http://a{control}Set-Cookie: b=c"))
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"Set-Cookie" not in head


@pytest.mark.parametrize(
    ("first", "headers", "method", "path", "message"),
    [
        (
            "B@D {}",
            "",
            "INVALID",
            "",
            "has a method with an invalid character: send GET, POST, PUT or DELETE",
        ),
        ("GET IT {}", "", "INVALID", "", "has a method with an invalid character: send GET, POST, PUT or DELETE"),
        (f"{'X' * 33} {{}}", "", "INVALID", "", "has a method of 33 characters: send GET, POST, PUT or DELETE"),
        ("GET {}a b", "", "GET", "a%20b", "has a space in its path or query: send it as %20"),
        ("GET {}\xfc", "", "GET", "%FC", "has the byte 0xFC in its path or query: send it as %FC"),
        ("GET {}", "nonsense", "GET", "", "has no colon in line 4: send headers as `Name: value`"),
        (
            "GET {}",
            "X-Y : 1",
            "GET",
            "",
            "has no valid name of a header before the colon in line 4: write `Name: value`",
        ),
        ("GET {}", "X-Y: a\0b", "GET", "", "has a control character in the header X-Y: leave it out"),
        (
            "POST {}",
            "Content-Length: five",
            "POST",
            "",
            "has a Content-Length that is not a number: send the number of bytes of the body",
        ),
        (
            "POST {}",
            "Content-Length: 5\r\nContent-Length: 6",
            "POST",
            "",
            "has the header Content-Length more than once: send it once",
        ),
        (
            "POST {}",
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "POST",
            "",
            "has the headers Content-Length and Transfer-Encoding: send one of them",
        ),
    ],
)
@pytest.mark.parametrize("api", ["v1", "v3"])
async def test_a_malformed_request_is_refused_in_the_format_of_its_api_with_what_is_wrong(  # noqa: PLR0913, PLR0917
    port: Port, api: str, first: str, headers: str, method: str, path: str, message: str
) -> None:
    base = {"v1": V1, "v3": V3}[api]
    head, body = await port.talk(request(f"{first.format(base)} HTTP/1.1", *headers.splitlines()))
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    if api == "v1":
        assert (body["exception"], body["message"]) == (
            "com.genesyslab.gsg.GSGException",
            f"Invalid parameter: request {message}.",
        )
    else:
        assert (body["status"]["code"], body["status"]["message"]) == (501, f"request {message}.")
    assert await port.journal() == [(method, f"{base}{path}", 400)]


async def test_a_malformed_head_that_arrives_in_pieces_is_refused_in_the_format_of_its_api(port: Port) -> None:
    whole = request(f"GET {V1} HTTP/1.1", "nonsense")
    at = whole.index(b"nonsense")
    head, body = await port.talk(whole[:30], whole[30:at], whole[at:])
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert body["message"] == "Invalid parameter: request has no colon in line 4: send headers as `Name: value`."


@pytest.mark.parametrize("end", [1, 2, 9, 40])
async def test_an_unknown_method_that_arrives_in_pieces_is_refused_in_the_format_of_its_api(
    port: Port, end: int
) -> None:
    whole = request(f"FOO {V1} HTTP/1.1")
    _, body = await port.talk(whole[:end], whole[end:])
    assert body["message"].startswith("FOO is not answered here. The nearest is ")
    assert await port.journal() == [("FOO", V1, 405)]


async def test_a_malformed_head_that_is_not_completed_is_refused_without_its_path(port: Port) -> None:
    _, body = await port.talk(b"B@D /genesys")
    assert body["status"]["message"] == "request is not HTTP/1.1."


async def test_a_client_that_closes_its_side_within_a_malformed_head_is_refused(port: Port) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port.number)
    writer.write(b"B@D /genesys")
    writer.write_eof()
    async with asyncio.timeout(LONGEST):
        answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")


async def test_http_2_that_is_no_first_request_is_refused_for_its_version(port: Port) -> None:
    _, body = await port.talk(b"P", b"RI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    assert body["status"]["message"] == "request has the version HTTP/2.0: send HTTP/1.1."


async def test_the_refusal_of_a_malformed_head_request_has_no_body(port: Port) -> None:
    head, body = await port.talk(request(f"HEAD {V1} HTTP/1.1", "nonsense"))
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert body is None


async def test_the_refusal_of_an_invalid_request_behind_a_body_in_chunks_does_not_name_the_chunks(port: Port) -> None:
    first = request(f"POST {V1} HTTP/1.1", "Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\n\r\n")
    _, body = await port.talk(first.replace(b"Connection: close\r\n", b"") + request(f"FOO {V1} HTTP/1.1"))
    assert body["message"] == "Invalid parameter: request is not HTTP/1.1."


async def test_lines_that_end_with_a_line_feed_alone_are_refused_with_the_remedy(port: Port) -> None:
    _, body = await port.talk(request(f"GET {V1} HTTP/1.1").replace(b"\r", b""))
    assert body["message"] == (
        "Invalid parameter: request ends its lines with a line feed alone: send a carriage return before it."
    )
    assert await port.journal() == [("GET", V1, 400)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is not HTTP/1.1"),
        (b"GET / HTTP/1.1", "is not HTTP/1.1"),
        (b"GET /\r\n", "is not HTTP/1.1"),
        (b"one two three\r\n\r\n", "is not HTTP/1.1"),
        (b"GET / HTTP/1.1\r\nHost: mock\r\n\r\n", "is not HTTP/1.1"),
        (b"GET / HTTP/1.2\r\nHost: mock\r\n\r\n", "has the version HTTP/1.2: send HTTP/1.1"),
        (b"GET / HTTP/1.1\r\nX: y\r\n\r\n", "has no header Host: send it with the host and port of the server"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "has the header Host more than once: send it once"),
        (
            b"GET / HTTP/1.1\r\nHost: mock\r\n goes on\r\n\r\n",
            "has a header that continues in line 3: send it in one line",
        ),
    ],
)
def test_the_mistake_of_a_head_is_found(data: bytes, reason: str) -> None:
    assert mistake_of(data) == ("request", reason)


def test_a_reason_that_is_known_already_is_the_refusal() -> None:
    data = b"FOO /callbacks?a=b HTTP/1.1\r\nHost: mock\r\nX-Cut"
    assert read_malformed(data, "is too long").request == Request("FOO", "/callbacks", "a=b", {"Host": "mock"})
    assert mistake_of(data, "is too long") == ("request", "is too long")


def test_a_body_with_broken_chunks_is_the_mistake_of_a_head_without_one() -> None:
    head = b"POST / HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    assert mistake_of(head) == ("body", "is not encoded as its header Transfer-Encoding says")
