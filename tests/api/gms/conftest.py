"""Fixtures: a session of version 1 on a clock that stands still."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mockgms.domain.instants import parse_instant
from mockgms.domain.service import Service
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.session import Session
from tests.api.gms.api import Api

NOW = parse_instant("2026-03-02T08:55:00.000Z")  # a Monday


@pytest.fixture
def open_api() -> Callable[..., Api]:
    """A function that opens the API: it takes the settings of the service `sales`, and those of the scenario."""

    def open_api(service: Mapping[str, Any] | None = None, **settings: Any) -> Api:
        sales = Service(name="sales", **(service or {}))
        scenario = {"clock": ClockStart(NOW, frozen=True), "services": {"sales": sales}, **settings}
        return Api(Session("default", Scenario(name="test", description="For a test.", **scenario)))

    return open_api


@pytest.fixture
def api(open_api: Callable[..., Api]) -> Api:
    return open_api()
