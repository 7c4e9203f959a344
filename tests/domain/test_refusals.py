import inspect

import pytest

from mockgms.domain import refusals
from mockgms.domain.callback import State
from mockgms.domain.refusals import (
    CountryMissing,
    NothingFree,
    NumberImpossible,
    NumberInQueue,
    NumberThrottled,
    Refusal,
    ServiceThrottled,
    SlotFull,
    UnknownCallback,
    UnknownService,
    WrongState,
)
from mockgms.domain.slots import Slot


def parents_in_docstring() -> dict[str, str]:
    """Return the parent of each refusal in the tree at the top of the module."""
    parents: dict[str, str] = {}
    above: list[str] = []
    for line in (inspect.getdoc(refusals) or "").splitlines():
        indent, _, name = line.rpartition(" ")
        if not name or set(indent) - set(" │├└─"):
            continue
        depth = (len(indent) - 3) // 4
        parents[name] = above[depth - 1] if depth else "Exception"
        above[depth:] = [name]
    return parents


def test_the_tree_at_the_top_of_the_module_is_the_tree_of_the_classes() -> None:
    classes = [value for value in vars(refusals).values() if inspect.isclass(value) and issubclass(value, Refusal)]
    assert parents_in_docstring() == {refusal.__name__: refusal.__bases__[0].__name__ for refusal in classes}


@pytest.mark.parametrize(
    "refusal",
    [
        UnknownService("sales"),
        UnknownCallback("id"),
        WrongState("id", State.COMPLETED),
        NumberImpossible("111"),
        CountryMissing("111", "sales", "impossible"),
        SlotFull(0, (Slot(900_000, 1, 5),)),
        NothingFree(closed=True),
        ServiceThrottled(1_000, "sales", 300_000),
        NumberThrottled(1_000, "5115", 6),
        NumberInQueue("sales", "5115"),
    ],
)
def test_a_refusal_can_be_raised_caught_and_hashed(refusal: Refusal) -> None:
    with pytest.raises(Refusal) as caught:
        raise refusal
    assert {caught.value} == {refusal}


def test_two_refusals_with_the_same_data_are_not_equal() -> None:
    assert UnknownCallback("id") != UnknownCallback("id")


def test_the_repr_of_a_refusal_has_its_data() -> None:
    assert repr(SlotFull(0, (Slot(900_000, 1, 5),))) == (
        "SlotFull(desired=0, proposed=(Slot(start=900000, free=1, total=5),))"
    )
