"""Customers made up by Faker, for the callbacks that are booked before the first request."""

from collections.abc import Mapping
from functools import lru_cache
from random import Random
from typing import Final, NamedTuple

_PEOPLE: Final = 250  # drawn; more customers than that share their names, never their numbers
_AREAS: Final = (415, 212, 312, 206, 305, 617, 702, 713, 808, 214, 303, 602, 615, 704, 813, 919)
_LINES: Final = 10_000  # numbers of one area, all at the exchange 555
_STEP: Final = 7_919  # a prime, so that every number comes before any comes again
_SUBJECTS: Final = (
    "A question about my invoice",
    "My order has not arrived",
    "I would like to change my contract",
    "My connection is down",
    "I want to move house",
    "Please call me back about your offer",
    "My card was declined",
    "I forgot my password",
)


class Customer(NamedTuple):
    """Whom to call, and what a v1 client would send along."""

    number: str
    properties: Mapping[str, str]


@lru_cache(maxsize=16)
def customers(seed: int, count: int) -> tuple[Customer, ...]:
    """So many customers; the same seed gives the same. Their numbers are of the US, possible and not premium."""
    people = _people(seed, min(count, _PEOPLE))
    first = Random(seed).randrange(_LINES)  # noqa: S311  # chance, no secret
    return tuple(Customer(_number(first + turn), people[turn % len(people)]) for turn in range(count))


def _people(seed: int, count: int) -> list[Mapping[str, str]]:
    # Faker takes a sixth of the start-up time: only scenarios with such callbacks import it.
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(seed)
    people: list[Mapping[str, str]] = []
    for _ in range(count):
        first, last = fake.first_name(), fake.last_name()
        email = f"{first}.{last}@example.com".lower()
        subject = fake.random_element(_SUBJECTS)
        people.append({"firstname": first, "lastname": last, "email": email, "subject": subject})
    return people


def _number(turn: int) -> str:
    area, line = divmod(turn * _STEP % (_LINES * len(_AREAS)), _LINES)
    return f"+1{_AREAS[area]}555{line:04d}"
