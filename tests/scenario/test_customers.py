"""Generated customers."""

import subprocess
import sys

import phonenumbers
import pytest

from mockgms.scenario.customers import customers


def test_the_same_seed_gives_the_same_people() -> None:
    first = customers(7, 30)
    customers.cache_clear()
    assert customers(7, 30) == first
    assert customers(8, 30) != first


def test_customers_are_drawn_once() -> None:
    assert customers(7, 20) is customers(7, 20)


@pytest.mark.parametrize("count", [0, 1, 1_000])
def test_the_given_number_of_customers_is_drawn(count: int) -> None:
    assert len(customers(1, count)) == count


def test_a_customer_has_the_fields_that_a_v1_client_sends() -> None:
    number, properties = customers(1, 1)[0]
    assert list(properties) == ["firstname", "lastname", "email", "subject"]
    assert properties["email"] == f"{properties['firstname']}.{properties['lastname']}@example.com".lower()
    assert all(properties.values())
    assert number.startswith("+1")


def test_every_customer_has_a_unique_number_that_can_be_called() -> None:
    numbers = [customer.number for customer in customers(3, 5_000)]
    assert len(set(numbers)) == 5_000
    for number in numbers[::50]:
        parsed = phonenumbers.parse(number)
        assert phonenumbers.is_possible_number(parsed)
        assert phonenumbers.number_type(parsed) != phonenumbers.PhoneNumberType.PREMIUM_RATE


@pytest.mark.slow
def test_scenarios_are_loaded_without_faker_and_phonenumbers() -> None:
    code = (
        "import sys; from mockgms.scenario import catalog, customers; catalog.Catalog().names(); "
        "print(sorted({'faker', 'phonenumbers', 'aiohttp'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
