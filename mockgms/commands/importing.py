"""The command `mockgms import`, and the scenario of a configuration export of GMS, which `ctl` uses too."""

import argparse
import sys
from pathlib import Path
from typing import Any

from mockgms.commands.console import FAILED, Console
from mockgms.commands.options import written_path
from mockgms.commands.parsers import Parser
from mockgms.files.regular_file import read_file
from mockgms.output.printable import visible_lines
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.nodes import LARGEST
from mockgms.scenario.option_export import ImportedScenario, InvalidExport, import_options


def add_import(parser: Parser) -> None:
    """Add what the command can import."""
    commands = parser.add_commands()
    commands.add_parser(
        "gms-options",
        help="print the scenario for a configuration export: JSON, or lines `section/option = value`",
        fill=_add_gms_options,
    )


def _add_gms_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=written_path, metavar="FILE")
    parser.set_defaults(command=_import_gms_options)


def _import_gms_options(options: argparse.Namespace) -> int:
    console = Console()
    try:
        imported = imported_scenario(options.file)
    except ValueError as error:
        for line in str(error).splitlines():
            console.fail(line, FAILED)
        return FAILED
    for note in imported.notes:
        console.warn(f"{options.file}: {note}")
    _use_utf_8(sys.stdout)
    print(visible_lines(imported.text), end="")
    return 0


def _use_utf_8(stream: Any) -> None:
    """Write UTF-8 to a file or pipe in any locale, since scenario files are UTF-8. Terminals keep their encoding."""
    if stream is not None:
        stream.reconfigure(encoding=None if stream.isatty() else "utf-8")


def imported_scenario(file: str) -> ImportedScenario:
    """Return the scenario for the export in a file. Raises ValueError with a line for each mistake."""
    try:
        content = read_file(Path(file), LARGEST)
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > LARGEST:
        raise ValueError(f"{file}: has more than {LARGEST:,} bytes")
    try:
        imported = import_options(content.decode("utf-8-sig"), Path(file).name)
        Catalog([]).parse(imported.text)
    except UnicodeDecodeError:
        raise ValueError(f"{file}: is not UTF-8: save it as UTF-8") from None
    except InvalidExport as invalid:
        raise ValueError("\n".join(f"{file}: {mistake}" for mistake in invalid.mistakes)) from None
    except ScenarioMistakes as mistakes:
        raise ValueError(str(mistakes)) from None
    return imported
