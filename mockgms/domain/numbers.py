"""Phone numbers: checks, comparison and description.

`phonenumbers` is imported only where it is needed: a scenario without number checks starts faster.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.refusals import CountryMissing, NumberImpossible, NumberPremium, NumberUnreadable
from mockgms.domain.service import Service


class NumberDescription(NamedTuple):
    """The known facts of a number. An unknown text is "".

    `number`, `country` and `language` are those of the query. `location` is the area, else the country, in that
    language. `timezone` is the first one of the number. `region` is the country to which the number belongs.
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


_WRITTEN = lazy_regex(r"(?:tel:)?(?=[^0-9]*[0-9])[0-9+\s().\-/#*,;x]{1,40}", re.IGNORECASE)
_NO_DIGIT = lazy_regex("[^0-9]+")


def prepare_numbers(countries: Iterable[str | None]) -> None:
    """Load the data for number checks, unless there is no country. This takes 0.1 s."""
    for country in filter(None, countries):
        _e164_digits("0", country)


def check_number(number: str, service: Service) -> None:
    """Raise a NumberRefused if the service does not call this number.

    Raises NumberUnreadable if the number has no digit, has letters, or is longer than 40 characters. If the checks of
    the service are on, also raises CountryMissing, NumberImpossible or NumberPremium, in this order.
    """
    if not _WRITTEN.fullmatch(number):
        raise NumberUnreadable(number)
    checks = service.numbers
    if checks.refuse_impossible:
        _check_possible(number, _country(number, service, "impossible"))
    if checks.refuse_premium:
        _check_premium(number, _country(number, service, "premium"))


def comparable(number: str, service: Service) -> str:
    """Return the digits that are equal for all spellings of a number: E.164 if the service has a country.

    A text without digits is returned unchanged.
    """
    return _comparables[number, service.numbers.country]


def _comparable(number_and_country: tuple[str, str | None]) -> str:
    number, country = number_and_country
    return (country and _e164_digits(number, country)) or digits(number)


_comparables: Final = BoundedCache(_comparable, most=4_096, longest=48)


def digits(number: str) -> str:
    """Return the digits of a number, or the text itself if it has none."""
    return _NO_DIGIT.sub("", number) or number


def _e164_digits(number: str, country: str) -> str | None:
    """Return the digits of a number with its country code. None if it is not readable as a number of the country."""
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
        return  # an unreadable number is not premium; `_check_possible` refuses it
    if kind == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        raise NumberPremium(number)


def describe_number(number: str, country: str, language: str) -> NumberDescription:
    """Return the known facts of a number.

    `country` (two letters) applies to a number without a country code. `language` is a language code in lower case,
    optionally followed by a country. Raises NumberUnreadable.
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
