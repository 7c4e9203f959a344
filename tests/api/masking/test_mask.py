import json

import pytest

from mockgms.api.masking.mask import Mask, masked_number
from mockgms.domain.quoting import quoted, shortened
from mockgms.http.messages import run_to_end


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+14155550123", "+1415***0123"),
        ("%2B14155550123", "%2B1415***0123"),
        (" +1 (415) 555-0123", "+1415***0123"),
        ("4155550123", "***23"),
        ("(415)%20555-0123", "***23"),
        ("12", "***12"),
        ("+1415***0123", "+1415***0123"),
    ],
)
def test_a_masked_number_keeps_enough_digits_to_be_recognised(number: str, masked: str) -> None:
    assert masked_number(number) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call +1 (415) 555-0123 now", "call +1415***0123 now"),
        ("phone=%2B14155550123&x=1", "phone=%2B1415***0123&x=1"),
        ('{"userData[mobile]" : "4155550123"', '{"userData[mobile]" : "***23"'),
        ("userData%5Bphone%5D=4155550123", "userData%5Bphone%5D=***23"),
        ("number=4155550123&number-of-days=12345", "number=***23&number-of-days=12345"),
        ('{"phone":"911","number" : 7, "phones": []}', '{"phone":"***11","number" : ***7, "phones": []}'),
        ("phone=+1&number=&x=1", "phone=+***1&number=&x=1"),
        ("token=abc&x=1", "token=***&x=1"),
        ('{"password":"abc","x":1}', '{"password":"***","x":1}'),
        ('{"password":"a b, \\"c\\"","x":1}', '{"password":"***","x":1}'),
        (r'{"a":"{\"token\":\"a b\",\"ani\":\"911\"}"}', r'{"a":"{\"token\":\"***\",\"ani\":\"***11\"}"}'),
        (r'{"a":"{\"token\":\"a b', r'{"a":"{\"token\":\"***'),
        ('{"tokens":["a","b"],"secret":{"a":1},"x":1', '{"tokens":[***],"secret":{***},"x":1'),
        ('{"token":"a, b', '{"token":"***'),
        ("Authorization: Bearer abc, x", "Authorization: ***, x"),
        ("Cookie: a=b; c=d, e\r\nx: 1", "Cookie: ***\r\nx: 1"),
        ("<phone>911</phone><token>abc</token>", "<phone>***11</phone><token>***</token>"),
        ("phone%3D%34%31%35", "phone%3D***15"),
        ('"phone": "\\u002b1\\u0034155550123"', '"phone": "\\u002b1415***0123"'),
        ('"phone": "anonymous", "mobile": "", "ani": null', '"phone": "***", "mobile": "", "ani": null'),
        ('"mobile": ["4155550199", 12], "x": 34', '"mobile": ["***99", ***12], "x": 34'),
        ('"phone": {"home": 4155550199}, "x": 34', '"phone": {"home": ***99}, "x": 34'),
        ("/callbacks/phone/4155550123/x", "/callbacks/phone/***23/x"),
        ("tel:+1-415-555-0123;x=1", "tel:+1415***0123;x=1"),
        ("\uff0b1 \uff14\uff11\uff15 555 0123", "\uff0b1415***0123"),
        ("+14155550123+14155550199", "+1415***0123+1415***0199"),
        ("+14155550123 +14155550199", "+1415***0123 +1415***0199"),
        ("n=%2B1+415+555+0123&x=1", "n=%2B1415***0123&x=1"),
        ("+49 4155550123456789", "+4941***6789"),
        ('name="phone"\r\nContent-Type: x\r\n\r\n911\r\n--b', 'name="phone"\r\nContent-Type: x\r\n\r\n***11\r\n--b'),
        ('form-data; name="token"\r\n\r\na b\r\n--b', 'form-data; name="token"\r\n\r\n***\r\n--b'),
    ],
)
def test_numbers_and_keys_are_masked_in_any_text(text: str, masked: str) -> None:
    assert Mask().text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T08:55:00.000Z",
        "2026-03-02T08:55:00.000+0100",
        "start=1772441700000",
        "4537c087-efb5-4404-a623-4023c86cb80f",
        "X-API-Key, Content-Type",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile/15E148 Safari/604.1",
        "localhost:8080, 127.0.0.1:54321, [::1]:8080",
        "start=2026-03-02+10:00:00&x=1+2026-03-02",
        "ids=1+2+3+4+5+6+7+8",
        "2026-03-02T08:55:00+01:00 +12",
        "number-of-days=12345&token=",
        "phone and token, a number of 5",
        "1.25 s, 1048576 bytes, 60000 ms",
        "a &#1114112; b &#xZ; 100% \\ \\u12",
    ],
)
def test_other_values_are_not_masked(text: str) -> None:
    assert Mask().text(text) == text


