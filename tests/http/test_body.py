from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockgms.http.body import MAX_FIELDS, number_field, parse_body, text_field
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data;boundary=AaB03x;charset=UTF-8"

HALF = "has half of a surrogate pair{}: a text was cut inside a character such as an emoji"

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def request(body: bytes, content_type: str | None) -> Request:
    return Request("POST", "/", headers={"content-type": content_type} if content_type else {}, body=body)


def parse(body: bytes, content_type: str | None, *, nested: bool = True) -> dict[str, Any]:
    return parse_body(request(body, content_type), nested=nested)


def reason(body: bytes, content_type: str | None) -> str:
    with pytest.raises(Unreadable) as refused:
        parse(body, content_type)
    assert refused.value.field == "body"
    return refused.value.reason


@pytest.mark.parametrize("content_type", [JSON, FORM, MULTIPART, "text/plain", None])
@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_an_empty_body_has_no_fields(body: bytes, content_type: str | None) -> None:
    assert parse(body, content_type) == {}


@pytest.mark.parametrize("content_type", [JSON, "Application/JSON ; charset=UTF8", None, "text/plain"])
def test_a_json_object_is_read(content_type: str | None) -> None:
    body = '{"name":"Zoë","userData":{"a":[1,true,null]}}'.encode()
    assert parse(body, content_type) == {"name": "Zoë", "userData": {"a": [1, True, None]}}


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=UTF-8", None, "text/plain"])
def test_a_form_is_read(content_type: str | None) -> None:
    assert parse(b"_customer_number=%2B1+415&first=Zo%C3%AB&last=", content_type) == {
        "_customer_number": "+1 415",
        "first": "Zoë",
        "last": "",
    }


def test_a_form_field_given_twice_has_its_last_value() -> None:
    assert parse(b"a=1&a=2", FORM) == {"a": "2"}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"userData%5Bfirst%5D=Bob&userData%5Blast%5D=J", {"userData": {"first": "Bob", "last": "J"}}),
        (b"a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
        (b"a[]=x&a[]=y", {"a": ["x", "y"]}),
        (
            b"t[0][channel]=FCM&t[0][target]=x&t[1][target]=y",
            {"t": [{"channel": "FCM", "target": "x"}, {"target": "y"}]},
        ),
        (b"a[][b]=1&a[][b]=2", {"a": [{"b": "1"}, {"b": "2"}]}),
        (b"a[1]=x", {"a": {"1": "x"}}),
        (b"a[__proto__]=1&a[constructor][prototype]=2", {"a": {"__proto__": "1", "constructor": {"prototype": "2"}}}),
        (b"a[b]=1&a=2", {"a": "2"}),
        (b"a=1&a[b]=2", {"a": {"b": "2"}}),
        (b"a[b]=1&a[b][c]=2", {"a": {"b": {"c": "2"}}}),
        (b"[a]=1&a[b=2&a]=3&a[b]c=4&a[[b]]=5", {"[a]": "1", "a[b": "2", "a]": "3", "a[b]c": "4", "a[[b]]": "5"}),
    ],
)
def test_a_nested_form_becomes_objects_and_lists(body: bytes, fields: dict[str, Any]) -> None:
    assert parse(body, FORM) == fields


def test_a_flat_form_keeps_its_names() -> None:
    assert parse(b"userData%5Ba%5D=1&b[]=2", FORM, nested=False) == {"userData[a]": "1", "b[]": "2"}


PARTS = (
    b'--AaB03x\r\nContent-Disposition: form-data; name="first_name"\r\n\r\nZo\xc3\xab\r\n'
    b"--AaB03x\r\ncontent-disposition:form-data; name=_customer_number\r\nContent-Type: text/plain\r\n\r\n5115\r\n"
    b'--AaB03x\r\nContent-Disposition: form-data; filename="n"; name="notes"\r\n\r\na\r\n\r\nb\r\n'
    b'--AaB03x\r\nContent-Disposition: form-data; name=""\r\n\r\nunnamed\r\n'
    b"--AaB03x\r\nContent-Disposition: form-data\r\n\r\nlost\r\n"
)
FIELDS = {"first_name": "Zoë", "_customer_number": "5115", "notes": "n", "": "unnamed"}


