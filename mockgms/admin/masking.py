"""Masking: phone numbers and keys made unreadable wherever an exchange has them."""

import heapq
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from mockgms.admin.digits import KnownNumbers, Span, find_numbers
from mockgms.admin.escapes import Plain, undo_escapes
from mockgms.admin.names import find_named, inherited, is_key, is_number
from mockgms.wire.http import drain

Texts: TypeAlias = Generator[None, None, str]
_Hidden: TypeAlias = tuple[int, int, bool]  # start and end, and whether it is a number
_Spans: TypeAlias = tuple[list[Span], bool]  # in order

KEY: Final = "***"

_SHORTEST: Final = 5  # characters of a key that is looked for everywhere: a shorter one is found in too many places
_MOST: Final = 64  # keys of one exchange that are looked for everywhere
_LONGEST_NUMBER: Final = 256  # characters: what is longer is no phone number
_LONG: Final = 4_096  # characters of a text that is worth pauses
_PAUSE: Final = 256  # values masked between two yields

_DIGITS: Final = re.compile(r"[0-9]+")
_MASKED: Final = re.compile(r"\+?(?:[0-9]{4})?\*{3}[0-9]{0,4}")
_SCHEME: Final = re.compile(r"(?:Basic|Bearer) +", re.IGNORECASE)
_MAY_TELL: Final = re.compile(r"[0-9%\\\0:=>]|[^\x00-\x7f]")  # without any, a text has nothing to hide but known keys


