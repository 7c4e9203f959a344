"""Limits of connections. A test that uses them runs twice, since connections are read in two ways."""

import pytest

from mockgms.server.channel import ConnectionLimits


@pytest.fixture(params=["plain requests", "aiohttp alone"])
def limits(request: pytest.FixtureRequest) -> ConnectionLimits:
    """The limits of a server that reads plain requests itself, and of one that leaves all to aiohttp."""
    return ConnectionLimits() if request.param == "plain requests" else ConnectionLimits(plain=0)
