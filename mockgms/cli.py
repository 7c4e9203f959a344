"""The command `mockgms`: serve and check scenarios, and control running servers."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence

from mockgms import __version__
from mockgms.commands.console import ERROR, FAILED, Console, discard_output
from mockgms.commands.options import InvalidOption, InvalidVariable, notices
from mockgms.commands.parsers import Parser
from mockgms.output import logs
from mockgms.output.printable import survive_encodings
from mockgms.server import signals

# A command is imported when it is called. Together, the commands take 150 ms to import, `--version` 30.

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    _open_closed_streams()
    survive_encodings(sys.stdout, sys.stderr)
    options = None
    try:
        options = _parser().parse_args(arguments)
        status = _command(options)
        if sys.stdout is not None:
            sys.stdout.flush()
    except (InvalidVariable, InvalidOption) as error:
        return Console.of(options).fail(str(error), ERROR)
    except signals.Stopped:
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of the output ended early, as `head` does
        discard_output()
        return FAILED
    except OSError as error:  # such as a full disk
        discard_output()
        return Console.of(options).fail(f"cannot continue: {error.strerror or error}", FAILED)
    return status


def _command(options: argparse.Namespace) -> int:
    if "log_format" in options:  # only `serve` has a log
        logs.configure(options.log_format, options.log_level)
    else:
        gc.enable()  # `__main__` has turned it off, and a server turns it on when it is ready
    for notice in notices(options):
        Console.of(options).warn(notice)
    command: Callable[[argparse.Namespace], int] = options.command
    return command(options)


def _open_closed_streams() -> None:
    """Give closed standard streams (`<&-`) the null device. The first sockets would take their place otherwise.

    uvloop ends the process when it closes a socket with the number of a standard stream.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number


def _parser() -> Parser:
    parser = Parser(prog="mockgms", description="A local mock of the Genesys callback API.")
    parser.add_argument("--version", action="version", version=f"mockgms {__version__}")
    commands = parser.add_commands()
    for name, description, fill in (
        ("serve", "answer requests until stopped", _add_serve),
        ("scenarios", "list the available scenarios with their descriptions", _add_scenarios),
        ("schema", "print the JSON Schema of scenario files", _add_schema),
        ("check", "check scenario files for mistakes", _add_check),
        ("try", "run the examples in scenario files", _add_try),
        ("import", "write a scenario from a configuration of GMS", _add_import),
        ("health", "check that a running server is alive", _add_health),
        ("ctl", "control a running server", _add_ctl),
        ("coverage", "show which rules have fired on a running server", _add_coverage),
        ("completion", "print the completion script of a shell", _add_completion),
    ):
        commands.add_parser(name, help=description, fill=fill)
    return parser


def _add_serve(parser: argparse.ArgumentParser) -> None:
    from mockgms.commands.serving import add_serve

    add_serve(parser)


def _add_scenarios(parser: argparse.ArgumentParser) -> None:
    from mockgms.commands.shipped import add_scenarios

    add_scenarios(parser)


def _add_schema(parser: argparse.ArgumentParser) -> None:
    from mockgms.commands.shipped import add_schema

    add_schema(parser)


def _add_check(parser: Parser) -> None:
    from mockgms.commands.checking import add_check

    add_check(parser)


def _add_try(parser: Parser) -> None:
    from mockgms.commands.trying import add_try

    add_try(parser)


def _add_import(parser: Parser) -> None:
    from mockgms.commands.importing import add_import

    add_import(parser)


def _add_health(parser: argparse.ArgumentParser) -> None:
    from mockgms.commands.health import add_health

    add_health(parser)


def _add_ctl(parser: Parser) -> None:
    from mockgms.commands.ctl import add_ctl

    add_ctl(parser)


def _add_coverage(parser: argparse.ArgumentParser) -> None:
    from mockgms.commands.coverage import add_coverage

    add_coverage(parser)


def _add_completion(parser: Parser) -> None:
    from mockgms.commands.completion import add_completion

    add_completion(parser, _parser)
