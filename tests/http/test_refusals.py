import pytest

from mockgms.http.refusals import Unreadable


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("is required", "timezone is required."),
        ("is no zone, did you mean `Europe/Paris`?", "timezone is no zone, did you mean `Europe/Paris`?"),
    ],
)
def test_a_sentence_ends_with_one_mark(reason: str, sentence: str) -> None:
    assert Unreadable("timezone", reason).sentence == sentence
