"""The callbacks of a session: in the order booked, by id, and by number."""

from collections.abc import Callable, Iterable
from itertools import islice

from mockgms.domain.callback import Callback
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.queue import turn
from mockgms.domain.refusals import UnknownCallback


class Callbacks:
    """Callbacks, none of which ever goes.

    `comparable` gives what of a number is the same however it is written, to the service of a name.
    """

    def __init__(self, comparable: Callable[[str, str], str]) -> None:
        self._comparable = comparable
        self._services: set[str] = set()
        self._by_id: dict[str, Callback] = {}
        self._by_number: dict[str, list[str]] = {}
        self._own: set[str] | None = None  # numbers whose list is not shared with a copy; None: all

    def __len__(self) -> int:
        return len(self._by_id)

    @property
    def next_turn(self) -> int:
        """The turn of the next one that is booked, from 1."""
        return len(self._by_id) + 1

    def copy(self, comparable: Callable[[str, str], str]) -> "Callbacks":
        """Return an independent copy."""
        other = Callbacks(comparable)
        other._services, other._by_id = set(self._services), dict(self._by_id)
        other._by_number = dict(self._by_number)
        self._own, other._own = set(), set()
        return other

    def all(self) -> list[Callback]:
        """All of them as they are now, in the order they were booked."""
        return list(self._by_id.values())

    def newest(self, count: int) -> list[Callback]:
        """So many of those that were booked last, in the order they were booked."""
        return list(islice(reversed(self._by_id.values()), count))[::-1]

    def add(self, callback: Callback) -> None:
        """Keep one that is booked now."""
        self._services.add(callback.service)
        self._by_id[callback.id] = callback
        number = self._comparable(callback.number, callback.service)
        self._of(number).append(callback.id)

    def take_in(self, callback: Callback) -> None:
        """Keep one that was booked elsewhere. Raises InvalidSnapshot when there is one of its id."""
        if callback.id in self._by_id:
            raise InvalidSnapshot("id", "is that of another callback too")
        self.add(callback)

    def keep(self, callback: Callback) -> Callback:
        """Keep another version of one, and return the one before."""
        before = self._by_id[callback.id]
        self._by_id[callback.id] = callback
        return before

    def renumber(self, callback: Callback, number: str) -> None:
        """Let one be found by another number."""
        before, after = (self._comparable(each, callback.service) for each in (callback.number, number))
        ids = self._of(before)
        ids.remove(callback.id)
        if not ids:
            del self._by_number[before]
        self._of(after).append(callback.id)

    def find(self, id: str, service: str | None = None) -> Callback:
        """The callback of this id, and of this service if one is named. Raises UnknownCallback."""
        callback = self._by_id.get(id)
        if callback is None or service not in (None, callback.service):
            raise UnknownCallback(id)
        return callback

    def among(self, service: str | None = None, number: str | None = None) -> Iterable[Callback]:
        """The callbacks, of one service or of one number, however written, if named, in the order they were booked."""
        ids: Iterable[str] = self._by_id if number is None else self._of_number(number)
        found = (self._by_id[id] for id in ids)
        return (callback for callback in found if service in (None, callback.service))

    def _of(self, number: str) -> list[str]:
        """Return the ids of a number's callbacks for a change. A list that is shared with a copy is copied first."""
        ids = self._by_number.get(number)
        if ids is None or (self._own is not None and number not in self._own):
            ids = self._by_number[number] = [] if ids is None else ids[:]
            if self._own is not None:
                self._own.add(number)
        return ids

    def _of_number(self, number: str) -> Iterable[str]:
        """The ids of a number's callbacks: to a service that knows its country it may be another number."""
        numbers = {self._comparable(number, service) for service in self._services}
        return sorted((id for each in numbers for id in self._by_number.get(each, ())), key=self._turn_of)

    def _turn_of(self, id: str) -> int:
        return turn(self._by_id[id].place)
