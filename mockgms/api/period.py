"""The period that an availability query asks about: its parameters, and how they are read together."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Annotated, Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct, field

from mockgms.api.operation import Spellings, query_fields
from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.instants import DAY, Instant, from_datetime, to_datetime
from mockgms.domain.service import Service
from mockgms.http import query
from mockgms.http.messages import Params, parse_params
from mockgms.http.refusals import Unreadable
from mockgms.scenario.text_forms import parse_zone

_LONGEST_DAYS: Final = 366

Start: TypeAlias = Annotated[
    str | None,
    Meta(
        description="Start of the period, in ISO 8601. Without an offset it is in `timezone`, else UTC. Past slots"
        " are left out.",
        examples=["2026-03-02T09:00:00.000Z"],
    ),
]
Zone: TypeAlias = Annotated[
    str | None,
    Meta(description="Time zone of times without an offset, and of `localTime`.", examples=["Europe/Paris"]),
]


class Period(Struct):
    """The parameters that name a period."""

    start: Start = None
    start_ms: Annotated[
        int | None,
        Spellings(("start-ms",)),
        Meta(description="The start in milliseconds since 1970. `start` takes precedence.", examples=[1772442000000]),
    ] = field(name="startMS", default=None)
    end: Annotated[
        str | None, Meta(description="End of the period, in ISO 8601.", examples=["2026-03-02T18:00:00.000Z"])
    ] = None
    end_ms: Annotated[
        int | None,
        Spellings(("end-ms",)),
        Meta(description="The end in milliseconds since 1970. `end` takes precedence.", examples=[1772474400000]),
    ] = field(name="endMS", default=None)
    days: Annotated[
        int | None,
        Spellings(("number-of-days",)),
        Meta(
            ge=1,
            le=_LONGEST_DAYS,
            description="Length of the period in days, instead of an end. With a `timezone` these are local days."
            " Without an end, the period ends with the day of `start`; without `start`, it is the next 24 hours.",
            examples=[1],
        ),
    ] = field(name="numberOfDays", default=None)
    max_slots: Annotated[
        int | None,
        Spellings(("max-time-slots",)),
        Meta(ge=1, description="Maximum number of free slots.", examples=[3]),
    ] = field(name="maxTimeSlots", default=None)
    timezone: Zone = None


class PeriodWithBusy(Period):
    """The parameters that name a period, and whether full slots are shown."""

    report_busy: Annotated[
        bool | None,
        Spellings(("report-busy",)),
        Meta(description="Whether full slots are listed too.", examples=[True]),
    ] = field(name="reportBusy", default=None)


_START, _START_MS, _END, _END_MS, _DAYS, _MAX_SLOTS, _ZONE, _REPORT_BUSY = (
    each.spellings for each in query_fields(PeriodWithBusy)
)


class RequestedPeriod(NamedTuple):
    """An availability query, independent of the current time.

    Attributes:
        zone: The zone of `timezone`.
        start: `start`, else `startMS`. The default is now.
        end: `end`, else `endMS`.
        end_name: The parameter that `end` was sent as.
        days: `numberOfDays`, which is ignored if there is an end.
        max_slots: `maxTimeSlots`.
        report_busy: Whether full slots are included.

    """

    zone: ZoneInfo | None
    start: Instant | None
    end: Instant | None
    end_name: str
    days: int | None
    max_slots: int | None
    report_busy: bool

    def query(self, service: Service, now: Instant) -> AvailabilityQuery:
        """Return the query of a service at a time.

        Without an end, the period ends after `days`: local days if a zone is given, otherwise days of 24 hours. Without
        `days`, it ends with the day on which it begins. Without a start too, it is the next 24 hours.

        Raises Unreadable for an end before the start, and for a period of more than 366 days.
        """
        zone, start, end, end_name, days, max_slots, report_busy = self
        begin = now if start is None else start
        if end is not None:
            _check_length(begin, end, end_name)
        elif days is not None:
            end = _after_days(begin, days, zone)
        else:
            end = now + DAY if start is None else _end_of_day(begin, zone)
        return AvailabilityQuery(service, begin, end, max_slots, report_busy)


def requested_period(query_text: str, *, may_be_busy: bool) -> RequestedPeriod:
    """Read the parameters of an availability query, in both spellings of each.

    `may_be_busy` says whether the version of the API knows `reportBusy`. Raises Unreadable, naming the parameter, for
    a value that cannot be read, and for a `maxTimeSlots` or `numberOfDays` under 1.
    """
    return _periods[query_text, may_be_busy]


def _read(key: tuple[str, bool]) -> RequestedPeriod:
    query_text, may_be_busy = key
    params = parse_params(query_text)
    zone = requested_zone(params)
    start = query.instant(params, *_START, zone=zone or UTC)
    if start is None:
        start = query.milliseconds(params, *_START_MS)
    end = query.instant(params, *_END, zone=zone or UTC)
    if end is None:
        end = query.milliseconds(params, *_END_MS)
    days = _days(params) if end is None else None
    max_slots = query.number(params, *_MAX_SLOTS)
    if max_slots is not None and max_slots < 1:
        raise _refused(params, _MAX_SLOTS, "must be 1 or more")
    end_name = query.sent_name(params, *_END, *_END_MS) or ""
    return RequestedPeriod(
        zone, start, end, end_name, days, max_slots, may_be_busy and query.flag(params, *_REPORT_BUSY)
    )


_periods: Final = BoundedCache(_read, longest=256)  # clients poll, so most queries repeat


def requested_zone(params: Params) -> ZoneInfo | None:
    """Return the zone that `timezone` names; None if it is missing. Raises Unreadable."""
    name = query.text(params, *_ZONE)
    try:
        return None if name is None else parse_zone(name)
    except ValueError as mistake:
        raise Unreadable("timezone", str(mistake)) from None


def _days(params: Params) -> int | None:
    days = query.number(params, *_DAYS)
    if days is not None and not 1 <= days <= _LONGEST_DAYS:
        raise _refused(params, _DAYS, f"must be from 1 to {_LONGEST_DAYS}")
    return days


def _check_length(start: Instant, end: Instant, end_name: str) -> None:
    if end < start:
        raise Unreadable(end_name, "lies before the start of the period")
    if end - start > _LONGEST_DAYS * DAY:
        raise Unreadable(end_name, f"lies more than {_LONGEST_DAYS} days after the start of the period")


def _after_days(start: Instant, days: int, zone: tzinfo | None) -> Instant:
    if zone is None:
        return start + days * DAY
    # Adding days to a datetime in a zone moves its wall clock: a local day has 23 or 25 hours where the clocks change.
    return from_datetime(to_datetime(start, zone) + timedelta(days=days))


def _end_of_day(start: Instant, zone: tzinfo | None) -> Instant:
    tomorrow = to_datetime(start, zone or UTC).date() + timedelta(days=1)
    return from_datetime(datetime.combine(tomorrow, time(), zone or UTC))


def _refused(params: Params, spellings: tuple[str, ...], reason: str) -> Unreadable:
    return Unreadable(query.sent_name(params, *spellings) or spellings[0], reason)
