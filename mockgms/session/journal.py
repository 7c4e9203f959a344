"""The journal: what was asked of a session lately, with what was answered."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from operator import attrgetter
from sys import getsizeof
from typing import Any, Final, NamedTuple
from weakref import WeakSet

from mockgms.domain.instants import Instant
from mockgms.scenario.engine import Book
from mockgms.session.trace import Trace

ENTRIES: Final = 1_000
BYTES: Final = 16 * 1024 * 1024  # a thousand answers of 500 slots would take six times as much
ALL_BYTES: Final = 128 * 1024 * 1024  # of all journals together: there can be a thousand

# Bytes, measured on CPython 3.11 and rounded up.
_OVERHEAD: Final = 4_096  # for each entry
_OF_FIELD: Final = 200  # for each value of a body, besides its text
_WIDEST: Final = 4  # for each character of the widest texts
_OF_HEADER: Final = 256  # for each header, besides its text
_SHORT: Final = 1_024  # up to this size, a body counts as a text of the widest characters
_OF_TURN: Final = 128  # for each rule that was tried
_OF_STEP: Final = 256  # for each step of the operation
_OF_RULE: Final = 128  # for each rule in force


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
    `started` is on the clock of `time.perf_counter`, in seconds. There is a `trace` of those that are kept.
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
    trace: Trace | None = None
    number: int = 0
    size: int = 0
    started: float = 0.0


class JournalBudget:
    """The room of all journals together: `size` bytes, about.

    When it is full, the largest journal gives half of its entries away: none of a small one is touched for another's.
    `dropped` counts the entries that had to make room, in whatever journal and for whatever reason.
    """

    def __init__(self, size: int = ALL_BYTES) -> None:
        self.dropped = 0
        self.size = size
        self.counted = 0  # what `used` returns or more: it may include journals that are gone
        self._journals = WeakSet["Journal"]()

    def add(self, journal: "Journal") -> None:
        """Have room for another journal, as long as anybody has it."""
        self._journals.add(journal)

    @property
    def used(self) -> int:
        """The bytes that all existing journals take together."""
        return sum(journal.size for journal in self._journals)

    def make_room(self) -> None:
        """Drop entries of the largest journals until all fit."""
        self.counted = self.used
        while self.counted > self.size:
            max(self._journals, key=attrgetter("size")).give_way()


class Journal:
    """The newest exchanges of a session: at most `entries` of them, and as many as fit into `size` bytes, about.

    The newest is kept whatever its size, as long as the `shelf` that it stands on with others has room.
    """

    def __init__(self, entries: int = ENTRIES, size: int = BYTES, shelf: JournalBudget | None = None) -> None:
        self.size = 0
        self._most = entries
        self._largest = size
        self._kept: deque[Entry] = deque()
        self._last = 0
        self._cleared = 0
        self._book: Book | None = None  # of the newest entry
        self._shelf = shelf or JournalBudget()
        self._shelf.add(self)

    def __iter__(self) -> Iterator[Entry]:
        """The entries, the oldest first."""
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def dropped(self) -> int:
        """How many had to make room for newer ones, since the journal was emptied."""
        return self._last - self._cleared - len(self._kept)

    def open(self, entry: Entry, headers_size: int | None = None) -> bool:
        """Note what is asked; whether the entry is kept, for some time at least.

        `headers_size` is how many bytes the headers take, as `size_of_headers` returns it; None where nobody knows.
        """
        self._last = entry.number = self._last + 1
        if self._most == 0:
            self._shelf.dropped += 1
            return False
        self._kept.append(entry)
        self._grow(entry, _size_of_request(entry, headers_size))
        return True

    def close(self, entry: Entry, answer: Answered) -> None:
        """Note what is answered; the entry may have been dropped meanwhile."""
        entry.answer = answer
        if self._kept and entry.number >= self._kept[0].number:
            self._grow(entry, self._size_of_answer(entry, answer))

    def find(self, number: int) -> Entry | None:
        """The entry of this number, unless it was dropped or never there."""
        index = number - self._kept[0].number if self._kept else -1
        return self._kept[index] if 0 <= index < len(self._kept) else None

    def copied(self) -> "Journal":
        """Another one with the same entries; it goes on by itself."""
        other = Journal(self._most, self._largest, self._shelf)
        other._kept = deque(map(copy, self._kept))
        other.size, other._last, other._cleared = self.size, self._last, self._cleared
        self._shelf.counted += self.size
        return other

    def renewed(self, last: int) -> "Journal":
        """An empty one of the same bounds, whose numbers go on after the last one."""
        other = Journal(self._most, self._largest, self._shelf)
        other._last = other._cleared = last
        return other

    @property
    def last(self) -> int:
        """The number of the newest exchange, of those that were forgotten too."""
        return self._last

    def clear(self) -> None:
        """Forget all entries; the numbers go on."""
        self._kept.clear()
        self._shelf.counted -= self.size
        self.size = 0
        self._cleared = self._last

    def give_way(self) -> None:
        """Drop the older half of the entries."""
        for _ in range(-(-len(self._kept) // 2)):
            self._drop()

    def _grow(self, entry: Entry, size: int) -> None:
        entry.size += size
        self.size += size
        shelf, kept = self._shelf, self._kept
        shelf.counted += size
        while len(kept) > self._most or (self.size > self._largest and len(kept) > 1):
            self._drop()
        if shelf.counted > shelf.size:
            shelf.make_room()

    def _size_of_answer(self, entry: Entry, answer: Answered) -> int:
        """Return the bytes that an answer and the trace of its request take."""
        size, trace = len(answer.body), entry.trace
        if entry.rule is not None:  # without a rule, all headers are short
            size += sum(getsizeof(name) + getsizeof(value) for name, value in answer.headers) + 8 * len(entry.faults)
        if len(entry.fields) > 1:  # parsed in both ways, nested and not
            size += _size_of_fields(entry.body)
        if trace is not None:
            size += _OF_TURN * len(trace.turns or ()) + _OF_STEP * len(trace.operation_log)
            if trace.refusal is not None:  # whose text is in the answer
                size += len(answer.body)
            if trace.book is not self._book:  # entries in a row share it
                self._book = trace.book
                size += _OF_RULE * len(trace.book.rules) + trace.book.size
        return size

    def _drop(self) -> None:
        size = self._kept.popleft().size
        self.size -= size
        self._shelf.counted -= size
        self._shelf.dropped += 1


def size_of_headers(raw: Sequence[tuple[bytes, bytes]]) -> int:
    """Return the most bytes that headers take as texts; `raw` are their names and values as they were sent.

    This takes a fifth of the time of asking the mapping that is made of them, which makes a text of each name then.
    """
    if not raw:
        return 0
    names, values = map(b"".join, zip(*raw, strict=True))
    width = 1 if values.isascii() else _WIDEST
    return _OF_HEADER * len(raw) + 2 * len(names) + width * len(values)  # names are kept in lower case too


def _size_of_request(entry: Entry, headers_size: int | None) -> int:
    size, body = _OVERHEAD + _WIDEST * (len(entry.path) + len(entry.query)), entry.body
    if headers_size is None:
        headers_size = size_of_headers([(_encoded(name), _encoded(value)) for name, value in entry.headers.items()])
    size += headers_size
    return size + len(body) + _size_of_fields(body) if body else size


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _size_of_fields(body: bytes) -> int:
    """Return the most bytes that the parsed fields of a body take, without the time to measure each."""
    values = len(body) - len(body.translate(None, b",&[{"))
    if b"%5" in body:  # an encoded bracket
        values += body.count(b"%5")
    if len(body) <= _SHORT:
        return len(body) * _WIDEST + _OF_FIELD * values
    is_wide = not body.isascii() or b"%" in body or b"\\u" in body
    return len(body) * (_WIDEST if is_wide else 1) + _OF_FIELD * (values + body.count(b"\n"))
