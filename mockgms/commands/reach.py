"""The reach of a command: which server and session it is for, and what is said when there is no answer."""

import argparse
import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from mockgms.client import AdminError, Client, Refused
from mockgms.commands.options import add_option, named, token, url
from mockgms.output.printable import visible_lines

WRONG: Final = 1  # exit status: it is not as expected
CANNOT: Final = 2  # there is no server, or it refuses
_GIVE_IT: Final = "Give the token with --admin-token or in the variable MOCKGMS_ADMIN_TOKEN."
_URL: Final = "http://localhost:8080"
_OPTIONS: Final = {
    "session": "--session",
    "Authorization": "--admin-token",
}  # by the field that the server names in a refusal


def add_reach(parser: argparse.ArgumentParser, *, is_repeated: bool = False) -> None:
    """Add the options that say which server is asked, and how its answer is shown.

    With `is_repeated`, a parser above has them too: its values hold for those that are not given here.
    """
    added = (
        add_option(parser, "--url", _URL, "URL", "where the server is", url),
        add_option(parser, "--session", None, "ID", "one of its sessions"),
        add_option(parser, "--admin-token", None, "TOKEN", "if it wants one", token),
        parser.add_argument("--json", action="store_true", help="print the answer as JSON"),
    )
    if is_repeated:
        for option in added:
            option.default = argparse.SUPPRESS


def reached(options: argparse.Namespace, command: Callable[[Client], int]) -> int:
    """Run a command on the mock that the options name; its exit status, or one of those with what is wrong."""
    try:
        mock = Client(options.url, token=options.admin_token)
    except ValueError as why:
        return _complain(named(options, "--url", str(why)), CANNOT)
    try:
        with mock:
            return command(mock if options.session is None else mock.session(options.session))
    except BrokenPipeError:  # of stdout: a broken connection to the server raises another error
        raise
    except AssertionError as why:
        return _complain(why, WRONG)
    except Refused as why:
        return _complain(_on_one_line(_named(options, why)), CANNOT)
    except OSError as why:
        text = f"{why.filename}: {why.strerror}" if why.filename is not None else why
        return _complain(_on_one_line(text), CANNOT)
    except (AdminError, TypeError, ValueError) as why:
        return _complain(_on_one_line(why), CANNOT)


def _named(options: argparse.Namespace, why: Refused) -> str:
    """Return what the server says, with the variable that it is about, and where a token is given."""
    option = _OPTIONS.get(why.field or "")
    text = str(why) if option is None else named(options, option, str(why))
    return f"{text} {_GIVE_IT}" if why.status == HTTPStatus.UNAUTHORIZED else text


def _on_one_line(why: object) -> str:
    """Return a message with its first two lines joined; further mistakes stay on lines of their own."""
    return str(why).replace("\n", " ", 1)


def _complain(why: object, status: int) -> int:
    print("mockgms:", visible_lines(why), file=sys.stderr)
    return status


def rendered_json(answer: Any) -> str:
    """Return an answer as indented JSON, in ASCII, so that any output encoding can write it."""
    return json.dumps(answer, indent=2)
