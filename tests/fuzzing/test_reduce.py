from collections.abc import Sequence

from fuzzing.reduce import reduce
from fuzzing.step import Step


def step(raw: bytes) -> Step:
    return Step("damaged", (raw,))


def test_steps_that_are_not_needed_are_left_out() -> None:
    needed = (b"3", b"7")

    def fails(steps: Sequence[Step]) -> bool:
        return {step.raw for step in steps} >= set(needed)

    assert [step.raw for step in reduce([step(b"%d" % number) for number in range(10)], fails, 10)] == [b"3", b"7"]


def test_a_damaged_request_is_reduced_to_the_bytes_that_fail() -> None:
    def fails(steps: Sequence[Step]) -> bool:
        return b"\xff" in steps[-1].raw

    assert [step.raw for step in reduce([step(b"GET / \xff HTTP/1.1")], fails, 10)] == [b"\xff"]


def test_without_time_no_step_is_left_out() -> None:
    steps = [step(b"1"), step(b"2"), step(b"3")]
    assert reduce(steps, lambda fewer: len(fewer) == 3, 0) == steps
