import pytest

from mockgms.domain.callback import Callback
from mockgms.domain.callbacks import Callbacks
from mockgms.domain.queue import place
from mockgms.domain.refusals import UnknownCallback

NOW = 1_772_438_400_000  # 2026-03-02T08:00Z


def callback(id: str, turn: int, number: str = "5115", service: str = "sales") -> Callback:
    return Callback(id, service, number, NOW, NOW, place(NOW, turn), None, {})


def stored(*callbacks: Callback) -> Callbacks:
    made = Callbacks(lambda number, service: f"{service[:1]}{number}")
    for each in callbacks:
        made.add(each, f"{each.service[:1]}{each.number}")
    return made


# Ids that sort otherwise than the callbacks were booked.
FIRST, SECOND, THIRD = callback("z", 1), callback("m", 2, "5116"), callback("a", 3)


def ids(made: Callbacks, number: str | None = None, service: str | None = None) -> list[str]:
    return [each.id for each in made.matching(service, number)]


def test_the_callbacks_of_a_number_are_in_the_order_booked_whatever_their_ids() -> None:
    made = stored(FIRST, SECOND, THIRD)
    made.renumber(SECOND, "5115")
    assert ids(made, "5115") == ["z", "m", "a"]
    assert ids(made, "5116") == []


def test_a_renumbered_callback_is_found_in_its_turn_among_several_services() -> None:
    made = stored(callback("z", 1), callback("a", 2, service="taxes"), callback("m", 3))
    assert ids(made, "5115") == ["z", "a", "m"]
    assert ids(made, "5115", "taxes") == ["a"]


def test_an_unknown_id_is_refused_by_that_id() -> None:
    made = stored(FIRST)
    for service in (None, "sales"):
        with pytest.raises(UnknownCallback) as refused:
            made.find("q", service)
        assert refused.value.id == "q"
    with pytest.raises(UnknownCallback) as refused:
        made.find("z", "taxes")
    assert refused.value.id == "z"


def test_a_callback_that_is_kept_replaces_the_one_before() -> None:
    made = stored(FIRST)
    newer = FIRST._replace(properties={"a": "b"})
    assert made.replace(newer) is FIRST
    assert made.find("z") is newer


def test_a_copy_starts_with_the_same_callbacks_and_changes_on_its_own() -> None:
    made = stored(FIRST, SECOND)
    copy = made.copy(lambda number, service: f"{service[:1]}{number}")
    copy.add(THIRD, "s5115")
    made.add(callback("b", 3, "5116"), "s5116")
    assert (ids(made), ids(made, "5115"), ids(made, "5116")) == (["z", "m", "b"], ["z"], ["m", "b"])
    assert (ids(copy), ids(copy, "5115"), ids(copy, "5116")) == (["z", "m", "a"], ["z", "a"], ["m"])
    assert copy.next_turn() == 4
