"""Durations as text: `30s`, `5m`, `1h30m`, `31d`, or ISO 8601."""

import re
from typing import Final

from mockgms.domain.instants import DAY, HOUR, MINUTE, SECOND, Duration

LONGEST: Final = 36_600 * DAY
_UNITS: Final = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND, "ms": 1}

_NUMBER = r"([0-9]{1,12}(?:\.[0-9]{1,3})?)"
_PARTS = re.compile(_NUMBER + "(ms|[wdhms])")
_PLAIN = re.compile(f"(?:{_NUMBER}(?:ms|[wdhms]))+")
_ISO = re.compile(f"P(?!$)(?:{_NUMBER}[wd])*(?:T(?:{_NUMBER}[hms])+)?", re.IGNORECASE)


def parse_duration(text: str) -> Duration:
    """Read a duration. Raises ValueError, with a sentence.

    ISO 8601 years and months are refused, because their length varies; so is anything over a hundred years.
    """
    if _PLAIN.fullmatch(text):
        parts = text
    elif _ISO.fullmatch(text):
        parts = text.lower()
    else:
        raise ValueError(f"{text!r} is not a duration such as 30s, 5m, 1h, 31d or PT5M")
    duration = round(sum(float(number) * _UNITS[unit] for number, unit in _PARTS.findall(parts)))
    if duration > LONGEST:
        raise ValueError(f"{text!r} is longer than a hundred years")
    return duration


def render_duration(duration: Duration) -> str:
    """The duration in the largest unit that it is a whole number of: `90s`, `5m`."""
    unit = next(unit for unit, length in _UNITS.items() if duration % length == 0 and (duration or unit == "s"))
    return f"{duration // _UNITS[unit]}{unit}"
