"""Phone numbers: their grammar, checks, comparison and description.

A number is `[tel:][(][+]` and digits, between which may stand spaces, `.`, `-`, `/`, brackets, `*` and `#`, then
perhaps an extension: `x12`, `ext. 12`, `;ext=12`, `,12` and the like. It has at most 40 characters. Digits of other
scripts, full-width forms and all dashes (U+2010 to U+2015) are read as the ASCII characters that they stand for.
Invisible marks of direction, which come with a number that was copied from a page, are skipped.

`phonenumbers` is imported only where it is needed: a scenario without number checks starts faster.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple
from unicodedata import decimal

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


_LONGEST: Final = 40  # characters
_LONGEST_SENT: Final = 100  # with marks of direction
_EXTENSION = lazy_regex(
    r"\s*(?:;ext=|[,;]+|(?:x|extn?|extension)[.:]?)\s*(?P<extension>[0-9]{1,20})\s*\Z", re.IGNORECASE
)
_WRITTEN = lazy_regex(r"(?:tel:)?[\s(]*\+?(?=[^0-9]*[0-9])[0-9\s().\-/*#]+", re.IGNORECASE)
_NO_DIGIT = lazy_regex("[^0-9]+")
_MARKS: Final = (
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_ASCII: Final = {
    **dict.fromkeys(map(ord, _MARKS)),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **{ord("\uff01") + at: chr(ord("!") + at) for at in range(94)},  # full-width forms
}


def prepare_numbers(countries: Iterable[str | None]) -> None:
    """Load the data for number checks, unless there is no country. This takes 0.1 s."""
    for country in filter(None, countries):
        _e164_digits("0", country)


def plain_number(number: str) -> str:
    """Return a number with ASCII characters in place of equal ones, and without marks of direction.

    Characters without an equal stay. A text that is too long for a number is returned unchanged.
    """
    return number if number.isascii() or len(number) > _LONGEST_SENT else _plain[number]


def _in_ascii(number: str) -> str:
    text = number.translate(_ASCII)
    return "".join(str(decimal(each)) if each.isdecimal() else " " if each.isspace() else each for each in text)


_plain: Final = BoundedCache(_in_ascii, longest=_LONGEST_SENT)


def _is_readable(number: str) -> bool:
    text = plain_number(number)
    if len(text) > _LONGEST:
        return False
    extension = _EXTENSION.search(text)
    return _WRITTEN.fullmatch(text, 0, extension.start() if extension else len(text)) is not None


_readable: Final = BoundedCache(_is_readable, longest=_LONGEST_SENT)


def check_number(number: str, service: Service) -> None:
    """Raise a NumberRefused if the service does not call this number.

    Raises NumberUnreadable if the number does not have the grammar of this module. If the checks of the service are on,
    also raises CountryMissing, NumberImpossible or NumberPremium, in this order.
    """
    is_usual = number.isascii() and number.removeprefix("+").isdigit() and len(number) <= _LONGEST
    if not is_usual and not _readable[number]:
        raise NumberUnreadable(number)
    checks = service.numbers
    if checks.refuse_impossible:
        _check_possible(number, _country(number, service, "impossible"))
    if checks.refuse_premium:
        _check_premium(number, _country(number, service, "premium"))


def comparable(number: str, service: Service) -> str:
    """Return the result of `comparable_in` for the country of a service."""
    return comparable_in(number, service.numbers.country)


def comparable_in(number: str, country: str | None) -> str:
    """Return the form that is equal for all spellings of a number: its digits, in E.164 if there is a country.

    An extension follows after an `x`. A text without digits is returned unchanged.
    """
    plain = number.removeprefix("+")
    if country is None and plain.isdigit() and plain.isascii():  # the usual case, which need not be cached
        return plain
    return _comparables[number, country]


def _comparable(number_and_country: tuple[str, str | None]) -> str:
    number, country = plain_number(number_and_country[0]), number_and_country[1]
    return (country and _e164_digits(number, country)) or digits(number)


_comparables: Final = BoundedCache(_comparable, most=4_096, longest=_LONGEST_SENT)


def international(number: str, country: str | None) -> str | None:
    """Return a number with its country code, such as `+14155550100`. None without a country, or if it is unreadable."""
    known = country and _international[number, country]
    return f"+{known}" if known else None


def digits(number: str) -> str:
    """Return the digits of a number, with an `x` before an extension. A text without digits is returned unchanged."""
    plain = number.removeprefix("+")
    if plain.isascii() and plain.isdigit():  # the usual case, in a tenth of the time
        return plain
    extension = _EXTENSION.search(number, max(0, len(number) - _LONGEST))
    main = _NO_DIGIT.sub("", number[: extension.start()] if extension else number)
    if extension is None or not main:
        return main or _NO_DIGIT.sub("", number) or number
    return f"{main}x{extension['extension']}"


def _e164_digits(number: str, country: str) -> str | None:
    """Return the digits of a number with its country code, and its extension after an `x`. None if it is unreadable."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    main = digits(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    return f"{main}x{parsed.extension}" if parsed.extension else main


def _with_code(number_and_country: tuple[str, str]) -> str | None:
    number, country = number_and_country
    return _e164_digits(plain_number(number), country)


_international: Final = BoundedCache(_with_code)


def _country(number: str, service: Service, check: str) -> str:
    if not service.numbers.country:
        raise CountryMissing(number, service.name, check)
    return service.numbers.country


def _check_possible(number: str, country: str) -> None:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(plain_number(number), country)
    except phonenumbers.NumberParseException:
        raise NumberImpossible(number) from None
    if not phonenumbers.is_possible_number(parsed):
        raise NumberImpossible(number)


def _check_premium(number: str, country: str) -> None:
    import phonenumbers

    try:
        kind = phonenumbers.number_type(phonenumbers.parse(plain_number(number), country))
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
