"""Customers made up by Faker, for the callbacks that are booked before the first request."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

from mockgms.domain.bookings import Bookings
from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.instants import DAY, Instant
from mockgms.domain.numbers import prepare_numbers
from mockgms.domain.service import Booked, Service
from mockgms.scenario.model import Scenario

_MOST: Final = 10_000  # of one service: with more, making a session would take seconds
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


@lru_cache(maxsize=4)  # a list of 10,000 takes 2 MB
def customers(seed: int, count: int) -> tuple[Customer, ...]:
    """So many customers; the same seed gives the same. Their numbers are of the US, possible and not premium."""
    people = _people(seed)
    first = Random(seed).randrange(_LINES)  # noqa: S311  # chance, no secret
    return tuple(Customer(_number(first + turn), people[turn % len(people)]) for turn in range(count))


def prepare_customers(scenario: Scenario) -> None:
    """Generate the customers of a scenario in advance, so that sessions start fast: importing Faker takes 0.5 s.

    The data that `comparable` needs for their numbers is loaded too.
    """
    services = [service for service in (*scenario.services.values(), scenario.fallback) if service is not None]
    if any(service.booked for service in services):
        _people(scenario.seed)
    prepare_numbers({service.numbers.country for service in services})


@lru_cache(maxsize=16)
def _people(seed: int) -> list[Mapping[str, str]]:
    # Faker takes a sixth of the start-up time: only scenarios with such callbacks import it.
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(seed)
    people: list[Mapping[str, str]] = []
    for _ in range(_PEOPLE):
        first, last = fake.first_name(), fake.last_name()
        email = f"{first}.{last}@example.com".lower()
        subject = fake.random_element(_SUBJECTS)
        people.append({"firstname": first, "lastname": last, "email": email, "subject": subject})
    return people


def _number(turn: int) -> str:
    area, line = divmod(turn * _STEP % (_LINES * len(_AREAS)), _LINES)
    return f"+1{_AREAS[area]}555{line:04d}"


def book_customers(bookings: Bookings, service: Service, booked: Booked, *, now: Instant, seed: int) -> Iterator[None]:
    """Book generated customers, in steps, into the share of free seats that `booked` sets, from now on."""
    query = AvailabilityQuery(service, now, now + booked.days * DAY)
    found = yield from bookings.calendar(service).availability_in_steps(query, now)
    yield
    slots = list(found.slots)
    yield
    seats = list(accumulate((slot.free for slot in slots), initial=0))  # the number of each slot's first seat
    taken = min(round(seats[-1] * booked.share), _MOST)
    drawn = Random(f"{seed}/{service.name}").sample(range(seats[-1]), taken)  # noqa: S311  # chance, no secret
    yield
    whom = customers(seed, taken)
    yield
    placed: list[tuple[Instant, str, Mapping[str, str]]] = []
    for seat, (number, properties) in zip(sorted(drawn), whom, strict=True):
        placed.append((slots[bisect_right(seats, seat) - 1].start, number, properties))
        yield
    yield from bookings.fill(service, placed, now)
