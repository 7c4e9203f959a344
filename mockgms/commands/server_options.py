"""Options that select a running server, and messages about failures of requests to it."""

import argparse
import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from mockgms.client import AdminError, Client, Refused
from mockgms.commands.console import ERROR, FAILED
from mockgms.commands.options import add_option, admin_token, named, token, token_in_file, token_option, url
from mockgms.domain.quoting import quoted
from mockgms.output.printable import visible_lines

_GIVE_IT: Final = "Give the token with --admin-token or in the variable MOCKGMS_ADMIN_TOKEN."
_URL: Final = "http://localhost:8080"


def add_server_options(parser: argparse.ArgumentParser, *, is_repeated: bool = False) -> None:
    """Add the options that select the server and the output format.

    With `is_repeated`, a parser above has the same options, and its values apply if they are not given here.
    """
    added = (
        add_option(parser, "--url", _URL, "URL", "URL of the server", url),
        add_option(parser, "--session", None, "ID", "session to use"),
        add_option(parser, "--admin-token", None, "TOKEN", "token of the admin API, if it requires one", token),
        add_option(parser, "--admin-token-file", None, "PATH", "file with this token", token_in_file),
        parser.add_argument("--json", action="store_true", help="print the answer as JSON"),
    )
    if is_repeated:
        for option in added:
            option.default = argparse.SUPPRESS


def run_with_client(options: argparse.Namespace, command: Callable[[Client], int], *, has_session: bool = True) -> int:
    """Run a command with a client for the selected server and session, and return its exit status.

    Without `has_session`, the command is about the whole server, and no session is opened.
    Failures are printed, and return the exit status FAILED or ERROR.
    """
    try:
        client = Client(options.url, token=admin_token(options))
    except ValueError as error:
        return _fail(named(options, "--url", str(error)), ERROR)
    try:
        with client:
            return command(client.session(options.session) if has_session and options.session is not None else client)
    except (AdminError, AssertionError, OSError, TypeError, ValueError) as error:
        if isinstance(error, OSError) and error.filename is None and error.errno is not None:
            raise  # stdout cannot be written: a broken connection to the server raises another error
        return _fail(_message(options, error), FAILED if isinstance(error, AssertionError) else ERROR)


def _message(options: argparse.Namespace, error: Exception) -> object:
    """Return the message about the failure of a command."""
    match error:
        case AssertionError():
            return error
        case Refused():
            return _on_one_line(_named(options, error))
        case UnicodeEncodeError():  # the bytes of an argument are not UTF-8, or not in this locale
            return f"{quoted(str(error.object))} has bytes that are not text: give it in UTF-8"
        case OSError(filename=str() as file):
            return _on_one_line(f"{file}: {error.strerror}")
    return _on_one_line(error)


def _named(options: argparse.Namespace, error: Refused) -> str:
    """Return the message of the server, preceded by the variable it is about, and followed by how to give a token."""
    option = {"session": "--session", "Authorization": token_option(options)}.get(error.field or "")
    text = str(error) if option is None else named(options, option, str(error))
    return f"{text} {_GIVE_IT}" if error.status == HTTPStatus.UNAUTHORIZED else text


def _on_one_line(error: object) -> str:
    """Return a message with its first two lines joined. Further mistakes keep separate lines."""
    return str(error).replace("\n", " ", 1)


def _fail(error: object, status: int) -> int:
    print("mockgms:", visible_lines(error), file=sys.stderr)
    return status


def rendered_json(answer: Any) -> str:
    """Return an answer as indented JSON, in ASCII so that any output encoding can write it."""
    return json.dumps(answer, indent=2)
