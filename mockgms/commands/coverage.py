"""The command `mockgms coverage`: which rules were used, as a table, JSON or a JUnit report."""

import argparse
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from mockgms.client import Client
from mockgms.commands.console import FAILED
from mockgms.commands.options import path
from mockgms.commands.replicas import OWN_HELP, REPLICAS_HELP, check_replicas, read_coverage, urls
from mockgms.commands.server_options import add_server_options, rendered_json, run_with_client
from mockgms.commands.tables import table
from mockgms.domain.quoting import quoted

_COLUMNS: Final = ("rule", "scenario", "state", "matches", "firings")
_MAX_PERCENT: Final = 100


def add_coverage(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--fail-under", type=percent, default=0, metavar="PERCENT", help="exit with 1 if fewer of the rules fired"
    )
    parser.add_argument("--junit", type=path, metavar="FILE", help="write a JUnit report to this file")
    parser.add_argument("--own", action="store_true", help=OWN_HELP)
    parser.add_argument("--replicas", type=urls, default=(), metavar="URL,URL", help=REPLICAS_HELP)
    add_server_options(parser)
    parser.set_defaults(command=_coverage)


def _coverage(options: argparse.Namespace) -> int:
    return run_with_client(options, lambda client: _print_coverage(client, options))


def _print_coverage(client: Client, options: argparse.Namespace) -> int:
    """Print the coverage, write the report if one is wanted, and return the exit status."""
    check_replicas(options)
    coverage = read_coverage(client, options)
    below = coverage["percent"] < options.fail_under
    if options.junit is not None:
        from mockgms.commands.junit import render_junit, write_report

        write_report(options.junit, render_junit(coverage, failed=below))
    print(rendered_json(coverage) if options.json else coverage_table(coverage))
    if not below:
        return 0
    print(f"mockgms: {coverage['percent']} % of the rules fired, fewer than {options.fail_under:g} %", file=sys.stderr)
    return FAILED


def coverage_table(coverage: Mapping[str, Any]) -> str:
    """Return the coverage as a table, with a line that sums it up."""
    rows = [{**rule, "rule": rule["name"], "state": _state(rule)} for rule in coverage["rules"]]
    summary = f"{coverage['fired']} of {coverage['total']} rules fired: {coverage['percent']} %"
    return f"{table(rows, _COLUMNS)}\n\n{summary}" if rows else f"{summary} (there are no rules)"


def _state(rule: Mapping[str, Any]) -> str:
    """Return the state of a rule in words."""
    return f"hidden by {rule['hidden_by']}" if rule["state"] == "hidden" else rule["state"].replace("_", " ")


def percent(text: str) -> float:
    """Parse a percentage. Raises ArgumentTypeError."""
    with suppress(ValueError):
        number = float(text)
        if 0 <= number <= _MAX_PERCENT:
            return number
    raise argparse.ArgumentTypeError(f"{quoted(text)} is not a number from 0 to {_MAX_PERCENT}")
