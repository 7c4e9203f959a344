"""The journal: the latest requests of a session and their answers."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from operator import attrgetter
from sys import getsizeof
from typing import Any, Final
from weakref import WeakSet

from msgspec import Struct, field
from msgspec.structs import replace

from mockgms.domain.instants import Instant
from mockgms.scenario.engine import RuleList
from mockgms.scenario.faults.context import Waiting
from mockgms.session.trace import Trace

ENTRIES: Final = 1_000
BYTES: Final = 16 * 1024 * 1024  # a thousand answers of 500 slots would take six times as much
ALL_BYTES: Final = 128 * 1024 * 1024  # of all journals together, of which there can be a thousand

# Bytes, measured on CPython 3.11 and rounded up.
_OVERHEAD: Final = 4_096  # per entry
_FIELD_SIZE: Final = 200  # per value of a body, in addition to its text
_MAX_WIDTH: Final = 4  # per character of the widest texts
_SHORT_BODY: Final = 1_024  # up to this size, a body is counted as a text of the widest characters
_WIDE: Final = (b"%", b"\\u", b"\x1b", b"~{", b"+")  # how ASCII writes wide characters: escapes, ISO 2022, HZ, UTF-7
_PERCENT: Final = ord("%")  # a byte is found by its number in a tenth of the time
_TRIAL_SIZE: Final = 128  # per rule that was tried
_STEP_SIZE: Final = 256  # per step of the operation log
_RULE_SIZE: Final = 128  # per rule in force


class RecordedAnswer(Struct, frozen=True):
    """An answer and its time. `delivery` is set if a fault breaks, delays or loses it on the way."""

    at: Instant
    status: int
    content_type: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    delivery: object | None


class Abandoned(Struct, frozen=True):
    """The client left before it had the whole answer."""


class Entry(Struct):
    """One exchange with its parts as received. Nothing is copied or rendered before it is read.

    `fields` has the body as parsed so far. `waiting` is over if the client left before it had the whole answer.
    `operation` is None if no route was found, `rule` if none fired. `answer` is None until there is one: a client that
    disconnects early never gets one. `trace` is set for entries that are kept. `number` counts from 1. `size` is in
    bytes. `timer_start` is a time of `time.perf_counter`, in seconds.
    """

    began: Instant
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    fields: Mapping[bool, Mapping[str, Any]]
    waiting: Waiting = field(default_factory=Waiting)
    trace: Trace | None = None
    timer_start: float = 0.0
    operation: str | None = None
    rule: str | None = None
    faults: tuple[str, ...] = ()
    answer: RecordedAnswer | None = None
    number: int = 0
    size: int = 0

    @property
    def is_abandoned(self) -> bool:
        """Whether the client left before it had the whole answer."""
        return self.waiting.is_over

    @property
    def outcome(self) -> RecordedAnswer | None:
        """The answer with what became of it: the effect of a fault, or that it was abandoned."""
        answer = self.answer
        if answer is None or answer.delivery is not None or not self.is_abandoned:
            return answer
        return replace(answer, delivery=Abandoned())

    @property
    def is_kept(self) -> bool:
        """Whether it has been in the journal: requests of the admin API and described ones have not."""
        return self.number > 0


class JournalBudget:
    """The limit for all journals together: `size` bytes, approximately.

    At the limit, the largest journal drops half of its entries. A small journal loses nothing to a large one. `dropped`
    counts all entries that any journal has dropped, because of this limit or its own.
    """

    def __init__(self, size: int = ALL_BYTES) -> None:
        self.dropped = 0
        self.size = size
        self.counted = 0  # at least `used`: it may include deleted journals
        self._journals = WeakSet["Journal"]()

    def add(self, journal: "Journal") -> None:
        """Count the bytes of another journal until it is garbage-collected."""
        self._journals.add(journal)

    @property
    def used(self) -> int:
        """The bytes that all existing journals take together."""
        return sum(journal.size for journal in self._journals)

    def make_room(self) -> None:
        """Drop entries of the largest journals until all fit."""
        self.counted = self.used
        while self.counted > self.size:
            max(self._journals, key=attrgetter("size")).drop_half()


class Journal:
    """The newest exchanges of a session: at most `entries`, in approximately `size` bytes.

    The newest entry is kept whatever its size, unless it exceeds `budget`, the budget of all journals.
    """

    def __init__(self, entries: int = ENTRIES, size: int = BYTES, budget: JournalBudget | None = None) -> None:
        self.size = 0
        self._max_entries = entries
        self._max_size = size
        self._kept: deque[Entry] = deque()
        self._last = 0
        self._cleared = 0
        self._rule_list: RuleList | None = None  # of the newest entry
        self._budget = budget or JournalBudget()
        self._budget.add(self)
        self.keeps = entries > 0  # entries, at least for some time

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over the entries, oldest first."""
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def dropped(self) -> int:
        """The number of entries that were dropped since the journal was cleared."""
        return self._last - self._cleared - len(self._kept)

    def add(self, entry: Entry, headers_size: int = 0) -> None:
        """Record a request, with its answer if the entry has one: otherwise `complete` follows.

        `headers_size` is the bytes that its headers take in memory.
        """
        self._last = entry.number = self._last + 1
        if self._max_entries == 0:
            self._budget.dropped += 1
            return
        size, body, answer = _OVERHEAD + headers_size, entry.body, entry.answer
        size += _MAX_WIDTH * (len(entry.path) + len(entry.query))
        if body:
            size += len(body) + _size_of_fields(body)
        if answer is not None:
            size += self._size_of_answer(entry, answer)
        self._kept.append(entry)
        self._grow(entry, size)

    def complete(self, entry: Entry, answer: RecordedAnswer) -> None:
        """Record an answer. The entry may have been dropped in the meantime."""
        entry.answer = answer
        if self._kept and entry.number >= self._kept[0].number:
            self._grow(entry, self._size_of_answer(entry, answer))

    def find(self, number: int) -> Entry | None:
        """Return the entry of this number. None if it was dropped or never existed."""
        index = number - self._kept[0].number if self._kept else -1
        return self._kept[index] if 0 <= index < len(self._kept) else None

    def copy(self) -> "Journal":
        """Return an independent journal with the same entries."""
        other = Journal(self._max_entries, self._max_size, self._budget)
        other._kept = deque(map(copy, self._kept))
        other.size, other._last, other._cleared = self.size, self._last, self._cleared
        self._budget.counted += self.size
        return other

    def continued_after(self, last: int) -> "Journal":
        """Return an empty journal with the same limits, whose numbers continue after `last`."""
        other = Journal(self._max_entries, self._max_size, self._budget)
        other._last = other._cleared = last
        return other

    @property
    def last(self) -> int:
        """The number of the newest exchange, including deleted ones."""
        return self._last

    def clear(self) -> None:
        """Delete all entries. The numbers continue."""
        self._kept.clear()
        self._budget.counted -= self.size
        self.size = 0
        self._cleared = self._last

    def drop_half(self) -> None:
        """Drop the older half of the entries."""
        for _ in range(-(-len(self._kept) // 2)):
            self._drop()

    def _grow(self, entry: Entry, size: int) -> None:
        entry.size += size
        self.size += size
        budget, kept = self._budget, self._kept
        budget.counted += size
        if len(kept) > self._max_entries:
            self._drop()
        while self.size > self._max_size and len(kept) > 1:
            self._drop()
        if budget.counted > budget.size:
            budget.make_room()

    def _size_of_answer(self, entry: Entry, answer: RecordedAnswer) -> int:
        """Return the bytes of an answer and of the trace of its request."""
        size, trace = len(answer.body), entry.trace
        if entry.rule is not None:  # without a rule, all headers are short
            size += sum(getsizeof(name) + getsizeof(value) for name, value in answer.headers) + 8 * len(entry.faults)
        if len(entry.fields) > 1:  # the body was parsed in both ways, nested and flat
            size += _size_of_fields(entry.body)
        if trace is not None:
            size += _STEP_SIZE * len(trace.operation_log)
            if trace.trials:
                size += _TRIAL_SIZE * len(trace.trials)
            if trace.refusal is not None:  # its text is in the answer
                size += len(answer.body)
            if trace.rule_list is not self._rule_list:  # consecutive entries share it
                self._rule_list = trace.rule_list
                size += _RULE_SIZE * len(trace.rule_list.rules) + trace.rule_list.size
        return size

    def _drop(self) -> None:
        size = self._kept.popleft().size
        self.size -= size
        self._budget.counted -= size
        self._budget.dropped += 1


def _size_of_fields(body: bytes) -> int:
    """Return an upper bound of the bytes of the parsed fields of a body. Measuring each would take too long."""
    values = len(body) - len(body.translate(None, b",&[{"))
    if _PERCENT in body:  # perhaps in `%5`, an encoded bracket
        values += body.count(b"%5")
    if len(body) <= _SHORT_BODY:
        return len(body) * _MAX_WIDTH + _FIELD_SIZE * values
    is_wide = not body.isascii() or any(mark in body for mark in _WIDE)
    return len(body) * (_MAX_WIDTH if is_wide else 1) + _FIELD_SIZE * (values + body.count(b"\n"))
