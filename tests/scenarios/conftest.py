"""Fixtures: a live server with the shipped scenario that a test file is named after, and its two APIs."""

from pathlib import Path

import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.live import Client
from tests.scenarios.api import MONDAY, V1, V3, Api


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Scenario:
    """The scenario that the file of a test is named after: `throttled-once` in `test_throttled_once.py`."""
    return Catalog().named(Path(request.path).stem.removeprefix("test_").replace("_", "-"))


@pytest.fixture(params=[V1, V3], ids=lambda api: api.version)
async def api(request: pytest.FixtureRequest, client: Client, scenario: Scenario) -> Api:
    """The API of one version; a test runs with each. If the clock of the scenario runs, it is frozen on a Monday."""
    api: Api = request.param(client)
    if not scenario.clock.frozen:
        await api.admin("PUT", "/clock", {"now": f"{MONDAY}T08:00:00Z", "frozen": True})
    return api
