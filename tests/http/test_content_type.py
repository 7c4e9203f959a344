import codecs
import re
from typing import Any

import pytest

from mockgms.http.body import parse_body
from mockgms.http.content_type import parse_content_type, shown_text
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable, UnsupportedBody
from tests.messages import HAS_NUL

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"

# Each charset with a text that it can write.
CHARSETS = {
    "ISO-8859-1": "Zoë",
    '"iso-8859-15"': "10 €",
    "windows-1251": "Иван",
    "Shift_JIS": "アAｿ",
    "GB18030": "龙😀",
    "EUC-KR": "한국",
    "Big5": "漢字",
    "KOI8-R": "Анна",
    "ISO-2022-JP": "日本",
    "UTF-8": "Zoë 😀",
    "'utf8'": "Zoë 😀",
    "UTF-16": "Zoë 😀",
    "UTF-16BE": "Zoë 😀",
    "utf-16le": "Zoë 😀",
    "UTF-32": "Zoë 😀",
    "IBM037": "Zoë",
}


def parse(body: bytes, content_type: str) -> dict[str, Any]:
    request = Request("POST", "/", headers={"content-type": content_type}, body=body)
    return parse_body(request, nested=False)


def escaped(text: str, charset: str) -> str:
    """Percent-encode text as browsers and Java's URLEncoder do: letters and digits of ASCII stay."""
    runs = re.split("([A-Za-z0-9]+)", text)
    return "".join(
        run if at % 2 else "".join(f"%{byte:02X}" for byte in run.encode(charset)) for at, run in enumerate(runs) if run
    )


def codec(charset: str) -> str:
    return charset.strip("\"'")


@pytest.mark.parametrize(("charset", "text"), CHARSETS.items())
def test_json_is_decoded_by_its_charset(charset: str, text: str) -> None:
    body = f'{{"name":"{text}"}}'.encode(codec(charset))
    assert parse(body, f"{JSON};Charset={charset}") == {"name": text}
    assert parse(body, f"text/plain; charset={charset}") == {"name": text}


@pytest.mark.parametrize(("charset", "text"), CHARSETS.items())
def test_the_escapes_of_a_form_are_decoded_by_its_charset(charset: str, text: str) -> None:
    body = f"first+name={escaped(text, codec(charset))}&{escaped(text, codec(charset))}=1+x"
    assert parse(body.encode(), f"{FORM}; charset={charset}") == {"first name": text, text: "1 x"}


@pytest.mark.parametrize(("charset", "text"), CHARSETS.items())
def test_a_form_may_have_bare_bytes_of_its_charset(charset: str, text: str) -> None:
    body = f"a=1&name={text}".encode(codec(charset))
    assert parse(body, f"{FORM}; charset={charset}") == {"a": "1", "name": text}


@pytest.mark.parametrize(("charset", "text"), CHARSETS.items())
def test_a_part_is_decoded_by_its_own_charset_or_that_of_the_body(charset: str, text: str) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="x"\r\n'
    bare = head + b"\r\n" + text.encode(codec(charset)) + b"\r\n--b--"
    assert parse(bare, f"{PARTS}; charset={charset}") == {"x": text}
    named = head + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + text.encode(codec(charset))
    assert parse(named + b"\r\n--b--", PARTS) == {"x": text}


@pytest.mark.parametrize(
    ("mark", "charset"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_names_the_charset(mark: bytes, charset: str) -> None:
    json = mark + '{"name":"Zoë 😀"}'.encode(charset)
    form = mark + "name=Zoë 😀&b=%C3%AB".encode(charset)
    for content_type in ("", JSON, f"{JSON}; charset=UTF-8", f"{JSON}; charset=utf-16"):
        assert parse(json, content_type) == {"name": "Zoë 😀"}
    for content_type in ("", FORM, f"{FORM}; charset=UTF-8"):
        assert parse(form, content_type) == {"name": "Zoë 😀", "b": "ë"}
    assert parse(mark, JSON) == {}


@pytest.mark.parametrize(
    "charset",
    [
        "utf-99",
        "x-user-defined",
        "hex",
        "rot13",
        "zlib",
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "ü",
        "aliases",
    ],
)
@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b'{"a":1}', JSON), (b"a=1", FORM), (b"--b\r\nContent-Disposition: x; name=a\r\n\r\n1", PARTS)],
)
def test_an_unknown_charset_is_refused_by_its_name(body: bytes, content_type: str, charset: str) -> None:
    with pytest.raises(UnsupportedBody) as refused:
        parse(body, f"{content_type}; charset={charset}")
    assert refused.value.reason == f"has the charset {charset!r}, which is not known: send UTF-8"


def test_a_charset_without_a_name_is_utf_8() -> None:
    assert parse("a=ë".encode(), f"{FORM}; charset=") == {"a": "ë"}
    assert parse_content_type("a/b;boundary=charset=x").charset == ""


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b'{"a":"\xa1"}', f"{JSON}; charset=Shift_JIS", None),
        (b'{"a":"\xff"}', f"{JSON}; charset=Shift_JIS", "is not Shift_JIS (byte 0xFF)"),
        (b"a=%FF", f"{FORM}; charset=Shift_JIS", "is not Shift_JIS (byte 0xFF)"),
        (b"a=%D8%00", f"{FORM}; charset=UTF-16BE", "is not UTF-16BE (byte 0xD8)"),
        (b"\xd8\0\0a", f"{JSON}; charset=UTF-16BE", "half"),
        (b"\xff\xfea\0=\0\xd8", FORM, "is not utf-16-le (byte 0xD8)"),
        ('{"a":"\\u0000"}'.encode("cp037"), f"{JSON}; charset=IBM037", HAS_NUL),
    ],
)
def test_text_that_is_not_in_its_charset_is_refused(body: bytes, content_type: str, reason: str | None) -> None:
    if reason is None:
        assert parse(body, content_type) == {"a": "｡"}
        return
    with pytest.raises(Unreadable) as refused:
        parse(body, content_type)
    half = "has half of a surrogate pair: a text was cut inside a character such as an emoji"
    assert refused.value.reason == (half if reason == "half" else reason)


@pytest.mark.parametrize(
    ("file", "value"),
    [
        (b'filename="plan.pdf"', "plan.pdf"),
        (b"filename=plan.pdf", "plan.pdf"),
        (b'filename=""', ""),
        ('filename="é.pdf"'.encode(), "é.pdf"),
        (b"filename*=UTF-8''%C3%A9%20x.pdf", "é x.pdf"),
        (b"filename*=iso-8859-1'en'%E9.pdf", "é.pdf"),
    ],
)
def test_the_value_of_a_file_is_its_name(file: bytes, value: str) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="a"; ' + file + b"\r\nContent-Type: application/octet-stream"
    assert parse(head + b"\r\n\r\n\0\xff\xfe\r\n--b--", PARTS) == {"a": value}


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b"", "", ""),
        (b"\xf6", f"{FORM}; charset=latin1", "ö"),
        (b"\xf6", FORM, "\ufffd"),
        (b"\xf6", f"{FORM}; charset=x", "\ufffd"),
        ("415".encode("utf-16"), "", "415"),
        ("415".encode("utf-16-le"), "", "415"),
    ],
)
def test_a_shown_body_is_decoded_by_its_charset(body: bytes, content_type: str, text: str) -> None:
    assert shown_text(body, content_type) == text
