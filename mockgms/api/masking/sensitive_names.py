"""Sensitive names: the names of phone numbers and keys, in fields and in plain text."""

import re
from collections.abc import Generator, Iterator
from typing import Final, NamedTuple

from mockgms.api.masking.digits import RUN, TextSpan
from mockgms.domain.lazy_regex import lazy_regex

_PAUSE: Final = 256  # names looked at between two pauses
_NAME_ENDS: Final = 128  # characters at each end of a long name that are searched
_LINE: Final = 256  # characters of a header line in a multipart body


def _in_any_case(words: str) -> str:
    return re.sub("[a-z]", lambda letter: f"[{letter[0]}{letter[0].upper()}]", words)


_KEYS: Final = _in_any_case("api") + "[-_]?" + _in_any_case("key|authorization|password|secret|token|cookie")
# `Sec-CH-UA-Mobile` is not a number. The last two must be whole words, since they are parts of many other names.
_NUMBERS: Final = "|".join(
    (
        f"{_in_any_case('phone|msisdn')}|{_in_any_case('customer')}[-_]?{_in_any_case('number')}",
        rf"(?<![Uu][Aa][-_]){_in_any_case('mobile')}",
        rf"(?<![\w-])(?:{_in_any_case('ani|number')})(?![\w-])",
    )
)
_KEY: Final = lazy_regex(_KEYS)
_NUMBER: Final = lazy_regex(_NUMBERS)

# Each sensitive name begins with one of these words. Searching for them first takes a twentieth of the time.
_WORDS: Final = tuple(b"api authorization password secret token cookie phone msisdn customer mobile ani number".split())

# None of these patterns backtracks, so each character is read once.
_NAME: Final = lazy_regex(rf"(?:{_KEYS}|{_NUMBERS})[\w.\[\]%-]*+")
_OPENING: Final = lazy_regex(r"""[\\"'\]]*+\s*+[:=>]{1,2}+\s*+(?:(?P<quote>\\*+["'])|(?P<list>\[)|(?P<object>\{))?+""")
_PART: Final = lazy_regex(rf"""["'][^\r\n]{{0,{_LINE}}}+\r?\n(?:[^\r\n]{{1,{_LINE}}}+\r?\n){{0,4}}+\r?\n""")
_TO_THE_QUOTE: Final = {
    '"': lazy_regex(r'(?:[^"\\]++|\\.)*+', re.DOTALL),
    "'": lazy_regex(r"(?:[^'\\]++|\\.)*+", re.DOTALL),
}
_TO_THE_END_OF_LINE: Final = lazy_regex(r"[^\r\n]*+")
_BARE_KEY: Final = lazy_regex(r"""(?:(?:Basic|Bearer)[ ]++)?+[^\s"'&,}<]*+""", re.IGNORECASE)
_BARE_LINE: Final = lazy_regex(r"""[^\r\n"'&}<]*+""")  # of a cookie header, which has several values
_BARE_NUMBER: Final = lazy_regex(rf"""[^0-9&,;}}\]\r\n"'<]{{0,8}}+{RUN}""")
_SEGMENT: Final = lazy_regex(r"/[+(]{0,2}+[0-9](?:[().\- ]{0,3}+[0-9]){6}")  # of a path


class Named(NamedTuple):
    """Spans after sensitive names: keys, whole values of numbers, and regions whose digits are numbers."""

    keys: list[TextSpan]
    values: list[TextSpan]
    regions: list[TextSpan]


def is_number(name: str) -> bool:
    """True if this is the name of a phone number."""
    return _NUMBER.search(_searched(name)) is not None


def is_key(name: str) -> bool:
    """True if this is the name of a key or password."""
    return _KEY.search(_searched(name)) is not None


def _searched(name: str) -> str:
    return name if len(name) <= 2 * _NAME_ENDS else f"{name[:_NAME_ENDS]} {name[-_NAME_ENDS:]}"


