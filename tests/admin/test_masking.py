import pytest

from mockgms.admin.masking import Mask, masked_number


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+14155550123", "+1415***0123"),
        ("%2B14155550123", "%2B1415***0123"),
        (" +1 (415) 555-0123", "+1415***0123"),
        ("4155550123", "***23"),
        ("(415)%20555-0123", "***23"),
        ("12", "***12"),
    ],
)
def test_a_number_is_masked_so_that_one_still_knows_which_it_was(number: str, masked: str) -> None:
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
    ],
)
def test_what_is_plainly_a_number_or_key_is_masked_in_any_text(text: str, masked: str) -> None:
    assert Mask().text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T08:55:00.000Z",
        "2026-03-02T08:55:00.000+0100",
        "start=1772441700000",
        "4537c087-efb5-4404-a623-4023c86cb80f",
        "X-API-Key, Content-Type",
    ],
)
def test_times_and_ids_stay_readable(text: str) -> None:
    assert Mask().text(text) == text


def test_what_has_a_telling_name_in_one_place_is_masked_in_every_other() -> None:
    mask = Mask({"phoneNumber": "(415) 555 0123", "userData": {"apiKey": "a/b/c", "mobile": ["4155550199"]}})
    assert mask.text("(415) 555 0123, %28415%29+555+0123, a%2Fb%2Fc, 4155550199") == "***23, ***23, ***, ***99"


def test_short_values_are_masked_by_their_names_alone() -> None:
    mask = Mask({"phone": "12", "apikey": "a", "mobile": None})
    assert mask.value({"phone": 12, "apikey": "a", "other": ["a", 12]}) == {
        "phone": "***12",
        "apikey": "***",
        "other": ["a", 12],
    }


def test_values_that_have_nothing_to_hide_stay_what_they_are() -> None:
    value = {"phone": None, "number": "", "flag": True, "count": 4155550123, "list": [1.5, "x"]}
    assert Mask().value(value) == value


def test_names_are_masked_too() -> None:
    assert Mask().value({"+14155550123": 1}) == {"+1415***0123": 1}
