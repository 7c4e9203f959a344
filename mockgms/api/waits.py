"""The estimated wait of a service, which GMS and GES render."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from mockgms.domain.bookings import Bookings
from mockgms.domain.instants import SECOND, Instant
from mockgms.domain.service import Service
from mockgms.http import query
from mockgms.http.messages import Params

UNKNOWN: Final = -1
ESTIMATED: Final = 0
NOTHING_YET: Final = -1
NO_AGENTS: Final = -2


class Estimate(NamedTuple):
    """The wait of a caller who joins now, in seconds.

    `result` is the code that is documented for v3. `message` says why the wait is unknown.
    """

    seconds: int
    result: int
    message: str


def estimate(bookings: Bookings, service: Service, now: Instant) -> Estimate:
    """Return the estimated wait of a service."""
    if bookings.open_for(service, now) == 0:
        return Estimate(UNKNOWN, NO_AGENTS, "No agent is logged in: the service is closed.")
    if bookings.queued(service, now) == 0:
        return Estimate(UNKNOWN, NOTHING_YET, "No interaction is in the queue yet.")
    return Estimate(bookings.wait(service, now) // SECOND, ESTIMATED, "Successful")


def queue_names(params: Params, spellings: Sequence[str]) -> list[str]:
    """Return the names of queues in a parameter: separated by commas, in a repeated parameter, or both.

    Spaces around a name are ignored.
    """
    parameter = query.sent_name(params, *spellings)
    sent = () if parameter is None else params[parameter]
    return [name for each in sent for part in each.split(",") if (name := part.strip())]