def test_the_value_of_a_sensitive_name_is_masked_wherever_it_occurs() -> None:
    mask = Mask({"phoneNumber": "(415) 555 0123", "userData": {"apiKey": "a/b/c", "mobile": ["4155550199"]}})
    assert mask.text("(415) 555 0123, %28415%29+555+0123, a%2Fb%2Fc, 4155550199") == "***23, ***23, ***, ***99"


def test_short_values_are_masked_only_under_their_sensitive_names() -> None:
    mask = Mask({"phone": "12", "apikey": "a", "mobile": None})
    assert mask.value({"phone": 12, "apikey": "a", "other": ["a", 12]}) == {
        "phone": "***12",
        "apikey": "***",
        "other": ["a", 12],
    }


def test_empty_values_and_other_types_are_not_masked() -> None:
    value = {"phone": None, "number": "", "flag": True, "count": 4155550123, "list": [1.5, "x"]}
    assert Mask().value(value) == value


def test_numbers_in_field_names_are_masked() -> None:
    assert Mask().value({"+14155550123": 1}) == {"+1415***0123": 1}


@pytest.mark.parametrize(
    "text",
    [
        *("(415) 555-0123", "415.555.0123", "1 415 555 0123", "415/555-0123", "415\u2011555\u00a00123"),
        *("call 0014155550123x", "5550123"),
    ],
)
def test_a_known_number_is_masked_in_other_spellings(text: str) -> None:
    shown = Mask({"phoneNumber": "+14155550123"}).text(text)
    assert "***" in shown
    assert "555" not in shown


def test_known_numbers_with_the_same_ending_are_masked_completely() -> None:
    mask = Mask({"phone": ["+14155550123", "+442125550123", "2125550123"]})
    assert mask.text("(415) 555-0123, (212) 555-0123") == "***23, ***23"


def test_each_of_many_known_numbers_with_the_same_ending_is_masked_completely() -> None:
    mask = Mask({"phone": [f"+{code}5550123" for code in range(1_200, 1_220)]})
    assert mask.text("(219) 555-0123") == "***23"


def test_a_known_short_number_is_masked_unless_it_is_part_of_a_longer_one() -> None:
    mask = Mask({"phone": "55501"})
    assert mask.text("n 55501, 555-01, 1-55501, 155501, 55502") == "n ***01, ***01, 1-***01, 155501, 55502"


def test_a_known_key_of_digits_is_masked_unless_it_is_part_of_a_longer_number() -> None:
    assert Mask({"token": "55501"}).text("n 55501, 155501, 555012") == "n ***, 155501, 555012"


def test_a_number_learned_from_one_text_is_masked_in_others() -> None:
    mask = Mask()
    run_to_end(mask.learn_text('{"phone": "4155550123", "x"'))
    assert mask.text("/x/415-555-0123") == "/x/***23"


def test_values_inside_an_object_or_list_with_a_sensitive_name_are_masked() -> None:
    value = {"phone": {"home": "4155550123", "key": 1}, "tokens": [{"a": "b"}], "x": {"y": "(415) 555-0123"}}
    assert Mask(value).value(value) == {
        "phone": {"home": "***23", "key": "***1"},
        "tokens": [{"a": "***"}],
        "x": {"y": "***23"},
    }


def test_a_sip_address_in_a_number_field_is_masked_everywhere() -> None:
    mask = Mask({"phoneNumber": "sip:ann@example.com"})
    assert mask.value({"phoneNumber": "sip:ann@example.com", "x": "sip%3Aann@example.com"}) == {
        "phoneNumber": "***",
        "x": "***",
    }


