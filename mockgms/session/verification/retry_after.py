"""The header Retry-After, read as a client should."""

from datetime import UTC
from typing import Final

from mockgms.domain.instants import SECOND, Instant, from_datetime

_LONGEST: Final = 12  # digits of seconds: more are beyond the last time of a clock


def waiting_ends(header: str, answered: Instant) -> Instant | None:
    """Return when the wait ends that an answer asks for. None if its header is neither seconds nor a date."""
    from email.utils import parsedate_to_datetime  # 4 ms, for verifications only

    text = header.strip()
    if text.isascii() and text.isdigit():
        return answered + int(text) * SECOND if len(text) <= _LONGEST else None
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return from_datetime(date if date.tzinfo else date.replace(tzinfo=UTC))
