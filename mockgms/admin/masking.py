"""Masking: phone numbers and keys made unreadable wherever an exchange has them."""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import quote, quote_plus

KEY: Final = "***"

_NUMBER_NAMES: Final = r"phone|customer[-_]?number|msisdn|mobile|(?<![\w-])(?:ani|number)(?![\w-])"
_KEY_NAMES: Final = r"api[-_]?key|authorization|password|secret|token|cookie"
_NUMBER_NAME: Final = re.compile(_NUMBER_NAMES, re.IGNORECASE)
_KEY_NAME: Final = re.compile(_KEY_NAMES, re.IGNORECASE)
# One of which is in each of these names: looked for first, they spare most texts the patterns, above all long ones.
_NUMBER_WORDS: Final = ("phone", "number", "msisdn", "mobile", "ani")
_KEY_WORDS: Final = ("key", "authorization", "password", "secret", "token", "cookie")
_VALUE: Final = (
    r"""[\w\[\]%-]*["\]]?(?:\s*[:=]\s*)["']?"""  # what stands between a name and its value, in JSON or a form
)
_NAMED_NUMBER: Final = re.compile(
    rf"((?:{_NUMBER_NAMES}){_VALUE})((?:\+|%2B)?\(?\d(?:[\d().%\s-]{{0,30}}\d)?)(?![\d*])", re.IGNORECASE
)
_NAMED_KEY: Final = re.compile(rf"((?:{_KEY_NAMES}){_VALUE})([^\s\"'&,}}]+)", re.IGNORECASE)
_ANY_NUMBER: Final = re.compile(r"(?:\+|%2B)\d(?:[ ().-]{0,2}\d){6,17}", re.IGNORECASE)  # with a country's code
_NO_DIGIT: Final = re.compile(r"%[0-9a-f]{2}|\D", re.IGNORECASE)
_PLUS: Final = re.compile(r"\+|%2B", re.IGNORECASE)
_SPELLINGS: Final = (str, partial(quote, safe="/*"), partial(quote_plus, safe="*"))
_SHORTEST: Final = 5  # characters of what is looked for everywhere: anything shorter is found in too many places


def masked_number(text: str) -> str:
    """A phone number by which one still knows which it was: `+1415***0123`; of a short one only the end is left."""
    text = text.strip()
    plus = _PLUS.match(text)
    sign = plus[0] if plus else ""
    digits = _NO_DIGIT.sub("", text[len(sign) :])
    return f"{sign}{digits[:4]}{KEY}{digits[-4:]}" if len(digits) > 10 else f"{sign}{KEY}{digits[-2:]}"  # noqa: PLR2004


class Mask:
    """Hides in texts and fields the numbers and keys that some named values of an exchange have.

    Hidden besides is what looks like a number with a country's code, and what follows the name of a number or key.
    """

    def __init__(self, *named: Mapping[str, Any]) -> None:
        found = dict(_secrets(named))
        spelled = {spell(secret): spell(hidden) for secret, hidden in found.items() for spell in _SPELLINGS}
        longest_first = "|".join(map(re.escape, sorted(spelled, key=len, reverse=True)))
        self._hidden = spelled
        self._known = re.compile(rf"(?<!\d)(?:{longest_first})(?!\d)") if spelled else None

    def text(self, text: str) -> str:
        """The text with nothing in it that is to be hidden."""
        if self._known is not None:
            text = self._known.sub(lambda found: self._hidden[found[0]], text)
        words = text.lower()
        if any(word in words for word in _KEY_WORDS):
            text = _NAMED_KEY.sub(lambda found: found[1] + KEY, text)
        if any(word in words for word in _NUMBER_WORDS):
            text = _NAMED_NUMBER.sub(lambda found: found[1] + masked_number(found[2]), text)
        return _ANY_NUMBER.sub(lambda found: masked_number(found[0]), text)

    def value(self, value: Any, name: str = "") -> Any:
        """A value such as JSON has, by the name that it has there, with nothing in it that is to be hidden."""
        if isinstance(value, dict):
            return {self.text(key): self.value(inside, key) for key, inside in value.items()}
        if isinstance(value, list):
            return [self.value(inside, name) for inside in value]
        if value is None or isinstance(value, bool):
            return value
        text = str(value)
        hidden = _hidden(name, text) or self.text(text)
        return value if hidden == text else hidden


def is_number(name: str) -> bool:
    """Whether what has this name is a phone number."""
    return _NUMBER_NAME.search(name) is not None


def is_key(name: str) -> bool:
    """Whether what has this name is a key or password."""
    return _KEY_NAME.search(name) is not None


def scalars(named: Any, name: str = "") -> Iterable[tuple[str, str]]:
    """Every text and number in fields, with its name; what is in a list has the list's."""
    if isinstance(named, Mapping):
        for key, value in named.items():
            yield from scalars(value, key)
    elif isinstance(named, list):
        for value in named:
            yield from scalars(value, name)
    elif isinstance(named, str | int):
        yield name, str(named)


def _secrets(named: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    for mapping in named:
        for name, value in scalars(mapping):
            hidden = _hidden(name, value)
            if hidden is not None and len(value.strip()) >= _SHORTEST:
                yield value.strip(), hidden


def _hidden(name: str, value: str) -> str | None:
    """What is shown of a value that its name gives away; None for any other."""
    if is_key(name):
        return KEY
    return masked_number(value) if value and is_number(name) else None
