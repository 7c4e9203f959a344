"""The option `--set NAME=VALUE`, and the values of variables in scenario files."""

import argparse
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from mockgms.domain.quoting import quoted

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


def unused_set(options: argparse.Namespace, files: Iterable[Path], where: str) -> str | None:
    """Return a message if a variable of `--set` is not used in these files, which it calls `where`, or None."""
    if not options.variables:
        return None
    from mockgms.client.files import check_used, variables_in  # only for the option
    from mockgms.files.regular_file import read_file
    from mockgms.scenario.nodes import LARGEST

    texts = (read_file(file, LARGEST).decode(errors="replace") for file in files)
    try:
        check_used(dict(options.variables), variables_in(texts), where)
    except ValueError as error:
        return f"--set: {error}"
    return None


def setting(text: str) -> tuple[str, str]:
    """Parse the value of a variable. Raises ArgumentTypeError."""
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch(_NAME, name):
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not of the form NAME=VALUE, with a name in capitals")
    return name, value
