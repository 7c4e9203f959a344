"""Ids of v3. They are UUIDs, because the official Java client parses nothing else (verified)."""

from collections.abc import Mapping
from typing import Any, Final

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import quoted
from mockgms.http.body import text_field
from mockgms.http.refusals import Unreadable

_UUID: Final = lazy_regex(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def id_field(fields: Mapping[str, Any], name: str) -> str | None:
    """Return the id in a field, in lower case; None if it is missing. Raises Unreadable if it is not a UUID."""
    text = text_field(fields, name)
    if text is None:
        return None
    lower = text.lower()
    if not _UUID.fullmatch(lower):
        raise Unreadable(name, f"{quoted(text)} is not a UUID")
    return lower


def required_id(fields: Mapping[str, Any]) -> str:
    """Return the id in the field `id`. Raises Unreadable if it is missing or not a UUID."""
    found = id_field(fields, "id")
    if found is None:
        raise Unreadable("id", "is required")
    return found
