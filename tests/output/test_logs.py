import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from mockgms.output.logs import ABOUT, configure

TIME = 1_772_441_700.25  # 2026-03-02T08:55:00.250Z


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    """Restore the logging of the process after each test."""
    root, own = logging.getLogger(), logging.getLogger("mockgms")
    before = root.handlers[:], root.level, own.level
    yield
    root.handlers[:], root.level = before[:2]
    own.setLevel(before[2])


def log(message: str, level: int = logging.WARNING, **about: Any) -> None:
    logger = logging.getLogger("mockgms.some")
    if logger.isEnabledFor(level):
        exc_info = sys.exc_info()
        record = logger.makeRecord(
            *(logger.name, level, "", 0, message, (), exc_info if exc_info[0] else None),
            extra={ABOUT: about} if about else None,
        )
        record.created = TIME
        logger.handle(record)


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_a_line_of_text_has_the_time_the_level_the_message_and_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure("text", "info")
    log("POST /x 200", logging.INFO, session="one", operation="v1.schedule", rule=None, path="/x", duration=0.001)
    log("Something is wrong.")
    assert lines(capsys) == [
        "2026-03-02T08:55:00.250Z info POST /x 200 session=one operation=v1.schedule duration=0.001",
        "2026-03-02T08:55:00.250Z warning Something is wrong.",
    ]


def test_a_line_of_json_is_one_object_even_if_the_message_has_a_line_break(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json", "info")
    log("GET /\udce9\n 200", logging.INFO, session="one", faults=["hang"], rule=None)
    [line] = map(json.loads, lines(capsys))
    assert line == {
        "time": "2026-03-02T08:55:00.250Z",
        "level": "info",
        "logger": "mockgms.some",
        "message": "GET /\udce9\n 200",
        "session": "one",
        "faults": ["hang"],
        "rule": None,
    }


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_defect_is_logged_with_its_traceback(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure(form, "error")
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        log("A defect.", logging.ERROR)
    first, *rest = lines(capsys)
    if form == "text":
        assert (first, rest[0], rest[-1]) == (
            "2026-03-02T08:55:00.250Z error A defect.",
            "Traceback (most recent call last):",
            "ZeroDivisionError: division by zero",
        )
    else:
        assert rest == []
        assert json.loads(first)["traceback"].endswith("\nZeroDivisionError: division by zero")


def test_a_message_below_the_level_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure("text", "error")
    log("A warning.")
    assert lines(capsys) == []


def test_an_info_message_of_another_library_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure("text", "debug")
    logging.getLogger("asyncio").info("Chatter.")
    assert lines(capsys) == []


def test_a_line_of_text_shows_control_characters_as_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    configure("text", "warning")
    log("POST /x\x1b]0;\x07\n2026 error \u202e", rule="r\r\x9b")
    assert lines(capsys) == [r"2026-03-02T08:55:00.250Z warning POST /x\x1b]0;\x07\n2026 error \u202e rule=r\r\x9b"]
