"""The option `--scenarios`: the folder in which scenarios are found by name."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mockgms.commands.options import InvalidOption, add_option, named, path
from mockgms.commands.settings import variables

if TYPE_CHECKING:
    from mockgms.scenario.catalog import Catalog


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    add_option(
        parser, "--scenarios", None, "DIR", "folder of scenarios; they are found by name before the shipped ones", path
    )


def catalog_of(options: argparse.Namespace) -> "Catalog":
    """Return the scenarios that can be named: those of the folder, and the shipped ones. Raises InvalidOption."""
    from mockgms.scenario.catalog import Catalog, check_folder

    folder: Path | None = options.scenarios
    if folder is None:
        return Catalog(variables=variables(options))
    try:
        check_folder(folder)
    except ValueError as error:
        raise InvalidOption(named(options, "--scenarios", str(error))) from None
    return Catalog([folder], variables(options))
