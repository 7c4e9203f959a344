"""Fixtures: a live server on a clock that stands still, and a client of it."""

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from mockgms.domain.instants import parse_instant
from mockgms.scenario.model import ClockStart, Scenario
from tests.live import Client, LiveServer, exchange_of

NOW = parse_instant("2026-03-02T08:55:00.000Z")  # a Monday


@pytest.fixture
def scenario() -> Scenario:
    """What the server starts with; a test that needs another overrides it."""
    return Scenario(name="test", description="For a test.", clock=ClockStart(NOW, frozen=True))


@pytest.fixture
async def client(aiohttp_client: AiohttpClient, scenario: Scenario) -> Client:
    return await aiohttp_client(LiveServer(exchange_of(scenario)))
