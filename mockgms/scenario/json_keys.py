"""Keys that are set twice in an object of a JSON text. Parsers silently take the last value."""

from collections.abc import Generator, Iterable
from json import JSONDecoder
from typing import Final, NamedTuple, TypeAlias

from mockgms.domain.lazy_regex import lazy_regex

# Up to a bracket (group 1), or up to a text (group 2), which is a key if a colon follows (group 3).
# Possessive quantifiers would be faster, but Python 3.11.2, which Debian 12 has, finds no keys with them.
_TOKEN: Final = lazy_regex(rb'[^"{}\[\]]*(?:([{}\[\]])|("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?)')
_OPENING: Final = (b"{", b"[")
_BACKSLASH: Final = ord("\\")
_TOKENS_PER_STEP: Final = 1_000  # take about 0.5 ms
_DECODER: Final = JSONDecoder(strict=False)

_Keys: TypeAlias = dict[bytes, None]
"""The keys of an object so far, without escapes. A list has none."""


class RepeatedKey(NamedTuple):
    """The path of a key that is set twice, such as `rules[...].when`, and the byte where it is set again."""

    path: str
    byte: int


class TooManyValues(ValueError):
    """The text has too many keys, objects and lists."""


def may_have_repeated_key(text: bytes) -> bool:
    """Return False if no key of valid JSON is set twice. If one may be, return True: `find_repeated_key` is certain.

    For a short text, this takes a quarter of the time. It has no steps: a long text would take up to seconds.
    """
    try:
        _CHECKING.decode(text.decode("utf-8", "surrogateescape"))
    except (_Repeated, RecursionError):
        return True
    return False


def find_repeated_key(text: bytes, at_most: int | None = None) -> Generator[None, None, RepeatedKey | None]:
    """Search in steps for a key that is set twice in the same object. Return the first one, or None.

    Args:
        text: Valid JSON.
        at_most: The largest number of keys, objects and lists; None for any number.

    Raises:
        TooManyValues: There are more.

    """
    around: list[_Keys] = []
    keys: _Keys = {}
    left = len(text) if at_most is None else at_most
    for count, token in enumerate(_TOKEN.finditer(text), 1):
        bracket, key, colon = token.groups()
        if colon is not None:
            left -= 1
            plain = _unescaped(key) if _BACKSLASH in key else key[1:-1]
            if plain in keys:
                return RepeatedKey(_path(around[:-1], plain), token.start(2))
            keys[plain] = None
        elif bracket in _OPENING:
            left -= 1
            keys = {}
            around.append(keys)
        elif bracket is not None:
            around.pop()
            keys = around[-1] if around else keys
        if left < 0:
            raise TooManyValues
        if count % _TOKENS_PER_STEP == 0:
            yield
    return None


def repeated_key_of(text: bytes, at_most: int | None = None) -> RepeatedKey | None:
    """Return the result of `find_repeated_key` at once."""
    steps = find_repeated_key(text, at_most)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: RepeatedKey | None = end.value
            return found


class _Repeated(Exception):  # never leaves this module
    """An object has a key twice."""


def _check_pairs(pairs: list[tuple[str, object]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise _Repeated


# Numbers become floating point numbers, since Python refuses to read integers of over 4,300 digits.
_CHECKING: Final = JSONDecoder(object_pairs_hook=_check_pairs, parse_int=float, strict=False)


def _unescaped(key: bytes) -> bytes:
    text: str = _DECODER.decode(key.decode("utf-8", "surrogateescape"))
    return text.encode("utf-8", "surrogatepass")


def _path(around: Iterable[_Keys], key: bytes) -> str:
    """Return the path of a key inside these objects and lists. The last key of each object leads to the next one."""
    outer = (f".{_shown(next(reversed(keys)))}" if keys else "[...]" for keys in around)
    return "".join([*outer, f".{_shown(key)}"]).removeprefix(".")


def _shown(key: bytes) -> str:
    return key.decode("utf-8", "replace")
