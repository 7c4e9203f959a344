"""The command `mockgms ctl`: controls a running server from a shell."""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

from mockgms.client import Client
from mockgms.client.journal_text import render_exchange
from mockgms.client.source import SENT, file_of, named_in_refusals
from mockgms.commands.coverage import coverage_table
from mockgms.commands.options import is_given, written_path
from mockgms.commands.parsers import Parser
from mockgms.commands.replicas import (
    OWN_HELP,
    REPLICAS_HELP,
    check_replicas,
    read_coverage,
    read_metrics,
    read_sessions,
    urls,
)
from mockgms.commands.server_options import add_server_options, rendered_json, run_with_client
from mockgms.commands.settings import SET, setting
from mockgms.commands.tables import table
from mockgms.output.printable import visible

Options: TypeAlias = argparse.Namespace
_Argument: TypeAlias = tuple[str, Mapping[str, Any]]

_RULES: Final = ("name", "from", "in_force", "matches", "firings", "expires")
_SLOTS: Final = ("start", "capacity", "booked", "free", "state", "reason")
_SESSIONS: Final = ("id", "scenario", "clock", "callbacks")
_CALLBACKS: Final = ("id", "service", "phone", "desired_time", "state", "reason")


class Command(NamedTuple):
    """A subcommand: its name, help and arguments, the call of the client, and the rendering of the answer.

    The name of a nested subcommand has two words. `values` returns the values of its first argument, each with its
    meaning, if they are known. The help lists them, and shells complete them. `names` says which names of a running
    server the argument takes: scenarios or rules. Shells ask the server for them.
    """

    name: str
    help: str
    arguments: tuple[_Argument, ...]
    ask: Callable[[Client, Options], Any]
    show: Callable[[Any], str]
    values: Callable[[], Iterable[tuple[str, str]]] | None = None
    names: str = ""


def add_ctl(parser: Parser) -> None:
    """Add the subcommands. Their common options may come before or after the name of the subcommand."""
    add_server_options(parser)
    parser.add_argument("--replicas", type=urls, default=(), metavar="URL,URL", help=f"{REPLICAS_HELP}: {_MERGED}")
    commands = parser.add_commands()
    for command in COMMANDS:
        if " " not in command.name:
            _add(commands, command)
    commands.add_parser("wait", help=_WAIT, description=f"{_WAIT}.", fill=_add_wait)


def _add_wait(parser: Parser) -> None:
    commands = parser.add_commands()
    for command in COMMANDS:
        if command.name.startswith("wait "):
            _add(commands, command)


def _add(commands: Any, command: Command) -> None:
    name = command.name.rpartition(" ")[2]
    commands.add_parser(name, help=command.help, description=f"{command.help}.", fill=partial(_add_command, command))


def _add_command(command: Command, parser: Parser) -> None:
    for name, settings in command.arguments:
        parser.add_argument(name, **settings)
    parser.names = command.names
    if command.values is not None:
        parser.values = tuple(command.values())
        parser.epilog = f"{command.arguments[0][0]}s: {', '.join(name for name, _ in parser.values)}"
    add_server_options(parser, is_repeated=True)
    parser.set_defaults(command=_runner(command))


def _runner(command: Command) -> Callable[[Options], int]:
    def run(options: Options) -> int:
        def ask(client: Client) -> int:
            _check_options(command, options)
            answer = command.ask(client, options)
            print(rendered_json(answer) if options.json else command.show(answer))
            return 0

        return run_with_client(options, ask, has_session=command.name not in _OF_SERVER)

    return run


def _check_options(command: Command, options: Options) -> None:
    """Raise ValueError if an option is given that the command ignores."""
    if options.replicas and _REPLICAS not in command.arguments:
        raise ValueError(f"--replicas is for {_MERGED}, not for {command.name}: leave it out")
    if command.name in _OF_SERVER and is_given(options, "--session"):
        raise ValueError(f"--session is not for {command.name}, which is about the whole server: leave it out")
    check_replicas(options)


