"""The command `mockgms check`: prints mistakes and warnings of scenario files as text, JSON or GitHub annotations."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from mockgms.commands.console import ERROR, Console
from mockgms.commands.options import one_of, written_path
from mockgms.commands.parsers import Parser
from mockgms.commands.settings import add_variables, unused_set, variables
from mockgms.files.regular_file import read_file
from mockgms.output.printable import visible
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import Mistake, ScenarioMistakes
from mockgms.scenario.nodes import LARGEST

_FORMATS: Final = ("text", "json", "github")
_SUFFIXES: Final = (".yaml", ".yml")
_LONGEST_SHOWN: Final = 200  # characters of a quoted line


class Finding(NamedTuple):
    """A mistake or a warning of a file. `severity` is "error" or "warning"."""

    severity: str
    mistake: Mistake


def add_check(parser: Parser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "files", nargs="+", type=written_path, metavar="FILE", help="scenario file, or a folder of scenario files"
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 if there are warnings too")
    parser.add_argument(
        "--format", type=one_of(_FORMATS), default="text", metavar="FORMAT", help="text (default), json or github"
    )
    add_variables(parser)
    parser.set_defaults(command=_check)


def _check(options: argparse.Namespace) -> int:
    found: list[Finding] = []
    read: list[Path] = []
    for file, catalog in scenario_files(options):
        findings = list(_findings(file, catalog, read))
        found += findings
        if options.format == "text":
            _print_text(file, findings)
    if options.format == "json":
        print(json.dumps([_rendered(finding) for finding in found], indent=2))
    elif options.format == "github":
        for finding in found:
            print(_annotation(finding))
    if not any(finding.severity == "error" for finding in found):
        unused = unused_set(options, read, ", ".join(options.files))
        if unused is not None:
            return Console().fail(unused, ERROR)
    return int(any(options.strict or finding.severity == "error" for finding in found))


def scenario_files(options: argparse.Namespace) -> Iterator[tuple[Path, Catalog]]:
    """Yield the given files and those of the given folders, each with the catalog that contains its parents."""
    values = variables(options)
    for given in map(Path, options.files):
        if not is_folder(given):
            yield given, Catalog([], values)
            continue
        files = sorted(file for file in given.rglob("*") if file.suffix in _SUFFIXES and not is_folder(file))
        yield from ((file, Catalog([given], values)) for file in files)
        if not files:
            yield given, Catalog([], values)


def _findings(file: Path, catalog: Catalog, read: list[Path]) -> Iterator[Finding]:
    """Yield the warnings and mistakes of a file. Append the file and its parents to `read`."""
    if is_folder(file):
        yield Finding("error", Mistake(str(file), 0, 0, "is a folder without a .yaml or .yml file"))
        return
    try:
        scenario = catalog.load_file(file)
    except ScenarioMistakes as mistakes:
        yield from (Finding("error", mistake) for mistake in mistakes.mistakes)
        return
    read += scenario.files
    yield from (Finding("warning", warning) for warning in scenario.warnings)
    if scenario.examples:
        from mockgms.commands.trying import outcomes  # 150 ms: it imports the server

        for outcome in outcomes(scenario, catalog):
            where = f"the example `{outcome.example}`, step {outcome.number}"
            for index, difference in enumerate(outcome.differences):
                reason = f" ({outcome.reason})" if outcome.reason and index == 0 else ""
                yield Finding("error", Mistake(*outcome.place, f"{where}: {difference}{reason}"))


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder. False if the system raises an error: reading the path then says why."""
    try:
        return path.is_dir()
    except OSError:  # such as a name that is too long
        return False


def _print_text(file: Path, findings: Sequence[Finding]) -> None:
    """Print the findings of a file on stderr, errors with their line. Without errors, print that on stdout."""
    severities = Counter(severity for severity, _ in findings)
    for severity, mistake in findings:
        quoted = _quoted(mistake) if severity == "error" else []
        print("\n".join([visible(mistake), *quoted]), file=sys.stderr)
    if not severities["error"]:
        print(visible(f"{file}: no mistakes{_counted(severities['warning'])}"))


def _counted(warnings: int) -> str:
    return f", {warnings} {'warning' if warnings == 1 else 'warnings'}" if warnings else ""


def _quoted(mistake: Mistake) -> list[str]:
    """Return the line of a mistake and a line that marks its column, or an empty list if it has no place."""
    if not mistake.line:
        return []
    try:
        lines = read_file(Path(mistake.file), LARGEST).decode("utf-8-sig").split("\n")
        line = lines[mistake.line - 1].rstrip("\r")
    except (OSError, ValueError, IndexError):
        return []
    shown, column = _part_around(line.replace("\t", " "), mistake.column - 1)
    if not shown.isprintable():
        return []
    number = f"{mistake.line:5} | "
    return [number + shown, " " * (len(number) + column) + "^"]


def _part_around(line: str, column: int) -> tuple[str, int]:
    """Return the part of a long line around a column, and the column in this part."""
    if len(line) <= _LONGEST_SHOWN:
        return line, column
    start = max(0, min(column - _LONGEST_SHOWN // 2, len(line) - _LONGEST_SHOWN))
    end = start + _LONGEST_SHOWN
    before, after = "..." if start else "", "..." if end < len(line) else ""
    return before + line[start:end] + after, len(before) + column - start


def _rendered(finding: Finding) -> dict[str, Any]:
    severity, mistake = finding
    place = {"line": mistake.line, "column": mistake.column} if mistake.line else {"line": None, "column": None}
    return {"severity": severity, "file": mistake.file, **place, "message": mistake.message}


def _annotation(finding: Finding) -> str:
    """Return a finding as a command of GitHub Actions."""
    severity, mistake = finding
    place = f",line={mistake.line},col={mistake.column}" if mistake.line else ""
    file = _escaped(visible(mistake.file)).replace(":", "%3A").replace(",", "%2C")
    return f"::{severity} file={file}{place}::{_escaped(visible(mistake.message))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25")
