"""Fixtures: a session with a frozen clock, called through the API that a folder is named after."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mockgms.domain.instants import parse_instant
from mockgms.domain.service import Service
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.session import Session
from tests.api.ges import api as ges
from tests.api.gms import api as gms

NOW = parse_instant("2026-03-02T08:55:00.000Z")  # a Monday
APIS: dict[str, type[gms.Api] | type[ges.Api]] = {"gms": gms.Api, "ges": ges.Api}


@pytest.fixture
def open_api(request: pytest.FixtureRequest) -> Callable[..., gms.Api | ges.Api]:
    """Return a function that opens the API. Its arguments are settings of the service `sales` and of the scenario."""
    api = APIS[request.path.parent.name]

    def open_api(service: Mapping[str, Any] | None = None, **settings: Any) -> gms.Api | ges.Api:
        sales = Service(name="sales", **(service or {}))
        scenario = {"clock": ClockStart(NOW, frozen=True), "services": {"sales": sales}, **settings}
        return api(Session("default", Scenario(name="test", description="For a test.", **scenario)))

    return open_api


@pytest.fixture
def api(open_api: Callable[..., gms.Api | ges.Api]) -> gms.Api | ges.Api:
    return open_api()
