"""Content encodings: bodies that a client has compressed are decompressed, up to a limit."""

import sys
import zlib
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, Protocol

from mockgms.http.refusals import BodyTooLarge, Unreadable, UnsupportedBody

_PIECE: Final = 4 * 1024  # bytes; what follows the end of a stream is copied, so pieces are small
_MOST: Final = 4  # encodings of one body
_METHOD: Final = 0x0F  # the bits of zlib's first byte that name the method
_DEFLATE: Final = 8
_ZSTD_WINDOW: Final = 23  # the binary logarithm of the most bytes that a stream can make a decompressor hold (RFC 9659)
_NO_PACKAGE: Final = (
    "has the content encoding {}, for which mockgms needs the package {}: pip install mockgms[encodings]"
)
_UNKNOWN: Final = "has the content encoding {!r}, which is not known: send gzip, deflate or none"


class _Stream(Protocol):
    """A decompressor, as `zlib` and `zstd` have it."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""

    @property
    def unused_data(self) -> bytes:
        """What came after the end."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Decompress the next piece."""


class _Encoding(NamedTuple):
    """How a body is decompressed.

    `start` returns a decompressor for a body. `error` is what it raises. If `magic` follows the end of a stream,
    another stream begins there. Anything else is ignored, as Java does.
    """

    start: Callable[[bytes], _Stream]
    error: type[Exception]
    magic: bytes | None = None


def decode_body(body: bytes, names: str, limit: int) -> bytes:
    """Return a body without the encodings that its header `Content-Encoding` names, in the order of their use.

    Raises UnsupportedBody for an encoding that is not known or whose package is not installed, and for more than four.
    Raises BodyTooLarge if more than `limit` bytes result, and Unreadable for a body that is not encoded so, or is cut
    off.
    """
    chain = [name for each in names.split(",") if (name := each.strip().lower()) not in ("", "identity")]
    if len(chain) > _MOST:
        raise UnsupportedBody(f"has {len(chain)} content encodings: send at most {_MOST}")
    for name, encoding in [(name, _find(name)) for name in reversed(chain)]:
        body = _decompressed(body, name, encoding, limit)
    return body


def _find(name: str) -> _Encoding:
    match name:
        case "gzip" | "x-gzip":
            return _Encoding(lambda _: zlib.decompressobj(16 + zlib.MAX_WBITS), zlib.error, b"\x1f\x8b")
        case "deflate":
            return _Encoding(_deflate, zlib.error)
        case "br":
            return _brotli()
        case "zstd":
            return _zstd()
    raise UnsupportedBody(_UNKNOWN.format(name[:40]))


def _decompressed(body: bytes, name: str, encoding: _Encoding, limit: int) -> bytes:
    whole, at, stream, has_ended = bytearray(), 0, encoding.start(body), False
    while at < len(body) and not has_ended:
        piece = body[at : at + _PIECE]
        try:
            whole += stream.decompress(piece, limit + 1 - len(whole))
        except encoding.error:
            raise Unreadable("body", f"is not {name}, as its header Content-Encoding says") from None
        if len(whole) > limit:
            raise BodyTooLarge(limit)
        at += len(piece) - len(stream.unused_data)
        has_ended = stream.eof
        if has_ended and encoding.magic is not None and body.startswith(encoding.magic, at):
            stream, has_ended = encoding.start(body), False
    if not has_ended:
        raise Unreadable("body", f"is cut off: its {name} goes on after byte {len(body)}")
    return bytes(whole)


def _deflate(body: bytes) -> _Stream:
    """Return a decompressor for zlib, which RFC 9110 names, or for bare deflate, which some clients send."""
    has_header = (body[0] & _METHOD) == _DEFLATE and int.from_bytes(body[:2]) % 31 == 0
    return zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)


def _brotli() -> _Encoding:
    try:
        import brotli  # type: ignore[import-untyped]
    except ImportError:
        raise UnsupportedBody(_NO_PACKAGE.format("br", "brotli")) from None

    class BrotliStream:
        unused_data = b""

        def __init__(self) -> None:
            self._decompressor: Any = brotli.Decompressor()

        @property
        def eof(self) -> bool:
            return bool(self._decompressor.is_finished())

        def decompress(self, data: bytes, max_length: int, /) -> bytes:
            piece: bytes = self._decompressor.process(data, output_buffer_limit=max_length)
            return piece

    return _Encoding(lambda _: BrotliStream(), brotli.error)


def _zstd() -> _Encoding:
    try:
        if sys.version_info >= (3, 14):  # pragma: no cover  # each version of Python runs one of the two
            from compression import zstd
        else:  # pragma: no cover
            from backports import zstd
    except ImportError:
        raise UnsupportedBody(_NO_PACKAGE.format("zstd", "backports.zstd")) from None
    options: Mapping[int, int] = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW}
    return _Encoding(lambda _: zstd.ZstdDecompressor(options=options), zstd.ZstdError, b"\x28\xb5\x2f\xfd")
