"""One connection: a step's bytes go out, and what comes back is read strictly as HTTP/1.1."""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Self

import h11

from fuzzing.step import Step

PATIENCE: Final = 15.0  # seconds until a server that says nothing counts as hung
_SOON: Final = 0.3  # seconds in which an answer is expected that no fault delays
_DAMAGED: Final = 0.05  # seconds to wait after damaged bytes, which may be an incomplete request
_BETWEEN: Final = 0.002  # seconds from one write to the next
_LARGEST: Final = 64 * 1024  # bytes of a head


class NotHttp(Exception):
    """What came back is no HTTP/1.1; the text says why."""


@dataclass
class Answer:
    """One answer. It is `whole` when its body has come to its end."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    body: bytes = b""
    whole: bool = False


@dataclass
class Talk:
    """What came back on a connection, and whether the server `closed` it."""

    answers: list[Answer] = field(default_factory=list)
    closed: bool = False


class Line:
    """The connection of one step. `talk` is what has come back so far. Raises OSError when it cannot be made."""

    def __init__(self, port: int, step: Step) -> None:
        self.talk = Talk()
        self._step = step
        self._requests = iter(step.requests)
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._parser: h11.Connection | None = None
        self._is_invited = False  # by 100 Continue, to send the body

    def __enter__(self) -> Self:
        self._send()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    @property
    def is_done(self) -> bool:
        """Whether nothing more can come: it is closed, or all requests have a whole answer."""
        whole = sum(answer.whole for answer in self.talk.answers)
        return self.talk.closed or (bool(self._step.requests) and whole >= len(self._step.requests))

    def read(self, seconds: float | None = None) -> None:
        """Read until all answers have come or the time is over. Raises NotHttp."""
        if seconds is None:
            seconds = _SOON if self._step.requests else PATIENCE if self._step.half_close else _DAMAGED
        until = time.monotonic() + seconds
        while not self.is_done and (left := until - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                data = self._socket.recv(1 << 18)
            except TimeoutError:
                return
            except OSError:  # a reset
                self.talk.closed = True
                return
            self.talk.closed = not data
            self._take(data)

    def _send(self) -> None:
        try:
            for number, chunk in enumerate(self._step.chunks):
                if number:
                    time.sleep(_BETWEEN)
                self._socket.sendall(chunk)
            if self._step.half_close:
                self._socket.shutdown(socket.SHUT_WR)
        except OSError:  # the server has refused it already; its answer may still be readable
            return

    def _take(self, data: bytes) -> None:
        try:
            for event in self._events(data):
                self._note(event)
        except h11.RemoteProtocolError as error:
            if self.talk.closed and self.talk.answers and not self.talk.answers[-1].whole:
                return  # an incomplete body: `judge` decides whether a fault explains it
            if self.talk.closed and self._is_invited and not self._step.requests:
                return  # the server has said 100 Continue, and the client has left without the body
            raise NotHttp(str(error)) from None

    def _events(self, data: bytes) -> Iterator[object]:
        """Parse with a new parser for each answer, since h11's client does not pipeline."""
        while True:
            if self._parser is None:
                if not data:
                    return
                self._parser = self._new_parser()
            self._parser.receive_data(data)
            while (event := self._parser.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                yield event
                if isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                    break
            if event is h11.NEED_DATA or isinstance(event, h11.ConnectionClosed):
                return
            data, self._parser = self._parser.trailing_data[0], None
            last = self.talk.answers[-1]
            if last.method == "HEAD" and last.headers.get("connection") == "close":
                return  # perhaps its head was not read, and the server sent a body

    def _new_parser(self) -> h11.Connection:
        request = next(self._requests, None)
        if request is None and self._step.requests:
            raise NotHttp("more answers than requests")
        self._request = method, _ = request or ("GET", "")
        parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST)
        parser.send(h11.Request(method=method, target="/", headers=[("Host", "localhost")]))
        parser.send(h11.EndOfMessage())
        return parser

    def _note(self, event: object) -> None:
        match event:
            case h11.InformationalResponse():
                self._is_invited = True
            case h11.Response():
                self._is_invited = False
                headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
                self.talk.answers.append(Answer(*self._request, event.status_code, headers))
            case h11.Data():
                self.talk.answers[-1].body += bytes(event.data)
            case h11.EndOfMessage():
                self.talk.answers[-1].whole = True
