"""The messages of a command on stderr, which are JSON lines if the log of the server is JSON, and its exit status."""

import argparse
import logging
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from mockgms.output.printable import visible, visible_lines

if TYPE_CHECKING:
    from mockgms.scenario.mistakes import ScenarioMistakes
    from mockgms.scenario.model import Scenario

FAILED: Final = 1  # exit status: what the command checks does not hold, or its output cannot be written
ERROR: Final = 2  # exit status: an argument is wrong, or the server does not do what the command asks
_log = logging.getLogger("mockgms.serve")
_scenario_log = logging.getLogger("mockgms.scenario")


class Console:
    """Prints messages on stderr. With `is_json`, they are log records, so the log must be configured first."""

    def __init__(self, *, is_json: bool = False) -> None:
        self._is_json = is_json

    @classmethod
    def of(cls, options: argparse.Namespace | None) -> "Console":
        """Return the console for the options of a command. Only `serve` has a log format."""
        return cls(is_json=getattr(options, "log_format", "text") == "json")

    def warn(self, message: str) -> None:
        """Print a warning."""
        self._write(_log, logging.WARNING, message)

    def notify(self, message: str) -> None:
        """Print that a change of the scenario files was applied, or why it was not."""
        self._write(_scenario_log, logging.WARNING, message)

    def fail(self, message: str, status: int) -> int:
        """Print why the command fails, and return the exit status."""
        self._write(_log, logging.ERROR, message)
        return status

    def warn_about(self, scenario: "Scenario") -> None:
        """Print the warnings of a scenario."""
        self._write_all(logging.WARNING, scenario.warnings)

    def report(self, mistakes: "ScenarioMistakes", status: int) -> int:
        """Print the mistakes of a scenario, and return the exit status."""
        self._write_all(logging.ERROR, mistakes.mistakes)
        return status

    def _write(self, log: logging.Logger, level: int, message: str) -> None:
        if self._is_json:
            log.log(level, "%s", message)
        else:
            _print(f"mockgms: {message}")

    def _write_all(self, level: int, messages: Iterable[object]) -> None:
        for message in messages:
            if self._is_json:
                _scenario_log.log(level, "%s", message)
            else:
                _print(visible(message))


def _print(text: str) -> None:
    with suppress(OSError):  # stderr is closed, which is no reason to stop
        print(visible_lines(text), file=sys.stderr, flush=True)


def discard_output() -> None:
    """Discard output that is still buffered. Otherwise, Python would try to write it at exit, and complain."""
    null_device = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null_device, sys.stdout.fileno())
    os.close(null_device)
