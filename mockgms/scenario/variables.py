"""Variables in scenario files: `${NAME}` and `${NAME:-default}`.

Their names are in capital letters. Names in lower case belong to templates: `${phone}` in the body of a `respond` fault
is replaced when the answer is sent.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from mockgms.domain.lazy_regex import lazy_regex

_VARIABLE: Final = lazy_regex(r"\$(?P<escape>\$)?\{(?P<name>[A-Z_][A-Z0-9_]*)(?P<more>[:?=+-][^}]*)?\}")
_DEFAULT: Final = ":-"
# In a map or a list on one line, YAML would end a text at these characters of a variable. While a document is parsed,
# others stand for them, as many, so that places stay right.
_WHOLE: Final = lazy_regex(r"\$\{[A-Za-z_][A-Za-z0-9_]*(?:[:?=+-][^}\n]*)?\}")
_PROTECTED: Final = "{}[],:#"
_STAND_INS: Final = "\uf8e0\uf8e1\uf8e2\uf8e3\uf8e4\uf8e5\uf8e6"  # private characters
_TO_STAND_INS: Final = str.maketrans(_PROTECTED, _STAND_INS)
_FROM_STAND_INS: Final = str.maketrans(_STAND_INS, _PROTECTED)
LONGEST_TEXT: Final = 1024 * 1024  # characters that all variables of a file can become, as many as a file can have


def protect(text: str) -> str:
    """Return a text in which YAML reads each `${...}` as plain text. A text with private characters is unchanged."""
    if "${" not in text or not set(_STAND_INS).isdisjoint(text):
        return text
    return "\n".join(map(_protect_line, text.split("\n")))  # no variable goes over the end of a line


def _protect_line(line: str) -> str:
    end = line.rfind("}") + 1  # without a brace to find, the pattern would search the rest again and again
    return _WHOLE.sub(lambda found: found[0].translate(_TO_STAND_INS), line[:end]) + line[end:] if end else line


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
        end = text.rfind("}") + 1  # as in `protect`
        return _VARIABLE.sub(self._value, text[:end]) + text[end:]

    def _value(self, found: Any) -> str:
        value = self._value_of(found)
        self._left -= len(value)
        if self._left < 0:
            raise ValueError(f"the values of variables have more than {LONGEST_TEXT} characters in this file")
        return value

    def _value_of(self, found: Any) -> str:
        self.are_used = True
        name, more = found["name"], found["more"] or ""
        if found["escape"]:
            return str(found[0][1:])
        if more and not more.startswith(_DEFAULT):
            raise ValueError(f"`{found[0]}` is not written as `${{{name}}}` or `${{{name}:-default}}`")
        value = self._values.get(name)
        if more and not value:  # as in a shell, an empty value takes the default too
            return str(more.removeprefix(_DEFAULT))
        if value is None:
            raise ValueError(
                f"`{found[0]}`: the variable {name} is not set: set it in the environment or by --set {name}=VALUE,"
                f" write a default (`${{{name}:-VALUE}}`), or `$${{{name}}}` for the text itself"
            )
        return value


def render_substituted(document: Mapping[str, Any]) -> str:
    """Return a document as JSON in which all variables are replaced, and texts such as `${NAME}` are escaped."""
    text = json.dumps({key: entry.node.plain() for key, entry in document.items()}, ensure_ascii=False)
    end = text.rfind("}") + 1  # as in `protect`
    return _VARIABLE.sub(lambda found: f"${found[0]}", text[:end]) + text[end:]
