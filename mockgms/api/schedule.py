"""Book a callback, with the checks that every version makes, in their order."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from mockgms.domain.callback import Callback, ScheduleCallback
from mockgms.domain.numbers import check_number
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.refusals import (
    NumberRefused,
    NumberThrottled,
    NumberUnreadable,
    QueueRefused,
    ServiceThrottled,
    TimeUnavailable,
    UnknownService,
)
from mockgms.http.body import parse_time
from mockgms.session import Session

BOOKING_REFUSALS: Final = (
    *(UnknownService, NumberRefused, TimeUnavailable, QueueRefused),
    *(ServiceThrottled, NumberThrottled),
)
"""The refusals of a booking, besides Unreadable."""


def book(  # noqa: PLR0913, PLR0917  # a booking has this many parts; named arguments take 0.3 µs
    session: Session,
    operation_log: OperationLog | None,
    service: str,
    number: str | None,
    desired: str | None,
    desired_field: str,
    past: Literal["refuse", "immediate"],
    properties: Mapping[str, Any],
) -> Callback:
    """Book a callback and return it. If it raises, nothing has changed.

    Args:
        session: The session.
        operation_log: The log for what the booking finds, if any.
        service: The name of the service.
        number: The phone number as the client wrote it; None is refused.
        desired: The desired time in ISO 8601; None for an immediate callback.
        desired_field: The name of the desired time in this version, for errors.
        past: Whether a desired time in the past is refused, or means an immediate callback.
        properties: The user data.

    Raises:
        UnknownService, NumberRefused, Unreadable, TimeUnavailable, QueueRefused, ServiceThrottled, NumberThrottled:
            In this order. Unreadable is for the desired time.
    """
    bookings = session.bookings
    found = bookings.services.get(service)
    if number is None:
        raise NumberUnreadable("")
    number = number.strip()
    check_number(number, found)
    instant = None if desired is None else parse_time(desired, desired_field)
    # A third of the time of `ScheduleCallback(...)`.
    command = tuple.__new__(ScheduleCallback, (found, number, instant, past == "immediate", properties, 1))
    return bookings.schedule(command, session.now(), operation_log)
