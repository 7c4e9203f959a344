"""The id of a session, as requests write it."""

import re
from typing import Final

from mockgms.http.refusals import Unreadable

FORM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_RULE: Final = "must be 1 to 64 letters, digits, dots, dashes or underscores, and start with a letter or digit"


def check_session_id(id: str, field: str) -> None:
    """Raises Unreadable, naming the field that holds it."""
    if not FORM.fullmatch(id):
        raise Unreadable(field, _RULE)


def read_session_id(id: str, field: str) -> str:
    """Return the id of a session. Raises Unreadable, naming the field that holds it."""
    check_session_id(id, field)
    return id
