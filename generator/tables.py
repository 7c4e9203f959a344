"""The tables of the README that are made from declarations: settings, refusals and the commands of `mockgms ctl`."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockgms.api.ges import refusals as ges
from mockgms.api.gms import refusals as gms
from mockgms.commands.ctl import COMMANDS, Command
from mockgms.domain import refusals as domain
from mockgms.domain.refusals import Refusal, leaves
from mockgms.domain.service import Service
from mockgms.http import refusals as wire
from mockgms.scenario.declarations import record
from mockgms.scenario.field_types import Field, Record, shown
from mockgms.scenario.model import Scenario

_WORDED: Final = (domain.__name__, wire.__name__)  # the modules whose refusals both APIs have words for
_SENT_WITH: Final[Mapping[type[Refusal], str]] = {
    domain.TimeUnavailable: "proposals",
    domain.Throttled: "`Retry-After`",
    wire.WrongMethod: "`Allow`",
}


def insert_tables(page: str) -> str:
    """Return a page with these tables replaced. Each stands between two comments, and is required."""
    for name, table in _tables():
        comment = f"<!-- {name}: made by scripts/generate -->\n"
        before, after = f"{comment}\n", f"\n{comment}"
        start = page.index(before) + len(before)
        page = page[:start] + table + page[page.index(after, start) :]
    return page


def _tables() -> Iterator[tuple[str, str]]:
    scenario = [row[:3] for row in _rows(record(Scenario))]
    yield "keys of a scenario", _table(["Key", "Default", "Meaning"], scenario)
    yield "keys of a service", _table(["Key", "Default", "Meaning", "Option of GMS"], list(_rows(record(Service))))
    refusals = [_refusal(kind) for kind in leaves(Refusal) if kind.__module__ in _WORDED]
    yield "refusals", _table(["Refusal", "v1", "v3", "Sent with it"], refusals)
    yield "commands of ctl", _table(["`mockgms ctl`", "Does", "Arguments and options"], list(map(_command, COMMANDS)))


def _table(heads: list[str], rows: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n".replace("|  |", "| |") for row in (heads, ["---"] * len(heads), *rows))


def _refusal(kind: type[Refusal]) -> list[str]:
    """Return the row of a refusal: its meaning, its usual words in both APIs, and what is sent with it."""
    meaning = (kind.__doc__ or "").partition("\n")[0].partition(". ")[0]
    exception = gms.exception_of(kind).rpartition(".")[2]
    return [
        f"{meaning.removesuffix('.')}.",
        f"{gms.usual_status(kind)} `{exception}` {gms.usual_code(kind)}",
        f"{ges.usual_status(kind)}, code {ges.usual_code(kind)}",
        next((sent for base, sent in _SENT_WITH.items() if issubclass(kind, base)), ""),
    ]


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
