"""What a command says on stderr: as text, or as JSON lines where the log of the server is JSON."""

import argparse
import logging
import sys
from collections.abc import Iterable
from contextlib import suppress

from mockgms.output.printable import visible, visible_lines
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario

_log = logging.getLogger("mockgms.serve")
_scenario_log = logging.getLogger("mockgms.scenario")


class Console:
    """Says things on stderr. With `is_json`, the log must be configured first: each message is a record of it."""

    def __init__(self, *, is_json: bool = False) -> None:
        self._is_json = is_json

    @classmethod
    def of(cls, options: argparse.Namespace | None) -> "Console":
        """The console of a command with these options; only `serve` has a format of its log."""
        return cls(is_json=getattr(options, "log_format", "text") == "json")

    def warn(self, message: str) -> None:
        """Say something worth knowing."""
        self._say(_log, logging.WARNING, message)

    def tell(self, message: str) -> None:
        """Say what happens to the scenario."""
        self._say(_scenario_log, logging.WARNING, message)

    def complain(self, message: str, status: int) -> int:
        """Say why the command fails, and return its exit status."""
        self._say(_log, logging.ERROR, message)
        return status

    def warn_of(self, scenario: Scenario) -> None:
        """Say what is strange in a scenario."""
        self._list(logging.WARNING, scenario.warnings)

    def report(self, mistakes: ScenarioMistakes, status: int) -> int:
        """Say each mistake of a scenario, and return an exit status."""
        self._list(logging.ERROR, mistakes.mistakes)
        return status

    def _say(self, log: logging.Logger, level: int, message: str) -> None:
        if self._is_json:
            log.log(level, "%s", message)
        else:
            _print(f"mockgms: {message}")

    def _list(self, level: int, messages: Iterable[object]) -> None:
        for message in messages:
            if self._is_json:
                _scenario_log.log(level, "%s", message)
            else:
                _print(visible(message))


def _print(text: str) -> None:
    with suppress(OSError):  # nobody reads stderr, which is no reason to stop
        print(visible_lines(text), file=sys.stderr, flush=True)  # a command speaks by printing
