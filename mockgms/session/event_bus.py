"""The event bus: what happens in the sessions, for those who read along."""

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from secrets import token_hex
from typing import Any, Final, NamedTuple

from mockgms.domain.instants import Instant
from mockgms.session.journal import Entry

EVENTS: Final = 500  # that a channel keeps, for readers that are slow or come back
BYTES: Final = 2 * 1024 * 1024  # of a channel, about
ALL_BYTES: Final = 32 * 1024 * 1024  # of all channels together, about
READERS: Final = 32  # of a channel
_UNREAD: Final = 16  # channels that are kept after their last reader has left

_SIZE: Final = 512  # bytes that a change takes, about
_DIGITS: Final = 19


@dataclass(frozen=True, slots=True)
class Change:
    """Something of a session has changed: what, what was done to it, and the values by which it is told."""

    what: str
    did: str
    about: Mapping[str, Any]


class Event(NamedTuple):
    """Something has happened in a session, at a time on its clock: an exchange that was answered, or a change."""

    session: str
    at: Instant
    happened: Entry | Change
    size: int = _SIZE


@dataclass(frozen=True, slots=True)
class Missed:
    """Events that a reader did not get: it was too slow, or too long away. None when nobody knows how many."""

    events: int | None


class Channel:
    """The newest events of one session, or of all; they are numbered from 1. `wakes` are its readers' calls."""

    def __init__(self) -> None:
        self.name = token_hex(4)  # so that a number of another run of the server is not taken for one of this
        self.last = 0
        self.wakes: list[Callable[[], None]] = []
        self._kept: deque[Event] = deque()
        self.size = 0

    @property
    def dropped(self) -> int:
        """The number of the newest event that is not kept any more; 0 as long as all are."""
        return self.last - len(self._kept)

    def add(self, event: Event) -> None:
        """Keep an event, and wake the readers."""
        self.last += 1
        self._kept.append(event)
        self.size += event.size
        while len(self._kept) > EVENTS or (self.size > BYTES and len(self._kept) > 1):
            self.size -= self._kept.popleft().size
        for wake in self.wakes:
            wake()

    def give_way(self) -> None:
        """Drop the older half of the events."""
        for _ in range(-(-len(self._kept) // 2)):
            self.size -= self._kept.popleft().size

    def after(self, number: int, most: int) -> list[Event]:
        """So many of the events after one that is kept, or was dropped last."""
        start = number - self.dropped
        return list(islice(self._kept, start, start + most))


class EventBus:
    """All that happens in the sessions of a server, as long as somebody reads along.

    Whoever has something to tell asks first whether the bus is `live`: it is not without readers, and nothing needs
    to be put together then. After the last one has left it stays so for as many events as it keeps, so that who comes
    back misses none. A reader has no queue of its own, only a place among the events that are kept for all.
    """

    def __init__(self) -> None:
        self.live = False
        self._channels: OrderedDict[str | None, Channel] = OrderedDict()
        self._readers = 0
        self._unread = 0

    def publish(self, event: Event) -> None:
        """Tell the readers of a session, and those of all sessions, what has happened."""
        if not self._readers:
            self._unread += 1
            if self._unread > EVENTS:
                self._channels.clear()
                self.live = False
        for session in (event.session, None):
            channel = self._channels.get(session)
            if channel is not None:
                channel.add(event)
                if len(self._channels) > ALL_BYTES // BYTES:  # fewer channels cannot exceed the limit
                    self._make_room()

    def _make_room(self) -> None:
        """Drop events of the largest channels until all fit."""
        while sum(channel.size for channel in self._channels.values()) > ALL_BYTES:
            max(self._channels.values(), key=attrgetter("size")).give_way()

    def readers(self, session: str | None) -> int:
        """How many read the events of a session, or with None of all."""
        channel = self._channels.get(session)
        return 0 if channel is None else len(channel.wakes)

    @property
    def all_readers(self) -> int:
        """How many readers there are."""
        return self._readers

    def join(self, session: str | None, wake: Callable[[], None]) -> Channel:
        """The channel of a session, or with None of all; it calls `wake` at each event until that leaves."""
        channel = self._channels.setdefault(session, Channel())
        self._channels.move_to_end(session)
        channel.wakes.append(wake)
        self._readers += 1
        self.live = True
        return channel

    def leave(self, channel: Channel, wake: Callable[[], None]) -> None:
        """Call `wake` no more."""
        channel.wakes.remove(wake)
        self._readers -= 1
        self._unread = 0
        unread = [session for session, each in self._channels.items() if not each.wakes]
        for session in unread[:-_UNREAD]:
            del self._channels[session]


class Subscription:
    """The place of one reader among the events of a session (None: of all sessions), until `stop`.

    `wake` is called at each event to come. `since` is the id of the last event that the reader got on another
    connection; it goes on after that one, or else begins now.
    """

    def __init__(
        self, event_bus: EventBus, session: str | None, wake: Callable[[], None], *, since: str | None = None
    ) -> None:
        self._event_bus = event_bus
        self._wake = wake
        self._channel = event_bus.join(session, wake)
        got = None if since is None else self._number(since)
        self._lost = since is not None and got is None
        self._at = self._channel.last if got is None else got

    @property
    def id(self) -> str:
        """The id of the event that was taken last."""
        return f"{self._channel.name}-{self._at}"

    def take(self, most: int) -> list[tuple[str, Event | Missed]]:
        """So many of the events to come, each with its id, the oldest first; before them, how many were missed."""
        taken: list[tuple[str, Event | Missed]] = []
        missed = self._channel.dropped - self._at
        if self._lost:
            self._lost = False
            taken.append((self.id, Missed(None)))
        elif missed > 0:
            self._at += missed
            taken.append((self.id, Missed(missed)))
        for event in self._channel.after(self._at, most):
            self._at += 1
            taken.append((self.id, event))
        return taken

    def stop(self) -> None:
        """Read no more."""
        self._event_bus.leave(self._channel, self._wake)

    def _number(self, id: str) -> int | None:
        """The number of an event of the channel, None when the id is not of one."""
        name, _, digits = id.partition("-")
        if name != self._channel.name or not digits.isascii() or not digits.isdigit() or len(digits) > _DIGITS:
            return None
        return int(digits) if int(digits) <= self._channel.last else None
