"""The probe asks the server for its health all the time, and detects stalls.

The machine may be busy with other work, so a late answer alone is no stall. It is one if the server worked meanwhile,
or slept although it had a request. A server that waits for a processor does neither.
"""

import select
import socket
import threading
import time
from typing import Final, NamedTuple

from fuzzing.process import Server

STALL: Final = 0.5  # seconds without an answer
_WORKED: Final = 0.45  # seconds of processor time in them
_SLEPT: Final = 0.7  # share of the time in which the server was seen asleep
_PAUSE: Final = 0.02  # seconds
_REQUEST: Final = b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Stall(NamedTuple):
    """A time in which the server answered nobody, and its processor time in it; both in seconds."""

    length: float
    worked: float


class Probe(threading.Thread):
    """Asks one server until it is stopped. `longest` is the longest wait for an answer, for whatever reason."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.longest = 0.0
        self._server = server
        self._stalls: list[Stall] = []
        self._is_over = threading.Event()
        self.start()

    def run(self) -> None:
        """Ask again and again; open a new connection when one breaks."""
        while not self._is_over.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self._server.port), timeout=1) as connection:
                    self._ask_on(connection)
            except OSError:
                self._is_over.wait(_PAUSE)

    def stop(self) -> None:
        """Stop asking."""
        self._is_over.set()
        self.join()

    def stalls(self) -> list[Stall]:
        """Return the stalls since the last call."""
        stalls, self._stalls = self._stalls, []
        return stalls

    def _ask_on(self, connection: socket.socket) -> None:
        while not self._is_over.wait(_PAUSE):
            before = self._server.cpu_time()
            connection.sendall(_REQUEST)
            length, slept = self._wait(connection)
            self.longest = max(self.longest, length)
            worked = self._server.cpu_time() - before
            if length >= STALL and (worked >= _WORKED or slept >= _SLEPT):
                self._stalls.append(Stall(length, worked))
            if not connection.recv(65_536):
                raise ConnectionResetError

    def _wait(self, connection: socket.socket) -> tuple[float, float]:
        """Return the seconds until the last check without an answer, and the share of them that saw the server asleep.

        A probe that itself waits for a processor checks seldom, so that little of the time counts.
        """
        began, length, slept = time.monotonic(), 0.0, 0
        while not select.select([connection], [], [], _PAUSE)[0] and not self._is_over.is_set():
            length = time.monotonic() - began
            slept += self._server.sleeps()
        return length, slept * _PAUSE / max(length, _PAUSE)