def masked_number(text: str) -> str:
    """A phone number by which one still knows which it was: `+1415***0123`; of a short one only the end is left."""
    text = text.strip()
    if len(text) > _LONGEST_NUMBER:
        text = text[: _LONGEST_NUMBER // 2] + text[-_LONGEST_NUMBER // 2 :]
    plain = drain(undo_escapes(text))
    return _hidden_number(text, plain, 0, len(plain.text))


def _hidden_number(text: str, plain: Plain, start: int, end: int) -> str:
    written = plain.text[start:end].strip()
    if _MASKED.fullmatch(written):
        return text[plain.place(start) : plain.place(end)].strip()
    start = plain.text.index(written, start)
    sign = text[plain.place(start) : plain.place(start + 1)] if written.startswith("+") else ""
    digits = "".join(_DIGITS.findall(written))
    return f"{sign}{digits[:4]}{KEY}{digits[-4:]}" if len(digits) > 10 else f"{sign}{KEY}{digits[-2:]}"  # noqa: PLR2004


class Mask:
    """Hides in texts and fields the numbers and keys that some named values of an exchange have.

    Hidden besides is what looks like a number with a country's code, and what follows the name of a number or key. With
    `suspects_all`, everything that has seven digits is taken for a number. All work is linear in what is masked. What
    can take long is a generator that yields between pieces of its work.
    """

    def __init__(self, *named: Mapping[str, Any], suspects_all: bool = False) -> None:
        self._numbers = KnownNumbers(suspects_all=suspects_all)
        self._keys: set[str] = set()
        self._steps = 0
        for each in named:
            drain(self.learn(each))

    def learn(self, named: Any) -> Generator[None, None, None]:
        """Hide from now on the numbers and keys that fields have, wherever else they are."""
        for name, value in scalars(named):
            if self._is_time_to_pause():
                yield
            if is_key(name):
                yield from self._learn_key(value)
            elif is_number(name):
                yield from self._learn_number(value)

    def learn_text(self, text: str) -> Generator[None, None, None]:
        """Hide from now on the numbers that a text has beside their names, wherever else they are."""
        plain = yield from undo_escapes(text)
        named = yield from find_named(plain.text)
        yield from self._learn_spans(plain.text, [*named.values, *named.regions])

    def text(self, text: str) -> str:
        """The text with nothing in it that is to be hidden."""
        return drain(self.long_text(text))

    def value(self, value: Any, name: str = "") -> Any:
        """A value such as JSON has, by the name that it has there, with nothing in it that is to be hidden."""
        return drain(self.long_value(value, name))

    def long_text(self, text: str) -> Texts:
        """The text with nothing in it that is to be hidden."""
        if len(self._keys) > _MOST:
            return KEY
        if len(text) < _LONG and not _MAY_TELL.search(text) and not any(key in text for key in self._keys):
            return text
        plain = yield from undo_escapes(text)
        named = yield from find_named(plain.text)
        yield from self._learn_spans(plain.text, [*named.values, *named.regions])
        spans = yield from self._find_keys(plain.text)
        numbers = yield from find_numbers(plain.text, named.regions, self._numbers)
        hidden = [(each, False) for each in (named.keys, *spans) if each]
        hidden += [(each, True) for each in (named.values, numbers) if each]
        return (yield from self._without(text, plain, hidden)) if hidden else text

    def form(self, text: str) -> Texts:
        """The fields of a form or query, as they are encoded, with nothing in them that is to be hidden."""
        shown = []
        for field in text.split("&"):
            if self._is_time_to_pause():
                yield
            name, equals, value = field.partition("=")
            plain = yield from undo_escapes(name)
            hidden = _hidden(plain.text, value) if equals else None
            if hidden is None:
                hidden = yield from self.long_text(value)
            shown.append((yield from self.long_text(name)) + equals + hidden)
        return "&".join(shown)

    def long_value(self, value: Any, name: str = "") -> Generator[None, None, Any]:
        """A value such as JSON has, by the name that it has there, with nothing in it that is to be hidden."""
        if self._is_time_to_pause():
            yield
        if isinstance(value, dict):
            shown = {}
            for key, inside in value.items():
                shown[(yield from self.long_text(key))] = yield from self.long_value(inside, inherited(name, key))
            return shown
        if isinstance(value, list):
            return (yield from self._list(value, name))
        if value is None or isinstance(value, bool):
            return value
        text = str(value)
        hidden = _hidden(name, text) or (yield from self.long_text(text))
        return value if hidden == text else hidden

    def _list(self, values: list[Any], name: str) -> Generator[None, None, list[Any]]:
        masked = []
        for value in values:  # no comprehension can hand on what yields
            shown = yield from self.long_value(value, name)
            masked.append(shown)
        return masked

    def _is_time_to_pause(self) -> bool:
        self._steps += 1
        return self._steps % _PAUSE == 0

    def _learn_key(self, value: str) -> Generator[None, None, None]:
        plain = yield from undo_escapes(value.strip())
        for key in (plain.text, _SCHEME.sub("", plain.text, count=1)):
            if len(key) >= _SHORTEST and len(self._keys) <= _MOST:
                self._keys |= {key, key.replace(" ", "+")}

    def _learn_number(self, value: str) -> Generator[None, None, None]:
        plain = yield from undo_escapes(value[:_LONGEST_NUMBER].strip())
        if _DIGITS.search(plain.text):
            self._numbers.add(plain.text)
        elif len(plain.text) >= _SHORTEST and len(self._keys) < _MOST // 2:
            self._keys.add(plain.text)  # of some other kind: an address, say

    def _learn_spans(self, text: str, spans: Iterable[Span]) -> Generator[None, None, None]:
        for start, end in spans:
            if self._is_time_to_pause():
                yield
            self._numbers.add(text, start, end)

    def _find_keys(self, text: str) -> Generator[None, None, list[list[Span]]]:
        """Where the keys stand in a plain text: a list in order for each."""
        all_found = []
        for key in self._keys:
            if len(text) > _LONG:
                yield
            found: list[Span] = []
            all_found.append(found)
            at = text.find(key)
            while at >= 0:
                if self._is_time_to_pause():
                    yield
                end = at + len(key)
                if not (key.isdigit() and (text[at - 1 : at].isdigit() or text[end : end + 1].isdigit())):
                    found.append((at, end))
                at = text.find(key, end)
        return all_found

    def _without(self, text: str, plain: Plain, hidden: list[_Spans]) -> Texts:
        """The text in which something else stands for what is to be hidden."""
        pieces, at = [], 0
        for start, end, is_a_number in _merged(hidden):
            if self._is_time_to_pause():
                yield
            pieces.append(text[at : plain.place(start)])
            pieces.append(_hidden_number(text, plain, start, end) if is_a_number else KEY)
            at = plain.place(end)
        return "".join((*pieces, text[at:]))


def scalars(named: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text and number in fields, with its name; what is in a list has the list's.

    What is inside of a number or key counts as one, too.
    """
    if isinstance(named, Mapping):
        for key, value in named.items():
            yield from scalars(value, inherited(name, key))
    elif isinstance(named, list):
        for value in named:
            yield from scalars(value, name)
    elif isinstance(named, str | int) and not isinstance(named, bool):
        yield name, str(named)


def _hidden(name: str, value: str) -> str | None:
    """What is shown of a value that its name gives away; None for any other."""
    if is_key(name):
        return KEY
    return masked_number(value) if value and is_number(name) else None


def _merged(hidden: list[_Spans]) -> Iterator[_Hidden]:
    """All spans in order, with those that overlap made one: a key, if one of them is."""
    in_order = heapq.merge(*(_marked(spans, is_a_number=is_a_number) for spans, is_a_number in hidden))
    start, end, is_a_number = next(in_order)
    for begins, ends, is_another in in_order:
        if begins < end:
            start, end, is_a_number = min(start, begins), max(end, ends), is_a_number and is_another
        else:
            yield start, end, is_a_number
            start, end, is_a_number = begins, ends, is_another
    yield start, end, is_a_number


def _marked(spans: Iterable[Span], *, is_a_number: bool) -> Iterator[_Hidden]:
    return ((start, end, is_a_number) for start, end in spans)
