"""The tables of the documentation that are made from declarations: endpoints, settings, refusals, `ctl`, the client."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from generator.endpoints import endpoints_of_admin, endpoints_of_ges, endpoints_of_gms
from mockgms.api.ges import refusals as ges
from mockgms.api.gms import refusals as gms
from mockgms.client import Client
from mockgms.commands.ctl import COMMANDS, Command
from mockgms.domain import refusals as domain
from mockgms.domain.capacity import MAX_SEATS
from mockgms.domain.hours import MAX_HOURS
from mockgms.domain.refusals import Refusal, leaves
from mockgms.domain.service import LONGEST_NAME, Service
from mockgms.http import refusals as wire
from mockgms.scenario.catalog import MAX_PARENTS
from mockgms.scenario.courses import name_of
from mockgms.scenario.declarations import record
from mockgms.scenario.faults.respond import LARGEST_HEAD, MAX_HEADERS
from mockgms.scenario.field_types import Field, Record, shown
from mockgms.scenario.model import Scenario
from mockgms.scenario.nodes import LARGEST
from mockgms.scenario.patterns import LONGEST_PATTERN, MAX_REGEXES, MAX_STEPS, ONE_END
from mockgms.scenario.recent import MAX_KEYS
from mockgms.scenario.regex import LONGEST_SEARCHED, MAX_PROGRAM
from mockgms.scenario.rulebook import LONGEST_RULE_NAME
from mockgms.scenario.session_conditions import MAX_COUNTED
from mockgms.scenario.variables import LONGEST_TEXT
from mockgms.scenario.yaml_reader import MAX_CHARACTERS, MAX_DEPTH, MAX_TAGS, MAX_VALUES

_Table: TypeAlias = tuple[list[str], list[list[str]]]  # the headings and the rows

_WORDED: Final = (domain.__name__, wire.__name__)  # the modules of the refusals that both APIs word
_SENT_WITH: Final[Mapping[type[Refusal], str]] = {
    domain.TimeUnavailable: "proposals",
    domain.Throttled: "`Retry-After`",
    wire.WrongMethod: "`Allow`",
}


def insert_tables(page: str) -> str:
    """Return a page with these tables replaced. Each stands between two comments with its name."""
    for name, make in TABLES.items():
        comment = f"<!-- {name}: made by scripts/generate -->\n"
        before, after = f"{comment}\n", f"\n{comment}"
        if before in page:
            start = page.index(before) + len(before)
            page = page[:start] + _table(*make()) + page[page.index(after, start) :]
    return page


def _endpoints(rows: Callable[[], list[list[str]]]) -> Callable[[], _Table]:
    return lambda: (["Endpoint", "Does", "Takes"], rows())


def _keys_of_a_scenario() -> _Table:
    return ["Key", "Default", "Meaning"], [row[:3] for row in _rows(record(Scenario))]


def _keys_of_a_service() -> _Table:
    return ["Key", "Default", "Meaning", "Option of GMS"], list(_rows(record(Service)))


def _refusals() -> _Table:
    kinds = (kind for kind in leaves(Refusal) if kind.__module__ in _WORDED)
    return ["Refusal", "Name", "v1", "v3", "Sent with it"], list(map(_refusal, kinds))


def _limits_of_a_scenario() -> _Table:
    rows: dict[str, str | int] = {
        "A file": f"{LARGEST // 2**20} MiB",
        "Parents by `extends`": MAX_PARENTS,
        "Values in a file, counting an alias at each use": MAX_VALUES,
        "Characters of these values": f"{MAX_CHARACTERS // 2**20} MiB",
        "Characters of the values of variables in a file": f"{LONGEST_TEXT // 2**20} MiB",
        "Levels of maps and lists": MAX_DEPTH,
        "Entries in a list of hours or dates": MAX_HOURS,
        "Occurrences of `%TAG`": MAX_TAGS,
        "Characters in the name of a rule": LONGEST_RULE_NAME,
        "Characters in a pattern": LONGEST_PATTERN,
        "Regular expressions, with those of its parents": MAX_REGEXES,
        "Steps of a regular expression: instructions in its program": MAX_PROGRAM,
        "Steps of all patterns, with those of its parents; a glob has one for each character": MAX_STEPS,
        "Headers of `respond`": f"{MAX_HEADERS}, with {LARGEST_HEAD // 2**10} KiB in total",
        "Characters in the name of a service": LONGEST_NAME,
        "Seats of a slot": MAX_SEATS,
    }
    return _limits(rows)


def _limits_of_matching() -> _Table:
    return _limits(
        {
            "A regular expression searches": f"the first {LONGEST_SEARCHED // 2**10} KiB of a text",
            "A glob compares": f"the first and the last {ONE_END:,} characters of a longer text",
            "Rules remember": f"the last {MAX_KEYS:,} callers of a session",
            "The condition `caller` counts": f"the newest {MAX_COUNTED:,} callbacks of a number",
        }
    )


def _limits(rows: Mapping[str, str | int]) -> _Table:
    return ["What", "Limit"], [
        [what, limit if isinstance(limit, str) else f"{limit:,}"] for what, limit in rows.items()
    ]


def _commands_of_ctl() -> _Table:
    return ["`mockgms ctl`", "Does", "Arguments and options"], list(map(_command, COMMANDS))


def _methods_of_gms() -> _Table:
    members = {name: member for kind in reversed(Client.__mro__[:-1]) for name, member in vars(kind).items()}
    return ["`gms`", "Does"], [_member(name, member) for name, member in members.items() if not name.startswith("_")]


TABLES: Final[Mapping[str, Callable[[], _Table]]] = {
    "endpoints of GMS": _endpoints(endpoints_of_gms),
    "endpoints of GES": _endpoints(endpoints_of_ges),
    "endpoints of the admin API": _endpoints(endpoints_of_admin),
    "keys of a scenario": _keys_of_a_scenario,
    "keys of a service": _keys_of_a_service,
    "refusals": _refusals,
    "limits of a scenario": _limits_of_a_scenario,
    "limits of matching": _limits_of_matching,
    "commands of ctl": _commands_of_ctl,
    "methods of gms": _methods_of_gms,
}


def _table(heads: list[str], rows: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n".replace("|  |", "| |") for row in (heads, ["---"] * len(heads), *rows))


def _refusal(kind: type[Refusal]) -> list[str]:
    """Return the row of a refusal: its meaning, its name, its usual words in both APIs, and what is sent with it."""
    meaning = (kind.__doc__ or "").partition("\n")[0].partition(". ")[0]
    exception = gms.exception_of(kind).rpartition(".")[2]
    return [
        f"{meaning.removesuffix('.')}.",
        f"`{name_of(kind)}`",
        f"{gms.usual_status(kind)} `{exception}` {gms.usual_code(kind)}",
        f"{ges.usual_status(kind)}, code {ges.usual_code(kind)}",
        next((sent for base, sent in _SENT_WITH.items() if issubclass(kind, base)), ""),
    ]


def _member(name: str, member: Any) -> list[str]:
    """Return the row of a method or property of the client: how it is written, and its docstring without arguments."""
    written, function = name, member
    if isinstance(member, property):
        function = member.fget
    else:
        parameters = list(inspect.signature(member).parameters.values())[1:]
        written = f"{name}({', '.join(map(_parameter, parameters))})"
    does, _, _ = (inspect.getdoc(function) or "").partition("\n\nArgs:")
    return [f"`{written}`", " ".join(does.split())]


def _parameter(parameter: inspect.Parameter) -> str:
    """Return a parameter as it is written in a call, with its default."""
    if parameter.kind is parameter.VAR_KEYWORD:
        return "..."
    if parameter.default is None:
        return f"{parameter.name}=None"
    return parameter.name if parameter.default is parameter.empty else f"{parameter.name}={parameter.default!r}"


def _command(command: Command) -> list[str]:
    """Return the row of a command: how it is written, what it does, and its arguments and options."""
    written, meanings = [command.name], []
    for name, settings in command.arguments:
        shown_name = name if name.startswith("-") else name.upper()
        meanings.append(f"`{shown_name}`: {settings['help']}")
        if shown_name != name:
            written.append(f"[{shown_name}]" if settings.get("nargs") == "?" else shown_name)
    return [f"`{' '.join(written)}`", f"{command.help}.", "; ".join(meanings)]


def _rows(kind: Record, above: str = "") -> Iterator[list[str]]:
    """Yield a row for each key. A key whose value is always a class is replaced by the keys of that class."""
    for key, field in kind.keys.items():
        inner = field.type.record
        if inner is not None and all(each is inner or each.accepts(None) for each in field.type.alternatives):
            yield from _rows(inner, f"{above}{key}.")
        else:
            options = ", ".join(f"`{option.name}`" for option in field.options)
            yield [f"`{above}{key}`", _default(field), field.doc, options]


def _default(field: Field) -> str:
    if field.is_required:
        return "required"
    default = field.written(field.default)
    if isinstance(default, dict) and default:
        return _by_name(default)
    return "none" if default in (None, [], {}) else f"`{_plain(default)}`"


def _by_name(defaults: dict[str, Any]) -> str:
    """Return the defaults by version, or the default if it is the same for all."""
    if len(set(defaults.values())) == 1:
        return f"`{_plain(next(iter(defaults.values())))}`"
    return ", ".join(f"`{name}` `{_plain(default)}`" for name, default in defaults.items())


def _plain(default: Any) -> str:
    return ", ".join(map(shown, default)) if isinstance(default, list) else shown(default)