@pytest.mark.parametrize("end", [b"--AaB03x--\r\n", b"--AaB03x--", b"--AaB03x", b"--AaB03x\r\n"])
def test_multipart_is_read_with_and_without_the_closing_dashes(end: bytes) -> None:
    assert parse(PARTS + end, MULTIPART) == FIELDS


@pytest.mark.parametrize("boundary", ['"AaB03x"', "AaB03x", "AaB03x; charset=UTF-8"])
def test_a_boundary_may_be_quoted(boundary: str) -> None:
    assert parse(PARTS + b"--AaB03x--", f"Multipart/Form-Data; Boundary={boundary}") == FIELDS


def test_multipart_may_end_without_a_boundary() -> None:
    assert parse(PARTS, MULTIPART) == FIELDS
    last = b'--AaB03x\r\nContent-Disposition: form-data; name="_customer_number"\r\n\r\n5115\r\n'
    assert parse(last, MULTIPART) == {"_customer_number": "5115"}


def test_multipart_may_have_bare_line_feeds() -> None:
    body = b'preamble\n--AaB03x\nContent-Disposition: form-data; name="a"\n\n1\n--AaB03xy\n--AaB03x--\n'
    assert parse(body, MULTIPART) == {"a": "1\n--AaB03xy"}


def test_nested_names_of_multipart_become_objects() -> None:
    body = b'--AaB03x\r\nContent-Disposition: form-data; name="userData[a]"\r\n\r\n1\r\n--AaB03x--'
    assert parse(body, MULTIPART) == {"userData": {"a": "1"}}


def test_multipart_without_a_boundary_in_its_type_is_refused() -> None:
    assert reason(PARTS, "multipart/form-data") == "is multipart, but its content type names no boundary"


def test_multipart_without_its_boundary_is_refused() -> None:
    wanted = "has no part that begins with the boundary of its content type"
    assert reason(b"a=1&b=2", MULTIPART) == wanted


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"a":', "is not JSON: it is cut off after byte 5"),
        (b"{a:1}", "is not JSON: put its keys in double quotes (byte 1)"),
        (b'{"a":NaN}', "is not JSON: JSON is malformed: invalid character (byte 5)"),
        (b'{"a":1}{}', "is not JSON: JSON is malformed: trailing characters (byte 8)"),
        (b'{"a":' + b"9" * 5_000 + b"}", "is not JSON: Integer value out of range - at `$[...]`"),
        (b'{"a":"\\ud800', "is not JSON: it is cut off after byte 12"),
        (b'{"a":"\\ud83d"}', HALF.format(r", \ud83d (byte 6)")),
        (b'{"a":"\\\\ud83d","b":"\\ud83d\\ude00 \\ude00"}', HALF.format(r", \ude00 (byte 33)")),
        (b'{"a":"\\ud83d\\ud83d"}', HALF.format(r", \ud83d (byte 6)")),
        (b'{"a":"\xed\xa0\xbd"}', HALF.format("")),
        (b'{"a":x"\xed\xa0\xbd"}', "is not JSON: JSON is malformed: invalid character (byte 5)"),
        (b'{"a":"\xff"}', "is not UTF-8 (byte 0xFF): name its charset in the content type"),
        (b'{"a":1e999}', "has a number that is too large for a double: send it as text"),
        (b"[]", "is JSON, but not an object"),
        (b'[{"a":1}]', "is JSON, but not an object"),
        (b'"text"', "is JSON, but not an object"),
    ],
)
@pytest.mark.parametrize("content_type", [JSON, None])
def test_json_that_is_broken_or_not_an_object_is_refused(body: bytes, message: str, content_type: str | None) -> None:
    assert reason(body, content_type) == message


@pytest.mark.parametrize("body", [b"5", b"null", b"true"])
def test_a_body_with_a_json_type_must_be_an_object(body: bytes) -> None:
    assert reason(body, JSON) == "is JSON, but not an object"


@pytest.mark.parametrize("body", [b'{"_customer_number":"5115"}', b' {"a": "b=c&d"}'])
def test_json_that_is_sent_as_a_form_is_refused_as_such(body: bytes) -> None:
    assert reason(body, FORM) == "is JSON, but its content type says that it is a form: send application/json"


