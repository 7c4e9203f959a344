"""The log of `mockgms serve`."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from mockgms.cli import main
from tests.messages import ADMIN_CLOSED, CANNOT_LISTEN, CANNOT_LOOK
from tests.served import ran, served
from tests.waiting import LONGEST

COMMAND = [sys.executable, "-c", "import sys; from mockgms.cli import main; sys.exit(main())", "serve", "--port", "0"]
BOOKING = b"_customer_number=4155550100"

Serve = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Return a function that starts `mockgms serve` with options and variables."""
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


def log_of(process: "subprocess.Popen[str]") -> list[str]:
    """Send a health request and a booking, stop the server, and return the lines of its log."""
    assert process.stdout is not None
    url = process.stdout.readline().split()[3].removesuffix(",")
    for path, body in (
        ("/__admin/health", None),
        ("/s/one/genesys/1/service/callback/sales?phone=%2B14155550100", BOOKING),
    ):
        urlopen(f"{url}{path}", body, timeout=LONGEST).close()  # noqa: S310  # http
    process.terminate()
    return process.communicate(timeout=LONGEST)[1].splitlines()


def test_in_json_each_request_is_a_line_with_masked_numbers(serve: Serve) -> None:
    [line] = map(json.loads, log_of(serve("--log-format", "json", "--log-level", "info")))
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


def test_admin_requests_are_logged_at_level_debug(serve: Serve) -> None:
    admin, mocked = log_of(serve(MOCKGMS_LOG_LEVEL="debug"))
    assert " debug GET /__admin/health 200 session=default operation=admin.health duration=" in admin
    assert " info POST /genesys/1/service/callback/sales?phone=%2B1415***0100 200 session=one " in mocked


def test_by_default_no_request_is_logged(serve: Serve) -> None:
    assert log_of(serve()) == []


def test_in_json_a_message_about_the_scenario_is_json(serve: Serve, tmp_path: Path) -> None:
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
        ("--log-format", "argument --log-format: 'xml' is not one of text, json"),
        ("--log-level", "argument --log-level: 'xml' is not one of error, warning, info, debug"),
    ],
)
def test_an_unknown_log_format_or_level_is_refused(
    option: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["serve", option, "xml"])
    assert capsys.readouterr().err.rstrip().endswith(message)


JSON = ("serve", "--log-format", "json")


@pytest.mark.parametrize(
    ("options", "messages"),
    [
        (
            ("--scenario", "own.yaml"),
            [
                "own.yaml:2:1: unknown key `sevices`, did you mean `services`?",
                "own.yaml:3:1: unknown key `x\\u202e` (there are: description, services, ",
            ],
        ),
        (("--scenarios", "none"), [f"{CANNOT_LOOK} none: No such file or directory"]),
        (("--tls-key", "key.pem"), ["--tls-key requires --tls-cert"]),
        (("--tls-cert", "key.pem"), ["cannot read key.pem: No such file or directory"]),
        (("--host", "192.0.2.1"), [f"{CANNOT_LISTEN} 8080: "]),
        (("--port", "0", "--port-file", "own.yaml"), ["cannot write the port file own.yaml: "]),
    ],
)
def test_in_json_the_reasons_for_a_failed_start_are_json(
    tmp_path: Path,
    options: tuple[str, ...],
    messages: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.yaml").write_text('description: x\nsevices: {}\n"x\\u202e": 1\n')
    status = main([*JSON, *options])
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in err.splitlines()]
    assert (status, out, [line["level"] for line in lines]) == (2, "", ["error"] * len(messages))
    for line, message in zip(lines, messages, strict=True):
        assert line["message"].startswith(message)


def test_in_json_messages_about_variables_and_their_scenario_are_json(tmp_path: Path) -> None:
    status, _, err = ran(tmp_path, *JSON, MOCKGMS_SCENARIO="none.yaml", MOCKGMS_PORT_FILE="tcp://10.96.0.17:8080")
    lines = [json.loads(line) for line in err.splitlines()]
    assert (status, [(line["level"], line["logger"], line["message"]) for line in lines]) == (
        2,
        [
            (
                "warning",
                "mockgms.serve",
                (
                    "MOCKGMS_PORT_FILE is ignored, because 'tcp://10.96.0.17:8080' is a link to a service: unset the"
                    " variable, or set the value that you mean"
                ),
            ),
            (
                "error",
                "mockgms.serve",
                "MOCKGMS_SCENARIO: the scenario does not load; correct it or the variable",
            ),
            ("error", "mockgms.scenario", "none.yaml: cannot be read: No such file or directory"),
        ],
    )


def test_in_json_warnings_and_notices_at_the_start_are_json(tmp_path: Path) -> None:
    rules = "rules: [{name: a, then: {fault: hang}}, {name: b, then: {fault: hang}}]"
    (tmp_path / "own.yaml").write_text(f"description: x\n{rules}\n")
    with served(tmp_path, "--log-format", "json", "--scenario", "own.yaml", "--host", "0.0.0.0") as server:  # noqa: S104
        server.health()
    rule, closed = [json.loads(line) for line in server.logged().splitlines()]
    assert (rule["level"], rule["logger"]) == ("warning", "mockgms.scenario")
    assert rule["message"].startswith("own.yaml:2:")
    assert (closed["level"], closed["logger"]) == ("warning", "mockgms.serve")
    assert closed["message"].startswith(f"{ADMIN_CLOSED} 0.0.0.0: ")
