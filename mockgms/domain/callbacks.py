"""The callbacks of a session: in the order booked, by id, and by number."""

from bisect import insort
from collections.abc import Iterable

from mockgms.domain.callback import Callback
from mockgms.domain.misfit import Misfit
from mockgms.domain.queue import turn
from mockgms.domain.refusals import UnknownCallback


class Callbacks:
    """Callbacks, none of which ever goes."""

    def __init__(self) -> None:
        self._by_id: dict[str, Callback] = {}
        self._by_number: dict[str, list[str]] = {}

    def copy(self) -> "Callbacks":
        """Others that are as these are now."""
        twin = Callbacks()
        twin._by_id = self._by_id.copy()
        twin._by_number = {number: ids.copy() for number, ids in self._by_number.items()}
        return twin

    def __len__(self) -> int:
        return len(self._by_id)

    @property
    def next_turn(self) -> int:
        """The turn of the next one that is booked, from 1."""
        return len(self._by_id) + 1

    def add(self, callback: Callback) -> None:
        """Keep one that is booked now."""
        self._by_id[callback.id] = callback
        self._by_number.setdefault(callback.number, []).append(callback.id)

    def take_in(self, callback: Callback) -> None:
        """Keep one that was booked elsewhere. Raises Misfit when there is one of its id."""
        if callback.id in self._by_id:
            raise Misfit("id", "is that of another callback too")
        self.add(callback)

    def keep(self, callback: Callback) -> Callback:
        """Keep another version of one, and return the one before."""
        before = self._by_id[callback.id]
        self._by_id[callback.id] = callback
        return before

    def renumber(self, callback: Callback, number: str) -> None:
        """Let one be found by another number."""
        self._by_number[callback.number].remove(callback.id)
        insort(self._by_number.setdefault(number, []), callback.id, key=lambda id: turn(self._by_id[id].place))

    def find(self, id: str, service: str | None = None) -> Callback:
        """The callback of this id, and of this service if one is named. Raises UnknownCallback."""
        callback = self._by_id.get(id)
        if callback is None or service not in (None, callback.service):
            raise UnknownCallback(id)
        return callback

    def among(self, service: str | None = None, number: str | None = None) -> Iterable[Callback]:
        """The callbacks, of one service or of one number if named, in the order they were booked."""
        ids: Iterable[str] = self._by_id if number is None else self._by_number.get(number, ())
        found = (self._by_id[id] for id in ids)
        return (callback for callback in found if service in (None, callback.service))
