"""Instants: integer milliseconds since 1970-01-01T00:00Z, the one unit of time in mockgms.

Durations are milliseconds too. Integers make slots cheap to count and leave no doubt about the zone.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, TypeAlias

Instant: TypeAlias = int
Duration: TypeAlias = int

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_LONGEST: Final = 64  # characters

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Written with four digits, and so far from the end of datetime that the longest period asked for ends before it.
_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 9997
# The first and last instant of these years in UTC. Clocks stay between them, and no slot starts after LATEST.
EARLIEST: Final = (datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
LATEST: Final = (datetime(_LAST_YEAR + 1, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1) - 1


def to_datetime(instant: Instant, zone: tzinfo = UTC) -> datetime:
    """The instant as an aware datetime in `zone`."""
    return (_EPOCH + timedelta(milliseconds=instant)).astimezone(zone)


def from_datetime(moment: datetime) -> Instant:
    """The instant of an aware datetime; what is finer than a millisecond is dropped."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def render_instant(instant: Instant) -> str:
    """ISO 8601 in UTC with milliseconds and a literal Z: `2026-03-02T08:55:00.000Z`.

    The pattern that the vendor's QA and Android client use (verified).
    """
    return to_datetime(instant).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parse_rendered(text: str) -> Instant:
    """The instant that `render_instant` wrote, which may lie before the year 1000."""
    return from_datetime(datetime.fromisoformat(text))


# Bounded in bytes too: a text over 64 characters raises an error, and errors are not cached.
@lru_cache(maxsize=1_024)  # rules and operations read the same text, and clients send the same times
def parse_instant(text: str, zone: tzinfo | None = None) -> Instant:
    """Read ISO 8601 in any of its usual spellings; `zone` is for text that carries no offset.

    Raises ValueError, with a sentence, when the text is no date or too long for one, has no offset and no `zone` is
    given, lies before the year 1000 as written, or after LATEST.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"{text[:_LONGEST]!r}... is too long for an ISO 8601 time such as 2026-03-02T08:55:00.000Z")
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not an ISO 8601 time such as 2026-03-02T08:55:00.000Z") from None
    if moment.tzinfo is None:
        if zone is None:
            raise ValueError(f"{text!r} has no zone: end it with Z or an offset such as +01:00")
        moment = moment.replace(tzinfo=zone)
    instant = from_datetime(moment)
    if moment.year < _FIRST_YEAR or instant > LATEST:
        raise ValueError(f"{text!r} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return instant
