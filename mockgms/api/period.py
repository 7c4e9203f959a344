"""The period that an availability query asks about."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.instants import DAY, Instant, from_datetime, to_datetime
from mockgms.domain.service import Service
from mockgms.http import query
from mockgms.http.messages import Params
from mockgms.http.refusals import Unreadable
from mockgms.scenario.text_forms import parse_zone

_LONGEST_DAYS: Final = 366

_START_MS: Final = ("startMS", "start-ms")
_END_MS: Final = ("endMS", "end-ms")
_DAYS: Final = ("numberOfDays", "number-of-days")
_MAX_SLOTS: Final = ("maxTimeSlots", "max-time-slots")
_REPORT_BUSY: Final = ("reportBusy", "report-busy")


def availability_query(params: Params, service: Service, now: Instant, *, may_be_busy: bool) -> AvailabilityQuery:
    """What the parameters of an availability query ask for, in both spellings of each.

    The period begins at `start`, else `startMS`, else now. It ends at `end`, else `endMS`, else after
    `numberOfDays` (local days when a `timezone` is given, of 24 hours otherwise), else with the day that it begins
    on; without any of these it is the next 24 hours. `may_be_busy` says whether the version knows `reportBusy`.

    Raises Unreadable, naming the parameter, for a value that cannot be read, a `maxTimeSlots` or `numberOfDays` under
    1, an end before the start, and a period of more than 366 days.
    """
    zone = asked_zone(params)
    asked_start = _asked_start(params, zone)
    start = now if asked_start is None else asked_start
    end = _asked_end(params, zone, start)
    if end is None:
        end = now + DAY if asked_start is None else _end_of_day(start, zone)
    max_slots = query.number(params, *_MAX_SLOTS)
    if max_slots is not None and max_slots < 1:
        raise _refused(params, _MAX_SLOTS, "must be 1 or more")
    return AvailabilityQuery(service, start, end, max_slots, may_be_busy and query.flag(params, *_REPORT_BUSY))


def asked_zone(params: Params) -> ZoneInfo | None:
    """The zone that `timezone` names. Raises Unreadable."""
    name = query.text(params, "timezone")
    try:
        return None if name is None else parse_zone(name)
    except ValueError as mistake:
        raise Unreadable("timezone", str(mistake)) from None


def _asked_start(params: Params, zone: tzinfo | None) -> Instant | None:
    start = query.instant(params, "start", zone=zone or UTC)
    return query.milliseconds(params, *_START_MS) if start is None else start


def _asked_end(params: Params, zone: tzinfo | None, start: Instant) -> Instant | None:
    end = query.instant(params, "end", zone=zone or UTC)
    if end is None:
        end = query.milliseconds(params, *_END_MS)
    if end is None:
        return _after_days(params, zone, start)
    if end < start:
        raise _refused(params, ("end", *_END_MS), "lies before the start of the period")
    if end - start > _LONGEST_DAYS * DAY:
        raise _refused(params, ("end", *_END_MS), f"lies more than {_LONGEST_DAYS} days after the start of the period")
    return end


def _after_days(params: Params, zone: tzinfo | None, start: Instant) -> Instant | None:
    days = query.number(params, *_DAYS)
    if days is None:
        return None
    if not 1 <= days <= _LONGEST_DAYS:
        raise _refused(params, _DAYS, f"must be from 1 to {_LONGEST_DAYS}")
    if zone is None:
        return start + days * DAY
    # Adding days to a datetime in a zone moves its wall clock: a local day has 23 or 25 hours where the clocks change.
    return from_datetime(to_datetime(start, zone) + timedelta(days=days))


def _end_of_day(start: Instant, zone: tzinfo | None) -> Instant:
    tomorrow = to_datetime(start, zone or UTC).date() + timedelta(days=1)
    return from_datetime(datetime.combine(tomorrow, time(), zone or UTC))


def _refused(params: Params, spellings: tuple[str, ...], reason: str) -> Unreadable:
    return Unreadable(query.sent(params, *spellings) or spellings[0], reason)
