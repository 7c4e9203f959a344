"""The phone number check."""

from functools import partial
from typing import Annotated, Final

from msgspec import Meta, Struct, field

from mockgms.api import codes
from mockgms.api.gms.refusals import GSG, Wording, failure
from mockgms.api.operation import Written, operation
from mockgms.domain.numbers import NumberDescription, describe_number
from mockgms.domain.refusals import NumberUnreadable
from mockgms.http import query
from mockgms.http.body import as_text
from mockgms.http.messages import InSteps, Params, Reply
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

CHECK: Final = "v1.check_phone_number"
CHECKED: Final = "number"  # the parameter of the number
DEFAULT_COUNTRY: Final = "US"
DEFAULT_LANGUAGE: Final = "en"


class NumberQuery(Struct):
    """The parameters of a number check."""

    number: Annotated[str, Meta(min_length=1, max_length=255, description="The number.", examples=["+14155550100"])]
    country: Annotated[
        str | None,
        Meta(
            description="Country of a number without a country prefix. The default is US.", examples=[DEFAULT_COUNTRY]
        ),
    ] = None
    language: Annotated[
        str | None, Meta(description="The language of its `location`. The default is en.", examples=[DEFAULT_LANGUAGE])
    ] = field(name="geocodingLocale", default=None)


class PhoneNumber(Struct, rename=lambda name: name.replace("_", "-"), forbid_unknown_fields=True):
    """A description of a phone number. All values are text, and unknown ones are empty."""

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
    number_E164: str  # noqa: N815  # its name in the answer
    number_international: str
    number_national: str
    number_national_short: str
    number_original: str
    number_specified: str
    number_type: str
    region_code: str
    time_zone: str


@operation("GET", "/1/phonenumber", CHECK)
def check_phone_number(
    session: Session, params: Annotated[Params, Written(NumberQuery)]
) -> InSteps[PhoneNumber | Annotated[Reply, Written(PhoneNumber)]]:
    """Check and describe a phone number."""
    # The defaults and the refusal are verified. `describe_number` runs in a thread: the first time, it reads the areas
    # and carriers of all countries, which takes 0.4 s to 5 s.
    number = query.text(params, CHECKED)
    if number is None:
        raise Unreadable("number", "is missing")
    country = (query.text(params, "country") or DEFAULT_COUNTRY).upper()
    language = (query.text(params, "geocodingLocale") or DEFAULT_LANGUAGE).lower()
    try:
        description = yield partial(describe_number, number, country, language)
    except NumberUnreadable:
        message = f"Invalid Phone Number {number} for Country {country} (parsing impossible)"
        return failure(Wording(400, GSG, codes.NUMBER_UNREADABLE, message), session.scenario)
    return render_number(description)


def render_number(description: NumberDescription) -> PhoneNumber:
    """Return the answer. Members and values are verified; that booleans and numbers are text too is assumed."""
    return PhoneNumber(
        carrier=description.carrier,
        country_code=as_text(description.country_code),
        country_code_source=description.country_code_source,
        country_default=description.country,
        extension=description.extension,
        is_possible_number=as_text(description.is_possible),
        is_premium=as_text(description.is_premium),
        is_valid_number=as_text(description.is_valid),
        is_valid_number_for_region=as_text(description.is_valid_in_country),
        italian_leading_zero=as_text(description.italian_leading_zero),
        language_specified=description.language,
        location=description.location,
        number_E164=description.e164,
        number_international=description.international,
        number_national=description.national,
        number_national_short=description.national_digits,
        number_original=description.original,
        number_specified=description.number,
        number_type=description.kind,
        region_code=description.region,
        time_zone=description.timezone,
    )
