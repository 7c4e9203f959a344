"""Malformed exchanges with a server that runs as users start it: none leaves a traceback or stops it."""

import gzip
import socket
import ssl
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.served import Served, served
from tests.waiting import LONGEST

BRIEF = 0.2  # seconds to wait for an answer that may not come
BOOKING = b'{"serviceName": "sales", "phoneNumber": "+14155550100"}'
PACKED = gzip.compress(BOOKING * 20)
BOMB = gzip.compress(bytes(50_000_000))
TLS_HELLO = bytes.fromhex("16030100c4010000c00303") + bytes(range(190))
WEBSOCKET = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 13")


def post(*headers: str, body: bytes = b"", path: str = "/callbacks/create", method: str = "POST") -> bytes:
    """Return a request with a body, and with its length unless a header sets it."""
    of_body = () if any(line.startswith(("Content-Length", "Transfer")) for line in headers) else (length(len(body)),)
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers, *of_body]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n" + body


def get(target: str, *headers: str, method: str = "GET", host: str = "Host: localhost") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", host, *headers]
    return "".join(f"{line}\r\n" for line in lines if line).encode("latin-1") + b"\r\n"


def length(number: object) -> str:
    return f"Content-Length: {number}"


def packed(body: bytes, encoding: str = "gzip") -> bytes:
    return post(f"Content-Encoding: {encoding}", body=body)


def chunked(body: bytes, *headers: str) -> bytes:
    return post("Transfer-Encoding: chunked", *headers, body=body)


