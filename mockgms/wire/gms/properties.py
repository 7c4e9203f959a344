"""Properties: what v1 keeps of a body for the client, all of it text."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec


def parse_properties(fields: Mapping[str, Any], *, without: Collection[str]) -> dict[str, str]:
    """Every field that has a value, as text: v1 takes whatever keys a client sends (verified).

    "" is kept, since an update takes a property away with it (verified).
    """
    return {key: as_text(value) for key, value in fields.items() if value is not None and key not in without}


def as_text(value: object) -> str:
    """A value as v1 shows it: text as it is, everything else as its JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
