"""Callers: whose matches a rule counts, and whose requests a limit."""

from typing import Final

from mockgms.domain.numbers import digits
from mockgms.scenario.facts import Facts
from mockgms.scenario.rules import Per

_EVERYBODY: Final = ""


def caller(facts: Facts, per: Per) -> str:
    """Who asks, told apart as `per` says: phones by their digits. Requests that do not say it are of one caller."""
    match per:
        case "phone":
            return digits(facts.phone) if facts.phone else _EVERYBODY
        case "api_key":
            return facts.api_key or _EVERYBODY
        case "service":
            return facts.service or _EVERYBODY
        case _:
            return _EVERYBODY
