"""Variables in scenario files: `${NAME}` and `${NAME:-default}`.

Their names are in capital letters. Names in lower case belong to templates: `${phone}` in the body of a `respond` fault
is replaced when the answer is sent.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import shortened

_VARIABLE: Final = lazy_regex(r"\$(?P<escape>\$)?\{(?P<name>[A-Z_][A-Z0-9_]*)(?P<more>[:?=+-][^}]*)?\}")
_DEFAULT: Final = ":-"
_ANY_VARIABLE: Final = lazy_regex(r"\$\{[A-Za-z_][A-Za-z0-9_]*(?:[:?=+-][^}]*)?\}")  # with a name in any case
# In a map or list on one line, these characters end a text. While YAML is parsed, a private character replaces each one
# inside variables, so columns stay the same.
_PROTECTED: Final = "{}[],:#"
_STAND_INS: Final = "\uf8e0\uf8e1\uf8e2\uf8e3\uf8e4\uf8e5\uf8e6"
_TO_STAND_INS: Final = str.maketrans(_PROTECTED, _STAND_INS)
_FROM_STAND_INS: Final = str.maketrans(_STAND_INS, _PROTECTED)
LONGEST_TEXT: Final = 1024 * 1024  # characters of all values in a file together; a file can have as many


def protect(text: str) -> str:
    """Return a text in which YAML reads each `${...}` as plain text. A text with private characters is unchanged."""
    if "${" not in text or not set(_STAND_INS).isdisjoint(text):
        return text
    protected = (
        _replace(_ANY_VARIABLE, lambda found: found[0].translate(_TO_STAND_INS), line) for line in text.split("\n")
    )
    return "\n".join(protected)


def unprotect(text: str) -> str:
    """Return a part of a protected text as it was written."""
    return text if text.isascii() else text.translate(_FROM_STAND_INS)


class Variables:
    """The values of variables. `are_used` is True once a text had a variable or an escaped dollar."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._left = LONGEST_TEXT
        self.are_used = False

    def substitute(self, text: str) -> str:
        """Return a text with the values of its variables. `$${NAME}` becomes `${NAME}`.

        Raises ValueError with a message for the user if a variable has no value, or if all values are too long.
        """
        if "${" not in text:
            return text
        return _replace(_VARIABLE, self._value, text)

    def _value(self, found: re.Match[str]) -> str:
        value = self._value_of(found)
        self._left -= len(value)
        if self._left < 0:
            raise ValueError(f"the values of variables have more than {LONGEST_TEXT} characters in this file")
        return value

    def _value_of(self, found: re.Match[str]) -> str:
        self.are_used = True
        name, more = found["name"], found["more"] or ""
        if found["escape"]:
            return found[0][1:]
        shown, written = shortened(name), shortened(found[0])
        if more and not more.startswith(_DEFAULT):
            raise ValueError(f"`{written}` is not written as `${{{shown}}}` or `${{{shown}:-default}}`")
        if "${" in more:
            raise ValueError(f"`{written}` has another variable in its default, which has to be plain text")
        value = self._values.get(name)
        if more and not value:  # as in a shell, an empty value takes the default too
            return more.removeprefix(_DEFAULT)
        if value is None:
            raise ValueError(
                f"`{written}`: the variable {shown} is not set: set it in the environment or by --set {shown}=VALUE,"
                f" write a default (`${{{shown}:-VALUE}}`), or `$${{{shown}}}` for the text itself"
            )
        return value


def render_substituted(document: Mapping[str, Any]) -> str:
    """Return a document as JSON in which all variables are replaced, and texts such as `${NAME}` are escaped."""
    text = json.dumps({key: entry.node.plain() for key, entry in document.items()}, ensure_ascii=False)
    return _replace(_VARIABLE, lambda found: f"${found[0]}", text)


def _replace(variable: re.Pattern[str], replacement: Callable[[re.Match[str]], str], text: str) -> str:
    """Return a text with its variables replaced. Searching behind the last brace would take quadratic time."""
    end = text.rfind("}") + 1
    return variable.sub(replacement, text[:end]) + text[end:]
