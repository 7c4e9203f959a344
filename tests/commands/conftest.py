"""Fixtures: a server in a thread, a client of it, and the command `mockgms` with its URL."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from mockgms.client import Client
from mockgms.scenario.catalog import Catalog
from tests.command import run_command
from tests.threaded import serving

MONDAY = """
description: A Monday.
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
services: {"*": {capacity: 2}}
rules:
  - {name: gold, when: {user_data: {level: gold}}, times: 1, then: {fault: throttle}}
  - {name: every, when: {operation: cancel}, then: {fault: server_error}}
  - {name: shadow, when: {operation: cancel, service: sales}, then: {fault: hang}}
"""

Run = Callable[..., tuple[int, str, str]]


def serve_monday() -> Iterator[str]:
    """Yield the URL of a server whose sessions begin on a Monday."""
    catalog = Catalog()
    with serving(catalog.parse(MONDAY, "monday"), catalog) as url:
        yield url


@pytest.fixture
def server() -> Iterator[str]:
    yield from serve_monday()


@pytest.fixture
def mock(server: str) -> Client:
    return Client(server)


@pytest.fixture
def run(server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs `mockgms`, and returns its status, output and errors."""
    monkeypatch.setenv("MOCKGMS_URL", server)

    return partial(run_command, capsys)
