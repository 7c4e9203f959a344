"""Callers: whose matches a rule counts, and whose requests a limit."""

from hashlib import sha256
from typing import Final

from mockgms.domain.numbers import digits
from mockgms.scenario.facts import Facts
from mockgms.scenario.rules import Per

_EVERYBODY: Final = ""
_LONGEST: Final = 255  # characters


def caller(facts: Facts, per: Per) -> str:
    """Who asks, told apart as `per` says: phones by their digits. Requests that do not say it are of one caller.

    A key or name of more than 255 characters is replaced by its digest.
    """
    match per:
        case "phone":
            return digits(facts.phone) if facts.phone else _EVERYBODY
        case "api_key":
            return _short(facts.api_key)
        case "service":
            return _short(facts.service)
        case _:
            return _EVERYBODY


def _short(text: str | None) -> str:
    if text is None or len(text) <= _LONGEST:
        return text or _EVERYBODY
    return "sha256:" + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
