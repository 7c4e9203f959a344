"""The same requests by the HTTP clients that people use: all get the same answers, and book the same callback."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest
from playwright.sync_api import sync_playwright

from mockgms.client import Client
from mockgms.scenario.catalog import Catalog
from tests.docs.markdown import ROOT
from tests.messages import SLOT_FULL
from tests.threaded import serving
from tests.ui.browser import ARGUMENTS, executable

CLIENTS = Path(__file__).parent
MODULES = ROOT / "node_modules"
SCENARIO = """
description: A Monday with one seat a slot, and numbers that are refused.
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
services: {"*": {capacity: 1, time_bucket: 15}}
rules:
  - {name: throttled, when: {phone: "+14155550429"}, then: {fault: throttle, retry_after: 7s}}
  - {name: broken, when: {phone: "+14155550500"}, then: {fault: server_error}}
"""
TEN = "2026-03-02T10:00:00.000Z"
# For a JVM that lives for a second: without the second compiler and a parallel collector, it takes half the time.
BRIEF: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
PROPOSED = {f"2026-03-02T{time}:00.000Z": "1" for time in ("10:15", "10:30", "10:45", "11:00", "11:15")}


def _of_v3(message: str) -> dict[str, Any]:
    return {"status": {"code": 7041, "message": message, "corrId": "-"}}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    catalog = Catalog([])
    with serving(catalog.parse(SCENARIO), catalog) as url:
        yield url


@pytest.fixture
def session(server: str) -> Iterator[Client]:
    client = Client(server).new_session()
    yield client
    client.forget()


def _run(*command: str | Path) -> Any:
    """Run a client, and return the outcomes that it prints."""
    result = subprocess.run(command, cwd=CLIENTS, capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")
    return json.loads(result.stdout)


def _plain(outcome: Any) -> Any:
    """Return an outcome without what differs from run to run: ids."""
    text = json.dumps(outcome)
    return json.loads(re.sub(r'"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"', '"-"', text))


# What each client gets, in this order.
EXPECTED: Final = [
    {"status": 200, "wait": None, "body": {TEN: 1, "2026-03-02T10:15:00.000Z": 1}},
    {"status": 200, "wait": None, "body": {"_id": "-"}},
    {
        "status": 400,
        "wait": None,
        "body": {**_of_v3(SLOT_FULL), "data": {"slots": PROPOSED}},
    },
    {
        "status": 429,
        "wait": "7",
        "body": _of_v3("Too many requests at this time: the service sales takes no more for 7 s."),
    },
    {
        "status": 500,
        "wait": None,
        "body": {
            "exception": "com.genesyslab.gsg.GSGException",
            "message": "Internal Server Error",
            "code": 500,
            "phrase": "FAILURE",
        },
    },
    {"status": 200, "wait": None, "body": {}},
]


def _check(session: Client, outcomes: Any) -> None:
    assert _plain(outcomes) == EXPECTED
    (callback,) = session.callbacks
    assert callback == {
        "id": outcomes[1]["body"]["_id"],
        "service": "sales",
        "phone": "+14155550100",
        "created": "2026-03-02T08:55:00.000Z",
        "desired_time": TEN,
        "slot": None,
        "state": "COMPLETED",
        "reason": "CANCELLED",
        "position": None,
        "wait": None,
        "moves": [],
        "properties": {"name": "Zoë 😀"},
    }


def test_requests_gets_the_expected_answers(session: Client) -> None:
    _check(session, _run(sys.executable, "with_requests.py", session.base_url))


def test_the_bytes_of_guzzle_get_the_expected_answers(session: Client) -> None:
    _check(session, _run(sys.executable, "with_guzzle_bytes.py", session.base_url))


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_gets_the_expected_answers(session: Client) -> None:
    _check(session, _run(CLIENTS / "with_curl.sh", session.base_url))


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_fetch_gets_the_expected_answers(session: Client) -> None:
    _check(session, _run("node", "fetch.mjs", session.base_url))


@pytest.mark.skipif(not (MODULES / "axios").is_dir(), reason="the npm packages are not installed")
def test_axios_gets_the_expected_answers(session: Client) -> None:
    _check(session, _run("node", "axios.mjs", session.base_url))


@pytest.mark.skipif(shutil.which("javac") is None, reason="a JDK is not installed")
def test_the_http_client_of_java_gets_the_expected_answers(session: Client) -> None:
    _check(session, _run("java", *BRIEF, "Requests.java", session.base_url))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[str]:
    """A page of another origin that includes jQuery."""
    for script in MODULES / "jquery" / "dist" / "jquery.min.js", CLIENTS / "jquery.js":
        shutil.copy(script, tmp_path)
    page = '<!doctype html><meta charset="utf-8"><script src="jquery.min.js"></script><script src="jquery.js"></script>'
    (tmp_path / "shop.html").write_text(page)
    handler = partial(_Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/shop.html"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a log."""

    def log_message(self, *_: object) -> None: ...


@pytest.mark.skipif(not (MODULES / "jquery").is_dir(), reason="the npm packages are not installed")
def test_jquery_in_a_page_of_another_origin_gets_the_expected_answers(session: Client, shop: str) -> None:
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS).new_page()
        page.goto(shop)
        _check(session, page.evaluate("base => sendAll(base)", session.base_url))
