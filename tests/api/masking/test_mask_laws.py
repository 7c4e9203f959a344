"""Laws of masking: no part of a number leaks in any encoding, and the time is linear in the length of the text."""

import json
import re
import unicodedata
from collections.abc import Callable
from html import unescape
from time import process_time
from urllib.parse import quote, quote_plus, unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mockgms.api.masking.mask import Mask, masked_number

pytestmark = pytest.mark.unmeasured

RECOGNIZABLE = 7  # digits in a row by which a number can be recognized


def percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def json_escaped(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


def full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) if character.isdigit() else character for character in text)


# Ways in which clients encode text; two of them can be combined.
ENCODINGS: dict[str, Callable[[str], str]] = {
    "unchanged": str,
    "percent-encoded": quote,
    "as in a form": quote_plus,
    "percent-encoded whole": percent,
    "escaped in JSON": json_escaped,
    "in a string of JSON": lambda text: json.dumps(text)[1:-1],
    "as entities of HTML": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "full-width": full_width,
    "in UTF-16 read as UTF-8": lambda text: "".join(f"{character}\0" for character in text),
    "with invisible characters": "\u200b".join,
}
GROUPINGS = {
    "1": (),
    "blanks": (3, 6),
    "four": (4, 8),
    "pairs": (2, 4, 6, 8),
}
NUMBERS = st.from_regex(r"[1-9][0-9]{8,13}", fullmatch=True)


def grouped(digits: str, places: tuple[int, ...], separator: str) -> str:
    pieces = [digits[start:end] for start, end in zip((0, *places), (*places, None), strict=True)]
    return separator.join(pieces)


def read(text: str) -> str:
    """Return all digits of a text after decoding it."""
    for _ in range(6):
        text = unescape(unquote(re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)))
    return "".join(filter(str.isdigit, unicodedata.normalize("NFKC", text)))


def leaks(number: str, shown: str) -> bool:
    digits = read(shown)
    return any(number[at : at + RECOGNIZABLE] in digits for at in range(len(number) - RECOGNIZABLE + 1))


def is_unambiguous(number: str) -> bool:
    """True if the visible part of a masked number does not look like another part of the number."""
    return not leaks(number, f"{number[:4]}{number[-4:]}") and len(set(number)) > 3


@given(
    number=NUMBERS,
    places=st.sampled_from(sorted(GROUPINGS.values())),
    separator=st.sampled_from([" ", "-", ".", "/", "\u00a0", "\u2011", ") ", " - "]),
    prefix=st.sampled_from(["", "+", "(", "tel:+", "00"]),
    encodings=st.lists(st.sampled_from(sorted(ENCODINGS)), max_size=2),
    around=st.sampled_from(
        [("", ""), ("call ", " now"), ("/x/", "/y"), ('{"note": "', '"'), ("n=", "&m=1"), ("x", "y")]
    ),
)
def test_a_known_number_does_not_leak_from_a_text_in_any_spelling_or_encoding(
    number: str, places: tuple[int, ...], separator: str, prefix: str, encodings: list[str], around: tuple[str, str]
) -> None:
    assume(is_unambiguous(number))
    written = prefix + grouped(number, places, separator)
    for name in encodings:
        written = ENCODINGS[name](written)
    text = around[0] + written + around[1]
    assume(leaks(number, text))
    assert not leaks(number, Mask({"phoneNumber": f"+{number}"}).text(text))


@pytest.mark.slow
@given(number=NUMBERS, encoding=st.sampled_from(sorted(ENCODINGS)), inner=st.sampled_from(sorted(ENCODINGS)))
@pytest.mark.parametrize(
    "body",
    [
        '{{"phoneNumber": "{}"',
        "phoneNumber={}&x=%ff",
        '--b\r\ncontent-disposition: form-data; name="phone"\r\n\r\n{}\r\n',
    ],
    ids=["broken JSON", "form that is not UTF-8", "multipart without a boundary"],
)
def test_a_number_with_a_sensitive_name_does_not_leak_from_a_broken_body(
    body: str, number: str, encoding: str, inner: str
) -> None:
    assume(is_unambiguous(number))
    text = body.format(ENCODINGS[encoding](ENCODINGS[inner](number)))
    assume(leaks(number, text))
    assert not leaks(number, Mask().text(text))


@given(
    key=st.text(st.characters(codec="ascii", categories=["Lu", "Ll", "Nd"]), min_size=8),
    encodings=st.lists(st.sampled_from(["unchanged", "percent-encoded whole", "escaped in JSON"]), max_size=2),
    number=NUMBERS,
)
def test_a_known_key_does_not_leak_from_a_text_in_any_encoding(key: str, encodings: list[str], number: str) -> None:
    written = key
    for name in encodings:
        written = ENCODINGS[name](written)
    shown = Mask({"x-api-key": f"Bearer {key}"}).text(f"+{number}, {written}, phone={number}, other=({written})")
    assert (
        shown == f"+{number[:4]}***{number[-4:]}, ***, phone={masked_number(number)}, other=(***)" or len(number) < 11
    )
    assert key not in shown
    assert written not in shown


@given(text=st.text(st.characters(exclude_categories=["Nd", "No"], exclude_characters=":=>%\\&\0+")))
def test_a_text_without_digits_and_values_is_not_changed(text: str) -> None:
    assert Mask({"phone": "+14155550123", "token": "0123456789"}).text(text) == text


TOKENS = st.sampled_from(
    [
        *("phone", "number", "token", "cookie", "mobile", "api_key", "name=", "Bearer "),
        *("=", ":", ">", "/", "&", ",", ";", '"', "'", "[", "]", "{", "}", "\\", '\\"', "\r\n", "\n\n", " ", "\t"),
        *("+", "(", ")", ".", "-", "1", "23", "4155550100", "+14155550100", "***", "5550100", "abcde"),
        *("%34", "%25", "%", "%2B", "\\u0031", "\\u", "&#52;", "&#", "\0", "\u200b", "\uff14", "\u0660", "é"),
    ]
)
KNOWN = {"phone": ["+14155550100", "12345"], "token": "abcdefgh"}


@given(tokens=st.lists(TOKENS, max_size=12).map("".join))
def test_masking_a_text_twice_is_the_same_as_masking_it_once(tokens: str) -> None:
    once = Mask(KNOWN).text(tokens)
    assert Mask(KNOWN).text(once) == once


@given(number=st.from_regex(r"(?:\+|%2B)?[0-9]{5,15}", fullmatch=True))
def test_masking_a_number_twice_is_the_same_as_masking_it_once(number: str) -> None:
    once = masked_number(number)
    assert masked_number(once) == once


def seconds(text: str) -> float:
    """Return the seconds of CPU time for masking a text."""
    started = process_time()
    mask = Mask(KNOWN)
    mask.text(text)
    mask.value({"phone": text[:1000], text: text})
    return process_time() - started


@pytest.mark.slow
@given(unit=st.lists(TOKENS, min_size=1, max_size=4).map("".join))
def test_the_time_to_mask_a_text_grows_linearly_with_its_length(unit: str) -> None:
    times = 8_000 // len(unit)
    short = min(seconds(unit * times) for _ in range(2))
    assert any(seconds(unit * times * 8) < 24 * short + 0.02 for _ in range(3))