@pytest.mark.parametrize("body", [b"a=1", b"\n_customer_number=%2B1&a[b]=2"])
def test_a_form_that_is_sent_as_json_is_refused_as_such(body: bytes) -> None:
    assert reason(body, JSON) == f"is a form, but its content type says that it is JSON: name {FORM}"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"a":"x\\u0000"}', JSON),
        (b'{"a":{"b":["\\u0000"]}}', JSON),
        (b'{"a\\u0000":1}', JSON),
        (b'{"a":1,"b":"\\u0000"}', JSON),
        (b"a=%00", FORM),
        (b"a\0=1", FORM),
        (b"a[b%00]=1", FORM),
        (PARTS + b'--AaB03x\r\nContent-Disposition: form-data; name="z"\r\n\r\n\0\r\n--AaB03x--', MULTIPART),
        (b"a=\0", None),
    ],
)
def test_a_nul_character_is_refused(body: bytes, content_type: str | None) -> None:
    assert reason(body, content_type) == "has a NUL character in it"


def test_json_with_a_raw_nul_byte_is_refused_as_malformed() -> None:
    assert reason(b'{"a":"\0"}', JSON) == "is not JSON: JSON is malformed: invalid character (byte 6)"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"a=%ff", FORM),
        (b"a=\xff", FORM),
        (b"%ff=1", None),
        (b"a=1\xff", None),
        (PARTS + b'--AaB03x\r\nContent-Disposition: form-data; name="z"\r\n\r\n\xff\r\n--AaB03x--', MULTIPART),
        (b'--AaB03x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n1\r\n--AaB03x--', MULTIPART),
    ],
)
def test_text_that_is_not_utf_8_is_refused(body: bytes, content_type: str | None) -> None:
    advice = "" if content_type == MULTIPART else ": name its charset in the content type"
    assert reason(body, content_type) == f"is not UTF-8 (byte 0xFF){advice}"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"a":' + b"[" * 32 + b"]" * 32 + b"}", JSON),
        (b'{"a":' * 32 + b"1" + b"}" * 32, JSON),
        (b"a" + b"[b]" * 32 + b"=1", FORM),
    ],
)
def test_32_levels_are_read(body: bytes, content_type: str) -> None:
    assert len(parse(body, content_type)) == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"a":' + b"[" * 33 + b"]" * 33 + b"}", JSON),
        (b'{"a":' * 34 + b"1" + b"}" * 34, JSON),
        (b"[" * 500_000, JSON),
        (b'{"a":' * 200_000, None),
        (b"a" + b"[b]" * 33 + b"=1", FORM),
        (b"a" + b"[]" * 500_000 + b"=1", FORM),
    ],
)
def test_more_than_32_levels_are_refused(body: bytes, content_type: str | None) -> None:
    assert reason(body, content_type) == "is more than 32 levels deep"


@pytest.mark.slow
@given(st.dictionaries(TEXT, st.recursive(TEXT | st.integers(-(2**60), 2**60) | st.booleans(), st.lists, max_leaves=5)))
def test_any_json_object_is_read(fields: dict[str, Any]) -> None:
    assert parse(msgspec.json.encode(fields), JSON) == fields


@given(st.dictionaries(TEXT, TEXT))
def test_any_flat_form_is_read(fields: dict[str, str]) -> None:
    assert parse(urlencode(fields).encode(), FORM, nested=False) == fields


@given(
    st.binary(max_size=60)
    | st.text("ab[]&=%0", max_size=60).map(str.encode)
    | st.binary(max_size=60).map(lambda tail: PARTS + b"--AaB03x" + tail),
    st.sampled_from([JSON, FORM, MULTIPART, None]),
)
def test_any_body_is_read_or_refused(body: bytes, content_type: str | None) -> None:
    try:
        fields = parse(body, content_type)
    except Unreadable:
        return
    assert isinstance(fields, dict)


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), (5115, "5115"), (1.5, "1.5"), (True, "true"), (False, "false"), (0, "0"), ("", None), (None, None)],
)
def test_a_number_or_a_truth_value_in_json_is_read_as_text(value: object, text: str | None) -> None:
    assert text_field({"a": value}, "a") == text


