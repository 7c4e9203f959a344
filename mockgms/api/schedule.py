"""Schedule: the checks of a booking that every version makes, in their order."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from mockgms.domain.callback import Callback, ScheduleCallback
from mockgms.domain.instants import Instant, parse_instant
from mockgms.domain.numbers import check_number
from mockgms.domain.refusals import (
    NumberRefused,
    NumberThrottled,
    NumberUnreadable,
    QueueRefused,
    ServiceThrottled,
    TimeUnavailable,
    UnknownService,
)
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

BOOKING_REFUSALS: Final = (
    *(UnknownService, NumberRefused, TimeUnavailable, QueueRefused),
    *(ServiceThrottled, NumberThrottled),
)
"""The refusals of a booking, besides Unreadable."""


def book(  # noqa: PLR0913  # all of it is what a booking is
    session: Session,
    *,
    service: str,
    number: str | None,
    desired: str | None,
    desired_field: str,
    past: Literal["refuse", "immediate"],
    properties: Mapping[str, Any],
) -> Callback:
    """Book a callback for the number, at the desired time or, without one, as soon as possible.

    `desired_field` is what the version calls the desired time. `past` says what one that is over means: a refusal, or
    a callback as soon as possible. Raises, in this order, UnknownService, NumberRefused, Unreadable for the desired
    time, TimeUnavailable, QueueRefused or Throttled, and has then changed nothing.
    """
    found = session.bookings.service(service)
    if number is None:
        raise NumberUnreadable("")
    number = number.strip()
    check_number(number, found)
    command = ScheduleCallback(
        service=found,
        number=number,
        desired=None if desired is None else parse_desired(desired, desired_field),
        past_is_now=past == "immediate",
        properties=properties,
    )
    return session.bookings.schedule(command, session.now())


def parse_desired(text: str, field: str) -> Instant:
    """The desired time in ISO 8601; it must say its zone. Raises Unreadable, naming the field."""
    try:
        return parse_instant(text)
    except ValueError as mistake:
        raise Unreadable(field, str(mistake)) from None
