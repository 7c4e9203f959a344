import socket
import threading
from urllib.request import urlopen

import pytest

from mockgms.background import serving
from mockgms.scenario.catalog import Catalog


def test_a_server_runs_in_the_background_until_the_end_of_the_block() -> None:
    catalog = Catalog()
    with serving(catalog.named("default"), catalog) as url, urlopen(f"{url}/__admin/health") as answer:  # noqa: S310
        assert answer.read() == b'{"status":"ok"}'
        assert "mockgms" in [thread.name for thread in threading.enumerate()]
    port = int(url.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        pass
    assert "mockgms" not in [thread.name for thread in threading.enumerate()]
