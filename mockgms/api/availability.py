"""Answers to availability queries: at once for a few days, in steps for many."""

from collections.abc import Callable, Iterator
from typing import Final

from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.instants import DAY, Instant
from mockgms.domain.slots import Availability
from mockgms.http.messages import Reply, Steps
from mockgms.session import Session

_FEW: Final = 7 * DAY  # of slots of 5 minutes, they are worked out within 20 ms
_FEW_SLOTS: Final = 2_016  # as many as that


def answer(
    session: Session,
    query: AvailabilityQuery,
    now: Instant,
    prepare: Callable[[Availability], Iterator[None]],
    render: Callable[[Availability], Reply],
) -> Reply | Steps:
    """Return the reply to a query, or the steps to it for a long period, unless its few slots are known already.

    `render` makes the reply of what is found. `prepare` does most of that work beforehand, in steps.
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
) -> Steps:
    found = yield from session.bookings.calendar(query.service).availability_in_steps(query, now)
    yield from prepare(found)
    return render(found)
