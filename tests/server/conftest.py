"""Limits of connections, and the event loop of tests of time-outs.

A test that uses the limits runs twice, since connections are read in two ways.
"""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from mockgms.server.channel import ConnectionLimits
from tests.server.patient_loop import PatientLoop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Let every test of this folder run in a patient loop."""
    return {"patient": PatientLoop}


@pytest.fixture(params=["plain requests", "aiohttp alone"])
def limits(request: pytest.FixtureRequest) -> ConnectionLimits:
    """The limits of a server that reads plain requests itself, and of one that leaves all to aiohttp."""
    return ConnectionLimits() if request.param == "plain requests" else ConnectionLimits(plain=0)


@pytest.fixture
async def skip() -> Callable[[float], None]:
    """A function that lets seconds pass at once, for the server as well as for the test."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, PatientLoop)
    return loop.skip
