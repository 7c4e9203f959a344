"""The callbacks of a session, in booking order and indexed by id and number."""

from collections.abc import Callable, Iterable
from itertools import islice

from mockgms.domain.callback import Callback
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.numbers import comparable_in
from mockgms.domain.queue import turn
from mockgms.domain.refusals import UnknownCallback


class Callbacks:
    """The callbacks of a session. None is ever removed.

    `country` takes the name of a service, and returns the country of its numbers, if it has one. `comparable` takes a
    number and a country, and returns the digits that are equal for all spellings.
    """

    def __init__(
        self,
        country: Callable[[str], str | None],
        comparable: Callable[[str, str | None], str] = comparable_in,
    ) -> None:
        self._country = country
        self._comparable = comparable
        self._countries: set[str | None] = set()  # of the services with callbacks: far fewer than services
        self._by_id: dict[str, Callback] = {}
        self._by_number: dict[str, str | list[str]] = {}  # usually one id, which takes 88 bytes less without a list
        self._own: set[str] | None = None  # numbers whose list is not shared with a copy; None means all

    def __len__(self) -> int:
        return len(self._by_id)

    def next_turn(self) -> int:
        """Return the turn of the next callback: its number in booking order, from 1."""
        return len(self._by_id) + 1

    def copy(self, country: Callable[[str], str | None]) -> "Callbacks":
        """Return an independent copy."""
        other = Callbacks(country, self._comparable)
        other._countries, other._by_id = set(self._countries), dict(self._by_id)
        other._by_number = dict(self._by_number)
        self._own, other._own = set(), set()
        return other

    def all(self) -> list[Callback]:
        """Return a list of all callbacks in booking order."""
        return list(self._by_id.values())

    def newest(self, count: int) -> list[Callback]:
        """Return the `count` callbacks that were booked last, in booking order."""
        return list(islice(reversed(self._by_id.values()), count))[::-1]

    def add(self, callback: Callback, country: str | None) -> None:
        """Add a new callback of a service whose numbers are those of this country."""
        id, number = callback.id, self._comparable(callback.number, country)
        self._countries.add(country)
        self._by_id[id] = callback
        self._index(number, id)

    def restore(self, callback: Callback) -> None:
        """Add an exported callback. Raises InvalidSnapshot if its id is taken."""
        if callback.id in self._by_id:
            raise InvalidSnapshot("id", "is that of another callback too")
        self.add(callback, self._country(callback.service))

    def replace(self, callback: Callback) -> Callback:
        """Replace a callback by its new version. Return the old version."""
        before = self._by_id[callback.id]
        self._by_id[callback.id] = callback
        return before

    def renumber(self, callback: Callback, number: str) -> None:
        """Index a callback under another number."""
        country = self._country(callback.service)
        before, after = (self._comparable(each, country) for each in (callback.number, number))
        ids = self._own_ids(before)
        ids.remove(callback.id)
        if not ids:
            del self._by_number[before]
        self._index(after, callback.id)

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
        ids = [id for ids in self._entries_of(number) for id in ((ids,) if isinstance(ids, str) else ids[-count:])]
        return [self._by_id[id] for id in sorted(ids, key=self._turn_of, reverse=True)[:count]]

    def _index(self, number: str, id: str) -> None:
        """Add an id to those of a number's callbacks."""
        if number in self._by_number:
            self._own_ids(number).append(id)
        else:
            self._by_number[number] = id

    def _own_ids(self, number: str) -> list[str]:
        """Return the ids of a number's callbacks, to be changed. A list that is shared with a copy is copied first."""
        ids = self._by_number[number]
        if isinstance(ids, str) or (self._own is not None and number not in self._own):
            ids = self._by_number[number] = [ids] if isinstance(ids, str) else ids[:]
            if self._own is not None:
                self._own.add(number)
        return ids

    def _of_number(self, number: str) -> Iterable[str]:
        """Return the ids of a number's callbacks."""
        ids = (id for ids in self._entries_of(number) for id in ((ids,) if isinstance(ids, str) else ids))
        return sorted(ids, key=self._turn_of)

    def _entries_of(self, number: str) -> list[str | list[str]]:
        """Return the index entries of a number, for the country of each service."""
        numbers = {self._comparable(number, country) for country in self._countries}
        return [self._by_number[each] for each in numbers if each in self._by_number]

    def _turn_of(self, id: str) -> int:
        return turn(self._by_id[id].place)
