"""Parsers of command lines. Only the called command gets its arguments added, because adding them is slow."""

import argparse
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NoReturn

from mockgms.output.printable import visible

_COMMAND: Final = "COMMAND"
_NO_COMMAND: Final = f"the following arguments are required: {_COMMAND}"  # argparse's message
_UNKNOWN_COMMAND: Final = re.compile(rf"argument {_COMMAND}: invalid choice: (['\"].*?['\"])(?= \(|, maybe)")
# argparse creates a formatter for each argument. With a fixed width, it does not ask for that of the terminal (5 ms).
_FIXED_WIDTH: Final = partial(argparse.HelpFormatter, width=80)


class Parser(argparse.ArgumentParser):
    """A parser that escapes control characters in its errors. Numbers and durations may be negative.

    `values` are the known values of its first argument, each with its meaning. `names` says which names of a running
    server it may be: scenarios or rules. Shells complete both.
    """

    values: Sequence[tuple[str, str]] = ()
    names: str = ""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=_FIXED_WIDTH, **settings)
        self._commands: Any = None
        self._negative_number_matcher = re.compile("-(?:[0-9.]|PT?[0-9])")  # by default, -5m is an unknown option

    def format_help(self) -> str:
        """Return the help, as wide as the terminal."""
        self.formatter_class = argparse.HelpFormatter
        return super().format_help()

    def format_usage(self) -> str:
        """Return the usage, as wide as the terminal."""
        self.formatter_class = argparse.HelpFormatter
        return super().format_usage()

    def error(self, message: str) -> NoReturn:
        """Print an error message and exit. Where a command is missing or unknown, it names the commands."""
        if message == _NO_COMMAND and self._commands is not None:
            message = f"a command is missing: {', '.join(self._commands.choices)}. `{self.prog} --help` describes them."
        elif self._commands is not None and (unknown := _UNKNOWN_COMMAND.match(message)) is not None:
            from mockgms.scenario.mistakes import suggest_or_list  # for mistakes only

            quoted = unknown[1]
            message = f"there is no command {quoted}{suggest_or_list(quoted[1:-1], self._commands.choices)}"
        super().error(visible(message))

    def add_commands(self) -> Any:
        """Add commands, and return the object whose `add_parser(name, help=..., fill=...)` adds one.

        `fill` adds the arguments to the parser of the command. It runs only if the command is called.
        """
        self._commands = self.add_subparsers(required=True, metavar=_COMMAND, prog=self.prog, parser_class=_LazyParser)
        return self._commands


class _LazyParser:
    """Creates the parser of a command when the command is called. Each takes 0.5 ms, and `ctl` alone has thirty."""

    def __init__(self, fill: Callable[[Parser], None], **settings: Any) -> None:
        self._fill = fill
        self._settings = settings

    def parse_known_args(self, *arguments: Any) -> Any:
        """Parse the arguments of the command."""
        return self.filled().parse_known_args(*arguments)

    def _check_help(self, action: argparse.Action) -> None:  # pragma: no cover  # from argparse, since version 3.14
        """Leave the check of the help text out: tests print all of them."""

    def filled(self) -> Parser:
        """Return the parser with all its arguments."""
        parser = Parser(**self._settings)
        self._fill(parser)
        return parser
