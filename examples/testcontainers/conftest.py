"""The server in a container: with this in place of the plugin's own, the fixture `gms` is a session of it."""

from collections.abc import Iterator

import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

from mockgms.client import Mock

PORT = 8080


@pytest.fixture(scope="session")
def mockgms() -> Iterator[Mock]:
    """A container of the image `mockgms`, made by `docker build -t mockgms .` in the clone."""
    container = DockerContainer("mockgms").with_exposed_ports(PORT)
    with container.waiting_for(HttpWaitStrategy(PORT, "/__admin/ready")):
        yield Mock(f"http://{container.get_container_host_ip()}:{container.get_exposed_port(PORT)}")
