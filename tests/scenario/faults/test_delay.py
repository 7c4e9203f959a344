import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.instants import HOUR, SECOND
from mockgms.scenario.faults.delay import Delay
from mockgms.scenario.text_forms import LONGEST
from tests.scenario.faults.recording import Recording, done_by

DURATIONS = st.integers(0, LONGEST)
SHARES = st.floats(0, 1, exclude_max=True)
MESSAGE = (
    "a delay takes `by` alone, or `min` and a `max` of at least `min`, or a `median` over 0 and a `p99` of at "
    "least `median`: write `{fault: delay, by: 2s}`"
)


async def test_a_fixed_delay_does_not_depend_on_the_draw() -> None:
    for drawn in (0.0, 0.999):
        assert ("wait", 2 * SECOND) in await done_by(Delay(by=2 * SECOND), Recording(drawn=drawn))


async def test_a_delay_waits_for_the_duration_that_is_drawn() -> None:
    assert await done_by(Delay(min=100, max=299), Recording(drawn=0.25)) == [("draw", "delay"), ("wait", 150)]


@given(DURATIONS, DURATIONS, SHARES)
def test_a_uniform_delay_lies_between_its_ends(one: int, other: int, share: float) -> None:
    least, most = sorted((one, other))
    assert least <= Delay(min=least, max=most).quantile(share) <= most


def test_a_uniform_delay_takes_each_of_its_values_equally_often() -> None:
    delay = Delay(min=1, max=4)
    assert [delay.quantile(share / 8) for share in range(8)] == [1, 1, 2, 2, 3, 3, 4, 4]


@given(st.integers(1, HOUR), st.integers(1, HOUR))
def test_a_lognormal_delay_has_its_median_and_its_99th_percentile(one: int, other: int) -> None:
    median, p99 = sorted((one, other))
    delay = Delay(median=median, p99=p99)
    assert (delay.quantile(0.5), delay.quantile(0.99)) == (median, p99)


@given(st.integers(1, HOUR), st.integers(1, HOUR), SHARES, SHARES)
def test_a_lognormal_delay_grows_with_the_draw(one: int, other: int, draw: float, higher: float) -> None:
    median, p99 = sorted((one, other))
    low, high = sorted((draw, higher))
    delay = Delay(median=median, p99=p99)
    assert 0 <= delay.quantile(low) <= delay.quantile(high)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"by": 1, "min": 1, "max": 2},
        {"min": 1},
        {"max": 1},
        {"min": 2, "max": 1},
        {"median": 1},
        {"p99": 1},
        {"median": 0, "p99": 1},
        {"median": 2, "p99": 1},
        {"min": 1, "p99": 2},
        {"by": 1, "median": 1, "p99": 2},
    ],
)
def test_a_delay_takes_exactly_one_of_its_three_forms(settings: dict[str, int]) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the whole message is compared
        Delay(**settings)
    assert str(refused.value) == MESSAGE
