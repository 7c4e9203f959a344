"""Compare the two ways of reading a request: as a plain request, and by aiohttp alone.

Two servers with the same scenario get the same bytes. Their answers and journals must be the same.
`python -m fuzzing.equality --count 300000` compares so many mutated requests.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import Any, Final

from mockgms.api.dispatcher import Dispatcher
from mockgms.app import assemble, listen
from mockgms.scenario.catalog import Catalog
from mockgms.server.channel import ConnectionLimits
from mockgms.server.plain import plain_request
from mockgms.session.journal import Entry

SCENARIO: Final = """
description: Two ways to read a request.
clock: {now: "2026-03-02T08:55:00Z", frozen: true}
services: {sales: {capacity: 100000}}
"""
_LIMITS: Final = ConnectionLimits()
_QUIET: Final = 0.001  # seconds after an answer for what comes behind it
_MOST: Final = 10.0  # seconds for an answer on a busy machine
_NONCE: Final = re.compile(rb"nonce(?:-|=\")[\w-]+")  # every page has another one
_SHOWN: Final = 400  # characters of a difference

_BROWSER: Final = (
    "Host: localhost:8080",
    "Connection: keep-alive",
    'sec-ch-ua: "Chromium";v="131", "Not_A Brand";v="24"',
    "sec-ch-ua-mobile: ?0",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36",
    "Accept: application/json, text/javascript, */*; q=0.01",
    "Origin: http://localhost:3000",
    "Sec-Fetch-Site: same-site",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Accept-Language: en-US,en;q=0.9",
)
_SCRIPT: Final = ("Host: localhost", "User-Agent: curl/8.5.0", "Accept: */*")
_JSON: Final = b'{"_customer_number":"+14155550123","_desired_time":"2026-03-02T10:00:00.000Z"}'
_FORM: Final = b"serviceName=sales&phoneNumber=%2B14155550123&desiredTime=2026-03-02T10%3A00%3A00.000Z&a%5Bb%5D=c"


def _request(method: str, target: str, headers: tuple[str, ...], body: bytes = b"", content_type: str = "") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", *headers]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode() + body


REQUESTS: Final = (
    _request("GET", "/genesys/1/service/callback/sales/availability?number-of-days=2", _BROWSER),
    _request("GET", "/engagement/v3/callbacks/availability/sales?numberOfDays=2&maxTimeSlots=3", _SCRIPT),
    _request("POST", "/genesys/1/service/callback/sales", _SCRIPT, _JSON, "application/json"),
    _request("POST", "/engagement/v3/callbacks/create", _BROWSER, _FORM, "application/x-www-form-urlencoded"),
    _request("OPTIONS", "/callbacks/create", (*_BROWSER, "Access-Control-Request-Method: POST")),
    _request("PUT", "/nowhere", _SCRIPT),
    _request("DELETE", "/callbacks/none", _SCRIPT),
    _request("GET", "/callbacks/open-for/sales", (*_SCRIPT, "X-Mockgms-Fault: {fault: throttle}")),
    _request("GET", "/callbacks/open-for/sales", (*_SCRIPT, "X-Mockgms-Fault: {fault: truncate, keep: 50%}")),
    _request("POST", "/callbacks/create", (*_SCRIPT, "X-Mockgms-Fault: empty"), _FORM),
)
_PIECES: Final = (
    *(bytes([byte]) for byte in (0, 1, 9, 10, 11, 13, 27, 32, 34, 35, 37, 58, 63, 64, 92, 123, 127, 128, 195, 255)),
    *(b"\r\n", b"\r\n\r\n", b"\n\n", b"%00", b"%zz", b"//", b"..", b" HTTP/1.1", b": ", b"\r\n ", b"0", b"65537"),
)
_LINES: Final = (
    b"Host: other",
    b"Content-Length: 5",
    b"Content-Length: +5",
    b"Content-Length: 1_0",
    b"Content-Length:",
    b"Transfer-Encoding: chunked",
    b"Expect: 100-continue",
    b"Connection: close",
    b"Connection: Keep-Alive",
    b"Connection: keep-alive, Upgrade",
    b"Proxy-Connection: close",
    b"Upgrade: websocket",
    b"Content-Encoding: gzip",
    b"X-Empty:",
    b"X-Spaces:   \t a \t b \t ",
    b"X Space: 1",
    b"X-Latin: \xe4",
    b"X-Long: " + b"x" * 9_000,
    b": no name",
    b"no colon",
)


def mutated(random: Random) -> bytes:
    """Return a request with up to three changes."""
    data = random.choice(REQUESTS)
    for _ in range(random.randint(0, 3)):
        data = random.choice((_changed_byte, _inserted, _deleted, _with_line, _without_line, _repeated))(data, random)
    return data


def _changed_byte(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(_PIECES) + data[at + 1 :]


def _inserted(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(_PIECES) + data[at:]


def _deleted(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + data[at + random.choice((1, 1, 2, 20)) :]


def _with_line(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\r\n")
    lines.insert(random.randrange(len(lines) + 1), random.choice(_LINES))
    return b"\r\n".join(lines)


def _without_line(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\r\n")
    del lines[random.randrange(len(lines))]
    return b"\r\n".join(lines)


def _repeated(data: bytes, random: Random) -> bytes:
    at, end = sorted((random.randrange(len(data) + 1), random.randrange(len(data) + 1)))
    return data[:end] + data[at:end] + data[end:]


class Comparison:
    """Two servers, of which one reads plain requests itself."""

    def __init__(self, servers: list[tuple[Dispatcher, int]]) -> None:
        self._servers = servers

    async def difference(self, pieces: list[bytes]) -> str | None:
        """Send the same pieces to both servers. Return what differs, or None."""
        plain, other = [await self._outcome(dispatcher, port, pieces) for dispatcher, port in self._servers]
        if plain == other:
            return None
        texts = str(plain), str(other)
        at = next((at for at, (one, two) in enumerate(zip(*texts, strict=False)) if one != two), 0)
        start = max(0, at - _SHOWN // 4)
        plain_text, other_text = [text[start : start + _SHOWN] for text in texts]
        return f"{b''.join(pieces)!r}\n  plain:   {plain_text}\n  aiohttp: {other_text}"

    async def _outcome(self, dispatcher: Dispatcher, port: int, pieces: list[bytes]) -> tuple[bytes, list[Any]]:
        """Return what a client gets, and what the journal has got."""
        journal = dispatcher.sessions.default.journal
        journal.clear()
        received = _NONCE.sub(b"nonce", await _sent(port, pieces))
        return received, [
            (each.method, each.path, each.query, _headers(each), each.body, each.operation, each.faults)
            for each in journal
        ]


def _headers(entry: Entry) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in entry.headers.items()]  # aiohttp writes known names in its own way


async def _sent(port: int, pieces: list[bytes]) -> bytes:
    """Send pieces on a new connection, one at a time, and return the answers until the server sends no more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = b""
    with suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            for _ in range(4):  # so that the server reads it before the next one
                await asyncio.sleep(0)
        received = await _answer(reader)
        with suppress(TimeoutError):
            async with asyncio.timeout(_QUIET):
                received += await reader.read()
    writer.transport.abort()
    return received


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """Return the first answer, or what has come of it."""
    try:
        async with asyncio.timeout(_MOST):
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0]
            return head + await reader.readexactly(int(length or 0))
    except asyncio.IncompleteReadError as incomplete:
        return incomplete.partial
    except TimeoutError:
        return b"(none)"


