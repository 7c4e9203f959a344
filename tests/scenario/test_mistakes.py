"""Suggestions for unknown words, found in a bounded time."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from time import process_time

import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes, did_you_mean
from tests.messages import NOT_A_ZONE


@pytest.mark.parametrize(
    ("word", "known", "clause"),
    [
        ("sed", ["seed", "rules"], ", did you mean `seed`?"),
        ("sed", ["xyz"], ""),
        ("sed", [], ""),
        ("a" * 64, ["a" * 63], f", did you mean `{'a' * 63}`?"),
        ("a" * 65, ["a" * 64], ""),
        ("a" * 64, ["a" * 65], ""),
        ("needle", [*map(str, range(999)), "needles"], ", did you mean `needles`?"),
        ("needle", [*map(str, range(1_000)), "needles"], ""),
        ("abcd", ["dcba", "abdc", "bcda"], ", did you mean `bcda`?"),  # all look alike in the quick comparison
    ],
)
def test_the_nearest_known_word_is_suggested(word: str, known: list[str], clause: str) -> None:
    assert did_you_mean(word, known) == clause


def mistaken(text: str) -> list[str]:
    with pytest.raises(ScenarioMistakes) as caught:
        Catalog().parse(text)
    return [str(mistake) for mistake in caught.value.mistakes]


# Each has thousands of words that are unknown, of which 100 are shown.
UNKNOWN_WORDS = {
    "time zones": (
        "services: {" + ",".join(f"s{n}: {{timezone: Eurpe/Pariss{n}}}" for n in range(4_000)) + "}",
        f"`timezone`: 'Eurpe/Pariss0' {NOT_A_ZONE}, did you mean `Europe/Paris`?",
    ),
    "long time zones": (
        "services: {" + ",".join(f"s{n}: {{timezone: {'Eurpe/Pariss' * 20}{n}}}" for n in range(3_000)) + "}",
        f"`timezone`: '{('Eurpe/Pariss' * 20)[:100]}'... {NOT_A_ZONE}",
    ),
    "keys": (
        ",".join(f"rule{n}: 1" for n in range(9_000)),
        "unknown key `rule0`, did you mean `rules`?",
    ),
    "keys of a service": (
        "services: {s: {" + ",".join(f"office_hour{n}: 1" for n in range(9_000)) + "}}",
        "unknown key `office_hour0`, did you mean `office_hours`?",
    ),
    "faults": (
        "rules: [{name: a, then: [" + ",".join(f"{{fault: slot_conflic{n}}}" for n in range(6_000)) + "]}]",
        "unknown fault 'slot_conflic0', did you mean `slot_conflict`?",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", UNKNOWN_WORDS)
def test_suggestions_are_searched_only_for_mistakes_that_are_shown(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, first = UNKNOWN_WORDS[kind]
    searched: list[str] = []

    set_word = SequenceMatcher.set_seq2

    def counted(matcher: SequenceMatcher[str], word: Sequence[str]) -> None:
        searched.append(str(word))
        set_word(matcher, word)

    monkeypatch.setattr(SequenceMatcher, "set_seq2", counted)
    shown = mistaken(f"{{description: x, {text}}}")
    assert len(shown) == 101
    assert shown[0].endswith(first)
    assert len(searched) <= 100


def test_words_that_are_all_alike_are_compared_in_a_bounded_time() -> None:
    started = process_time()
    did_you_mean("ab" * 32, ["ba" * 31 + f"{n:02}" for n in range(10_000)])
    assert process_time() - started < 1
