"""The journal: what was asked of a session lately, with what was answered."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from mockgms.domain.instants import Instant

ENTRIES: Final = 1_000
BYTES: Final = 16 * 1024 * 1024  # a thousand answers of 500 slots would take six times as much

_OVERHEAD: Final = 1_024  # bytes that an entry takes whatever is in it, about


class Answered(NamedTuple):
    """What was answered, and when. With a `delivery` it was not simply sent, but broken, late or lost on the way."""

    at: Instant
    status: int
    content_type: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    delivery: object | None


@dataclass(slots=True)
class Entry:
    """One exchange, its parts as they came: nothing is copied or rendered before somebody reads it.

    `fields` is what has been read of the body so far. `operation` is None where no route was found, `rule` where none
    fired, and `answer` as long as there is none: a client that left early never gets one. `number` counts from 1.
    """

    began: Instant
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    fields: Mapping[bool, Mapping[str, Any]]
    operation: str | None = None
    rule: str | None = None
    faults: tuple[str, ...] = ()
    answer: Answered | None = None
    number: int = 0
    size: int = 0


class Journal:
    """The newest exchanges of a session: at most `entries` of them, and as many as fit into `size` bytes, about.

    The newest is kept whatever its size.
    """

    def __init__(self, entries: int = ENTRIES, size: int = BYTES) -> None:
        self._most = entries
        self._largest = size
        self._kept: deque[Entry] = deque()
        self._size = 0
        self._last = 0
        self._cleared = 0

    def __iter__(self) -> Iterator[Entry]:
        """The entries, the oldest first."""
        return iter(self._kept)

    @property
    def dropped(self) -> int:
        """How many had to make room for newer ones, since the journal was emptied."""
        return self._last - self._cleared - len(self._kept)

    def open(self, entry: Entry) -> None:
        """Note what is asked."""
        self._last += 1
        entry.number = self._last
        self._kept.append(entry)
        # The fields that are read from a body take about as much as the body itself.
        self._grow(entry, _OVERHEAD + len(entry.path) + len(entry.query) + 2 * len(entry.body))

    def close(self, entry: Entry, answer: Answered) -> None:
        """Note what is answered; the entry may have been dropped meanwhile."""
        entry.answer = answer
        if self._kept and entry.number >= self._kept[0].number:
            self._grow(entry, len(answer.body))

    def find(self, number: int) -> Entry | None:
        """The entry of this number, unless it was dropped or never there."""
        index = number - self._kept[0].number if self._kept else -1
        return self._kept[index] if 0 <= index < len(self._kept) else None

    def clear(self) -> None:
        """Forget all entries; the numbers go on."""
        self._kept.clear()
        self._size = 0
        self._cleared = self._last

    def _grow(self, entry: Entry, size: int) -> None:
        entry.size += size
        self._size += size
        while len(self._kept) > self._most or (self._size > self._largest and len(self._kept) > 1):
            self._size -= self._kept.popleft().size
