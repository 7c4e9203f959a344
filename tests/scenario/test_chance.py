from hypothesis import given
from hypothesis import strategies as st

from mockgms.scenario.chance import draw

TEXTS = st.text(st.characters(), max_size=5)  # lone surrogates too
PARTS = st.tuples(TEXTS, TEXTS, st.integers(0, 100), TEXTS)


@given(st.integers(), PARTS)
def test_a_draw_lies_from_0_up_to_1_and_is_the_same_every_time(seed: int, parts: tuple[str, str, int, str]) -> None:
    drawn = draw(seed, *parts)
    assert 0 <= drawn < 1
    assert drawn == draw(seed, *parts)


@given(st.integers(), st.integers(), PARTS, PARTS)
def test_a_draw_depends_on_the_seed_and_on_each_part(
    seed: int, other: int, parts: tuple[str, str, int, str], others: tuple[str, str, int, str]
) -> None:
    assert (draw(seed, *parts) == draw(other, *others)) == ((seed, parts) == (other, others))


def test_the_same_letters_in_different_parts_give_another_draw() -> None:
    assert len({draw(7, "a", "bc"), draw(7, "ab", "c"), draw(7, "abc"), draw(7, "a", "b", "c")}) == 4
    assert draw(7, "1") != draw(7, 1)


def test_draws_are_spread_evenly() -> None:
    tenths = [int(draw(7, "even", turn) * 10) for turn in range(10_000)]
    assert all(900 < tenths.count(tenth) < 1_100 for tenth in range(10))


def test_draws_are_the_same_in_every_version_and_on_every_machine() -> None:
    assert draw(7, "second-attempt", "+15551234", 1, "chance") == 0.21586041372653508
