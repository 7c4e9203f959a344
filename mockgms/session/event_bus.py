"""The event bus: publishes what happens in the sessions to subscribed readers."""

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from itertools import islice
from operator import attrgetter
from secrets import token_hex
from typing import Any, Final, NamedTuple

from msgspec import Struct

from mockgms.domain.instants import Instant
from mockgms.session.journal import Entry

EVENTS: Final = 500  # per buffer, for readers that are slow or reconnect
BYTES: Final = 2 * 1024 * 1024  # per buffer, approximately
ALL_BYTES: Final = 32 * 1024 * 1024  # of all buffers together, approximately
READERS: Final = 32  # per buffer
_UNREAD: Final = 16  # buffers without readers that are kept

_SIZE: Final = 512  # bytes of a change, approximately
_DIGITS: Final = 19  # most digits of an event number


class Change(Struct, frozen=True):
    """A change in a session: what has changed, what was done to it (`did`), and `details`."""

    what: str
    did: str
    details: Mapping[str, Any]


class Event(NamedTuple):
    """An answered exchange or a change, at a time on the clock of its session. `size` is in bytes."""

    session: str
    at: Instant
    content: Entry | Change
    size: int = _SIZE


class Missed(Struct, frozen=True):
    """The number of events that a slow or disconnected reader did not get. None if it is unknown."""

    events: int | None


class EventBuffer:
    """The newest events of one session or of all sessions, numbered from 1. `wakes` wake the readers."""

    def __init__(self) -> None:
        self.name = token_hex(4)  # part of event ids: it differs in each run of the server
        self.last = 0
        self.wakes: list[Callable[[], None]] = []
        self._kept: deque[Event] = deque()
        self.size = 0

    @property
    def dropped(self) -> int:
        """The number of the newest event that was dropped. 0 if none was."""
        return self.last - len(self._kept)

    def add(self, event: Event) -> None:
        """Add an event and wake the readers."""
        self.last += 1
        self._kept.append(event)
        self.size += event.size
        while len(self._kept) > EVENTS or (self.size > BYTES and len(self._kept) > 1):
            self.size -= self._kept.popleft().size
        for wake in self.wakes:
            wake()

    def drop_half(self) -> None:
        """Drop the older half of the events."""
        for _ in range(-(-len(self._kept) // 2)):
            self.size -= self._kept.popleft().size

    def after(self, number: int, limit: int) -> list[Event]:
        """Return at most `limit` events after the one of this number, which is kept or was the last one dropped."""
        start = number - self.dropped
        return list(islice(self._kept, start, start + limit))


class EventBus:
    """The events of all sessions of a server, while there are readers.

    Publishers first check `live`. Without readers it is false, and no event needs to be built. After the last reader
    has left, it stays true for EVENTS more events. A reader that reconnects by then misses none. Readers have no
    queues, only positions among the events that their buffer keeps.
    """

    def __init__(self) -> None:
        self.live = False
        self._buffers: OrderedDict[str | None, EventBuffer] = OrderedDict()
        self._readers = 0
        self._unread = 0

    def publish(self, event: Event) -> None:
        """Publish an event to the readers of its session and to those of all sessions."""
        if not self._readers:
            self._unread += 1
            if self._unread > EVENTS:
                self._buffers.clear()
                self.live = False
        for session in (event.session, None):
            buffer = self._buffers.get(session)
            if buffer is not None:
                buffer.add(event)
                if len(self._buffers) > ALL_BYTES // BYTES:  # fewer buffers cannot exceed the limit
                    self._make_room()

    def _make_room(self) -> None:
        """Drop events of the largest buffers until all fit."""
        while sum(buffer.size for buffer in self._buffers.values()) > ALL_BYTES:
            max(self._buffers.values(), key=attrgetter("size")).drop_half()

    def readers(self, session: str | None) -> int:
        """Return the number of readers of a session, or of the buffer for all sessions if it is None."""
        buffer = self._buffers.get(session)
        return 0 if buffer is None else len(buffer.wakes)

    @property
    def all_readers(self) -> int:
        """The number of readers of all buffers."""
        return self._readers

    def join(self, session: str | None, wake: Callable[[], None]) -> EventBuffer:
        """Return the buffer of a session (None: of all sessions). It calls `wake` at each event until `leave`."""
        buffer = self._buffers.setdefault(session, EventBuffer())
        self._buffers.move_to_end(session)
        buffer.wakes.append(wake)
        self._readers += 1
        self.live = True
        return buffer

    def leave(self, buffer: EventBuffer, wake: Callable[[], None]) -> None:
        """Remove a reader from a buffer."""
        buffer.wakes.remove(wake)
        self._readers -= 1
        self._unread = 0
        unread = [session for session, each in self._buffers.items() if not each.wakes]
        for session in unread[:-_UNREAD]:
            del self._buffers[session]


class Subscription:
    """The position of one reader among the events of a session (None: of all sessions), until `stop`.

    `wake` is called at each new event. `since` is the id of the last event that the reader got on an earlier
    connection. Reading continues after that event, or starts with the next event if `since` is None.
    """

    def __init__(
        self, event_bus: EventBus, session: str | None, wake: Callable[[], None], *, since: str | None = None
    ) -> None:
        self._event_bus = event_bus
        self._wake = wake
        self._buffer = event_bus.join(session, wake)
        got = None if since is None else self._number(since)
        self._lost = since is not None and got is None
        self._at = self._buffer.last if got is None else got

    @property
    def id(self) -> str:
        """The id of the last event taken."""
        return f"{self._buffer.name}-{self._at}"

    def take(self, limit: int) -> list[tuple[str, Event | Missed]]:
        """Return at most `limit` new events with their ids, oldest first, after a Missed if any were missed."""
        taken: list[tuple[str, Event | Missed]] = []
        missed = self._buffer.dropped - self._at
        if self._lost:
            self._lost = False
            taken.append((self.id, Missed(None)))
        elif missed > 0:
            self._at += missed
            taken.append((self.id, Missed(missed)))
        for event in self._buffer.after(self._at, limit):
            self._at += 1
            taken.append((self.id, event))
        return taken

    def stop(self) -> None:
        """Stop reading."""
        self._event_bus.leave(self._buffer, self._wake)

    def _number(self, id: str) -> int | None:
        """Return the number in the id of an event, or None if the id does not belong to the buffer."""
        name, _, digits = id.partition("-")
        if name != self._buffer.name or not digits.isascii() or not digits.isdigit() or len(digits) > _DIGITS:
            return None
        return int(digits) if int(digits) <= self._buffer.last else None
