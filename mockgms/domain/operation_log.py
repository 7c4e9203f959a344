"""The log of an operation: the slots and queues it found, as plain values. Explanations are made from it."""

from typing import Literal, TypeAlias

from mockgms.domain.instants import Instant
from mockgms.domain.slots import Slot

# Plain tuples: an operation that books notes one, which must cost next to nothing.
Seat: TypeAlias = tuple[Literal["seat"], str, Slot, int]
"""Of a service, the slot as it was, and how many of its seats were taken, given back (negative) or refused (0)."""

Waiting: TypeAlias = tuple[Literal["waiting"], str, int]
"""Of a service, how many callbacks of the number were waiting."""

Load: TypeAlias = tuple[Literal["load"], str, int, tuple[tuple[Instant, int], ...], int]
"""Of a service, how many callbacks were queued, when each of its throttle's windows opened and how many starts it had
had, and how many starts the number had had on that date."""

Started: TypeAlias = tuple[Literal["started"]]
"""The start was accepted, and counted in all of these."""

OperationLog: TypeAlias = list[Seat | Waiting | Load | Started]
