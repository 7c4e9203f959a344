import pytest

from mockgms.api.admin.refusals import NotFound
from mockgms.api.wording import complete_table
from mockgms.domain import refusals as domain
from mockgms.domain.refusals import NumberInQueue, QueueFull, QueueRefused, Refusal, leaves
from mockgms.http import refusals as wire
from mockgms.http.refusals import OwnDefect

ROWS = {kind: kind.__name__ for kind in leaves(Refusal) if kind.__module__ in (domain.__name__, wire.__name__)}


def test_a_table_of_wordings_without_a_refusal_raises_an_error_that_names_it() -> None:
    rows = [(kind, words) for kind, words in ROWS.items() if kind not in (QueueFull, OwnDefect)]
    with pytest.raises(TypeError) as refused:
        complete_table(rows)
    assert str(refused.value) == "there are no words for QueueFull, OwnDefect"


def test_a_refusal_that_only_the_admin_api_raises_needs_no_wording_in_the_others() -> None:
    assert NotFound in leaves(Refusal)
    assert NotFound not in complete_table(ROWS.items())


def test_the_leaves_of_refusal_classes_are_the_classes_derived_from_them() -> None:
    assert leaves(QueueRefused, OwnDefect) == (QueueFull, NumberInQueue, OwnDefect)