EXCHANGES = {
    "gzip: a body that is not gzip": packed(b"hello"),
    "gzip: a large body that is not gzip": packed(b"h" * 900_000),
    "gzip: a snapshot that is not gzip": post(
        "Content-Encoding: gzip", body=b"h" * 5_000_000, path="/__admin/snapshot", method="PUT"
    ),
    "gzip: an empty body": packed(b""),
    "gzip: a body that is cut": packed(PACKED[:-10]),
    "gzip: a body with more after it": packed(PACKED + b"more"),
    "gzip: two bodies": packed(PACKED + PACKED),
    "gzip: a bomb": packed(BOMB),
    "gzip: chunks that are not gzip": chunked(b"5\r\nhello\r\n0\r\n\r\n", "Content-Encoding: gzip"),
    "gzip: many chunks that are not gzip": chunked(b"1\r\nh\r\n" * 500 + b"0\r\n\r\n", "Content-Encoding: gzip"),
    "gzip: a valid booking": packed(PACKED),
    "deflate: a body that is not deflate": packed(b"hello", "deflate"),
    "deflate: a body that is cut": packed(zlib.compress(BOOKING * 20)[:20], "deflate"),
    "br: a body that is not br": packed(b"hello", "br"),
    "zstd: a body that is not zstd": packed(b"hello", "zstd"),
    "an encoding that does not exist": packed(b"hello", "weird"),
    "several encodings": packed(b"hello", "gzip, gzip"),
    "chunks: no size": chunked(b"zz\r\nhello\r\n"),
    "chunks: a negative size": chunked(b"-5\r\nhello\r\n"),
    "chunks: a huge size": chunked(b"f" * 30 + b"\r\nhello\r\n"),
    "chunks: a wrong size": chunked(b"3\r\nhello\r\n0\r\n\r\n"),
    "chunks: nonsense after the first": chunked(b"5\r\nhello\r\nnonsense\r\n"),
    "chunks: an end that does not come": chunked(b"5\r\nhel"),
    "chunks: a broken trailer": chunked(b"2\r\n{}\r\n0\r\nno colon\r\n\r\n"),
    "chunks: declared twice": post("Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n"),
    "chunks: and a length": chunked(b"0\r\n\r\n", length(5)),
    "a transfer encoding that does not exist": post("Transfer-Encoding: gzip", body=b"0\r\n\r\n"),
    "length: two that differ": post(length(5), length(6), body=b"hello"),
    "length: negative": post(length(-5), body=b"hello"),
    "length: a word": post(length("five"), body=b"hello"),
    "length: huge": post(length(10**30), body=b"hello"),
    "length: more than comes": post(length(100), body=b"{"),
    "expect: another thing": post("Expect: weird", body=BOOKING),
    "expect: and no body": post("Expect: 100-continue", length(20)),
    "expect: with too much": post("Expect: 100-continue", length(10**9)),
    "host: none": get("/__admin/clock", host=""),
    "host: two": get("/__admin/clock", "Host: other"),
    "host: half an address": get("/__admin/clock", host="Host: [::1"),
    "host: an invalid port": get("/__admin/clock", "Origin: http://localhost:x", host="Host: localhost:999999"),
    "host: bytes": get("/__admin/clock", host="Host: \xff\xfe"),
    "target: half an address": get("http://[::1/x"),
    "target: an invalid port": get("http://localhost:99999999/x"),
    "target: a port that is a word": get("http://localhost:abc/x"),
    "target: with a user": get("http://user:password@localhost/x"),
    "target: without a host": get("http:///x"),
    "target: another scheme": get("foo:bar"),
    "target: no slash": get("x"),
    "target: an asterisk": get("*"),
    "target: two slashes": get("//x/[::1"),
    "target: percent signs": get("/callbacks/open-for/%zz%ff%00"),
    "target: bytes": get("/callbacks/open-for/\xff\xfe"),
    "target: empty": get(""),
    "method: OPTIONS of the server": get("*", method="OPTIONS"),
    "method: CONNECT": get("localhost:80", method="CONNECT"),
    "method: CONNECT to half an address": get("[::1", method="CONNECT"),
    "method: CONNECT to a path": get("/", method="CONNECT"),
    "method: TRACE": get("/", method="TRACE"),
    "method: small letters": get("/", method="get"),
    "method: invalid": get("/", method="B@D"),
    "upgrade: to a websocket": get("/x", *WEBSOCKET),
    "upgrade: to a websocket, with its first frame": get("/x", *WEBSOCKET) + b"\x81\x85\0\0\0\0hello",
    "upgrade: with a long line after it": get("/x", *WEBSOCKET) + get("/" + "x" * 20_000),
    "upgrade: to HTTP/2": get("/x", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"),
    "upgrade: with a body": post("Connection: Upgrade", "Upgrade: h2c", body=BOOKING),
    "protocol: HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
    "protocol: TLS": TLS_HELLO,
    "protocol: HTTP/0.9": b"GET /\r\n\r\n",
    "protocol: HTTP/3.0": b"GET / HTTP/3.0\r\n\r\n",
    "protocol: a mail": b"EHLO mock\r\nMAIL FROM:<a@b>\r\n",
    "headers: very many": get("/", *(f"X-{number}: y" for number in range(5_000))),
    "headers: one that is long": get("/", f"X: {'x' * 20_000}"),
    "headers: no colon": get("/", "nonsense"),
    "headers: no name": get("/", ": value"),
    "headers: a NUL": get("/", "X: a\0b"),
    "headers: a folded line": get("/", "X: a\r\n b"),
    "headers: a session of bytes": get("/x", "X-Mockgms-Session: \xff"),
    "headers: a cookie of quotes": get("/x", 'Cookie: =;=;"\\\xff'),
    "headers: an invalid type": post("Content-Type: \xff\xfe; charset=utf-99", body=b"\xff\xfe{}x"),
    "headers: a boundary that is empty": post("Content-Type: multipart/form-data; boundary=", body=b"hello"),
    "a head that is cut": b"GET /x HTTP/1.1\r\nHost: local",
    "a method that is cut": b"GE",
    "no bytes at all": b"",
    "NULs": bytes(100),
    "returns": b"\r" * 100,
    "line feeds": b"\n" * 100,
    "noise": bytes(range(256)) * 20,
    "many requests at once": get("/callbacks/open-for/sales") * 300,
    "many requests at once, and then noise": get("/callbacks/open-for/sales") * 30 + bytes(100),
    "an answer that the client does not read": get("/callbacks/availability/sales?numberOfDays=366") * 20,
    "an answer that does not come": get("/callbacks/open-for/sales", "X-Mockgms-Fault: hang"),
    "an answer that comes slowly": get(
        "/callbacks/availability/sales", "X-Mockgms-Fault: {fault: slow_body, bytes: 10, every: 20ms}"
    ),
    "a stream that the client does not read": get("/__admin/events"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for all exchanges of this module."""
    with served(tmp_path_factory.mktemp("plain")) as server:
        yield server


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with HTTPS for all exchanges of this module."""
    with served(tmp_path_factory.mktemp("secure"), "--tls-self-signed") as server:
        yield server


def connect(server: Served) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST)
    if server.url.startswith("http:"):
        return client
    unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    return unverified.wrap_socket(client)


def send(client: socket.socket, sent: bytes) -> None:
    with suppress(OSError):  # it may refuse before all is sent
        client.sendall(sent)


def read(client: socket.socket) -> None:
    client.settimeout(BRIEF)
    with suppress(OSError):
        client.recv(65_536)


def reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def is_healthy(server: Served) -> bool:
    with connect(server) as client:
        client.sendall(get("/__admin/health", "Connection: close"))
        return client.recv(12) == b"HTTP/1.1 200"


@pytest.mark.unmeasured
@pytest.mark.parametrize("leaving", ["after the answer", "after sending", "by closing", "by a reset"])
@pytest.mark.parametrize("name", EXCHANGES)
def test_a_malformed_exchange_leaves_nothing_in_the_log(server: Served, name: str, leaving: str) -> None:
    before = server.logged()
    with connect(server) as client:
        send(client, EXCHANGES[name])
        match leaving:
            case "after the answer":
                read(client)
            case "after sending":
                with suppress(OSError):
                    client.shutdown(socket.SHUT_WR)
                read(client)
            case "by a reset":
                reset(client)
    assert is_healthy(server)
    assert server.logged() == before


@pytest.mark.parametrize(
    "sent", [get("/__admin/health"), TLS_HELLO, TLS_HELLO[:20], b"\x16\x03\x01", b"noise\r\n\r\n", b""]
)
@pytest.mark.parametrize("leaving", ["after the answer", "by closing", "by a reset"])
def test_a_handshake_that_fails_leaves_nothing_in_the_log(secure: Served, sent: bytes, leaving: str) -> None:
    before = secure.logged()
    with socket.create_connection(("127.0.0.1", secure.port), timeout=LONGEST) as client:
        send(client, sent)
        if leaving == "after the answer":
            read(client)
        elif leaving == "by a reset":
            reset(client)
    assert is_healthy(secure)
    assert secure.logged() == before


@pytest.mark.slow
def test_a_client_that_does_not_trust_the_certificate_leaves_nothing_in_the_log(secure: Served) -> None:
    with socket.create_connection(("127.0.0.1", secure.port), timeout=LONGEST) as client, pytest.raises(OSError):  # noqa: PT011
        ssl.create_default_context().wrap_socket(client, server_hostname="localhost")
    assert is_healthy(secure)
    assert secure.logged() == ""
