"""The trace of an exchange: what its answer depended on. It is kept raw, and explained on request."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

from mockgms.domain.instants import Instant
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.refusals import Refusal
from mockgms.scenario.engine import RuleList
from mockgms.scenario.facts import Facts
from mockgms.scenario.trials import Trial

NO_TRIALS: Final[Sequence[Trial]] = ()


class Trace(Struct):
    """What an answer depended on.

    `rule_list` has the rules in force. `frozen_at` is the time of a frozen clock, None for a running one. `trials` are
    those of the rules that matched, None if no rule was tried. `facts` is None if no rule needed them. `operation_log`
    is what the operation found. `refusal` is the reason if the request was refused. `refused_by_rule` is True if a
    fault refused it, and not the service.
    """

    rule_list: RuleList
    frozen_at: Instant | None
    trials: Sequence[Trial] | None = None
    facts: Facts | None = None
    operation_log: OperationLog = field(default_factory=list)
    refusal: Refusal | None = None
    refused_by_rule: bool = False

    def record_refusal(self, refusal: Refusal, *, by_rule: bool = False) -> None:
        """Keep a refusal without its traceback, whose frames would keep all their variables in memory."""
        refusal.__traceback__ = refusal.__context__ = None
        self.refusal, self.refused_by_rule = refusal, by_rule