def _faults() -> Iterable[tuple[str, str]]:
    from mockgms.scenario.faults.catalog import FAULTS  # 60 ms: it reads the classes of the faults

    return ((name, str(kind.__doc__)) for name, kind in FAULTS.items())


def _arm(client: Client, options: Options) -> Any:
    from mockgms.commands.arming import rule_to_arm  # 60 ms: it reads YAML and rules

    rule = rule_to_arm(options.fault, options.name, options.when or [], options.times)
    with named_in_refusals(file_of(options.fault), has_places=False):
        armed = client.arm(rule, for_=options.lasting, last=options.last)
    _print_warnings(armed)
    return armed


def _requests(client: Client, options: Options) -> Any:
    filters = {"phone": options.phone, "status": options.status, "limit": options.limit, "unmasked": options.unmasked}
    return client.requests(options.operation, **filters)


def _verify(client: Client, options: Options) -> Any:
    from mockgms.commands.arming import written_mapping

    expected = written_mapping(options.expected, "a set of checks such as {request: {operation: schedule}}")
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
    slot, service = options.slot, options.service
    if _TIME.match(service) and not _TIME.match(slot):  # the former order, which is accepted for one release
        print("mockgms: write `fill SLOT SERVICE`: the order SERVICE SLOT will be refused", file=sys.stderr)
        slot, service = service, slot
    return client.fill(slot, service, free=options.free)


def _book(client: Client, options: Options) -> Any:
    if _NUMBER.fullmatch(options.service) and not any(map(str.isdecimal, options.phone)):
        raise ValueError("SERVICE and PHONE are in the wrong order: write `book SERVICE PHONE`")
    properties = dict(_property(text) for text in options.property or ())
    return client.book(options.service, options.phone, options.desired_time, **properties)


