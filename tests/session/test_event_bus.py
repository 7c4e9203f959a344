from collections.abc import Sequence
from typing import Any

import pytest

from mockgms.domain.instants import Instant
from mockgms.session.event_bus import ALL_BYTES, BYTES, EVENTS, Change, Event, EventBus, Missed, Subscription

NOW: Instant = 0


class Reader:
    """A reader of events that counts how often it was woken."""

    def __init__(self, event_bus: EventBus, session: str | None = "one", *, since: str | None = None) -> None:
        self.woken = 0
        self.reading = Subscription(event_bus, session, self._wake, since=since)

    def _wake(self) -> None:
        self.woken += 1

    def take(self, most: int = 10 * EVENTS) -> list[Any]:
        """Return what was read; for an event, its session and what was done."""
        return [
            event if isinstance(event, Missed) else (event.session, event.content.did)  # type: ignore[union-attr]
            for _, event in self.reading.take(most)
        ]


def event(did: str, *, session: str = "one", size: int = 1) -> Event:
    return Event(session, NOW, Change("thing", did, {}), size)


def publish(event_bus: EventBus, dids: Sequence[str] | range, **more: Any) -> None:
    for did in dids:
        event_bus.publish(event(str(did), **more))


@pytest.fixture
def event_bus() -> EventBus:
    return EventBus()


def test_a_reader_gets_the_later_events_of_its_session(event_bus: EventBus) -> None:
    Reader(event_bus)
    publish(event_bus, ["before"])
    reader = Reader(event_bus)
    publish(event_bus, ["a", "b"])
    publish(event_bus, ["c"], session="two")
    assert reader.take() == [("one", "a"), ("one", "b")]
    assert reader.take() == []
    assert reader.woken == 2


def test_a_reader_of_all_sessions_gets_everything_in_order(event_bus: EventBus) -> None:
    reader = Reader(event_bus, None)
    for session in "one", "two", "one":
        event_bus.publish(event("a", session=session))
    assert reader.take() == [("one", "a"), ("two", "a"), ("one", "a")]


def test_the_events_can_be_taken_in_pieces(event_bus: EventBus) -> None:
    reader = Reader(event_bus)
    publish(event_bus, "abc")
    assert [reader.take(2), reader.take(2)] == [[("one", "a"), ("one", "b")], [("one", "c")]]


def test_each_event_has_an_id_and_a_reader_that_of_the_event_it_took_last(event_bus: EventBus) -> None:
    reader = Reader(event_bus)
    channel, _, start = reader.reading.id.partition("-")
    publish(event_bus, "ab")
    assert start == "0"
    assert [id for id, _ in reader.reading.take(9)] == [f"{channel}-1", f"{channel}-2"]
    assert reader.reading.id == f"{channel}-2"


def test_the_event_bus_is_live_as_long_as_there_is_a_reader(event_bus: EventBus) -> None:
    before = event_bus.live
    Reader(event_bus)
    publish(event_bus, range(2 * EVENTS))
    assert (before, event_bus.live, event_bus.all_readers) == (False, True, 1)


def test_a_reader_that_returns_gets_the_events_since_its_id(event_bus: EventBus) -> None:
    first = Reader(event_bus)
    publish(event_bus, "ab")
    first.take(1)
    first.reading.stop()
    publish(event_bus, ["c"])
    assert Reader(event_bus, since=first.reading.id).take() == [("one", "b"), ("one", "c")]
    assert first.woken == 2


def test_a_reader_that_returns_too_late_learns_that_it_missed_events(
    event_bus: EventBus,
) -> None:
    first = Reader(event_bus)
    first.reading.stop()
    publish(event_bus, range(EVENTS))
    still = event_bus.live
    publish(event_bus, ["one more"])
    assert (still, event_bus.live) == (True, False)
    second = Reader(event_bus, since=first.reading.id)
    publish(event_bus, ["new"])
    assert second.take() == [Missed(None), ("one", "new")]


@pytest.mark.parametrize("number", ["", "-1", "x", "2", "9" * 30, "²"])
def test_a_reader_with_an_unknown_id_learns_that_it_missed_events(event_bus: EventBus, number: str) -> None:
    channel = Reader(event_bus).reading.id.partition("-")[0]
    publish(event_bus, "a")
    assert Reader(event_bus, since=f"{channel}-{number}").take() == [Missed(None)]
    assert Reader(event_bus, since=f"other-{number}").take() == [Missed(None)]


def test_a_reader_that_is_too_slow_learns_how_many_events_it_missed(event_bus: EventBus) -> None:
    reader = Reader(event_bus)
    publish(event_bus, range(EVENTS + 3))
    taken = reader.take()
    assert taken[:2] == [Missed(3), ("one", "3")]
    assert (len(taken), taken[-1]) == (1 + EVENTS, ("one", str(EVENTS + 2)))
    assert reader.take() == []


def test_the_events_of_a_session_are_kept_up_to_a_total_size(event_bus: EventBus) -> None:
    reader = Reader(event_bus)
    publish(event_bus, "abc", size=BYTES // 2)
    assert reader.take() == [Missed(1), ("one", "b"), ("one", "c")]
    publish(event_bus, "de", size=BYTES + 1)
    assert reader.take() == [Missed(1), ("one", "e")]


def test_only_the_most_recently_read_sessions_without_readers_are_kept(event_bus: EventBus) -> None:
    stay = Reader(event_bus, "stay")
    places: dict[str, str] = {}
    for name in map(str, range(20)):
        reader = Reader(event_bus, name)
        places[name] = reader.reading.id
        reader.reading.stop()
    publish(event_bus, ["a"], session="stay")
    back = [Reader(event_bus, name, since=places[name]).take() for name in ("3", "4")]
    assert back == [[Missed(None)], []]
    assert stay.take() == [("stay", "a")]


def test_the_readers_of_a_session_are_counted(event_bus: EventBus) -> None:
    readers = [Reader(event_bus), Reader(event_bus), Reader(event_bus, None)]
    readers[0].reading.stop()
    assert (event_bus.readers("one"), event_bus.readers(None), event_bus.readers("two"), event_bus.all_readers) == (
        1,
        1,
        0,
        2,
    )


def test_all_channels_have_a_common_limit_and_the_largest_drops_events(event_bus: EventBus) -> None:
    few, many = (
        Reader(event_bus, "few"),
        [Reader(event_bus, f"many {number}") for number in range(ALL_BYTES // BYTES + 1)],
    )
    publish(event_bus, "ab", session="few", size=BYTES // 4)
    for number in range(len(many)):
        publish(event_bus, range(4), session=f"many {number}", size=BYTES // 4)
    assert few.take() == [("few", "a"), ("few", "b")]
    taken = [reader.take() for reader in many]
    assert sum(isinstance(events[0], Missed) for events in taken) > 0
    kept = sum(not isinstance(event, Missed) for events in taken for event in events)
    assert (kept + 2) * (BYTES // 4) <= ALL_BYTES
