"""The reach of a command: which server and session it is for, and what is said when there is no answer."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from typing import Any, Final

from mockgms.client import AdminError, Mock
from mockgms.printable import visible_lines

WRONG: Final = 1  # exit status: it is not as expected
CANNOT: Final = 2  # there is no server, or it refuses
_URL: Final = "http://localhost:8080"


def add_reach(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which server is asked, and how its answer is shown."""
    url, session = os.environ.get("MOCKGMS_URL") or _URL, os.environ.get("MOCKGMS_SESSION") or None
    parser.add_argument("--url", default=url, help=f"where the server is ($MOCKGMS_URL; default {_URL})")
    parser.add_argument("--session", default=session, metavar="ID", help="one of its sessions ($MOCKGMS_SESSION)")
    token = os.environ.get("MOCKGMS_ADMIN_TOKEN") or None
    parser.add_argument("--admin-token", default=token, metavar="TOKEN", help="if it wants one ($MOCKGMS_ADMIN_TOKEN)")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def reached(options: argparse.Namespace, command: Callable[[Mock], int]) -> int:
    """Run a command on the mock that the options name; its exit status, or one of those with what is wrong."""
    try:
        with Mock(options.url, token=options.admin_token) as mock:
            return command(mock if options.session is None else mock.session(options.session))
    except BrokenPipeError:  # of the output: a server that closes its connection is not reached
        raise
    except AssertionError as why:
        return _complain(why, WRONG)
    except (AdminError, OSError, TypeError, ValueError) as why:
        # What is wrong on the line of what was refused; of several mistakes, each of the others on its own.
        return _complain(str(why).replace("\n", " ", 1), CANNOT)


def _complain(why: object, status: int) -> int:
    print("mockgms:", visible_lines(why), file=sys.stderr)
    return status


def rendered_json(answer: Any) -> str:
    """An answer as people and programs read it: in ASCII, so that it is JSON in each encoding."""
    return json.dumps(answer, indent=2)
