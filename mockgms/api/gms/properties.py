"""Properties: what v1 keeps of a body for the client, all of it text."""

from collections.abc import Collection, Mapping
from typing import Any

from mockgms.http.body import as_text


def parse_properties(fields: Mapping[str, Any], *, without: Collection[str]) -> dict[str, str]:
    """Every field that has a value, as text: v1 takes whatever keys a client sends (verified).

    "" is kept, since an update takes a property away with it (verified).
    """
    return {key: as_text(value) for key, value in fields.items() if value is not None and key not in without}
