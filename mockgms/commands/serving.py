"""The command `mockgms serve`: answers requests until it is stopped."""

import argparse
from typing import TYPE_CHECKING

from mockgms import __version__
from mockgms.commands.console import ERROR, Console, discard_output
from mockgms.commands.options import (
    InvalidOption,
    add_address,
    add_flag,
    add_option,
    admin_token,
    is_from_variable,
    named,
    one_of,
    path,
    seconds,
    token,
    token_in_file,
    up_to,
)
from mockgms.commands.scenario_folder import add_folder, catalog_of
from mockgms.commands.settings import add_variables, unused_set
from mockgms.output import logs
from mockgms.output.printable import visible
from mockgms.server import signals
from mockgms.server.cannot_serve import CannotServe

# The server takes 100 ms to import, so it is imported when its options are known to be valid.
if TYPE_CHECKING:
    from mockgms.http.access import Access
    from mockgms.scenario.catalog import Catalog
    from mockgms.scenario.model import Scenario
    from mockgms.server.listening import Host
    from mockgms.server.tls import Identity


def add_serve(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_address(parser, "address to listen at; :: for all addresses", "port to listen at; 0 picks a free one")
    add_option(parser, "--scenario", "default", "NAME|PATH", "scenario to start with")
    add_folder(parser)
    add_option(
        parser,
        "--port-file",
        None,
        "PATH",
        "write the port to this file once the server listens; each server needs its own file",
        path,
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
    add_option(parser, "--tls-cert", None, "PATH", "serve HTTPS with the certificate in this PEM file", path)
    add_option(parser, "--tls-key", None, "PATH", "private key of the certificate, if it is in another file", path)
    add_flag(parser, "--tls-self-signed", "serve HTTPS with a certificate of a new local authority")
    add_option(parser, "--admin-token", None, "TOKEN", "token that the admin API requires", token)
    add_option(parser, "--admin-token-file", None, "PATH", "file with this token", token_in_file)
    add_flag(parser, "--admin-open", "open the admin API even if other machines can reach the server")
    add_flag(parser, "--until-stdin-ends", "stop when the standard input ends, as it does when its writer ends")
    add_variables(parser)
    parser.set_defaults(command=_serve)


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

    catalog, console = catalog_of(options), Console.of(options)
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
    try:
        _run(options, scenario, catalog)
    except CannotServe as error:
        return console.fail(named(options, error.option, str(error)), ERROR)
    return 0


def _run(options: argparse.Namespace, scenario: "Scenario", catalog: "Catalog") -> None:
    """Serve until stopped. Raises InvalidOption or CannotServe."""
    from mockgms import app
    from mockgms.scenario.watching import Watch
    from mockgms.server.channel import ConnectionLimits
    from mockgms.server.listening import find_host

    console = Console.of(options)

    def announce(port: int) -> None:
        try:
            print(visible(_announcement("https" if tls else "http", host, port, scenario)), flush=True)
        except BrokenPipeError:  # stdout is closed, which is no reason not to serve
            discard_output()
        if access.notice:
            console.warn(access.notice)

    host = find_host(options.host)
    access, identity = _access(options, host), _identity(options)
    tls, authority = identity or (None, None)
    dispatcher = app.assemble(scenario, catalog, entries=options.journal, access=access, authority=authority)
    serving = app.serve(
        dispatcher,
        app.ListenAddress(host, options.port, tls, ConnectionLimits(timeout=options.timeout)),
        port_file=options.port_file,
        until_stdin_ends=options.until_stdin_ends,
        on_ready=announce,
        background=app.watch_files(dispatcher, Watch(catalog, scenario), console.notify),
    )
    app.run(serving)


def _access(options: argparse.Namespace, host: "Host") -> "Access":
    from mockgms.http.access import Access

    return Access(host.name, token=admin_token(options), is_open=options.admin_open, is_wide=not host.is_local)


def _identity(options: argparse.Namespace) -> "Identity | None":
    """Return the certificate of the server, or None without TLS. Raises InvalidOption or NoIdentity."""
    certificate, key = options.tls_cert, options.tls_key
    if key is not None and certificate is None:
        raise InvalidOption(named(options, "--tls-key", "--tls-key requires --tls-cert"))
    if options.tls_self_signed and certificate is not None:
        message = named(options, "--tls-self-signed", "--tls-self-signed cannot be combined with --tls-cert")
        raise InvalidOption(named(options, "--tls-cert", message))
    if certificate is None and not options.tls_self_signed:
        return None
    from mockgms.server import tls

    return tls.self_signed_identity(options.host) if certificate is None else tls.identity_from_files(certificate, key)


def _announcement(scheme: str, host: "Host", port: int, scenario: "Scenario") -> str:
    """Return the line that says how to reach the server."""
    url = f"{scheme}://{host.reachable}:{port}"
    return (
        f"mockgms {__version__} at {url}, scenario {scenario.name}"
        f" | dataURL v1 {url}/genesys/1/service/callback/SERVICE, v3 {url}/engagement/v3/callbacks"
        f" | docs {url}/__admin/docs"
    )
