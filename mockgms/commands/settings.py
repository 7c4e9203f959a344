"""The option `--set NAME=VALUE`, and the values of variables in scenario files."""

import argparse
import os
import re
from collections.abc import Mapping
from typing import Final

SET: Final = "value of ${NAME} in scenario files, in place of that of the environment (may be repeated)"
_NAME: Final = "[A-Z_][A-Z0-9_]*"


def add_variables(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument(
        "--set",
        dest="variables",
        action="append",
        type=setting,
        metavar="NAME=VALUE",
        help=SET,
    )


def variables(options: argparse.Namespace) -> Mapping[str, str]:
    """Return the environment, in which values of `--set` take precedence."""
    return {**os.environ, **dict(options.variables or ())}


def setting(text: str) -> tuple[str, str]:
    """Parse the value of a variable. Raises ArgumentTypeError."""
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch(_NAME, name):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE, with a name in capitals")
    return name, value
