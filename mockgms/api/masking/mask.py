"""Mask phone numbers and keys wherever an exchange has them."""

import heapq
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from mockgms.api.masking.digits import KnownNumbers, TextSpan, find_numbers
from mockgms.api.masking.escapes import Plain, undo_escapes
from mockgms.api.masking.sensitive_names import find_named, inherited, is_key, is_number
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import LONGEST_QUOTED
from mockgms.http.messages import run_to_end

Texts: TypeAlias = Generator[None, None, str]
_Hidden: TypeAlias = tuple[int, int, bool]  # start, end, and True for a number, False for a key
_Spans: TypeAlias = tuple[list[TextSpan], bool]  # spans in order, and True for numbers

KEY: Final = "***"

_SHORTEST: Final = 5  # characters of a known key: shorter ones would match in too many places
_MAX_KEYS: Final = 64  # known keys of one exchange; with more, whole texts are masked
_LONGEST_NUMBER: Final = 256  # characters of the value of a phone number
_LONG: Final = 4_096  # characters from which a text is worth pauses
_PAUSE: Final = 256  # steps between two pauses

_DIGITS: Final = lazy_regex(r"[0-9]+")
_MASKED: Final = lazy_regex(r"\+?(?:[0-9]{4})?\*{3}[0-9]{0,4}")
_SCHEME: Final = lazy_regex(r"(?:Basic|Bearer) +", re.IGNORECASE)
_CUT: Final = lazy_regex(r"(?=\\{0,3}['\"]?\.{3,4}+(?!\.))")  # after the beginning of a long text in a message
_SUSPICIOUS: Final = lazy_regex(r"[0-9%\\\0:=>]|\.{3}|[^\x00-\x7f]")  # a text without these can only have known keys


