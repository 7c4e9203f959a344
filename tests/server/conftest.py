"""Limits with which each connection is read in one of two ways. The tests that use them hold for both."""

import pytest

from mockgms.server.channel import ConnectionLimits


@pytest.fixture(params=["plain requests", "aiohttp alone"])
def limits(request: pytest.FixtureRequest) -> ConnectionLimits:
    """The limits of a server that reads plain requests itself, and of one that leaves all to aiohttp."""
    return ConnectionLimits() if request.param == "plain requests" else ConnectionLimits(plain=0)
