"""Single values as text: a time zone, a share, a country."""

import re
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from mockgms.scenario.mistakes import Unknown, UnknownWord

_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%")


def parse_zone(text: str) -> ZoneInfo:
    """The time zone of this name. Raises ValueError, with a sentence."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a directory, or too long for a file
        raise UnknownWord(f"{text!r} is no time zone such as Europe/Paris", Unknown(text, _zones())) from None


@cache
def _zones() -> tuple[str, ...]:
    """The names of all time zones: reading them takes some milliseconds."""
    return tuple(sorted(available_timezones()))


def parse_share(text: str) -> float:
    """Read `80%`: 0 to 1. Raises ValueError, with a sentence."""
    match = _SHARE.fullmatch(text)
    if match is None or (share := float(match[1]) / 100) > 1:
        raise ValueError(f"{text!r} is not a share from 0% to 100%")
    return share


def render_share(share: float) -> str:
    """Write a share as `parse_share` reads it."""
    return f"{share * 100:.8g}%"


def parse_country(text: str) -> str:
    """Read a country code. Raises ValueError, with a sentence."""
    if not re.fullmatch("[A-Za-z]{2}", text):
        raise ValueError(f"{text!r} is not a country code of two letters such as US")
    return text.upper()
