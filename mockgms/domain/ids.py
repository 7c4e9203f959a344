"""Ids: random UUIDs, reproducible by a seed."""

from collections.abc import Callable
from random import Random
from typing import Any, TypeAlias

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


def _uuids(random: Random) -> Callable[[], str]:
    draw = random.getrandbits

    def next_uuid() -> str:
        digits = draw(128).to_bytes(16).hex()  # two thirds of the time of a format
        variant = "89ab"[draw(2)]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    return next_uuid
