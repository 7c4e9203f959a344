"""The period that an availability query asks about: its parameters, and how they are read together."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Annotated, Final, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct, field

from mockgms.api.operation import Spellings, query_fields
from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.instants import DAY, Instant, from_datetime, to_datetime
from mockgms.domain.service import Service
from mockgms.http import query
from mockgms.http.messages import Params
from mockgms.http.refusals import Unreadable
from mockgms.scenario.values import parse_zone

_LONGEST_DAYS: Final = 366

Start: TypeAlias = Annotated[
    str | None,
    Meta(
        description="From this time on, in ISO 8601. Without an offset it is in `timezone`, else UTC. Slots that are"
        " over are left out.",
        examples=["2026-03-02T09:00:00.000Z"],
    ),
]
Zone: TypeAlias = Annotated[
    str | None,
    Meta(description="The zone of times without an offset, and of `localTime`.", examples=["Europe/Paris"]),
]


class Period(Struct):
    """The parameters that name a period."""

    start: Start = None
    start_ms: Annotated[
        int | None,
        Spellings(("start-ms",)),
        Meta(description="The same in milliseconds since 1970; `start` wins.", examples=[1772442000000]),
    ] = field(name="startMS", default=None)
    end: Annotated[
        str | None, Meta(description="Until this time, in ISO 8601.", examples=["2026-03-02T18:00:00.000Z"])
    ] = None
    end_ms: Annotated[
        int | None,
        Spellings(("end-ms",)),
        Meta(description="The same in milliseconds since 1970; `end` wins.", examples=[1772474400000]),
    ] = field(name="endMS", default=None)
    days: Annotated[
        int | None,
        Spellings(("number-of-days",)),
        Meta(
            ge=1,
            le=_LONGEST_DAYS,
            description="Instead of an end: the number of days, local ones with a `timezone`. Without any end it is the"
            " day of `start`, and without any of these the next 24 hours.",
            examples=[1],
        ),
    ] = field(name="numberOfDays", default=None)
    max_slots: Annotated[
        int | None,
        Spellings(("max-time-slots",)),
        Meta(ge=1, description="At most this number of free slots.", examples=[3]),
    ] = field(name="maxTimeSlots", default=None)
    timezone: Zone = None


class PeriodWithBusy(Period):
    """The parameters that name a period, and whether full slots are shown."""

    report_busy: Annotated[
        bool | None,
        Spellings(("report-busy",)),
        Meta(description="Whether full slots are shown too.", examples=[True]),
    ] = field(name="reportBusy", default=None)


(_START,), _START_MS, (_END,), _END_MS, _DAYS, _MAX_SLOTS, (_ZONE,), _REPORT_BUSY = (
    each.spellings for each in query_fields(PeriodWithBusy)
)


def availability_query(
    params: Params, service: Service, now: Instant, zone: ZoneInfo | None, *, may_be_busy: bool
) -> AvailabilityQuery:
    """What the parameters of an availability query ask for, in both spellings of each.

    The period begins at `start`, else `startMS`, else now. It ends at `end`, else `endMS`, else after
    `numberOfDays` (local days when a `timezone` is given, of 24 hours otherwise), else with the day that it begins
    on; without any of these it is the next 24 hours. `zone` is the asked one. `may_be_busy` says whether the version
    knows `reportBusy`.

    Raises Unreadable, naming the parameter, for a value that cannot be read, a `maxTimeSlots` or `numberOfDays` under
    1, an end before the start, and a period of more than 366 days.
    """
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
    name = query.text(params, _ZONE)
    try:
        return None if name is None else parse_zone(name)
    except ValueError as mistake:
        raise Unreadable("timezone", str(mistake)) from None


def _asked_start(params: Params, zone: tzinfo | None) -> Instant | None:
    start = query.instant(params, _START, zone=zone or UTC)
    return query.milliseconds(params, *_START_MS) if start is None else start


def _asked_end(params: Params, zone: tzinfo | None, start: Instant) -> Instant | None:
    end = query.instant(params, _END, zone=zone or UTC)
    if end is None:
        end = query.milliseconds(params, *_END_MS)
    if end is None:
        return _after_days(params, zone, start)
    if end < start:
        raise _refused(params, (_END, *_END_MS), "lies before the start of the period")
    if end - start > _LONGEST_DAYS * DAY:
        raise _refused(params, (_END, *_END_MS), f"lies more than {_LONGEST_DAYS} days after the start of the period")
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
