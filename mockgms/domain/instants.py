"""Instants: integer milliseconds since 1970-01-01T00:00Z, the one unit of time in mockgms.

Durations are milliseconds too. Integers are cheap to compare and have no time zone.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, TypeAlias

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import quoted

Instant: TypeAlias = int
Duration: TypeAlias = int

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_LONGEST: Final = 64  # characters
# A calendar date, and perhaps a time. `fromisoformat` also reads week dates, and any character for the T.
_CALENDAR: Final = lazy_regex(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[T ][^\0]+)?")
# The end of a day, which `fromisoformat` reads as of Python 3.14.
_MIDNIGHT: Final = lazy_regex(r"(?<=[T ])24(?=(?::?00(?::?00(?:[.,]0+)?)?)?(?:$|Z| ?[+-]))")
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# These years have four digits. The longest period that can be queried ends before the last datetime.
_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 9997
# The first and last instant of these years in UTC. Clocks stay between them, and no slot starts after LATEST.
EARLIEST: Final = (datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
LATEST: Final = (datetime(_LAST_YEAR + 1, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1) - 1


def to_datetime(instant: Instant, zone: tzinfo = UTC) -> datetime:
    """Return an instant as an aware datetime in `zone`."""
    return (_EPOCH + timedelta(milliseconds=instant)).astimezone(zone)


def from_datetime(moment: datetime) -> Instant:
    """Return the instant of an aware datetime, rounded down to a millisecond."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def render_instant(instant: Instant) -> str:
    """Return ISO 8601 in UTC with milliseconds and a literal Z: `2026-03-02T08:55:00.000Z`.

    The vendor's QA and Android client use this pattern (verified).
    """
    return to_datetime(instant).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def whole_seconds(duration: Duration) -> int:
    """Return a duration in seconds, rounded up."""
    return -(-duration // SECOND)


def render_http_date(instant: Instant) -> str:
    """Return an HTTP date, rounded down to a second: `Mon, 02 Mar 2026 08:55:00 GMT`.

    It is that of `email.utils.formatdate`, which takes 4 ms to import and is part of every answer.
    """
    moment = to_datetime(instant)
    month = _MONTHS[moment.month - 1]
    return f"{_WEEKDAYS[moment.weekday()]}, {moment.day:02} {month} {moment.year:04} {moment:%H:%M:%S} GMT"


def parse_rendered(text: str) -> Instant:
    """Return the instant of a text that `render_instant` returned. It may lie before the year 1000."""
    return from_datetime(datetime.fromisoformat(text))


# Bounded in bytes too: a text over 64 characters raises an error, and errors are not cached.
@lru_cache(maxsize=1_024)  # rules and operations parse the same text, and clients repeat times
def parse_instant(text: str, zone: tzinfo | None = None) -> Instant:
    """Return the instant of an ISO 8601 text with a calendar date, in any usual spelling and case, as in RFC 3339.

    `zone` applies to text without an offset.

    Raises ValueError with a message for the user if the text is not a date or is too long. It also does so if the text
    has no offset and `zone` is None, if its year as written is before 1000, or if it lies after LATEST.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"{quoted(text)} is too long for an ISO 8601 time such as 2026-03-02T08:55:00.000Z")
    written = text.strip().upper()
    midnight = _MIDNIGHT.search(written) if "24" in written else None
    if midnight:
        written = f"{written[: midnight.start()]}00{written[midnight.end() :]}"
    try:
        moment = datetime.fromisoformat(written if _CALENDAR.fullmatch(written) else "") + timedelta(
            days=1 if midnight else 0
        )
    except (ValueError, OverflowError):  # OverflowError: 24:00 of the last day
        raise ValueError(f"{quoted(text)} is not an ISO 8601 time such as 2026-03-02T08:55:00.000Z") from None
    if moment.tzinfo is None:
        if zone is None:
            if "T" not in written and " " not in written:
                raise ValueError(f"{quoted(text)} has no time: write {moment.date().isoformat()}T08:55:00Z")
            raise ValueError(f"{quoted(text)} has no zone: end it with Z or an offset such as +01:00")
        moment = moment.replace(tzinfo=zone)
    instant = from_datetime(moment)
    if moment.year < _FIRST_YEAR or instant > LATEST:
        raise ValueError(f"{quoted(text)} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return instant