def masked_number(text: str) -> str:
    """Mask a phone number, but keep its first and last four digits: `+1415***0123`; of a short one, the last two."""
    text = text.strip()
    if len(text) > _LONGEST_NUMBER:
        text = text[: _LONGEST_NUMBER // 2] + text[-_LONGEST_NUMBER // 2 :]
    plain = run_to_end(undo_escapes(text))
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
    """Masks phone numbers and keys in texts and fields.

    It masks known ones, which `named` or a later `learn` has under sensitive names, values after a sensitive name, and
    numbers with a plus in front. With `suspects_all`, it masks every run of at least seven digits. All work is linear
    in its input. Methods that can take long are generators that pause between pieces of their work.
    """

    def __init__(self, *named: Mapping[str, Any], suspects_all: bool = False) -> None:
        self._numbers = KnownNumbers(suspects_all=suspects_all)
        self._keys: set[str] = set()
        self._steps = 0
        for each in named:
            run_to_end(self.learn(each))

    def learn(self, named: Any) -> Generator[None, None, None]:
        """Mask from now on, everywhere, the numbers and keys that fields have under sensitive names."""
        for name, value in scalars(named):
            if self._is_time_to_pause():
                yield
            if is_key(name):
                yield from self._learn_key(value)
            elif is_number(name):
                yield from self._learn_number(value)

    def learn_text(self, text: str) -> Generator[None, None, None]:
        """Mask from now on, everywhere, the numbers that a text has after sensitive names."""
        plain = yield from undo_escapes(text)
        named = yield from find_named(plain.text)
        yield from self._learn_spans(plain.text, [*named.values, *named.regions])

    def text(self, text: str) -> str:
        """Return a text, masked."""
        return run_to_end(self.long_text(text))

    def value(self, value: Any, name: str = "") -> Any:
        """Return a JSON value, masked; `name` is its key in the object around it."""
        return run_to_end(self.long_value(value, name))

    def long_text(self, text: str) -> Texts:
        """Do the same as `text`, with pauses."""
        if len(self._keys) > _MAX_KEYS:
            return KEY
        if len(text) < _LONG and not _SUSPICIOUS.search(text) and not any(key in text for key in self._keys):
            return text
        plain = yield from undo_escapes(text)
        named = yield from find_named(plain.text)
        yield from self._learn_spans(plain.text, [*named.values, *named.regions])
        spans = yield from self._find_keys(plain.text)
        numbers = yield from find_numbers(plain.text, named.regions, self._numbers)
        hidden = [(each, False) for each in (named.keys, *spans) if each]
        hidden += [(each, True) for each in (named.values, numbers) if each]
        return (yield from self._masked(text, plain, hidden)) if hidden else text

    def form(self, text: str) -> Texts:
        """Return the encoded fields of a form or query, masked."""
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
        """Do the same as `value`, with pauses."""
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
        for value in values:  # a comprehension cannot contain `yield from`
            shown = yield from self.long_value(value, name)
            masked.append(shown)
        return masked

    def _is_time_to_pause(self) -> bool:
        self._steps += 1
        return self._steps % _PAUSE == 0

    def _learn_key(self, value: str) -> Generator[None, None, None]:
        plain = yield from undo_escapes(value.strip())
        for key in (plain.text, _SCHEME.sub("", plain.text, count=1)):
            if len(key) >= _SHORTEST and len(self._keys) <= _MAX_KEYS:
                self._keys |= {key, key.replace(" ", "+")}

    def _learn_number(self, value: str) -> Generator[None, None, None]:
        plain = yield from undo_escapes(value[:_LONGEST_NUMBER].strip())
        if _DIGITS.search(plain.text):
            self._numbers.add(plain.text)
        elif len(plain.text) >= _SHORTEST and len(self._keys) < _MAX_KEYS // 2:
            self._keys.add(plain.text)  # not a number, but an address, for example

    def _learn_spans(self, text: str, spans: Iterable[TextSpan]) -> Generator[None, None, None]:
        for start, end in spans:
            if self._is_time_to_pause():
                yield
            self._numbers.add(text, start, end)

    def _find_keys(self, text: str) -> Generator[None, None, list[list[TextSpan]]]:
        """Find the known keys in a plain text: for each a list of spans in order."""
        all_found = []
        for key in self._keys:
            if len(text) > _LONG:
                yield
            found: list[TextSpan] = []
            all_found.append(found)
            at = text.find(key)
            while at >= 0:
                if self._is_time_to_pause():
                    yield
                end = at + len(key)
                if not (key.isdigit() and (text[at - 1 : at].isdigit() or text[end : end + 1].isdigit())):
                    found.append((at, end))
                at = text.find(key, end)
        if self._keys and "..." in text:
            all_found.append((yield from self._find_cut_keys(text)))
        return all_found

    def _find_cut_keys(self, text: str) -> Generator[None, None, list[TextSpan]]:
        """Find the beginnings of known keys at the end of quoted texts that were shortened."""
        lengths = range(LONGEST_QUOTED, _SHORTEST - 1, -1)
        beginnings = {key[:length] for key in self._keys for length in lengths}
        found: list[TextSpan] = []
        for cut in _CUT.finditer(text):
            if self._is_time_to_pause():
                yield
            end = cut.start()
            length = next((each for each in lengths if each <= end and text[end - each : end] in beginnings), 0)
            while length and found and found[-1][0] >= end - length:  # the key itself has three dots
                found.pop()
            if length:
                found.append((end - length, end))
        return found

    def _masked(self, text: str, plain: Plain, hidden: list[_Spans]) -> Texts:
        """Return the text with the spans of `plain` in `hidden` masked."""
        pieces, at = [], 0
        for start, end, is_number_span in _merged(hidden):
            if self._is_time_to_pause():
                yield
            pieces.append(text[at : plain.place(start)])
            pieces.append(_hidden_number(text, plain, start, end) if is_number_span else KEY)
            at = plain.place(end)
        return "".join((*pieces, text[at:]))


def scalars(named: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and value of every text and number in fields. Items of a list have the name of the list.

    Values inside an object with a sensitive name have that name.
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
    """Return the masked value if its name is sensitive, else None."""
    if is_key(name):
        return KEY
    return masked_number(value) if value and is_number(name) else None


def _merged(hidden: list[_Spans]) -> Iterator[_Hidden]:
    """Yield all spans in order, and overlapping ones as one. It is a key if one of them is."""
    in_order = heapq.merge(*(_marked(spans, is_number_span=is_number_span) for spans, is_number_span in hidden))
    start, end, is_number_span = next(in_order)
    for begins, ends, is_another in in_order:
        if begins < end:
            start, end, is_number_span = min(start, begins), max(end, ends), is_number_span and is_another
        else:
            yield start, end, is_number_span
            start, end, is_number_span = begins, ends, is_another
    yield start, end, is_number_span


def _marked(spans: Iterable[TextSpan], *, is_number_span: bool) -> Iterator[_Hidden]:
    return ((start, end, is_number_span) for start, end in spans)
