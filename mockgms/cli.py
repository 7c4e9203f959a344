"""The command `mockgms`: serve and check scenarios, and control running servers."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mockgms import __version__
from mockgms.commands.console import ERROR, FAILED, Console
from mockgms.commands.options import (
    InvalidVariable,
    add_address,
    add_flag,
    add_option,
    admin_token,
    is_from_variable,
    named,
    notices,
    one_of,
    seconds,
    token,
    token_in_file,
    up_to,
)
from mockgms.commands.parsers import Parser
from mockgms.commands.settings import add_variables, unused_set, variables
from mockgms.output import logs
from mockgms.output.printable import survive_encodings, visible
from mockgms.server import signals

# Each command imports what it needs in its functions. Together, the commands take 150 ms to import, `--version` 30.
if TYPE_CHECKING:
    from mockgms.http.access import Access
    from mockgms.scenario.catalog import Catalog
    from mockgms.scenario.model import Scenario
    from mockgms.server.listening import Host
    from mockgms.server.tls import Identity

_INTERRUPTED = 130


class _CannotStart(Exception):
    """An option is invalid. The message says which, and why."""


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
    except (InvalidVariable, _CannotStart) as error:
        return Console.of(options).fail(str(error), ERROR)
    except signals.Stopped:
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of the output ended early, as `head` does
        _drop_output()
        return FAILED
    except OSError as error:  # such as a full disk
        _drop_output()
        return Console.of(options).fail(f"cannot continue: {error.strerror or error}", FAILED)
    return status


def _command(options: argparse.Namespace) -> int:
    if options.command is not _serve:
        gc.enable()  # `__main__` has turned it off, and a server turns it on when it is ready
    else:
        logs.configure(options.log_format, options.log_level)
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


def _drop_output() -> None:
    """Discard output that is still buffered. Otherwise, Python would try to write it at exit, and complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


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
    add_address(parser, "address to listen at; :: for all addresses", "port to listen at; 0 picks a free one")
    add_option(parser, "--scenario", "default", "NAME|PATH", "scenario to start with")
    _add_folder(parser)
    add_option(
        parser,
        "--port-file",
        None,
        "PATH",
        "write the port to this file once the server listens; each server needs its own file",
        Path,
    )
    add_option(
        parser,
        "--journal",
        "1000",
        "NUMBER",
        "number of requests that each session keeps in its journal, up to 999999; 0 is fastest",
        up_to(999_999),
    )
    stalled = "seconds without progress after which a client is disconnected, from 0.1 to 3600"
    add_option(parser, "--timeout", "30", "SECONDS", stalled, seconds)
    add_option(
        parser, "--log-format", "text", "FORMAT", "format of the log on stderr: text or json", one_of(logs.FORMATS)
    )
    levels = "lowest level that is logged: error, warning, info (each request) or debug (admin requests too)"
    add_option(parser, "--log-level", "warning", "LEVEL", levels, one_of(logs.LEVELS))
    add_option(parser, "--tls-cert", None, "PATH", "serve HTTPS with the certificate in this PEM file", Path)
    add_option(parser, "--tls-key", None, "PATH", "private key of the certificate, if it is in another file", Path)
    add_flag(parser, "--tls-self-signed", "serve HTTPS with a certificate of a new local authority")
    add_option(parser, "--admin-token", None, "TOKEN", "token that the admin API requires", token)
    add_option(parser, "--admin-token-file", None, "PATH", "file with this token", token_in_file)
    add_flag(parser, "--admin-open", "open the admin API even if other machines can reach the server")
    add_flag(parser, "--until-stdin-ends", "stop when the standard input ends, as it does when its writer ends")
    add_variables(parser)
    parser.set_defaults(command=_serve)


def _add_scenarios(parser: argparse.ArgumentParser) -> None:
    _add_folder(parser)
    add_variables(parser)
    parser.set_defaults(command=_scenarios)


def _add_schema(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_schema)


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


def _add_folder(parser: argparse.ArgumentParser) -> None:
    add_option(
        parser, "--scenarios", None, "DIR", "folder of scenarios; they are found by name before the shipped ones", Path
    )


def _serve(options: argparse.Namespace) -> int:
    with signals.stopping_at_start():
        status = _load_and_run(options)
    if status == 0:
        from mockgms.api.threads import exit_if_busy

        signals.ignore_from_now_on()
        exit_if_busy(status)
    return status


