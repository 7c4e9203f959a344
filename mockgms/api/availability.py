"""Answer availability queries: short periods at once, long ones in steps."""

from collections.abc import Callable, Iterator
from typing import Final

from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.instants import DAY, Instant
from mockgms.domain.slots import Availability
from mockgms.http.messages import Reply, ReplySteps
from mockgms.session import Session

_FEW: Final = 7 * DAY  # computed within 20 ms, even in slots of 5 minutes
_FEW_SLOTS: Final = 2_016  # 7 days in slots of 5 minutes


def answer(
    session: Session,
    query: AvailabilityQuery,
    now: Instant,
    prepare: Callable[[Availability], Iterator[None]],
    render: Callable[[Availability], Reply],
) -> Reply | ReplySteps:
    """Return the reply to a query, or for a long period the steps to it. Few slots that are cached take no steps.

    Args:
        session: The session.
        query: The service and period.
        now: The time on the session's clock.
        prepare: Does most of the work of `render` in advance, in steps.
        render: Returns the reply for the slots found.
    """
    if query.end - query.start <= _FEW:
        return render(session.bookings.availability(query, now))
    known = session.bookings.calendar(query.service).known_availability(query, now)
    if known is not None and sum(run.length for run in known.runs) <= _FEW_SLOTS:
        return render(known)
    return _in_steps(session, query, now, prepare, render)


def _in_steps(
    session: Session,
    query: AvailabilityQuery,
    now: Instant,
    prepare: Callable[[Availability], Iterator[None]],
    render: Callable[[Availability], Reply],
) -> ReplySteps:
    found = yield from session.bookings.calendar(query.service).availability_in_steps(query, now)
    yield from prepare(found)
    return render(found)
