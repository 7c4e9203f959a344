"""HTML made of elements, in which every text is escaped."""

import re
from html import escape
from typing import Final

_VOID: Final = frozenset({"input", "link", "meta"})
_CODE_OR_BOLD: Final = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")


class Element:
    """An element with attributes and content: other elements, and text, which is escaped."""

    def __init__(self, name: str, /, *inside: "Element | str | None", **attributes: str | bool) -> None:
        self._name = name
        self._inside = inside
        self._attributes = attributes

    def named(self, name: str) -> "Element":
        """Return the element with a name for screen readers."""
        self._attributes["aria-label"] = name
        return self

    def __str__(self) -> str:
        head = self._name + "".join(_attribute(name, value) for name, value in self._attributes.items() if value)
        if self._name in _VOID:
            return f"<{head}>"
        inside = "".join(escape(each) if isinstance(each, str) else str(each) for each in self._inside if each)
        return f"<{head}>{inside}</{self._name}>"


def icon(name: str) -> Element:
    """Return an icon, which the frame of the pages has drawn."""
    return Element("svg", Element("use", href=f"#i-{name}"), class_="i", aria_hidden="true")


def prose(text: str, name: str = "p") -> Element:
    """Return a text as an element. Text in backticks becomes code, and text in two stars is bold."""
    inside: list[Element | str] = []
    at = 0
    for found in _CODE_OR_BOLD.finditer(text):
        code, bold = found.groups()
        inside += [text[at : found.start()], Element("code", code) if code else Element("b", bold)]
        at = found.end()
    return Element(name, *inside, text[at:])


def _attribute(name: str, value: str | bool) -> str:
    """Return an attribute. A `_` in its name stands for a dash, and one at the end is left out."""
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{escape(str(value))}"'
