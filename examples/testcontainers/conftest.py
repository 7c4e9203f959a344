"""The server in a container: with this in place of the plugin's own, the fixture `gms` is a session of it."""

import secrets
from collections.abc import Iterator

import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

from mockgms.client import Client

PORT = 8080


@pytest.fixture(scope="session")
def mockgms() -> Iterator[Client]:
    """A container of the image `mockgms`, made by `docker build -t mockgms .` in the clone."""
    token = secrets.token_hex()  # in a container it listens to others too: then it wants to know who steers it
    container = DockerContainer("mockgms").with_exposed_ports(PORT).with_env("MOCKGMS_ADMIN_TOKEN", token)
    with container.waiting_for(HttpWaitStrategy(PORT, "/__admin/ready")):
        url = f"http://{container.get_container_host_ip()}:{container.get_exposed_port(PORT)}"
        yield Client(url, token=token)
