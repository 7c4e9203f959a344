"""The callbacks of a session, in booking order and indexed by id and number."""

from collections.abc import Callable, Iterable
from itertools import islice

from mockgms.domain.callback import Callback
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.queue import turn
from mockgms.domain.refusals import UnknownCallback


class Callbacks:
    """The callbacks of a session. None is ever removed.

    `comparable` takes a number and the name of a service. It returns the digits that are equal for all spellings.
    """

    def __init__(self, comparable: Callable[[str, str], str]) -> None:
        self._comparable = comparable
        self._services: set[str] = set()
        self._by_id: dict[str, Callback] = {}
        self._by_number: dict[str, str | list[str]] = {}  # usually one id, which takes 88 bytes less without a list
        self._own: set[str] | None = None  # numbers whose list is not shared with a copy; None means all

    def __len__(self) -> int:
        return len(self._by_id)

    def next_turn(self) -> int:
        """Return the turn of the next callback: its number in booking order, from 1."""
        return len(self._by_id) + 1

    def copy(self, comparable: Callable[[str, str], str]) -> "Callbacks":
        """Return an independent copy."""
        other = Callbacks(comparable)
        other._services, other._by_id = set(self._services), dict(self._by_id)
        other._by_number = dict(self._by_number)
        self._own, other._own = set(), set()
        return other

    def all(self) -> list[Callback]:
        """Return a list of all callbacks in booking order."""
        return list(self._by_id.values())

    def newest(self, count: int) -> list[Callback]:
        """Return the `count` callbacks that were booked last, in booking order."""
        return list(islice(reversed(self._by_id.values()), count))[::-1]

    def add(self, callback: Callback, number: str) -> None:
        """Add a new callback. `number` is the result of `comparable` for it."""
        id = callback.id
        self._services.add(callback.service)
        self._by_id[id] = callback
        if number in self._by_number:
            self._own_ids(number).append(id)
        else:
            self._by_number[number] = id

    def restore(self, callback: Callback) -> None:
        """Add an exported callback. Raises InvalidSnapshot if its id is taken."""
        if callback.id in self._by_id:
            raise InvalidSnapshot("id", "is that of another callback too")
        self.add(callback, self._comparable(callback.number, callback.service))

    def replace(self, callback: Callback) -> Callback:
        """Replace a callback by its new version. Return the old version."""
        before = self._by_id[callback.id]
        self._by_id[callback.id] = callback
        return before

    def renumber(self, callback: Callback, number: str) -> None:
        """Index a callback under another number."""
        before, after = (self._comparable(each, callback.service) for each in (callback.number, number))
        ids = self._own_ids(before)
        ids.remove(callback.id)
        if not ids:
            del self._by_number[before]
        if after in self._by_number:
            self._own_ids(after).append(callback.id)
        else:
            self._by_number[after] = callback.id

    def find(self, id: str, service: str | None = None) -> Callback:
        """Return the callback of this id, if given also of this service. Raises UnknownCallback."""
        callback = self._by_id.get(id)
        if callback is None or service not in (None, callback.service):
            raise UnknownCallback(id)
        return callback

    def matching(self, service: str | None = None, number: str | None = None) -> Iterable[Callback]:
        """Return callbacks in booking order, optionally of one service or of one number in any spelling."""
        ids: Iterable[str] = self._by_id if number is None else self._of_number(number)
        found = (self._by_id[id] for id in ids)
        return (callback for callback in found if service in (None, callback.service))

    def newest_of(self, number: str, count: int) -> list[Callback]:
        """Return at most `count` callbacks of a number in any spelling, those that were booked last first."""
        numbers = {self._comparable(number, service) for service in self._services}
        found = [self._by_number.get(each, ()) for each in numbers]
        ids = [id for ids in found for id in ((ids,) if isinstance(ids, str) else ids[-count:])]
        return [self._by_id[id] for id in sorted(ids, key=self._turn_of, reverse=True)[:count]]

    def _own_ids(self, number: str) -> list[str]:
        """Return the ids of a number's callbacks, to be changed. A list that is shared with a copy is copied first."""
        ids = self._by_number[number]
        if isinstance(ids, str) or (self._own is not None and number not in self._own):
            ids = self._by_number[number] = [ids] if isinstance(ids, str) else ids[:]
            if self._own is not None:
                self._own.add(number)
        return ids

    def _of_number(self, number: str) -> Iterable[str]:
        """Return the ids of a number's callbacks. Its digits depend on the country of the service."""
        numbers = {self._comparable(number, service) for service in self._services}
        found = [self._by_number.get(each, ()) for each in numbers]
        return sorted((id for ids in found for id in ((ids,) if isinstance(ids, str) else ids)), key=self._turn_of)

    def _turn_of(self, id: str) -> int:
        return turn(self._by_id[id].place)
