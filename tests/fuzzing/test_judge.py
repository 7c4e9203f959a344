"""What counts as a wrong answer, shown on a server that gives it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from fuzzing import judge
from fuzzing.process import Server
from fuzzing.step import Step

Answering = Callable[[bytes], Awaitable[int]]


class RunningElsewhere(Server):
    """Stands for the server under test; another server answers at its port."""

    def __init__(self, port: int) -> None:
        self.port = port


@pytest.fixture
async def answering() -> AsyncIterator[Answering]:
    """A server that gives every connection the same bytes and closes it."""
    servers = []

    async def start(raw: bytes) -> int:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(raw)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    yield start
    for server in servers:
        server.close()


def answer(status: str, body: bytes, headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 %b\r\n%bContent-Length: %d\r\n\r\n%b" % (status.encode(), headers, len(body), body)


GMS = b'{"exception":"e","message":"m"}'
GES = b'{"status":{"code":1,"message":"m","corrId":"c"}}'
RULE = b"X-Mockgms-Rule: r\r\n"


@pytest.mark.parametrize(
    ("path", "raw", "kind"),
    [
        ("/genesys/1/x", answer("200 OK", b"[]"), None),
        ("/genesys/1/x", answer("400 Bad Request", GMS), None),
        ("/callbacks/create", answer("400 Bad Request", GES), None),
        ("/__admin/clock", answer("400 Bad Request", b'{"message":"m"}'), None),
        ("/__admin/docs/", answer("404 Not Found", b"<!doctype html><p>No site"), None),
        ("/__admin/clock", answer("404 Not Found", b"<!doctype html><p>No site"), "error body"),
        ("/callbacks/create", answer("400 Bad Request", GMS), "error body"),
        ("/genesys/1/x", answer("404 Not Found", b"Not Found"), "error body"),
        ("/genesys/1/x", answer("500 Internal Server Error", GMS), "unasked 5xx"),
        ("/genesys/1/x", answer("500 Internal Server Error", GMS, RULE), None),
        ("/genesys/1/x", answer("503 Service Unavailable", b'{"exception":"aServiceUnavailable","message":""}'), None),
        ("/__admin/explain", answer("200 OK", b'{"paragraph":"of a defect of mockgms"}'), "defect"),
        ("/genesys/1/x", b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "not HTTP"),
        ("/genesys/1/x", answer("200 OK", b"[]") + b"more", "not HTTP"),
        ("/genesys/1/x", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nless", "lost answer"),
        ("/genesys/1/x", b"", "lost answer"),
    ],
)
async def test_a_wrong_answer_is_a_failure_of_its_kind_and_a_right_one_is_none(
    answering: Answering, path: str, raw: bytes, kind: str | None
) -> None:
    server = RunningElsewhere(await answering(raw))
    sent = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    _, failure = await asyncio.to_thread(judge.send, server, Step("GET", (sent,), (("GET", path),)))
    assert (failure and failure.kind) == kind
