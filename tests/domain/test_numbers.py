import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.numbers import (
    NumberDescription,
    check_number,
    comparable,
    describe_number,
    digits,
    international,
    plain_number,
)
from mockgms.domain.refusals import (
    CountryMissing,
    NumberImpossible,
    NumberPremium,
    NumberRefused,
    NumberUnreadable,
)
from mockgms.domain.service import NumberChecks, Service

LENIENT = Service("sales")
IMPOSSIBLE = Service("sales", numbers=NumberChecks("US", refuse_impossible=True))
PREMIUM = Service("sales", numbers=NumberChecks("US", refuse_premium=True))
STRICT = Service("sales", numbers=NumberChecks("US", refuse_impossible=True, refuse_premium=True))


def refusal(number: str, service: Service) -> tuple[type[NumberRefused], dict[str, object]]:
    with pytest.raises(NumberRefused) as refused:
        check_number(number, service)
    return type(refused.value), vars(refused.value)


@pytest.mark.parametrize(
    "number",
    [
        "5115",
        "+14155550100",
        "(415) 555-0100",
        "415.555.0100",
        "tel:+1-415-555-0100",
        "(+49) 30 1234",
        " 1415",
        "*72#",
        "5115x12",
        "+33123456789 ext. 12",
        "+33123456789 EXTN 12",
        "+33123456789,,12",
        "tel:+33-1-23-45-67-89;ext=12",
        "+33 1/23/45/67/89",
        "\uff0b\uff13\uff13\uff08\uff10\uff09\uff11\uff0d\uff12",
        "\u0665\u0661\u0661\u0665",
        "+33\u20111\u201023\u201245\u201367\u201489\u201500",
        "\u202a+33\u00a01\u202f23\u202c",
        "\u2066+33123\u2069",
        "\u200e+33123\u200f",
        "\u202a\u202a\u202a\u202a" * 5 + "1" * 40,
    ],
)
def test_usual_spellings_of_numbers_are_accepted(number: str) -> None:
    check_number(number, LENIENT)


@pytest.mark.parametrize(
    "number",
    [
        "",
        " ",
        "+",
        "unknown",
        "5115 ext",
        "51\x0015",
        "😀",
        "1" * 41,
        "tel:",
        "++33123",
        "33+123",
        "+33123456789x",
        "x12",
        "1x2x3",
        "12 abc 34",
        "\u00b2\u00b3",
        "\u0665" * 41,
        "1" + "\u200e" * 100,
    ],
)
def test_a_text_that_is_not_a_phone_number_is_refused(number: str) -> None:
    assert refusal(number, STRICT) == (NumberUnreadable, {"number": number})


@pytest.mark.parametrize("number", ["111", "+19005551234", "0"])
def test_without_checks_each_readable_number_is_accepted(number: str) -> None:
    check_number(number, LENIENT)


@pytest.mark.parametrize("number", ["111", "+0", "0", "+1415555010012345"])
def test_an_impossible_number_is_refused_if_the_check_is_on(number: str) -> None:
    assert refusal(number, IMPOSSIBLE) == (NumberImpossible, {"number": number})


def test_a_possible_number_is_accepted() -> None:
    check_number("+14155552671", STRICT)
    check_number("(415) 555-2671", STRICT)
    check_number("+33 1 42 68 53 00", STRICT)


def test_a_premium_number_is_refused_if_the_check_is_on() -> None:
    assert refusal("+19005551234", PREMIUM) == (NumberPremium, {"number": "+19005551234"})
    assert refusal("9005551234", PREMIUM) == (NumberPremium, {"number": "9005551234"})


@pytest.mark.parametrize("number", ["111", "+0", "+14155552671"])
def test_the_premium_check_accepts_any_other_number(number: str) -> None:
    check_number(number, PREMIUM)