@pytest.mark.parametrize(
    ("value", "text"), [(4155550100.0, "4155550100"), (2.0**53, "9007199254740992"), (2**70, str(2**70))]
)
def test_a_whole_number_is_kept_exactly(value: float, text: str) -> None:
    assert text_field({"a": value}, "a") == text


def test_a_decimal_number_that_is_not_exact_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        text_field({"_customer_number": 2.0**54}, "_customer_number")
    message = "is a decimal number that is too large to be exact: send it as text"
    assert vars(refused.value) == {"field": "_customer_number", "reason": message}


@pytest.mark.parametrize("value", ["x", 5115, 4155550100.0, True, "", None])
def test_a_phone_number_is_text_whatever_its_json_type(value: object) -> None:
    assert number_field({"a": value}, "a") == text_field({"a": value}, "a")


@pytest.mark.parametrize("value", [4155550100.5, -0.5])
def test_a_number_with_a_fraction_is_refused_as_a_phone_number(value: float) -> None:
    with pytest.raises(Unreadable) as refused:
        number_field({"_customer_number": value}, "_customer_number")
    said = "is a number with a fraction: send a phone number as text"
    assert vars(refused.value) == {"field": "_customer_number", "reason": said}


def test_of_several_names_the_first_with_a_value_counts() -> None:
    fields = {"a": "", "b": None, "c": "3", "d": "4"}
    assert text_field(fields, "x", "a", "b", "c", "d") == "3"


def test_a_field_that_is_missing_has_no_text() -> None:
    assert text_field({}, "a") is None


@pytest.mark.parametrize("value", [{}, [], {"a": 1}, ["x"]])
def test_a_text_field_that_is_an_object_or_a_list_is_refused(value: object) -> None:
    with pytest.raises(Unreadable) as refused:
        text_field({"_desired_time": value}, "_desired_time")
    assert vars(refused.value) == {"field": "_desired_time", "reason": "must be text"}


@given(st.text("%4aAzZ=+_\n\r é0", max_size=40))
@example("%00")
def test_a_form_with_any_escapes_is_decoded_as_by_urllib(encoded: str) -> None:
    expected = unquote_to_bytes(encoded.replace("+", " "))
    try:
        text = expected.decode()
    except UnicodeDecodeError as mistake:
        byte = mistake.object[mistake.start]
        message = f"is not UTF-8 (byte 0x{byte:02X}): name its charset in the content type"
        assert reason(f"a={encoded}".encode(), FORM) == message
        return
    if "\0" in text:
        assert reason(f"a={encoded}".encode(), FORM) == "has a NUL character in it"
    else:
        assert parse(f"a=x{encoded}".encode(), FORM) == {"a": f"x{text}"}


def _object(names: int) -> bytes:
    return b"{%b}" % b",".join(b'"%d":1' % name for name in range(names))


def _parts(count: int) -> bytes:
    return b"--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" * count


@pytest.mark.parametrize(
    ("content_type", "body_of"),
    [
        (FORM, lambda count: b"&".join([b"a[]=1"] * count)),
        (FORM, lambda count: b"&" * (count - 1)),
        (MULTIPART, _parts),
    ],
    ids=["form", "empty fields", "multipart"],
)
def test_a_form_has_at_most_12000_fields(content_type: str, body_of: Callable[[int], bytes]) -> None:
    parse(body_of(MAX_FIELDS), content_type)
    assert reason(body_of(MAX_FIELDS + 1), content_type) == "has more than 12000 fields: send fewer at a time"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fits", "too_many"),
    [
        (b'{"a":[%b1]}' % (b"1," * 39_997), b'{"a":[%b1]}' % (b"1," * 39_998)),
        (b'{"a":[%b[]]}' % (b"[]," * 39_997), b'{"a":[%b[]]}' % (b"[]," * 39_998)),
        (_object(20_000), _object(20_001)),
    ],
    ids=["list", "lists", "names"],
)
def test_json_has_at_most_40000_values_and_names(fits: bytes, too_many: bytes) -> None:
    parse(fits, JSON)
    assert reason(too_many, JSON) == "has more than 40000 values and names: send fewer at a time"


def test_text_of_many_commas_and_ampersands_in_json_is_read() -> None:
    text = ",&" * 200_000
    assert parse(msgspec.json.encode({"a": text}), JSON) == {"a": text}
