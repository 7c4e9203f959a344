"""Content types: the media type of a body, and how the bytes of its text are decoded."""

import codecs
import encodings
import encodings.aliases
import pkgutil
import re
from functools import cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.http.refusals import UnsupportedBody

UTF_8: Final = "utf-8"

_CHARSET: Final = lazy_regex(r""";\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']*))""", re.IGNORECASE)
_BOUNDARY: Final = lazy_regex(r'boundary=(?:"([^"]+)"|([^\s;"]+))', re.IGNORECASE)
# The marks of UTF-32 come first: that of UTF-16 LE is the beginning of that of UTF-32 LE.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FIRST_BYTES: Final = frozenset(mark[:1] for mark, _ in _MARKS)
# Codecs of Python that are not charsets. Some of them take time that grows with the square of the length.
_NO_CHARSETS: Final = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "charmap"})
_ASCII: Final = bytes(range(0x20, 0x7F))


class ContentType(Struct, frozen=True):
    """A content type: the media type in lower case, the declared charset ("" without one) and the boundary.

    `codec` is Python's name of the charset, by default that of UTF-8. It is None for a charset that Python does not
    know.
    """

    media: str
    charset: str
    codec: str | None
    boundary: str

    @property
    def is_utf_8(self) -> bool:
        """True if text is decoded as UTF-8."""
        return self.codec == UTF_8


def _parse(text: str) -> ContentType:
    charset, boundary = _CHARSET.search(text), _BOUNDARY.search(text)
    name = (charset[1] or charset[2] or charset[3] or "").strip() if charset else ""
    return ContentType(
        text.partition(";")[0].strip().lower(),
        name,
        _codec(name) if name else UTF_8,
        (boundary[1] or boundary[2]) if boundary else "",
    )


parse_content_type: Final = BoundedCache(_parse, longest=256).__getitem__  # clients repeat them
"""Returns the content type of a text."""


def decode_text(text: bytes, kind: ContentType) -> str:
    """Decode text in the charset of its content type.

    Raises UnsupportedBody for a charset that is not known, and UnicodeDecodeError for text in another one.
    """
    return text.decode(codec_of(kind))


def codec_of(kind: ContentType) -> str:
    """Return Python's name of the charset. Raises UnsupportedBody for a charset that is not known."""
    if kind.codec is None:
        raise UnsupportedBody(f"has the charset {kind.charset[:40]!r}, which is not known: send UTF-8")
    return kind.codec


def without_mark(body: bytes, kind: ContentType) -> tuple[bytes, ContentType]:
    """Return a body without its byte order mark, and its content type with the charset that the mark shows."""
    if body[:1] in _FIRST_BYTES:
        for mark, codec in _MARKS:
            if body.startswith(mark):
                return body[len(mark) :], replace(kind, charset=codec, codec=codec)
    return body, kind


def shown_text(body: bytes, content_type: str) -> str:
    """Return the text of a body for a reader. Bytes that cannot be decoded are replaced."""
    rest, kind = without_mark(body, parse_content_type(content_type))
    try:
        text = rest.decode(kind.codec or UTF_8)
    except UnicodeError:
        text = rest.decode(errors="replace")
    return text.replace("\0", "")  # NULs would split a number


@cache
def has_ascii(codec: str) -> bool:
    """Return True if a codec reads ASCII as it is, so that the syntax of a form can be found in the bytes."""
    try:
        return _ASCII.decode(codec).encode() == _ASCII
    except UnicodeError:
        return False


def _codec(charset: str) -> str | None:
    """Return Python's name of a charset, or None.

    Only names of a fixed list are looked up, because Python keeps each name in memory, even an unknown one.
    """
    if not charset.isascii():
        return None
    name = encodings.normalize_encoding(charset).lower()
    if name not in _known() or name in _NO_CHARSETS:
        return None
    try:
        b"a".decode(name)
    except UnicodeError:  # such as UTF-16, in which this is half of a character
        pass
    except LookupError:  # such as `hex`, which is no encoding of text
        return None
    return codecs.lookup(name).name


@cache
def _known() -> frozenset[str]:
    modules = {module.name for module in pkgutil.iter_modules(encodings.__path__)}
    return frozenset({*encodings.aliases.aliases, *encodings.aliases.aliases.values(), *modules} - {"aliases"})
