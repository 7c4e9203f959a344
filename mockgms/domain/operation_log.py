"""The log of an operation: the slots, queues and limits that it found. Explanations are made from it."""

from typing import Literal, TypeAlias

from mockgms.domain.instants import Duration, Instant
from mockgms.domain.slots import Slot

# Plain tuples: every booking appends one, so it must be cheap.
Seat: TypeAlias = tuple[Literal["seat"], str, Slot, int]
"""The service, the slot as found, and how many of its seats were taken. Negative: freed. 0: refused."""

WaitingCount: TypeAlias = tuple[Literal["waiting"], str, int]
"""The service, and how many callbacks of the number were waiting."""

Load: TypeAlias = tuple[Literal["load"], str, int, tuple[tuple[Instant, int], ...], int]
"""The service, its queued callbacks, the opening time and starts of each throttle window, and the starts of the number
on that date."""

Started: TypeAlias = tuple[Literal["started"]]
"""The start was accepted and is counted in the load."""

Past: TypeAlias = tuple[Literal["past"], Duration, Duration]
"""How long the desired time was over, and the tolerance of the service. The callback became an immediate one."""

OperationLog: TypeAlias = list[Seat | WaitingCount | Load | Started | Past]