@pytest.mark.parametrize(
    ("checks", "check"),
    [
        (NumberChecks(None, refuse_premium=True), "premium"),
        (NumberChecks("", refuse_premium=True), "premium"),
        (NumberChecks(None, refuse_impossible=True), "impossible"),
        (NumberChecks(None, refuse_impossible=True, refuse_premium=True), "impossible"),
    ],
)
def test_a_check_without_a_country_is_refused_with_the_name_of_the_check(checks: NumberChecks, check: str) -> None:
    assert refusal("5115", Service("sales", numbers=checks)) == (
        CountryMissing,
        {"number": "5115", "service": "sales", "check": check},
    )


def test_an_unreadable_number_is_refused_before_a_missing_country() -> None:
    assert refusal("x", Service("sales", numbers=NumberChecks(None, refuse_premium=True)))[0] is NumberUnreadable


def test_the_number_library_is_imported_only_when_a_check_is_on() -> None:
    code = (
        "import sys; from mockgms.domain.numbers import check_number; from mockgms.domain.service import Service;"
        "check_number('5115', Service('sales')); sys.exit('phonenumbers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_prepare_numbers_imports_the_number_library_only_if_there_is_a_country() -> None:
    code = (
        "import sys; from mockgms.domain.numbers import prepare_numbers; prepare_numbers([None, '']);"
        "before = 'phonenumbers' in sys.modules; prepare_numbers([None, 'FR']);"
        "sys.exit((before, 'phonenumbers' in sys.modules) != (False, True))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_description_of_a_number_has_all_its_facts() -> None:
    assert describe_number("+14155552671", "US", "en-us") == NumberDescription(
        number="+14155552671",
        country="US",
        language="en",
        country_code=1,
        country_code_source="FROM_NUMBER_WITH_PLUS_SIGN",
        region="US",
        location="San Francisco, CA",
        timezone="America/Los_Angeles",
        carrier="",
        kind="FIXED_LINE_OR_MOBILE",
        extension="",
        italian_leading_zero=False,
        is_possible=True,
        is_valid=True,
        is_valid_in_country=True,
        is_premium=False,
        e164="+14155552671",
        international="+1 415-555-2671",
        national="(415) 555-2671",
        national_digits="4155552671",
        original="+1 415-555-2671",
    )


def test_a_number_without_a_prefix_is_described_as_a_number_of_the_given_country() -> None:
    described = describe_number("(415) 555-2671", "US", "en_GB")
    assert (described.e164, described.country_code_source, described.language) == (
        "+14155552671",
        "FROM_DEFAULT_COUNTRY",
        "en",
    )


def test_a_description_is_in_the_given_language() -> None:
    described = describe_number("+39 06 698 12345", "IT", "it")
    assert (described.location, described.italian_leading_zero) == ("Città del Vaticano", True)


def test_a_description_names_the_carrier_of_a_mobile_number() -> None:
    assert describe_number("+33 6 12 34 56 78", "FR", "en").carrier == "SFR"
    carriers = [describe_number("+86 139 1234 5678", "CN", language).carrier for language in ("en", "zh")]
    assert carriers == ["China Mobile", "中国移动"]


def test_the_original_format_is_the_number_as_dialled_from_the_given_country() -> None:
    assert describe_number("00442070313000", "FR", "en").original == "00 44 20 7031 3000"


def test_unknown_facts_in_a_description_are_empty() -> None:
    described = describe_number("+1 111 ext. 5", "DE", "de")
    assert (described.region, described.location, described.extension, described.is_valid) == ("", "", "5", False)


def test_a_text_that_is_not_a_number_cannot_be_described() -> None:
    with pytest.raises(NumberUnreadable) as refused:
        describe_number("bad", "DE", "de")
    assert refused.value.number == "bad"


@pytest.mark.parametrize("number", ["+1 415 555 0100", "(415) 555-0100", "14155550100", "tel:+1-415-555-0100"])
def test_spellings_with_and_without_the_country_code_have_the_same_key(number: str) -> None:
    assert comparable(number, IMPOSSIBLE) == "14155550100"


@pytest.mark.parametrize("number", ["1 415 555 0100", "+1 (415) 555-0100"])
def test_without_a_country_the_key_of_a_number_is_its_digits(number: str) -> None:
    assert comparable(number, LENIENT) == "14155550100"


def test_the_key_of_an_invalid_number_is_its_digits() -> None:
    assert comparable("x1", IMPOSSIBLE) == "1"


@pytest.mark.parametrize(
    ("numbers", "checks"),
    [
        (["+1 (415) 555-0100", "+14155550100", "1.415.555.0100", "tel:+1-415-555-0100"], NumberChecks()),
        (["415 555 0100", "(415)5550100", "14155550100"], NumberChecks(country="US")),
        (["+14155550100", "415 555 0100", "1 415 555 0100"], NumberChecks(country="US", refuse_impossible=True)),
        (["+33 1 99 00 11 22", "01 99 00 11 22", "0033199001122"], NumberChecks(country="FR", refuse_premium=True)),
        (["#", "#"], NumberChecks(country="US", refuse_impossible=True)),
    ],
)
def test_all_spellings_of_a_number_have_the_same_key(numbers: list[str], checks: NumberChecks) -> None:
    assert len({comparable(number, Service("sales", numbers=checks)) for number in numbers}) == 1


@pytest.mark.parametrize("country", [None, "FR"])
@pytest.mark.parametrize(
    ("number", "form"),
    [
        ("+33123456789x12", "33123456789x12"),
        ("+33 1 23 45 67 89 ext. 12", "33123456789x12"),
        ("tel:+33-1-23-45-67-89;ext=12", "33123456789x12"),
        ("\uff0b\uff13\uff13\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19", "33123456789"),
        ("+\u0663\u0663\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669", "33123456789"),
        ("\u202a+33\u20111 23\u201045-67\u00a089\u202c", "33123456789"),
    ],
)
def test_the_key_of_a_number_includes_its_extension(number: str, form: str, country: str | None) -> None:
    assert comparable(number, Service("sales", numbers=NumberChecks(country))) == form


@pytest.mark.parametrize(
    ("number", "country", "written"),
    [
        ("(415) 555-2671", "US", "+14155552671"),
        ("\u202a4155552671\u202c", "US", "+14155552671"),
        ("4155552671 ext 5", "US", "+14155552671x5"),
        ("+33123456789", "US", "+33123456789"),
        ("anna", "US", None),
        ("4155552671", None, None),
    ],
)
def test_the_international_form_of_a_number_requires_a_country(
    number: str, country: str | None, written: str | None
) -> None:
    assert international(number, country) == written


def test_a_number_in_full_width_digits_is_checked_like_one_in_ascii_digits() -> None:
    check_number("\uff14\uff11\uff15\uff15\uff15\uff15\uff12\uff16\uff17\uff11", STRICT)
    assert refusal("\uff11\uff11\uff11", IMPOSSIBLE)[0] is NumberImpossible
    assert refusal("\uff19\uff10\uff10\uff15\uff15\uff15\uff11\uff12\uff13\uff14", PREMIUM)[0] is NumberPremium


def test_the_key_of_a_very_long_text_is_computed() -> None:
    assert comparable(" " * 100_000 + "1", LENIENT) == "1"
    assert plain_number("\u0661" * 100_000) == "\u0661" * 100_000


def test_numbers_that_may_differ_have_different_keys() -> None:
    service = Service("sales")
    numbers = ["+14155550100", "4155550100", "+14155550101", "anna", "bob"]
    assert len({comparable(number, service) for number in numbers}) == len(numbers)


@given(st.from_regex(r"\+{0,2}[0-9\u0660]{0,12}", fullmatch=True))
def test_the_key_of_a_number_is_the_digits_of_its_plain_form(number: str) -> None:
    assert comparable(number, LENIENT) == digits(plain_number(number))


@given(st.from_regex(r"\+?[0-9]{1,40}", fullmatch=True))
def test_the_digits_of_a_usual_number_are_those_that_any_other_way_finds(number: str) -> None:
    assert digits(number) == digits(f" {number}")
