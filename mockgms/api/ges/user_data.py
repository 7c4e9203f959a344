"""User data: what a client attaches to a callback for its own use.

Only keys that are valid JavaScript variable names are kept, others are ignored (documented). Older official clients
send it as an object, or as text that contains JSON (verified). Nested values are not changed (assumed).
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.http.refusals import Unreadable

FIELD: Final = "userData"

_RESERVED_WORDS: Final = """
    break case catch class const continue debugger default delete do else enum export extends false finally for
    function if import in instanceof new null return super switch this throw true try typeof var void while with
"""
_RESERVED: Final = frozenset(_RESERVED_WORDS.split())
# Characters that names may have in JavaScript but not in Python.
_FIRST_CHARACTER: Final = str.maketrans({"$": "_"})
_FURTHER_CHARACTERS: Final = str.maketrans({"$": "_", "\u200c": "_", "\u200d": "_"})


def parse_user_data(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the user data in a body, empty if it has none. Raises Unreadable if it is not an object."""
    return {key: item for key, item in attached(fields).items() if is_name[key]}


def attached(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return all user data that was sent, whatever its keys. Raises Unreadable if it is not an object."""
    value = fields.get(FIELD)
    if isinstance(value, str) and value:
        value = _decoded(value)
    if value in (None, ""):
        return {}
    if not isinstance(value, dict):
        raise Unreadable(FIELD, "must be an object")
    return value


def is_variable_name(text: str) -> bool:
    """Return True if a JavaScript variable can have this name. Words reserved only in strict mode are allowed."""
    as_python = text[:1].translate(_FIRST_CHARACTER) + text[1:].translate(_FURTHER_CHARACTERS)
    return as_python.isidentifier() and text not in _RESERVED


is_name: Final = BoundedCache(is_variable_name)  # clients send the same names again and again


def _decoded(text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise Unreadable(FIELD, "is text, but not JSON") from None
