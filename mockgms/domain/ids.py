"""Ids: UUIDs that chance draws."""

from collections.abc import Callable
from random import Random
from typing import Any, TypeAlias

Draws: TypeAlias = tuple[Any, ...]  # a state of chance, as `Random` has it


class Ids:
    """Two streams of ids, which are the same for the same seed.

    There are two so that a callback's id does not depend on how many answers were given before it was booked.
    """

    def __init__(self, seed: int) -> None:
        self._answers = Random(f"{seed}/answers")  # noqa: S311  # chance, no secret
        self._callbacks = Random(f"{seed}/callbacks")  # noqa: S311
        self.for_answer = _uuids(self._answers)
        self.for_callback = _uuids(self._callbacks)

    def export_state(self) -> tuple[Draws, Draws]:
        """How far both streams are: that of answers, that of callbacks."""
        return self._answers.getstate(), self._callbacks.getstate()

    def restore_state(self, record: tuple[Draws, Draws]) -> None:
        """Go on from where others are."""
        answers, callbacks = record
        self._answers.setstate(answers)
        self._callbacks.setstate(callbacks)


def _uuids(random: Random) -> Callable[[], str]:
    draw = random.getrandbits

    def next_uuid() -> str:
        digits = f"{draw(128):032x}"
        variant = "89ab"[draw(2)]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    return next_uuid
