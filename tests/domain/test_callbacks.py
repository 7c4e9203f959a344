import pytest

from mockgms.domain.callback import Callback
from mockgms.domain.callbacks import Callbacks
from mockgms.domain.queue import queue_place
from mockgms.domain.refusals import UnknownCallback

NOW = 1_772_438_400_000  # 2026-03-02T08:00Z


def callback(id: str, turn: int, number: str = "5115", service: str = "sales") -> Callback:
    return Callback(id, service, number, NOW, NOW, queue_place(NOW, turn), None, {})


def stored(*callbacks: Callback) -> Callbacks:
    store = Callbacks(lambda service: service[:1], lambda number, country: f"{country}{number}")
    for each in callbacks:
        store.add(each, each.service[:1])
    return store


# The order of the ids differs from the order of booking.
FIRST, SECOND, THIRD = callback("z", 1), callback("m", 2, "5116"), callback("a", 3)


def ids(callbacks: Callbacks, number: str | None = None, service: str | None = None) -> list[str]:
    return [each.id for each in callbacks.matching(service, number)]


def test_the_callbacks_of_a_number_are_in_the_order_of_booking_not_of_ids() -> None:
    callbacks = stored(FIRST, SECOND, THIRD)
    callbacks.renumber(SECOND, "5115")
    assert ids(callbacks, "5115") == ["z", "m", "a"]
    assert ids(callbacks, "5116") == []


def test_the_callbacks_of_a_number_in_several_services_are_in_the_order_of_booking() -> None:
    callbacks = stored(callback("z", 1), callback("a", 2, service="taxes"), callback("m", 3))
    assert ids(callbacks, "5115") == ["z", "a", "m"]
    assert ids(callbacks, "5115", "taxes") == ["a"]


def test_the_refusal_of_an_unknown_id_has_that_id() -> None:
    callbacks = stored(FIRST)
    for service in (None, "sales"):
        with pytest.raises(UnknownCallback) as refused:
            callbacks.find("q", service)
        assert refused.value.id == "q"
    with pytest.raises(UnknownCallback) as refused:
        callbacks.find("z", "taxes")
    assert refused.value.id == "z"


def test_replacing_a_callback_returns_the_previous_one() -> None:
    callbacks = stored(FIRST)
    newer = FIRST._replace(properties={"a": "b"})
    assert callbacks.replace(newer) is FIRST
    assert callbacks.find("z") is newer


def test_a_copy_has_the_same_callbacks_and_changes_independently() -> None:
    callbacks = stored(FIRST, SECOND)
    copy = callbacks.copy(lambda service: service[:1])
    copy.add(THIRD, "s")
    callbacks.add(callback("b", 3, "5116"), "s")
    assert (ids(callbacks), ids(callbacks, "5115"), ids(callbacks, "5116")) == (["z", "m", "b"], ["z"], ["m", "b"])
    assert (ids(copy), ids(copy, "5115"), ids(copy, "5116")) == (["z", "m", "a"], ["z", "a"], ["m"])
    assert copy.next_turn() == 4


def test_the_callbacks_of_a_number_are_found_without_a_look_at_each_service() -> None:
    compared: list[str | None] = []

    def comparable(number: str, country: str | None) -> str:
        compared.append(country)
        return f"{country}{number}"

    callbacks = Callbacks(lambda service: service[:2], comparable)
    for turn in range(1, 1_001):
        country = "DE" if turn % 2 else "US"
        callbacks.add(callback(str(turn), turn, str(turn), service=f"{country}{turn}"), country)
    compared.clear()
    assert [each.id for each in callbacks.newest_of("7", 1_000)] == ["7"]
    assert sorted(map(str, compared)) == ["DE", "US"]
