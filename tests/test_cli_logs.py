"""The log of `mockgms serve`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from mockgms.cli import main

COMMAND = [sys.executable, "-c", "import sys; from mockgms.cli import main; sys.exit(main())", "serve", "--port", "0"]
LONGEST = 20  # seconds that a command may take on a busy machine
BOOKING = b"_customer_number=4155550100"

Serve = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """A function that starts `mockgms serve` with options and variables."""
    with_pipes: list[subprocess.Popen[str]] = []

    def serve(*options: str, **variables: str) -> "subprocess.Popen[str]":
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen([*COMMAND, *options], cwd=tmp_path, env={**os.environ, **variables}, **pipes)
        with_pipes.append(process)
        return process

    yield serve
    for process in with_pipes:
        process.terminate()
        process.communicate(timeout=LONGEST)


def requested(process: "subprocess.Popen[str]") -> list[str]:
    """What is logged on stderr while a server is asked for its health and to book, and then stopped."""
    assert process.stdout is not None
    url = process.stdout.readline().split()[3].removesuffix(",")
    for path, body in (
        ("/__admin/health", None),
        ("/s/one/genesys/1/service/callback/sales?phone=%2B14155550100", BOOKING),
    ):
        urlopen(f"{url}{path}", body, timeout=LONGEST).close()  # noqa: S310  # http
    process.terminate()
    return process.communicate(timeout=LONGEST)[1].splitlines()


def test_each_request_is_a_line_of_json_with_its_numbers_masked(serve: Serve) -> None:
    [line] = map(json.loads, requested(serve("--log-format", "json", "--log-level", "info")))
    assert line.pop("time").endswith("Z")
    assert line.pop("began").endswith("Z")
    assert 0 < line.pop("duration") < LONGEST
    assert line == {
        "level": "info",
        "logger": "mockgms.requests",
        "message": "POST /genesys/1/service/callback/sales?phone=%2B1415***0100 200",
        "session": "one",
        "id": 1,
        "operation": "v1.schedule",
        "method": "POST",
        "path": "/genesys/1/service/callback/sales",
        "query": "phone=%2B1415***0100",
        "phone": "***00",
        "status": 200,
        "delivery": None,
        "rule": None,
        "faults": [],
        "hints": [],
    }


def test_the_admin_api_is_logged_when_debugging(serve: Serve) -> None:
    admin, mocked = requested(serve(MOCKGMS_LOG_LEVEL="debug"))
    assert " debug GET /__admin/health 200 session=default operation=admin.health duration=" in admin
    assert " info POST /genesys/1/service/callback/sales?phone=%2B1415***0100 200 session=one " in mocked


def test_by_default_no_request_is_logged(serve: Serve) -> None:
    assert requested(serve()) == []


def test_in_json_what_is_told_of_the_scenario_is_json_too(serve: Serve, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("description: Calm.\n")
    process = serve("--log-format", "json", "--scenario", "mine.yaml")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    file.write_text("description: Calm.\nseed: 1\n")
    line = json.loads(process.stderr.readline())
    del line["time"]
    assert line == {
        "level": "warning",
        "logger": "mockgms.scenario",
        "message": "mine.yaml has changed, it has no rules",
    }


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--log-format", "argument --log-format: 'xml' is none of text, json"),
        ("--log-level", "argument --log-level: 'xml' is none of error, warning, info, debug"),
    ],
)
def test_another_word_is_refused(option: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", option, "xml"])
    assert capsys.readouterr().err.rstrip().endswith(message)