def _property(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--property {text} is not of the form name=value")
    return name, value


def _import(client: Client, options: Options) -> Any:
    from mockgms.commands.importing import imported_scenario

    scenario = imported_scenario(options.file)
    for note in scenario.notes:
        print(visible(f"mockgms: {options.file}: {note}"), file=sys.stderr)
    return {**client.use(scenario.text), "name": options.file}


def _wait(what: str) -> Callable[[Client, Options], Any]:
    def wait(client: Client, options: Options) -> Any:
        from mockgms.commands import waiting  # imported on use, because it imports the reading of times

        ask: Callable[[Client, Options], Any] = getattr(waiting, f"wait_{what}")
        return ask(client, options)

    return wait


def _timeout(text: str) -> float:
    from mockgms.commands.waiting import waiting_time

    return waiting_time(text)


def _render_callback(answer: Any) -> str:
    return table([answer], _CALLBACKS)


def _render_clock(answer: Any) -> str:
    return visible(f"{answer['now']}, {'frozen' if answer['frozen'] else 'running'}")


def _use(client: Client, options: Options) -> Any:
    file = file_of(options.scenario)
    if file is None and options.variables:
        raise ValueError(f"--set is for the file of a scenario, and {options.scenario} is a name: leave it out")
    used = client.use(options.scenario, variables=None if file is None else dict(options.variables or ()))
    _print_warnings(used)
    return used if file is None else {**used, "name": str(file)}  # the server has only its text


def _print_warnings(answer: Any) -> None:
    for warning in answer.get("warnings", ()):
        print(visible(f"mockgms: {warning}"), file=sys.stderr)


def _render_scenario(answer: Any) -> str:
    name = "a scenario that was sent" if answer["name"] == SENT else answer["name"]
    return visible(f"{name}: {answer['description']}")


def _render_rule(answer: Any) -> str:
    return visible(f"armed: {answer['name']}" + (f", until {answer['expires']}" if answer["expires"] else ""))


def _render_slot(answer: Any) -> str:
    return visible(f"{answer['start']}: {answer['free']} of {answer['capacity']} seats free")


def _render_sessions(answer: Any) -> str:
    columns = (*_SESSIONS, *(("replica",) if "replica" in answer[0] else ()))
    return table([{**session, "clock": _render_clock(session["clock"])} for session in answer], columns)


def _render_table(columns: tuple[str, ...]) -> Callable[[Any], str]:
    return lambda answer: table(answer, columns)


def _render_requests(answer: Any) -> str:
    return "\n".join(map(render_exchange, answer)) or "none"


def _argument(name: str, meaning: str, **settings: Any) -> _Argument:
    return name, {"help": meaning, **settings}


_WAIT: Final = "Wait until the server is ready, the clock shows a time, or a callback has a state"
_TIME: Final = re.compile(r"\d{4}-")  # the beginning of a time
_NUMBER: Final = re.compile(r"\+?[0-9 ().-]{5,}")  # of a phone
_TIMEOUT: Final = _argument("--timeout", "how long to wait, in real time (default: 30s)", type=_timeout, default="30s")
_ID: Final = _argument("id", "id of a callback")
_OPERATION: Final = _argument("operation", "only this operation, such as schedule or v3.schedule", nargs="?")
_PHONE: Final = _argument("--phone", "only requests with this phone number")
_MERGED: Final = "sessions, coverage and metrics"
_OF_SERVER: Final = ("scenarios", "sessions", "metrics", "wait ready")  # commands that are not about a session
_REPLICAS: Final = _argument("--replicas", REPLICAS_HELP, type=urls, default=argparse.SUPPRESS, metavar="URL,URL")
_OWN: Final = _argument("--own", OWN_HELP, action="store_true")
_SERVICE: Final = _argument("service", "name of a service")

COMMANDS: Final = (
    Command("clock", "Show the clock", (), lambda client, _: client.clock, _render_clock),
    Command(
        "advance",
        "Advance the clock",
        (_argument("by", "duration, such as 15m"),),
        lambda client, options: client.advance(options.by),
        _render_clock,
    ),
    Command(
        "freeze",
        "Freeze the clock",
        (_argument("at", "time to freeze at (default: the current time of the clock)", nargs="?"),),
        lambda client, options: client.freeze(options.at),
        _render_clock,
    ),
    Command("run", "Unfreeze the clock", (), lambda client, _: client.run(), _render_clock),
    Command("scenario", "Show the active scenario", (), lambda client, _: client.scenario, _render_scenario),
    Command(
        "use",
        "Start over with another scenario",
        (
            _argument("scenario", "name of a scenario, or path of a .yaml or .json file"),
            _argument("--set", SET, dest="variables", action="append", type=setting, metavar="NAME=VALUE"),
        ),
        _use,
        _render_scenario,
        names="scenarios",
    ),
    Command("reset", "Go back to the start of the scenario", (), lambda client, _: client.reset(), _render_scenario),
    Command(
        "rules",
        "List the rules with how often they matched and fired",
        (),
        lambda client, _: client.rules,
        _render_table(_RULES),
    ),
    Command(
        "arm",
        "Arm a fault or a rule",
        (
            _argument(
                "fault", "name of a fault, its YAML ('{fault: delay, by: 2s}'), or a whole rule as YAML or in a file"
            ),
            _argument("--for", "how long it is in force by the session's clock, such as 30s", dest="lasting"),
            _argument(
                "--when",
                "condition such as phone=+1555* or slot={first_free: true} (may be repeated)",
                action="append",
                metavar="K=V",
            ),
            _argument("--times", "how often it fires (default: always)", type=int),
            _argument("--name", "name of the rule (default: the name of the fault, with a number if it is taken)"),
            _argument("--last", "try it after the other armed rules, not before them", action="store_true"),
        ),
        _arm,
        _render_rule,
        _faults,
    ),
    Command(
        "disarm",
        "Disarm a rule",
        (_argument("name", "name of the rule"),),
        lambda client, options: client.disarm(options.name),
        _render_table(_RULES),
        names="rules",
    ),
    Command(
        "slots",
        "List the coming slots of a service",
        (
            _SERVICE,
            _argument("--start", "time to start from (default: now)"),
            _argument("--days", "number of days (default: 1)", type=int, default=1),
        ),
        _slots,
        _render_table(_SLOTS),
    ),
    Command(
        "fill",
        "Fill a slot with placeholder bookings",
        (
            _argument("slot", "any time in the slot"),
            _SERVICE,
            _argument("--free", "seats to leave free (default: 0)", type=int, default=0),
        ),
        _fill,
        _render_slot,
    ),
    Command(
        "snapshot",
        "Print a snapshot: the whole state of the session except its journal",
        (),
        lambda client, _: client.snapshot(),
        rendered_json,
    ),
    Command(
        "restore",
        "Continue from a snapshot",
        (_argument("file", "file that `mockgms ctl snapshot` printed, or - for standard input", type=written_path),),
        _restore,
        lambda _: "restored",
    ),
    Command(
        "book",
        "Book a callback; only the seats of its slot are checked",
        (
            _SERVICE,
            _argument("phone", "phone number of the customer"),
            _argument("desired_time", "desired time (default: as soon as possible)", nargs="?"),
            _argument("--property", "user data name=value (may be repeated)", action="append", metavar="K=V"),
        ),
        _book,
        _render_callback,
    ),
    Command(
        "move",
        "Move a callback to a later state",
        (
            _ID,
            _argument("state", "QUEUED, ROUTING, PROCESSING or COMPLETED"),
            _argument("--reason", "why it is COMPLETED, such as NO_ANSWER"),
        ),
        lambda client, options: client.move(options.id, options.state, reason=options.reason),
        _render_callback,
    ),
    Command("cancel", "Cancel a callback", (_ID,), lambda client, options: client.cancel(options.id), _render_callback),
    Command("callbacks", "List the callbacks", (), lambda client, _: client.callbacks, _render_table(_CALLBACKS)),
    Command(
        "requests",
        "List the newest requests with their answers",
        (
            _OPERATION,
            _PHONE,
            _argument("--status", "only requests answered with this status", type=int),
            _argument("--limit", "number of requests (default: 100)", type=int),
            _argument("--unmasked", "show phone numbers and keys in full", action="store_true"),
        ),
        _requests,
        _render_requests,
    ),
    Command(
        "explain",
        "Explain why a request was answered as it was",
        (_argument("number", "number of the request in the journal", type=int),),
        lambda client, options: client.explain(options.number),
        lambda answer: visible(answer["paragraph"]),
    ),
    Command(
        "verify",
        "Verify the requests; exit with 1 if they are not as expected",
        (_argument("expected", "body of POST /__admin/verify, as YAML or in a file"),),
        _verify,
        lambda _: "verified",
    ),
    Command("wait ready", "Wait until the server answers", (_TIMEOUT,), _wait("ready"), lambda _: "ready"),
    Command(
        "wait clock",
        "Wait until the clock shows a time",
        (_argument("time", "time to wait for"), _TIMEOUT),
        _wait("clock"),
        _render_clock,
    ),
    Command(
        "wait callback",
        "Wait until a callback has a state",
        (_ID, _argument("state", "state to wait for"), _TIMEOUT),
        _wait("callback"),
        _render_callback,
    ),
    Command(
        "scenarios",
        "List the scenarios of the server",
        (),
        lambda client, _: client.scenarios,
        _render_table(("name", "description")),
    ),
    Command(
        "import",
        "Start over with a configuration export of GMS",
        (_argument("file", "export: JSON, or lines `section/option = value`", type=written_path),),
        _import,
        _render_scenario,
    ),
    Command("sessions", "Show all sessions", (_REPLICAS,), read_sessions, _render_sessions),
    Command("coverage", "Show which rules fired", (_OWN, _REPLICAS), read_coverage, coverage_table),
    Command("metrics", "Print the metrics in the text format of Prometheus", (_REPLICAS,), read_metrics, str.rstrip),
)
