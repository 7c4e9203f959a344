"""Fixtures: a mock of a server in the background, its clock standing still."""

from collections.abc import Iterator

import pytest

from mockgms.client import Client
from mockgms.scenario.catalog import Catalog
from tests.threaded import serving

MONDAY = "description: A Monday.\nclock: {now: 2026-03-02T08:55:00Z, frozen: true}\nservices: {'*': {capacity: 2}}\n"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Where a server listens whose sessions begin on a Monday."""
    catalog = Catalog()
    with serving(catalog.parse(MONDAY, "monday"), catalog) as url:
        yield url


@pytest.fixture
def mock(server: str) -> Iterator[Client]:
    """A session of its own for each test."""
    with Client(server) as whole:
        session = whole.new_session()
        yield session
        session.forget()