def test_the_header_sec_ch_ua_mobile_is_not_masked() -> None:
    headers = {"sec-ch-ua-mobile": "?0", "x-mobile": "12"}
    assert Mask(headers).value(headers) == {"sec-ch-ua-mobile": "?0", "x-mobile": "***12"}


@pytest.mark.parametrize(
    ("key", "before"),
    [("s3cret-" * 40, ""), ("s3cret-" * 13, "/a/long/path/"), ("top...secret" * 10, ""), ("it's s3cret" * 30, "")],
    ids=["long key", "key behind other text", "key with dots", "key with a quote"],
)
def test_a_known_key_is_masked_where_a_message_shortens_it(key: str, before: str) -> None:
    mask = Mask({"X-API-Key": key})
    assert mask.text(f"start {quoted(before + key)} is wrong").replace('"', "'") == f"start '{before}***'... is wrong"
    assert mask.text(f"nothing is at {shortened(before + key)}") == f"nothing is at {before}***..."
    assert mask.text(json.dumps({"m": f"at {quoted(before + key)}"})).count(key[:5]) == 0
    assert mask.text("a text... of others") == "a text... of others"


def test_with_too_many_keys_to_search_for_all_texts_are_hidden() -> None:
    mask = Mask({f"token{number}": f"abcdef{number}" for number in range(70)})
    assert mask.value({"x": "text", "n": None}) == {"***": None}


def test_with_suspects_all_each_number_of_seven_digits_is_masked() -> None:
    assert Mask(suspects_all=True).text("/x/5550123, 55501") == "/x/***23, 55501"


def test_a_form_is_masked_field_by_field() -> None:
    mask = Mask({"token": "a&b=c", "phone": "4155550123"})
    form = "token=a%26b%3dc&%70hone=%34%31%35&x=(415)+555-0123&mobile&note=a%26b%3Dc&number=&a[phone]=12"
    shown = "token=***&%70hone=***15&x=***23&mobile&note=***&number=&a[phone]=***12"
    assert run_to_end(mask.form(form)) == shown
    assert run_to_end(mask.form("&".join([form] * 300))) == "&".join([shown] * 300)


@pytest.mark.parametrize("length", [1, 10_000])
def test_a_number_of_any_length_is_masked(length: int) -> None:
    digits = "4155550123" * length
    assert masked_number(f"+{digits}+{digits}") == "+4155***0123"
    assert Mask({"phone": digits}).text(f"{digits} 415-555-0123").count("5550") == 0


@pytest.mark.unmeasured
@pytest.mark.slow
@pytest.mark.parametrize("filler", ["a", "phone ", "1,", "%41", "'", "=", " "])
def test_a_number_at_the_end_of_a_long_text_is_masked(filler: str) -> None:
    for length in range(32_700, 32_790, 3):
        before = filler * (length // len(filler))
        shown = Mask({"token": "abcdefgh"}).text(f"{before}:+14155550123 abcdefgh")
        assert shown.endswith(":+1415***0123 ***")


def test_a_number_in_escaped_digits_outside_the_basic_plane_is_masked() -> None:
    assert Mask().text("+1 415 555 \\ud835\\udfce\\x31\u00b2&#x33;") == "+1415***0123"


def test_many_numbers_and_keys_are_masked() -> None:
    fields = {f"phone{place}": f"4155{place:06}" for place in range(600)} | {"token": "abcdefgh"}
    mask = Mask(fields)
    masked = {f"phone{place}": f"***{place % 100:02}" for place in range(600)} | {"token": "***"}
    assert mask.value(fields) == masked
    assert mask.text("abcdefgh " * 600) == "*** " * 600
    assert mask.text("abcdef... " * 600) == "***... " * 600
    assert mask.text("phone=1, " * 600) == "phone=***1, " * 600


def test_a_sensitive_name_inside_a_value_does_not_end_the_value() -> None:
    assert Mask().text('"phone": "my phone=1, number: 2", "x": 3') == '"phone": "***12", "x": 3'
