"""Fixtures: a live server with the shipped scenario that a test file is named after, and both APIs of it."""

from pathlib import Path

import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.live import Client
from tests.scenarios.api import MONDAY, V1, V3, Api


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Scenario:
    """`test_throttled_once.py` is served `throttled-once`."""
    return Catalog().named(Path(request.path).stem.removeprefix("test_").replace("_", "-"))


@pytest.fixture(params=[V1, V3], ids=lambda api: api.version)
async def api(request: pytest.FixtureRequest, client: Client, scenario: Scenario) -> Api:
    """The API of one version, for tests that hold for each. A clock that would run stands still on a Monday."""
    api: Api = request.param(client)
    if not scenario.clock.frozen:
        await api.admin("PUT", "/clock", {"now": f"{MONDAY}T08:00:00Z", "frozen": True})
    return api
