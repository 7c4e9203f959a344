"""The id of a session in requests."""

from typing import Final

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.http.refusals import Unreadable

FORM: Final = lazy_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_RULE: Final = "must be 1 to 64 letters, digits, dots, dashes or underscores, and start with a letter or digit"


def check_session_id(id: str, field: str) -> None:
    """Raise Unreadable for the field if the id is invalid."""
    if not FORM.fullmatch(id):
        raise Unreadable(field, _RULE)


def read_session_id(id: str, field: str) -> str:
    """Return the id of a session. Raises Unreadable for the field if it is invalid."""
    check_session_id(id, field)
    return id
