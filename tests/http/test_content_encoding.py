import gzip
import sys
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest

from mockgms.http.content_encoding import decode_body
from mockgms.http.refusals import BodyTooLarge, Unreadable, UnsupportedBody

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BODY = b'{"_customer_number":"+14155550100"}' * 300
LIMIT = len(BODY)


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize(
    ("names", "packed"),
    [
        ("gzip", gzip.compress(BODY)),
        ("x-gzip", gzip.compress(BODY)),
        ("GZip", gzip.compress(BODY)),
        ("gzip", gzip.compress(BODY[:99]) + gzip.compress(BODY[99:])),
        ("gzip", gzip.compress(BODY) + b"more"),
        ("deflate", zlib.compress(BODY)),
        ("deflate", bare_deflate(BODY)),
        ("deflate", zlib.compress(BODY) + b"more"),
        ("br", brotli.compress(BODY)),
        ("zstd", zstd.compress(BODY)),
        ("zstd", zstd.compress(BODY[:99]) + zstd.compress(BODY[99:])),
        ("gzip, gzip", gzip.compress(gzip.compress(BODY))),
        ("deflate ,, identity, br", brotli.compress(zlib.compress(BODY))),
        ("gzip, deflate, br, zstd", zstd.compress(brotli.compress(zlib.compress(gzip.compress(BODY))))),
        ("identity", BODY),
        ("", BODY),
    ],
)
def test_a_body_is_decompressed(names: str, packed: bytes) -> None:
    assert decode_body(packed, names, LIMIT) == BODY


@pytest.mark.parametrize("name", PACKERS)
def test_a_body_that_is_cut_off_is_refused_with_the_place_of_the_cut(name: str) -> None:
    packed = PACKERS[name](BODY)[:-3]
    with pytest.raises(Unreadable) as refused:
        decode_body(packed, name, LIMIT)
    assert vars(refused.value) == {
        "field": "body",
        "reason": f"is cut off: its {name} goes on after byte {len(packed)}",
    }


@pytest.mark.parametrize("name", PACKERS)
def test_a_body_that_is_not_encoded_as_its_header_says_is_refused(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        decode_body(b"\xffhello world", name, LIMIT)
    assert refused.value.reason == f"is not {name}, as its header Content-Encoding says"


@pytest.mark.parametrize("name", PACKERS)
def test_no_more_than_the_limit_is_decompressed(name: str) -> None:
    bomb = PACKERS[name](bytes(20_000_000))
    with pytest.raises(BodyTooLarge) as refused:
        decode_body(bomb, name, LIMIT)
    assert refused.value.limit == LIMIT
    assert decode_body(PACKERS[name](bytes(LIMIT)), name, LIMIT) == bytes(LIMIT)


def test_a_stream_that_needs_much_memory_is_refused() -> None:
    options: dict[int, int] = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.content_size_flag: 0}
    packer = zstd.ZstdCompressor(options=options)
    with pytest.raises(Unreadable):
        decode_body(packer.compress(BODY) + packer.flush(), "zstd", LIMIT)


@pytest.mark.parametrize("name", ["weird", "compress", "aes128gcm"])
def test_an_unknown_encoding_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(UnsupportedBody) as refused:
        decode_body(BODY, f"gzip, {name}", LIMIT)
    message = f"has the content encoding {name!r}, which is not known: send gzip, deflate or none"
    assert refused.value.reason == message


@pytest.mark.parametrize(
    ("name", "package", "module"),
    [("br", "brotli", "brotli"), ("zstd", "backports.zstd", zstd.__name__.partition(".")[0])],
)
def test_an_encoding_whose_package_is_not_installed_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, package: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UnsupportedBody) as refused:
        decode_body(BODY, name, LIMIT)
    assert refused.value.reason == (
        f"has the content encoding {name}, for which mockgms needs the package {package}:"
        " pip install mockgms[encodings]"
    )


def test_a_body_has_at_most_four_encodings() -> None:
    with pytest.raises(UnsupportedBody) as refused:
        decode_body(BODY, "gzip, " * 5, LIMIT)
    assert refused.value.reason == "has 5 content encodings: send at most 4"
