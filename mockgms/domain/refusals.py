"""The refusals of the callback service.

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

A refusal carries the data for its answer. The statuses and texts belong to the versions of the API.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from mockgms.domain.callback import State
    from mockgms.domain.instants import Duration, Instant
    from mockgms.domain.slots import Slot


Unavailability: TypeAlias = Literal["over", "closed", "full", "beyond the horizon"]
"""Why a date has no free slot."""


# eq=False: comparing by value would remove the hash, which Python needs for exceptions.
@dataclass(eq=False)
class Refusal(Exception):
    """The base class of all refusals."""


@dataclass(eq=False)
class UnknownService(Refusal):
    """No service has this name, and the scenario does not provision new ones."""

    service: str


@dataclass(eq=False)
class UnknownCallback(Refusal):
    """No callback has this id, or it belongs to another service than the given one."""

    id: str


@dataclass(eq=False)
class WrongState(Refusal):
    """The state of the callback does not allow moving or cancelling it."""

    id: str
    state: "State"


@dataclass(eq=False)
class NumberRefused(Refusal):
    """The number cannot be called. `number` is as the client sent it, empty if it sent none."""

    number: str


@dataclass(eq=False)
class NumberUnreadable(NumberRefused):
    """The number is missing, or is not written as a number."""


@dataclass(eq=False)
class NumberImpossible(NumberRefused):
    """No number of this form exists in the service's country."""


@dataclass(eq=False)
class NumberPremium(NumberRefused):
    """The number has a premium rate."""


@dataclass(eq=False)
class CountryMissing(NumberRefused):
    """A number check is on, but the service has no country.

    `check` is the name of the check: "premium" or "impossible".
    """

    service: str
    check: str


@dataclass(eq=False)
class TimeUnavailable(Refusal):
    """The desired time cannot be booked. `proposed` are free slots that can."""

    desired: "Instant"
    proposed: tuple["Slot", ...]


@dataclass(eq=False)
class SlotFull(TimeUnavailable):
    """All seats of the slot that contains the desired time are taken (slot conflict)."""


@dataclass(eq=False)
class OfficeClosed(TimeUnavailable):
    """The office is closed at the desired time."""


@dataclass(eq=False)
class TimePast(TimeUnavailable):
    """The desired time is in the past."""


@dataclass(eq=False)
class TimeBeyondHorizon(TimeUnavailable):
    """The desired time is beyond the horizon up to which the service takes bookings."""


@dataclass(eq=False)
class NothingFree(Refusal):
    """The queried period has no free slot.

    `days` says why, with the number of dates for each reason. `closed` is False if some slot of the period is full.
    """

    closed: bool
    days: tuple[tuple["Unavailability", int], ...] = ()

    @property
    def reason(self) -> "Unavailability | None":
        """The reason for all dates; None if there are several."""
        if len(self.days) > 1:
            return None
        return self.days[0][0] if self.days else "closed" if self.closed else "full"


@dataclass(eq=False)
class Throttled(Refusal):
    """Too many starts or requests. `retry_after` is how long it takes until one is accepted again."""

    retry_after: "Duration"


@dataclass(eq=False)
class ServiceThrottled(Throttled):
    """The limit of the service for a window of length `per` is reached."""

    service: str
    per: "Duration"


@dataclass(eq=False)
class NumberThrottled(Throttled):
    """The number has reached its `limit` of callbacks per day."""

    number: str
    limit: int


@dataclass(eq=False)
class RateLimited(Throttled):
    """The caller has reached its `limit` of requests (of an API gateway, not of the service)."""

    limit: int


@dataclass(eq=False)
class QueueRefused(Refusal):
    """The queue of the service is full, in total or for the number."""

    service: str


@dataclass(eq=False)
class QueueFull(QueueRefused):
    """The service has as many queued callbacks as it allows."""


@dataclass(eq=False)
class NumberInQueue(QueueRefused):
    """The number has as many waiting callbacks as the service allows."""

    number: str


@dataclass(eq=False)
class Failure(Refusal):
    """The server fails with a given status, from 400 to 599, and message."""

    status: int
    message: str


Room: TypeAlias = Literal["session", "sessions", "services", "placeholders", "rules"]


@dataclass(eq=False)
class OutOfRoom(Refusal):
    """A limit of the mock is reached.

    `room` says which. For the state of one `session`, or of all `sessions` together, `limit` is in bytes. For the
    provisioned `services` of a session, for its `placeholders` and for its armed `rules`, it is a number of them.
    """

    room: Room
    limit: int


def leaves(*kinds: type[Refusal]) -> tuple[type[Refusal], ...]:
    """Return the classes that are raised: of a class with subclasses these, of any other itself."""
    return tuple(leaf for kind in kinds for leaf in (leaves(*kind.__subclasses__()) or (kind,)))
