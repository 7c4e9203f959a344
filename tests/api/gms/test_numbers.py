from collections.abc import Callable

import pytest

from tests.api.gms.api import GSG, Answer, Api, bad_parameter, refused

NUMBER = "/genesys/1/phonenumber"


@pytest.mark.slow
def test_a_phone_number_is_described(api: Api) -> None:
    answer = api.get(NUMBER, number="0604120405", country="FR", geocodingLocale="DE")
    carrier = answer.body.pop("carrier")  # differs between versions of the library, because numbers are ported
    assert carrier
    assert answer == Answer(
        200,
        {
            "country-code": "33",
            "country-code-source": "FROM_DEFAULT_COUNTRY",
            "country-default": "FR",
            "extension": "",
            "is-possible-number": "true",
            "is-premium": "false",
            "is-valid-number": "true",
            "is-valid-number-for-region": "true",
            "italian-leading-zero": "false",
            "language-specified": "de",
            "location": "Frankreich",
            "number-E164": "+33604120405",
            "number-international": "+33 6 04 12 04 05",
            "number-national": "06 04 12 04 05",
            "number-national-short": "604120405",
            "number-original": "06 04 12 04 05",
            "number-specified": "0604120405",
            "number-type": "MOBILE",
            "region-code": "FR",
            "time-zone": "Europe/Paris",
        },
    )


def test_the_default_country_is_the_us_and_the_default_language_english(api: Api) -> None:
    body = api.get(NUMBER, number="6504661100").body
    values = [body[key] for key in ("number-E164", "country-default", "language-specified", "location")]
    assert values == ["+16504661100", "US", "en", "California"]


def test_the_language_can_have_a_country(api: Api) -> None:
    body = api.get(NUMBER, number="+4989125016040", country="de", geocodingLocale="fr_FR").body
    assert (body["location"], body["country-default"], body["language-specified"]) == ("Munich", "DE", "fr")


def test_a_premium_number_is_marked_as_premium(api: Api) -> None:
    body = api.get(NUMBER, number="+19005551234").body
    assert (body["is-premium"], body["number-type"]) == ("true", "PREMIUM_RATE")


def test_unknown_facts_of_a_number_are_empty(api: Api) -> None:
    body = api.get(NUMBER, number="+1 111 ext. 7").body
    assert (body["region-code"], body["location"], body["carrier"], body["extension"]) == ("", "", "", "7")
    assert (body["is-possible-number"], body["is-valid-number"]) == ("false", "false")


def impossible(number: str, country: str) -> Answer:
    message = f"Invalid Phone Number {number} for Country {country} (parsing impossible)"
    return refused(7030, "BAD_PARAMETER", GSG, message)


def test_a_text_that_is_not_a_number_is_refused_with_the_message_of_the_real_server(api: Api) -> None:
    assert api.get(NUMBER, number="bad", country="DE", geocodingLocale="de") == impossible("bad", "DE")


@pytest.mark.parametrize("country", ["XX", "Germany"])
def test_an_unknown_country_is_refused(api: Api, country: str) -> None:
    answer = api.get(NUMBER, number="0604120405", country=country)
    assert answer == impossible("0604120405", country.upper())


def test_the_number_is_required(api: Api) -> None:
    assert api.get(NUMBER, country="DE") == bad_parameter("number is missing")


def test_a_refusal_in_the_older_dialect_has_two_members(open_api: Callable[..., Api]) -> None:
    assert open_api(dialect="8.5.1").get(NUMBER, number="bad") == Answer(
        400,
        {
            "exception": "com.genesyslab.gsg.GSGException",
            "message": "Invalid Phone Number bad for Country US (parsing impossible)",
        },
    )
