"""The trace of an exchange: what its answer depended on, kept raw and put into words when somebody asks."""

from dataclasses import dataclass, field

from mockgms.domain.refusals import Refusal
from mockgms.domain.trail import Trail
from mockgms.scenario.engine import Book, Turn
from mockgms.scenario.facts import Facts


@dataclass(slots=True)
class Trace:
    """What an answer depended on.

    `book` are the rules that were in force, and `frozen` tells whether the clock stood still. `turns` are those of the
    rules that matched, None where no rule was tried; `facts` is None where no rule had to know them. `trail` is what
    the operation met, and `refusal` why the answer is no.
    """

    book: Book
    frozen: bool
    turns: list[Turn] | None = None
    facts: Facts | None = None
    trail: Trail = field(default_factory=list)
    refusal: Refusal | None = None

    def refuse(self, refusal: Refusal) -> None:
        """Keep why the answer is no, and nothing of the calls it came through: they hold on to all that they knew."""
        refusal.__traceback__ = refusal.__context__ = None
        self.refusal = refusal
