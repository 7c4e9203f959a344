"""The phone number check."""

from functools import partial
from typing import Final

import msgspec

from mockgms.api.gms.refusals import GSG, Wording, failure
from mockgms.domain.numbers import NumberDescription, describe_number
from mockgms.domain.refusals import NumberUnreadable
from mockgms.http import query
from mockgms.http.body import as_text
from mockgms.http.messages import Reply, Request, Steps
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

DEFAULT_COUNTRY: Final = "US"
DEFAULT_LANGUAGE: Final = "en"


def check_phone_number(request: Request, session: Session) -> Steps:
    """Tell what is known of a number: its country, its spellings, its kind.

    Defaults and the refusal are verified. Raises Unreadable when no number is sent. It is looked up in a thread: the
    first time, the areas and carriers of all countries are read, which takes 0.4 s to 5 s.
    """
    params = request.params()
    number = query.text(params, "number")
    if number is None:
        raise Unreadable("number", "is missing")
    country = (query.text(params, "country") or DEFAULT_COUNTRY).upper()
    language = (query.text(params, "geocodingLocale") or DEFAULT_LANGUAGE).lower()
    try:
        description = yield partial(describe_number, number, country, language)
    except NumberUnreadable:
        message = f"Invalid Phone Number {number} for Country {country} (parsing impossible)"
        return failure(Wording(400, GSG, 7030, message), session.scenario)
    return Reply(200, msgspec.json.encode(render_description(description)))


def render_description(description: NumberDescription) -> dict[str, str]:
    """The members and values are verified; that truth values and numbers are text as well is assumed."""
    values = {
        "carrier": description.carrier,
        "country-code": description.country_code,
        "country-code-source": description.country_code_source,
        "country-default": description.country,
        "extension": description.extension,
        "is-possible-number": description.is_possible,
        "is-premium": description.is_premium,
        "is-valid-number": description.is_valid,
        "is-valid-number-for-region": description.is_valid_in_country,
        "italian-leading-zero": description.italian_leading_zero,
        "language-specified": description.language,
        "location": description.location,
        "number-E164": description.e164,
        "number-international": description.international,
        "number-national": description.national,
        "number-national-short": description.national_digits,
        "number-original": description.original,
        "number-specified": description.number,
        "number-type": description.kind,
        "region-code": description.region,
        "time-zone": description.timezone,
    }
    return {key: as_text(value) for key, value in values.items()}
