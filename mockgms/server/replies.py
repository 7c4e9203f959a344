"""Replies as bytes, and the ways of sending them: whole, in part, slowly, endlessly or not at all."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.instants import SECOND
from mockgms.http.messages import Headers, Reply, Request
from mockgms.scenario.faults.context import Closed, Delivery, Reset, Slow, Truncated
from mockgms.server.channel import Channel

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
# Answers without a body: the client would take any byte for the start of the next answer.
_NO_CONTENT: Final = int(HTTPStatus.NO_CONTENT)  # a number, since every look at a member of an enum takes 0.2 µs
_BODILESS: Final = (_NO_CONTENT, int(HTTPStatus.NOT_MODIFIED))
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


def render(reply: Reply, *, keep_alive: bool, with_body: bool = True) -> bytes:
    """Return the complete bytes of a reply that is not a stream. `with_body` is False for the answer to HEAD."""
    if not with_body or reply.status in _BODILESS:
        return render_head(reply, keep_alive=keep_alive)
    head, body = _find_head((reply.status, reply.content_type, reply.headers, keep_alive)), reply.body
    return b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)


def render_head(reply: Reply, *, keep_alive: bool) -> bytes:
    """Return the status line and the headers of a reply, up to the empty line."""
    endless = _is_stream(reply)
    head = _find_head((reply.status, reply.content_type, reply.headers, keep_alive and not endless))
    if endless or reply.status == _NO_CONTENT:
        return head + b"\r\n"
    return b"%bContent-Length: %d\r\n\r\n" % (head, len(reply.body))


def keeps_connection(reply: Reply) -> bool:
    """Return True if the connection can be used for another request after the reply."""
    return reply.delivery is None or isinstance(reply.delivery, Slow)


async def deliver(
    reply: Reply, request: Request, channel: Channel, *, keep_alive: bool, with_body: bool, may_send_again: bool
) -> None:
    """Send a reply as `send` does. If the client leaves before it has all of it, the journal says so."""
    try:
        await send(reply, channel, keep_alive=keep_alive, with_body=with_body, may_send_again=may_send_again)
        is_abandoned = channel.has_ended and reply.delivery is None and await channel.is_refused()
    except (ConnectionError, asyncio.CancelledError):
        request.waiting.is_over = True
        raise
    if is_abandoned:
        request.waiting.is_over = True


async def send(reply: Reply, channel: Channel, *, keep_alive: bool, with_body: bool, may_send_again: bool) -> None:
    """Send a reply in the way that its delivery says, and wait while the client is slow to read.

    Raises ConnectionResetError if the client has left, or has read nothing for the timeout.

    Args:
        reply: The reply.
        channel: The way to the client.
        keep_alive: Whether the connection is kept after the reply. If not, everything has been sent at the end.
        with_body: False for the answer to HEAD.
        may_send_again: Whether the client would resend the request by itself after a lost connection.

    """
    match reply.delivery:
        case None:
            await channel.send(render(reply, keep_alive=keep_alive, with_body=with_body), last=not keep_alive)
        case Reset() | Closed() if may_send_again:
            await channel.send(CONTINUE, last=True)
            channel.reset()
        case Reset():
            channel.reset()
        case Closed():
            await channel.send(b"", last=True)  # the connection is closed next, because it is not kept alive
        case Truncated(keep):
            head, body = render_head(reply, keep_alive=False), _body(reply, with_body=with_body)
            await channel.send(head + body[: int(len(body) * keep)], last=True)
        case Slow(chunk, every):
            head, body = render_head(reply, keep_alive=keep_alive), _body(reply, with_body=with_body)
            await _send_slowly(channel, head, body, chunk, every / SECOND)
            await channel.send(b"", last=not keep_alive)
        case stream:
            await channel.send(render_head(reply, keep_alive=False))
            if with_body:
                await channel.send_stream(stream)


async def _send_slowly(channel: Channel, head: bytes, body: bytes, chunk: int, pause: float) -> None:
    await channel.send(head + body[:chunk])
    for start in range(chunk, len(body), chunk):
        await asyncio.sleep(pause)
        await channel.send(body[start : start + chunk])


def may_send_again(headers: Mapping[str, str]) -> bool:
    """Return True if a request comes from a browser, which may resend it when the connection breaks.

    A browser resends a request, even a booking, if the connection was used before. It does not resend on a new
    connection, nor after an interim response such as `100 Continue` (observed: Chromium). In both cases, the page gets
    the same network error. A client with the `User-Agent` of a browser is treated as a script if it sends neither
    `Sec-Fetch-Dest` nor an `Accept-Language` other than the `*` of Node.js. A headless browser without a locale sends
    only the first, an older browser only the second. Scripts do not resend, and receive no byte.

    Neither does a proxy that adds `Via`. It would pass on an interim response and then close the connection, which
    Chromium takes for an empty 200.
    """
    if not headers.get("User-Agent", "").startswith("Mozilla/") or "Via" in headers:
        return False
    return "Sec-Fetch-Dest" in headers or headers.get("Accept-Language", "*") != "*"


def _body(reply: Reply, *, with_body: bool) -> bytes:
    return reply.body if with_body and reply.status not in _BODILESS else b""


def _is_stream(reply: Reply) -> bool:
    return reply.delivery is not None and not isinstance(reply.delivery, Delivery)


def _head(head: tuple[int, str, Headers, bool]) -> bytes:
    """Return the head without its length. It is cached, since most replies of the same second share it."""
    status, content_type, headers, keep_alive = head
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, '')}"]
    if status != _NO_CONTENT:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name}: {value}" for name, value in headers]
    if not keep_alive:
        lines.append("Connection: close")
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")


_find_head: Final = BoundedCache(_head, most=128, longest=2_048, length=lambda _, head: len(head)).__getitem__
