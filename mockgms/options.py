"""Options of the command: each has an environment variable of the same name."""

import argparse
import os
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

_MOST_DIGITS: Final = 6
_LEAST_SECONDS: Final = 0.1
_MOST_SECONDS: Final = 3_600
_WORDS: Final = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}


def add_option(
    parser: argparse.ArgumentParser,
    name: str,
    default: str | None,
    form: str,
    meaning: str,
    kind: Callable[[str], Any] = str,
) -> None:
    """Add one with a value; an empty variable counts as not set."""
    variable = _variable(name)
    shown = f"; default {default}" if default else ""
    help_text = f"{meaning} (${variable}{shown})"
    parser.add_argument(name, type=kind, default=os.environ.get(variable) or default, metavar=form, help=help_text)


def add_flag(parser: argparse.ArgumentParser, name: str, meaning: str) -> None:
    """Add one without a value; its variable says true or false, and empty counts as not set."""
    variable = _variable(name)
    default = os.environ.get(variable) or "false"
    flag = parser.add_argument(name, action="store_true", default=default, help=f"{meaning} (${variable})")
    flag.type = _truth  # a default that is text is read by it, so that a slip in the variable opens nothing


def one_of(words: Sequence[str]) -> Callable[[str], str]:
    """What reads one of some words."""

    def read(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(words)}")
        return text

    return read


def token(text: str) -> str:
    """A token that can stand in a header."""
    if not re.fullmatch("[!-~]+", text):
        raise argparse.ArgumentTypeError("a token is of letters, digits and punctuation, without blanks")
    return text


def up_to(most: int, what: str = "") -> Callable[[str], int]:
    """What reads a number from 0 to the most."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS or int(text) > most:
            raise argparse.ArgumentTypeError(f"{text!r} is not {what}a number from 0 to {most}")
        return int(text)

    return read


def seconds(text: str) -> float:
    """A number of seconds, from one tenth to an hour."""
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text) or not _LEAST_SECONDS <= float(text) <= _MOST_SECONDS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number of seconds from {_LEAST_SECONDS} to {_MOST_SECONDS}"
        )
    return float(text)


def _truth(text: str) -> bool:
    truth = _WORDS.get(text.lower())
    if truth is None:
        raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")
    return truth


def _variable(name: str) -> str:
    return "MOCKGMS" + name.upper().replace("--", "_").replace("-", "_")
