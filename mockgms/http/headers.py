"""The headers of a request as they were sent, and the memory that they take."""

from collections.abc import Mapping
from typing import Final, TypeAlias

RawHeaders: TypeAlias = list[tuple[bytes, bytes]]

LARGEST_LINE: Final = 16 * 1024  # bytes of a path or header; a service name of 300 emoji takes 3,600
LARGEST_HEAD: Final = 128 * 1024  # bytes of all lines together

# Bytes, measured on CPython 3.11 and rounded up.
OF_HEADER: Final = 256  # per header, in addition to its text
_WIDEST: Final = 4  # per character of the widest texts


def size_of_headers(raw: RawHeaders | tuple[tuple[bytes, bytes], ...]) -> int:
    """Return the maximum of the bytes that headers take as texts. `raw` has their names and values as sent."""
    if not raw:
        return 0
    names, values = map(b"".join, zip(*raw, strict=True))
    width = 1 if values.isascii() else _WIDEST
    return OF_HEADER * len(raw) + 2 * len(names) + width * len(values)  # names are also kept in lower case


def raw_headers(headers: Mapping[str, str]) -> RawHeaders:
    """Return headers as bytes."""
    return [(_encoded(name), _encoded(value)) for name, value in headers.items()]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
