"""The commands `mockgms scenarios` and `mockgms schema`, which print what is shipped."""

import argparse
from pathlib import Path

from mockgms.commands.console import ERROR, Console
from mockgms.commands.scenario_folder import add_folder, catalog_of
from mockgms.commands.settings import add_variables, unused_set
from mockgms.output.printable import visible
from mockgms.scenario.catalog import shipped_schema


def add_scenarios(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_folder(parser)
    add_variables(parser)
    parser.set_defaults(command=_scenarios)


def add_schema(parser: argparse.ArgumentParser) -> None:
    """Set the function of the command, which has no options."""
    parser.set_defaults(command=_schema)


def _scenarios(options: argparse.Namespace) -> int:
    read: list[Path] = []
    scenarios = [(visible(name), visible(description)) for name, description in catalog_of(options).names(read)]
    unused = unused_set(options, read, "the scenarios")
    if unused is not None:
        return Console().fail(unused, ERROR)
    width = max(len(name) for name, _ in scenarios)
    for name, description in scenarios:
        print(f"{name:<{width}}  {description}")
    return 0


def _schema(_: argparse.Namespace) -> int:
    print(shipped_schema(), end="")
    return 0
