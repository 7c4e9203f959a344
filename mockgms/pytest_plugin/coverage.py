"""The coverage of the rules in a test run: merged over its servers and processes, and compared with a minimum."""

from functools import cached_property
from typing import Final

from mockgms.client import AdminError, Client
from mockgms.client.address import DEFAULT
from mockgms.client.bodies import Json
from mockgms.commands.coverage import coverage_table
from mockgms.commands.replicas import merge_coverage, own_coverage

_LOST: Final = "The coverage of a worker is missing, because the worker has crashed."


class RunCoverage:
    """The coverage of all servers of a test run.

    Args:
        minimum: The percentage of the rules that must fire.
        is_inherited: Whether inherited rules and magic-* count too.

    Attributes:
        answers: The coverage of each server, by its URL. A server that several processes use counts once.
        problems: A sentence for each part of the coverage that is missing.

    """

    def __init__(self, minimum: float, *, is_inherited: bool) -> None:
        self._minimum = minimum
        self._is_inherited = is_inherited
        self.answers: dict[str, Json] = {}
        self.problems: list[str] = []

    def read(self, server: Client) -> None:
        """Read the coverage of a server that is about to stop."""
        try:
            answer = server.coverage(all_sessions=True)
        except AdminError as error:
            self.problems.append(f"The coverage of a server is missing: {error}")
        else:
            self._add(server.session(DEFAULT).base_url, answer)

    def add_worker(self, output: Json | None) -> None:
        """Add the answers and problems of a worker. `output` is None if the worker has crashed."""
        if output is None:
            self.problems.append(_LOST)
            return
        self.problems += output["problems"]
        for url, answer in output["answers"].items():
            self._add(url, answer)

    def _add(self, url: str, answer: Json) -> None:
        """Add the coverage of a server. If there are several of one server, the one with the most matches is newest."""
        self.answers[url] = max(answer, self.answers.get(url, answer), key=_matches)

    @cached_property
    def _merged(self) -> Json:
        merged = merge_coverage(self.answers.values())
        return merged if self._is_inherited else own_coverage(merged)

    @property
    def table(self) -> str:
        """The coverage as a table."""
        return coverage_table(self._merged)

    @property
    def is_too_low(self) -> bool:
        """True if fewer rules fired than the minimum, or if that is unknown."""
        return self._merged["percent"] < self._minimum or bool(self._minimum and self.problems)

    @property
    def failure(self) -> str:
        """Why the run fails, if the coverage is too low."""
        return f"FAIL {self._merged['percent']} % of the rules fired; {self._minimum:g} % are required"


def _matches(coverage: Json) -> int:
    return sum(rule["matches"] for rule in coverage["rules"])
