import pytest

BOOK = """
import json
from urllib.request import Request, urlopen

def book(gms, **fields):
    request = Request(gms.v3_url + "/create", json.dumps(fields).encode(), {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        return json.load(answer)
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project in which every warning is an error, and only the plugins that a test names are loaded."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = --strict-markers -p mockgms.pytest_plugin\n")
    pytester.makepyfile(client=BOOK)
    return pytester
