"""Writing to a client over a real socket."""

import asyncio
import struct
from collections.abc import AsyncIterator
from socket import SO_LINGER, SO_RCVBUF, SOL_SOCKET, socket
from typing import cast

import pytest

from mockgms.server.channel import Channel, Unread
from tests.waiting import LONGEST

TIMEOUT = 0.2  # seconds


class Accepted(asyncio.Protocol):
    """The server's side of one connection."""

    def __init__(self) -> None:
        self.opened: asyncio.Future[Channel] = asyncio.get_running_loop().create_future()
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open the channel."""
        self.transport = cast(asyncio.Transport, transport)
        self.channel = Channel(self.transport, TIMEOUT, Unread(1_000_000_000))
        self.opened.set_result(self.channel)

    def pause_writing(self) -> None:
        """Pause."""
        self.channel.pause()

    def resume_writing(self) -> None:
        """Resume."""
        self.channel.resume()

    def connection_lost(self, _: Exception | None) -> None:
        """End."""
        self.channel.lose()
        self.lost.set()


@pytest.fixture
async def client() -> AsyncIterator[socket]:
    """The socket of a client."""
    with socket() as client:
        yield client


@pytest.fixture
async def accepted(client: socket) -> AsyncIterator[Accepted]:
    """The server's side of a connection whose client reads nothing."""
    loop = asyncio.get_running_loop()
    protocol = Accepted()
    server = await loop.create_server(lambda: protocol, "127.0.0.1", 0)
    client.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)
    client.setblocking(False)
    await loop.sock_connect(client, server.sockets[0].getsockname())
    async with asyncio.timeout(LONGEST):
        await protocol.opened
        yield protocol
    server.close()


async def test_nothing_is_written_to_a_client_that_has_left(accepted: Accepted) -> None:
    accepted.transport.abort()
    assert accepted.channel.write(b"x")
    with pytest.raises(ConnectionResetError, match="the client has left"):
        await accepted.channel.send(b"x")


async def test_a_client_that_leaves_ends_the_wait_for_it(accepted: Accepted) -> None:
    sending = asyncio.create_task(accepted.channel.send(b"x" * 16_000_000))
    await asyncio.sleep(0)
    accepted.transport.abort()
    with pytest.raises(ConnectionResetError, match="the client has left"):
        await sending


async def test_a_client_that_reads_nothing_is_disconnected_after_the_timeout(accepted: Accepted) -> None:
    with pytest.raises(ConnectionResetError, match="the client reads nothing"):
        await accepted.channel.send(b"x" * 16_000_000)
    await accepted.lost.wait()


async def test_a_closed_connection_ends_although_its_client_does_not_read_the_rest(accepted: Accepted) -> None:
    accepted.transport.write(b"x" * 16_000_000)
    accepted.channel.close()
    await accepted.lost.wait()


async def test_a_connection_that_its_client_has_just_reset_finishes(accepted: Accepted, client: socket) -> None:
    accepted.transport.pause_reading()  # so that the event loop does not notice the reset
    client.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    await accepted.channel.finish()
    await accepted.lost.wait()


class ClosedOnce(asyncio.Transport):
    """A TLS transport as in asyncio: after `close`, it must not be used any more."""

    def __init__(self) -> None:
        super().__init__()
        self.has_closed = False
        self._socket = socket()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Do nothing."""

    def get_extra_info(self, name: str, default: object = None) -> object:  # noqa: ARG002  # the signature of asyncio
        assert not self.has_closed
        return self._socket if name == "socket" else name

    def get_write_buffer_size(self) -> int:
        assert not self.has_closed
        return 1

    def is_closing(self) -> bool:
        return self.has_closed

    def close(self) -> None:
        assert not self.has_closed
        self.has_closed = True
        self._socket.close()


async def test_a_closed_tls_connection_is_not_used_any_more() -> None:
    channel = Channel(ClosedOnce(), TIMEOUT, Unread(1_000_000_000))
    channel.close()
    channel.close()
    channel.reset()


async def test_a_tls_connection_that_is_closed_ends_the_wait_for_its_client() -> None:
    channel = Channel(ClosedOnce(), TIMEOUT, Unread(1_000_000_000))
    channel.pause()
    waiting = asyncio.ensure_future(channel.wait())
    await asyncio.sleep(0)
    channel.close()
    async with asyncio.timeout(LONGEST):
        with pytest.raises(ConnectionResetError):
            await waiting
