"""Fixtures: a server in a thread whose sessions have a frozen clock, and a client of one of its sessions."""

from collections.abc import Iterator

import pytest

from mockgms.client import Client
from mockgms.scenario.catalog import Catalog
from tests.threaded import serving

MONDAY = "description: A Monday.\nclock: {now: 2026-03-02T08:55:00Z, frozen: true}\nservices: {'*': {capacity: 2}}\n"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Return the URL of a server whose sessions begin on a Monday."""
    catalog = Catalog()
    with serving(catalog.parse(MONDAY, "monday"), catalog) as url:
        yield url


@pytest.fixture
def mock(server: str) -> Iterator[Client]:
    """Return a client of a new session."""
    with Client(server) as client:
        session = client.new_session()
        yield session
        session.forget()