def _load_and_run(options: argparse.Namespace) -> int:
    from mockgms.scenario.mistakes import ScenarioMistakes

    catalog, console = _catalog(options), Console.of(options)
    try:
        scenario = catalog.load(options.scenario)
    except ScenarioMistakes as mistakes:
        if is_from_variable(options, "--scenario"):
            message = "the scenario does not load; correct it or the variable"
            console.fail(named(options, "--scenario", message), ERROR)
        return console.report(mistakes, ERROR)
    unused = unused_set(options, (*scenario.files, *catalog.own_files), "the scenarios")
    if unused is not None:
        return console.fail(unused, ERROR)
    console.warn_about(scenario)
    return _run(options, scenario, catalog)


def _catalog(options: argparse.Namespace) -> "Catalog":
    from mockgms.scenario.catalog import Catalog, check_folder

    folder: Path | None = options.scenarios
    if folder is None:
        return Catalog(variables=variables(options))
    try:
        check_folder(folder)
    except ValueError as error:
        raise _CannotStart(named(options, "--scenarios", str(error))) from None
    return Catalog([folder], variables(options))


def _run(options: argparse.Namespace, scenario: "Scenario", catalog: "Catalog") -> int:
    from mockgms import app
    from mockgms.scenario.watching import Watch
    from mockgms.server.channel import ConnectionLimits

    console = Console.of(options)

    def announce(port: int) -> None:
        try:
            print(visible(_announcement("https" if tls else "http", host, port, scenario)), flush=True)
        except BrokenPipeError:  # stdout is closed, which is no reason not to serve
            _drop_output()
        if access.notice:
            console.warn(access.notice)

    host = _host(options)
    access, identity = _access(options, host), _identity(options)
    tls, authority = identity or (None, None)
    exchange = app.assemble(scenario, catalog, entries=options.journal, access=access, authority=authority)
    serving = app.serve(
        exchange,
        app.ListenAddress(host, options.port, tls, ConnectionLimits(timeout=options.timeout)),
        port_file=options.port_file,
        until_stdin_ends=options.until_stdin_ends,
        on_ready=announce,
        background=app.watch_files(exchange, Watch(catalog, scenario), console.notify),
    )
    try:
        app.run(serving)
    except app.CannotServe as error:
        return console.fail(named(options, error.option, str(error)), ERROR)
    return 0


def _host(options: argparse.Namespace) -> "Host":
    """Return the host to listen at. Raises _CannotStart."""
    from mockgms.server.listening import CannotListen, find_host

    try:
        return find_host(options.host)
    except CannotListen as error:
        raise _CannotStart(named(options, error.option, str(error))) from None


def _access(options: argparse.Namespace, host: "Host") -> "Access":
    from mockgms.http.access import Access

    return Access(host.name, token=admin_token(options), is_open=options.admin_open, is_wide=not host.is_local)


def _identity(options: argparse.Namespace) -> "Identity | None":
    """Return the certificate of the server, or None without TLS. Raises _CannotStart."""
    certificate, key = options.tls_cert, options.tls_key
    if key is not None and certificate is None:
        raise _CannotStart(named(options, "--tls-key", "--tls-key requires --tls-cert"))
    if options.tls_self_signed and certificate is not None:
        message = named(options, "--tls-self-signed", "--tls-self-signed cannot be combined with --tls-cert")
        raise _CannotStart(named(options, "--tls-cert", message))
    if certificate is None and not options.tls_self_signed:
        return None
    from mockgms.server import tls

    try:
        return (
            tls.self_signed_identity(options.host) if certificate is None else tls.identity_from_files(certificate, key)
        )
    except tls.NoIdentity as error:
        raise _CannotStart(named(options, error.option, str(error))) from None


def _announcement(scheme: str, host: "Host", port: int, scenario: "Scenario") -> str:
    """Return the line that says how to reach the server."""
    url = f"{scheme}://{host.reachable}:{port}"
    return (
        f"mockgms {__version__} at {url}, scenario {scenario.name}"
        f" | dataURL v1 {url}/genesys/1/service/callback/SERVICE, v3 {url}/engagement/v3/callbacks"
        f" | docs {url}/__admin/docs"
    )


def _scenarios(options: argparse.Namespace) -> int:
    read: list[Path] = []
    described = [(visible(name), visible(description)) for name, description in _catalog(options).names(read)]
    unused = unused_set(options, read, "the scenarios")
    if unused is not None:
        return Console().fail(unused, ERROR)
    width = max(len(name) for name, _ in described)
    for name, description in described:
        print(f"{name:<{width}}  {description}")
    return 0


def _schema(_: argparse.Namespace) -> int:
    from mockgms.scenario.catalog import shipped_schema

    print(shipped_schema(), end="")
    return 0
