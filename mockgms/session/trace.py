"""The trace of an exchange: what its answer depended on, kept raw and put into words when somebody asks."""

from collections.abc import Sequence
from typing import Final

from mockgms.domain.instants import Instant
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.refusals import Refusal
from mockgms.scenario.engine import Book, Turn
from mockgms.scenario.facts import Facts

NO_TURNS: Final[Sequence[Turn]] = ()


class Trace:
    """What an answer depended on.

    `book` are the rules that were in force, and `frozen_at` is where the clock stood still, None where it ran. `turns`
    are those of the rules that matched, None where no rule was tried; `facts` is None where no rule had to know them.
    `operation_log` is what the operation met, and `refusal` why the answer is no.
    """

    __slots__ = ("book", "facts", "frozen_at", "operation_log", "refusal", "turns")

    def __init__(self, book: Book, frozen_at: Instant | None) -> None:
        # By hand, and with as little as can be: every request has one.
        self.book = book
        self.frozen_at = frozen_at
        self.turns: Sequence[Turn] | None = None
        self.facts: Facts | None = None
        self.operation_log: OperationLog = []
        self.refusal: Refusal | None = None

    def refuse(self, refusal: Refusal) -> None:
        """Keep why the answer is no, and nothing of the calls it came through: they hold on to all that they knew."""
        refusal.__traceback__ = refusal.__context__ = None
        self.refusal = refusal
