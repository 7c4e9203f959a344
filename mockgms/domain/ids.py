"""Ids: random UUIDs, reproducible by a seed."""

from collections.abc import Callable
from operator import itemgetter
from random import Random
from typing import Any, Final, TypeAlias

Draws: TypeAlias = tuple[Any, ...]  # the state of a `Random`


class Ids:
    """Two streams of ids, for answers and for callbacks. The same seed gives the same ids.

    The streams are separate so that the id of a callback does not depend on the number of answers before it.
    """

    def __init__(self, seed: int) -> None:
        self._answers = Random(f"{seed}/answers")  # noqa: S311  # ids are no secrets
        self._callbacks = Random(f"{seed}/callbacks")  # noqa: S311
        self.for_answer = _uuids(self._answers)
        self.for_callback = _uuids(self._callbacks)

    def export_state(self) -> tuple[Draws, Draws]:
        """Return the states of both streams: first for answers, then for callbacks."""
        return self._answers.getstate(), self._callbacks.getstate()

    def restore_state(self, exported: tuple[Draws, Draws]) -> None:
        """Continue both streams from exported states."""
        answers, callbacks = exported
        self._answers.setstate(answers)
        self._callbacks.setstate(callbacks)


# The drawn digits of each part. One call takes half the time of five slices.
_PARTS: Final = itemgetter(slice(8), slice(8, 12), slice(13, 16), slice(17, 20), slice(20, None))


def _uuids(random: Random) -> Callable[[], str]:
    draw = random.getrandbits

    def next_uuid() -> str:
        digits = draw(128).to_bytes(16).hex()  # two thirds of the time of a format
        first, second, third, fourth, fifth = _PARTS(digits)
        return f"{first}-{second}-4{third}-{'89ab'[draw(2)]}{fourth}-{fifth}"

    return next_uuid