def inherited(outer: str, name: str) -> str:
    """Return the sensitive one of two names, of an object and of a value in it; by default the inner name."""
    is_sensitive = is_key(outer) or (is_number(outer) and not is_key(name))
    return outer if is_sensitive and outer else name


def find_named(text: str) -> Generator[None, None, Named]:
    """Find the values after sensitive names in a plain text, each list in order.

    Pauses between pieces of the work, which is linear in the text: found values are not searched again.
    """
    found = Named([], [], [])
    keys_end = numbers_end = 0
    for count, name in enumerate(_names(text)):
        if not count % _PAUSE:
            yield
        if name is None or name.start() < keys_end:
            continue
        if is_key(name[0]):
            start, keys_end = _key(text, name)
            if start < keys_end:
                found.keys.append((start, keys_end))
        elif name.start() >= numbers_end:
            numbers_end = _add_number(text, name, found)
    return found


def _names(text: str) -> Iterator[re.Match[str] | None]:
    """Yield the sensitive names in a text, in order, and None for words that do not begin such a name."""
    lowered = text.encode("ascii", "replace").lower()
    upcoming = {word: at for word in _WORDS if (at := lowered.find(word)) >= 0}
    while upcoming:
        at = min(upcoming.values())
        name = _NAME.match(text, at)
        yield name
        after = at + 1 if name is None else name.end()
        for word in [word for word, place in upcoming.items() if place < after]:
            upcoming[word] = lowered.find(word, after)
            if upcoming[word] < 0:
                del upcoming[word]


def _key(text: str, name: re.Match[str]) -> TextSpan:
    """Return the span of the value of a key; an empty one if nothing follows its name."""
    opening = _OPENING.match(text, name.end())
    if opening is None:
        return _multipart_value(text, name) or (name.end(), name.end())
    start = opening.end()
    end = _closed(text, opening)
    if end is None:
        bare = _BARE_LINE if "cookie" in name[0].lower() else _BARE_KEY
        bare_value = bare.match(text, start)
        end = start if bare_value is None else bare_value.end()
    return start, end


def _add_number(text: str, name: re.Match[str], found: Named) -> int:
    """Add the value of a number, if one follows its name, and return where to search on."""
    opening = _OPENING.match(text, name.end())
    if opening is None:
        segment = _SEGMENT.match(text, name.end())
        region = None if segment is None else segment.span()
        value = _multipart_value(text, name)
    else:
        end = _closed(text, opening)
        bare = _BARE_NUMBER.match(text, opening.end()) if end is None else None
        value = (opening.end(), end) if end is not None and opening["quote"] else None
        region = (opening.end(), end) if end is not None else None if bare is None else bare.span()
    if value is not None:
        if value[0] < value[1]:
            found.values.append(value)
        return value[1]
    if region is not None:
        found.regions.append(region)
        return region[1]
    return name.end()


def _closed(text: str, opening: re.Match[str]) -> int | None:
    """Return the end of a value with an opening quote or bracket; None if it has none."""
    start, quote = opening.end(), opening["quote"]
    if quote in _TO_THE_QUOTE:
        value = _TO_THE_QUOTE[quote].match(text, start)
        return start if value is None else value.end()
    closing = quote or ("]" if opening["list"] else "}" if opening["object"] else None)
    if closing is None:
        return None
    end = text.find(closing, start)
    return len(text) if end < 0 else end


def _multipart_value(text: str, name: re.Match[str]) -> TextSpan | None:
    """Return the value of a multipart part whose head has the name; None if the name is not in such a head."""
    line = text[max(0, name.start() - _LINE) : name.start()].rpartition("\n")[2]
    head = _PART.match(text, name.end()) if "name=" in line.lower() else None
    if head is None:
        return None
    value = _TO_THE_END_OF_LINE.match(text, head.end())
    return head.end(), head.end() if value is None else value.end()
