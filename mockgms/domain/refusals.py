"""What the callback service says no to.

    Refusal
    ├── UnknownService
    ├── UnknownCallback
    ├── WrongState
    ├── NumberRefused
    │   ├── NumberUnreadable
    │   ├── NumberImpossible
    │   ├── NumberPremium
    │   └── CountryMissing
    ├── TimeUnavailable
    │   ├── SlotFull
    │   ├── OfficeClosed
    │   ├── TimePast
    │   └── TimeBeyondHorizon
    ├── NothingFree
    ├── Throttled
    │   ├── ServiceThrottled
    │   ├── NumberThrottled
    │   └── RateLimited
    ├── QueueRefused
    │   ├── QueueFull
    │   └── NumberInQueue
    ├── Failure
    └── OutOfRoom

A refusal carries what its answer needs; status numbers and texts belong to the wire versions.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from mockgms.domain.callback import State
    from mockgms.domain.instants import Duration, Instant
    from mockgms.domain.slots import Slot


# eq=False: an exception that compares by value has no hash, and Python's own machinery hashes exceptions.
@dataclass(eq=False)
class Refusal(Exception):
    """The root of all refusals."""


@dataclass(eq=False)
class UnknownService(Refusal):
    """No service has this name, and the scenario does not provision new ones."""

    service: str


@dataclass(eq=False)
class UnknownCallback(Refusal):
    """No callback has this id (or it belongs to another service than the one that was named)."""

    id: str


@dataclass(eq=False)
class WrongState(Refusal):
    """The callback is too far on to be moved or cancelled."""

    id: str
    state: "State"


@dataclass(eq=False)
class NumberRefused(Refusal):
    """The number cannot be called; `number` is as the client sent it, empty when it sent none."""

    number: str


@dataclass(eq=False)
class NumberUnreadable(NumberRefused):
    """The number is missing, or not written as a number at all."""


@dataclass(eq=False)
class NumberImpossible(NumberRefused):
    """No number of this form exists in the service's country."""


@dataclass(eq=False)
class NumberPremium(NumberRefused):
    """Calling this number would cost extra."""


@dataclass(eq=False)
class CountryMissing(NumberRefused):
    """A number check is on, but the service names no country to check against.

    `check` is the one that is on: "premium" or "impossible".
    """

    service: str
    check: str


@dataclass(eq=False)
class TimeUnavailable(Refusal):
    """No callback can be had at the desired time; `proposed` are free slots near it, each of which can be booked."""

    desired: "Instant"
    proposed: tuple["Slot", ...]


@dataclass(eq=False)
class SlotFull(TimeUnavailable):
    """The slot conflict: every seat of the slot that holds the desired time is taken."""


@dataclass(eq=False)
class OfficeClosed(TimeUnavailable):
    """The office is closed at the desired time."""


@dataclass(eq=False)
class TimePast(TimeUnavailable):
    """The desired time is over."""


@dataclass(eq=False)
class TimeBeyondHorizon(TimeUnavailable):
    """The desired time is further ahead than the service takes bookings."""


@dataclass(eq=False)
class NothingFree(Refusal):
    """The asked period has no free slot: `closed` when the office is closed all through it, else all is taken."""

    closed: bool


@dataclass(eq=False)
class Throttled(Refusal):
    """Too many callbacks were started in a time; `retry_after` is how long until one is accepted again."""

    retry_after: "Duration"


@dataclass(eq=False)
class ServiceThrottled(Throttled):
    """The service's limit for a window of `per` is used up."""

    service: str
    per: "Duration"


@dataclass(eq=False)
class NumberThrottled(Throttled):
    """The number has had its `limit` of callbacks for today."""

    number: str
    limit: int


@dataclass(eq=False)
class RateLimited(Throttled):
    """The caller has made its `limit` of requests for this time (an API gateway's limit, not the service's)."""

    limit: int


@dataclass(eq=False)
class QueueRefused(Refusal):
    """The service's queue takes no more, of anybody or of this number."""

    service: str


@dataclass(eq=False)
class QueueFull(QueueRefused):
    """As many callbacks are queued as the service allows."""


@dataclass(eq=False)
class NumberInQueue(QueueRefused):
    """The number already waits for as many callbacks as the service allows it."""

    number: str


@dataclass(eq=False)
class Failure(Refusal):
    """The server fails, with a status from 500 to 599 and a text of its own."""

    status: int
    message: str


Room: TypeAlias = Literal["session", "sessions", "services", "rivals"]


@dataclass(eq=False)
class OutOfRoom(Refusal):
    """A limit of the mock is reached.

    `room` says which. For the state of a `session`, or of all `sessions` together, `limit` is in bytes. For `services`
    that a session has provisioned, and for bookings of its `rivals`, it is their number.
    """

    room: Room
    limit: int


def leaves(*kinds: type[Refusal]) -> tuple[type[Refusal], ...]:
    """Return the classes that are raised: of a class with subclasses these, of any other itself."""
    return tuple(leaf for kind in kinds for leaf in (leaves(*kind.__subclasses__()) or (kind,)))
