"""The period of an availability query: the parameters that all versions of it take."""

from typing import Final

from mockgms.openapi.described import FLAG, NUMBER, Param

_WITH_DAYS: Final = {**NUMBER, "minimum": 1, "maximum": 366}

ZONE: Final = Param("timezone", "The zone of times without an offset, and of `localTime`.", "Europe/Paris")
START: Final = Param(
    "start",
    "From when on, in ISO 8601; without an offset it is in `timezone`, else UTC. Slots that are over are left out.",
    "2026-03-02T09:00:00.000Z",
)
PERIOD: Final = (
    START,
    Param("startMS", "The same in milliseconds since 1970; `start` wins.", 1772442000000, NUMBER, ("start-ms",)),
    Param("end", "Until when, in ISO 8601.", "2026-03-02T18:00:00.000Z"),
    Param("endMS", "The same in milliseconds since 1970; `end` wins.", 1772474400000, NUMBER, ("end-ms",)),
    Param(
        "numberOfDays",
        "Instead of an end: for so many days, local ones with a `timezone`. Without any end it is the day of `start`,"
        " and without any of these the next 24 hours.",
        1,
        _WITH_DAYS,
        ("number-of-days",),
    ),
    Param("maxTimeSlots", "At most so many free slots.", 3, {**NUMBER, "minimum": 1}, ("max-time-slots",)),
    ZONE,
)
REPORT_BUSY: Final = Param("reportBusy", "Whether full slots are shown too.", True, FLAG, ("report-busy",))
