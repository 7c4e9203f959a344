"""Phone numbers: which of them a service calls.

`phonenumbers` is imported by the checks that need it: a scenario without them starts faster.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.refusals import CountryMissing, NumberImpossible, NumberPremium, NumberUnreadable
from mockgms.domain.service import Service


@dataclass(frozen=True, slots=True)
class NumberDescription:
    """What is known of a number; what is not known is "".

    `number`, `country` and `language` are what was asked with. `location`, in that language, is the area or else the
    country; `timezone` is the first one of the number; `region` is the country that the number belongs to.
    """

    number: str
    country: str
    language: str
    country_code: int
    country_code_source: str
    region: str
    location: str
    timezone: str
    carrier: str
    kind: str
    extension: str
    italian_leading_zero: bool
    is_possible: bool
    is_valid: bool
    is_valid_in_country: bool
    is_premium: bool
    e164: str
    international: str
    national: str
    national_digits: str
    original: str


_WRITTEN = re.compile(r"(?:tel:)?(?=[^0-9]*[0-9])[0-9+\s().\-/#*,;x]{1,40}", re.IGNORECASE)
_NO_DIGIT = re.compile("[^0-9]+")


def prepare_numbers(countries: Iterable[str | None]) -> None:
    """Read what checks of numbers need, if there is a country to check them by: it takes 0.1 s."""
    for country in filter(None, countries):
        _in_full("0", country)


def check_number(number: str, service: Service) -> None:
    """Whether the service calls this number.

    Raises NumberUnreadable without a digit, with letters or beyond 40 characters; with the service's checks on also
    CountryMissing, NumberImpossible and NumberPremium, in this order.
    """
    if not _WRITTEN.fullmatch(number):
        raise NumberUnreadable(number)
    checks = service.numbers
    if checks.refuse_impossible:
        _check_possible(number, _country(number, service, "impossible"))
    if checks.refuse_premium:
        _check_premium(number, _country(number, service, "premium"))


def comparable(number: str, service: Service) -> str:
    """The digits by which two spellings of a number are one: those of E.164 where the service has a country.

    What has no digit is compared as it is.
    """
    return _comparables[number, service.numbers.country]


def _comparable(number_and_country: tuple[str, str | None]) -> str:
    number, country = number_and_country
    return (country and _in_full(number, country)) or digits(number)


_comparables: Final = BoundedCache(_comparable, most=4_096, longest=48)


def digits(number: str) -> str:
    """The digits of a number; the text itself when it has none."""
    return _NO_DIGIT.sub("", number) or number


def _in_full(number: str, country: str) -> str | None:
    """The digits of a number from the country's code on; None when it cannot be read as one of the country."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    return digits(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _country(number: str, service: Service, check: str) -> str:
    if not service.numbers.country:
        raise CountryMissing(number, service.name, check)
    return service.numbers.country


def _check_possible(number: str, country: str) -> None:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        raise NumberImpossible(number) from None
    if not phonenumbers.is_possible_number(parsed):
        raise NumberImpossible(number)


def _check_premium(number: str, country: str) -> None:
    import phonenumbers

    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number, country))
    except phonenumbers.NumberParseException:
        return  # nothing that can be parsed costs extra; whether it is possible is the other check's business
    if kind == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        raise NumberPremium(number)


def describe_number(number: str, country: str, language: str) -> NumberDescription:
    """What is known of a number, read as one of the country (two letters) when it has no prefix of its own.

    `language` is a language code in lower case, with or without a country after it. Raises NumberUnreadable.
    """
    import phonenumbers as library
    from phonenumbers import carrier, geocoder, timezone

    try:
        parsed = library.parse(number, country, keep_raw_input=True)
    except library.NumberParseException:
        raise NumberUnreadable(number) from None
    language = re.split("[-_]", language)[0]
    kind = library.number_type(parsed)
    return NumberDescription(
        number=number,
        country=country,
        language=language,
        country_code=parsed.country_code or 0,
        country_code_source=library.CountryCodeSource.to_string(parsed.country_code_source),
        region=library.region_code_for_number(parsed) or "",
        location=geocoder.description_for_number(parsed, language),
        timezone=timezone.time_zones_for_number(parsed)[0],
        carrier=carrier.name_for_number(parsed, language),
        kind=library.PhoneNumberType.to_string(kind),
        extension=parsed.extension or "",
        italian_leading_zero=bool(parsed.italian_leading_zero),
        is_possible=library.is_possible_number(parsed),
        is_valid=library.is_valid_number(parsed),
        is_valid_in_country=library.is_valid_number_for_region(parsed, country),
        is_premium=kind == library.PhoneNumberType.PREMIUM_RATE,
        e164=library.format_number(parsed, library.PhoneNumberFormat.E164),
        international=library.format_number(parsed, library.PhoneNumberFormat.INTERNATIONAL),
        national=library.format_number(parsed, library.PhoneNumberFormat.NATIONAL),
        national_digits=str(parsed.national_number),
        original=library.format_in_original_format(parsed, country),
    )
