"""The command `mockgms ctl`: steer a running server from a shell."""

import argparse
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

from mockgms.client import Client
from mockgms.client.journal_text import render_exchange
from mockgms.client.source import file_of, named_in_refusals
from mockgms.commands.coverage import coverage_table
from mockgms.commands.parsers import Parser
from mockgms.commands.replicas import HELP, read_coverage, read_metrics, read_sessions, urls
from mockgms.commands.server_options import add_server_options, rendered_json, run_with_client
from mockgms.commands.tables import table
from mockgms.output.printable import visible

Options: TypeAlias = argparse.Namespace
_Argument: TypeAlias = tuple[str, Mapping[str, Any]]

_RULES: Final = ("name", "from", "in_force", "matches", "firings", "expires")
_SLOTS: Final = ("start", "capacity", "booked", "free", "state", "reason")
_SESSIONS: Final = ("id", "scenario", "clock", "callbacks")
_CALLBACKS: Final = ("id", "service", "phone", "desired_time", "state", "reason")


class Command(NamedTuple):
    """A subcommand: its name, help and arguments, the call of the client, and the rendering of the answer."""

    name: str
    help: str
    arguments: tuple[_Argument, ...]
    ask: Callable[[Client, Options], Any]
    show: Callable[[Any], str]


def add_ctl(parser: Parser) -> None:
    """Add the subcommands. Their common options may come before or after the name of the subcommand."""
    add_server_options(parser)
    parser.add_argument("--replicas", type=urls, default=(), metavar="URL,URL", help=f"{HELP}: {_MERGED}")
    commands = parser.add_commands()
    for command in COMMANDS:
        commands.add_parser(
            command.name, help=command.help, description=f"{command.help}.", fill=partial(_add_command, command)
        )


def _add_command(command: Command, parser: argparse.ArgumentParser) -> None:
    for name, settings in command.arguments:
        parser.add_argument(name, **settings)
    add_server_options(parser, is_repeated=True)
    parser.set_defaults(command=_runner(command))


def _runner(command: Command) -> Callable[[Options], int]:
    def run(options: Options) -> int:
        def ask(client: Client) -> int:
            if options.replicas and _REPLICAS not in command.arguments:
                raise ValueError(f"--replicas is for {_MERGED}, not for {command.name}: leave it out")
            answer = command.ask(client, options)
            print(rendered_json(answer) if options.json else command.show(answer))
            return 0

        return run_with_client(options, ask)

    return run


def _arm(client: Client, options: Options) -> Any:
    from mockgms.commands.arming import rule_to_arm  # 60 ms: it reads YAML and rules

    rule = rule_to_arm(options.fault, options.name, options.when or [], options.times)
    with named_in_refusals(file_of(options.fault), has_places=False):
        return client.arm(rule, for_=options.lasting)


def _requests(client: Client, options: Options) -> Any:
    filters = {"phone": options.phone, "status": options.status, "limit": options.limit, "unmasked": options.unmasked}
    return client.requests(options.operation, **filters)


def _verify(client: Client, options: Options) -> Any:
    from mockgms.commands.arming import written_mapping

    expected = written_mapping(options.expected, "what is expected, such as {request: {operation: schedule}}")
    with named_in_refusals(file_of(options.expected)):
        return client.verify(**expected)


def _restore(client: Client, options: Options) -> Any:
    from mockgms.commands.snapshot_file import read_snapshot

    name, snapshot = read_snapshot(options.file)
    with named_in_refusals(name):
        return client.restore(snapshot)


def _slots(client: Client, options: Options) -> Any:
    return client.slots(options.service, start=options.start, days=options.days)


def _fill(client: Client, options: Options) -> Any:
    return client.fill(options.slot, options.service, free=options.free)


def _clock(answer: Any) -> str:
    return visible(f"{answer['now']}, {'frozen' if answer['frozen'] else 'running'}")


def _scenario(answer: Any) -> str:
    return visible(f"{answer['name']}: {answer['description']}")


def _rule(answer: Any) -> str:
    return visible(f"armed: {answer['name']}" + (f", until {answer['expires']}" if answer["expires"] else ""))


def _slot(answer: Any) -> str:
    return visible(f"{answer['start']}: {answer['free']} of {answer['capacity']} seats free")


def _sessions(answer: Any) -> str:
    columns = (*_SESSIONS, *(("replica",) if "replica" in answer[0] else ()))
    return table([{**session, "clock": _clock(session["clock"])} for session in answer], columns)


def _tabled(columns: tuple[str, ...]) -> Callable[[Any], str]:
    return lambda answer: table(answer, columns)


