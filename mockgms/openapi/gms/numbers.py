"""What is told of the phone number check."""

from msgspec import Struct

from mockgms.openapi.described import NAMED, Case, Described, Param, Table


class Number(Struct, rename=lambda name: name.replace("_", "-"), forbid_unknown_fields=True):
    """What is known of a number; all values are text, and what is not known is empty."""

    carrier: str
    country_code: str
    country_code_source: str
    country_default: str
    extension: str
    is_possible_number: str
    is_premium: str
    is_valid_number: str
    is_valid_number_for_region: str
    italian_leading_zero: str
    language_specified: str
    location: str
    number_E164: str  # noqa: N815
    number_international: str
    number_national: str
    number_national_short: str
    number_original: str
    number_specified: str
    number_type: str
    region_code: str
    time_zone: str


TABLE: Table = {
    "GET /1/phonenumber": Described(
        "What is known of a phone number.",
        Number,
        query=(
            Param("number", "The number.", "+14155550100", NAMED, required=True),
            Param("country", "Where it is of, when it has no prefix; without it US.", "US"),
            Param("geocodingLocale", "The language of its `location`; without it en.", "en"),
        ),
        cases=(
            Case("It can be read", query="number=%2B14155550100"),
            Case("It cannot be read", query="number=bad&country=DE"),
            Case("There is none"),
        ),
    ),
}