@asynccontextmanager
async def comparison() -> AsyncIterator[Comparison]:
    """Run both servers."""
    runners, servers = [], []
    for plain in (_LIMITS.plain, 0):
        dispatcher = assemble(Catalog().parse(SCENARIO), Catalog())
        runner, port = await listen(dispatcher, "127.0.0.1", 0, limits=_LIMITS._replace(plain=plain, timeout=5.0))
        runners.append(runner)
        servers.append((dispatcher, port))
    try:
        yield Comparison(servers)
    finally:
        for runner in runners:
            await runner.stop()


def is_read_as_plain(data: bytes) -> bool:
    """Return True if the data is exactly one plain request."""
    found = plain_request(data, _LIMITS.plain)
    return found is not None and not found.rest


async def compare(random: Random, count: int) -> tuple[int, str | None]:
    """Compare `count` mutated requests. Return how many were plain, and the first difference."""
    plain = 0
    async with comparison() as both:
        for data in _mutations(random, count):
            if is_read_as_plain(data):
                plain += 1
                at = random.randrange(len(data) + 1)
                difference = await both.difference([data] if random.random() < 0.5 else [data[:at], data[at:]])
                if difference is not None:
                    return plain, difference
    return plain, None


def _mutations(random: Random, count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield mutated(random)


def main() -> int:
    """Run the comparison from the command line."""
    parser = argparse.ArgumentParser(prog="python -m fuzzing.equality", description=__doc__)
    parser.add_argument("--count", type=int, default=300_000, help="how many mutated requests (default: 300000)")
    parser.add_argument("--seed", type=int, default=1, help="repeats the same requests (default: 1)")
    chosen = parser.parse_args()
    plain, difference = asyncio.run(compare(Random(chosen.seed), chosen.count))  # chance, no secret
    sys.stdout.write(f"{chosen.count} requests, {plain} of them plain: {difference or 'no difference'}\n")
    return 0 if difference is None else 1


if __name__ == "__main__":
    sys.exit(main())