def _lines(answer: Any) -> str:
    return "\n".join(map(render_exchange, answer)) or "none"


def _argument(name: str, meaning: str, **settings: Any) -> _Argument:
    return name, {"help": meaning, **settings}


_OPERATION: Final = _argument("operation", "such as schedule or v3.schedule; without it, all", nargs="?")
_PHONE: Final = _argument("--phone", "of this number")
_MERGED: Final = "sessions, coverage and metrics"
_REPLICAS: Final = _argument("--replicas", HELP, type=urls, default=argparse.SUPPRESS, metavar="URL,URL")
_SERVICE: Final = _argument("service", "the name of a service")

COMMANDS: Final = (
    Command("clock", "Show the clock", (), lambda client, _: client.clock, _clock),
    Command(
        "advance",
        "Move the clock on",
        (_argument("by", "how far, such as 15m"),),
        lambda client, options: client.advance(options.by),
        _clock,
    ),
    Command(
        "freeze",
        "Let the clock stand still",
        (_argument("at", "at this time; without it, where it is", nargs="?"),),
        lambda client, options: client.freeze(options.at),
        _clock,
    ),
    Command("run", "Let the clock run", (), lambda client, _: client.run(), _clock),
    Command("scenario", "Show which scenario is active", (), lambda client, _: client.scenario, _scenario),
    Command(
        "use",
        "Start over with a scenario",
        (_argument("scenario", "its name, or the path of a .yaml or .json file"),),
        lambda client, options: client.use(options.scenario),
        _scenario,
    ),
    Command("reset", "Go back to the start of the scenario", (), lambda client, _: client.reset(), _scenario),
    Command("rules", "Show the rules", (), lambda client, _: client.rules, _tabled(_RULES)),
    Command(
        "arm",
        "Let something go wrong from now on",
        (
            _argument("fault", "its name, its YAML ('{fault: delay, by: 2s}'), or a whole rule as YAML or in a file"),
            _argument("--for", "until that is over on the session's clock, such as 30s", dest="lasting"),
            _argument("--when", "only such requests: phone=+1555*; may be repeated", action="append", metavar="K=V"),
            _argument("--times", "so often", type=int),
            _argument("--name", "what the rule is called; without it, as the fault is"),
        ),
        _arm,
        _rule,
    ),
    Command(
        "disarm",
        "Take a rule out of force",
        (_argument("name", "what the rule is called"),),
        lambda client, options: client.disarm(options.name),
        _tabled(_RULES),
    ),
    Command(
        "slots",
        "Show the slots to come of a service",
        (_SERVICE, _argument("--start", "from this time on"), _argument("--days", "so many", type=int, default=1)),
        _slots,
        _tabled(_SLOTS),
    ),
    Command(
        "fill",
        "Take the seats of a slot",
        (
            _SERVICE,
            _argument("slot", "a time in the slot"),
            _argument("--free", "all seats but so many", type=int, default=0),
        ),
        _fill,
        _slot,
    ),
    Command(
        "snapshot",
        "Print all of the session but its journal, to go on from",
        (),
        lambda client, _: client.snapshot(),
        rendered_json,
    ),
    Command(
        "restore",
        "Go on from a snapshot",
        (_argument("file", "what `snapshot` printed; - for standard input"),),
        _restore,
        lambda _: "restored",
    ),
    Command("callbacks", "Show all callbacks", (), lambda client, _: client.callbacks, _tabled(_CALLBACKS)),
    Command(
        "requests",
        "Show what was asked and answered lately",
        (
            _OPERATION,
            _PHONE,
            _argument("--status", "answered with this status", type=int),
            _argument("--limit", "the newest so many (100)", type=int),
            _argument("--unmasked", "with phone numbers and keys", action="store_true"),
        ),
        _requests,
        _lines,
    ),
    Command(
        "explain",
        "Tell why a request was answered so",
        (_argument("number", "that of the request in the journal", type=int),),
        lambda client, options: client.explain(options.number),
        lambda answer: visible(answer["paragraph"]),
    ),
    Command(
        "verify",
        "Verify what was asked; exit with 1 when it is not what is expected",
        (_argument("expected", "a body of POST /__admin/verify, as YAML or in a file"),),
        _verify,
        lambda _: "verified",
    ),
    Command("sessions", "Show all sessions", (_REPLICAS,), read_sessions, _sessions),
    Command("coverage", "Show which rules fired", (_REPLICAS,), read_coverage, coverage_table),
    Command("metrics", "Print the metrics in the text format of Prometheus", (_REPLICAS,), read_metrics, str.rstrip),
)
