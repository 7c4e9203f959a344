"""Watching a scenario: whether its files have changed, and what they say now."""

import errno
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from mockgms.files.regular_file import read_file
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.document import LARGEST
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario

_PASSING: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
_TOO_LARGE: Final = "is too large"


class Watch:
    """Follows the files of a scenario, its parents' included; `scenario` is the version in force.

    `changed` are those of them in which the last look, or one since then that did not load, found something new.

    The files are small, so it compares what they hold: no time stamp of any file system can deceive it.
    """

    def __init__(self, catalog: Catalog, scenario: Scenario) -> None:
        self.scenario = scenario
        self._catalog = catalog
        self.changed: tuple[Path, ...] = ()
        self._seen = _contents(scenario.files)
        self._broken: object = None  # what the last look met that did not load: contents with their mistakes
        self._told: object = None  # such a thing, of which the mistakes were raised

    def poll(self) -> Scenario | None:
        """Another version of the scenario, when there is one.

        Raises ScenarioMistakes, once for the same contents, when they do not load at two looks running: at the first
        they may be half written. Raises OSError when the system cannot open any file now.
        """
        seen = _contents(self._seen)
        if seen == self._seen and self._broken is None:
            return None
        changed = tuple(file for file in seen if seen[file] != self._seen[file]) or self.changed
        try:
            scenario = self._catalog.load_file(self.scenario.files[0])
        except ScenarioMistakes as mistakes:
            self._seen, self.changed = seen, changed
            self._note(mistakes)
            return None
        self._seen = {file: seen[file] if file in seen else _content(file) for file in scenario.files}
        self.changed = changed
        return self._take(scenario)

    def _note(self, mistakes: ScenarioMistakes) -> None:
        """Raise the mistakes if they are those of the last look, and not raised yet."""
        before, self._broken = self._broken, (self._seen, mistakes.mistakes)
        if self._broken == before and self._broken != self._told:
            self._told = self._broken
            raise mistakes

    def _take(self, scenario: Scenario) -> Scenario | None:
        """The scenario, when it says something new, or after mistakes were raised."""
        recovered, self._broken, self._told = self._told is not None, None, None
        if scenario == self.scenario and not recovered:
            return None
        self.scenario = scenario
        return scenario


def _contents(files: Iterable[Path]) -> dict[Path, bytes | str]:
    """Return the contents of each file, or why it cannot be used. Raises OSError when the system can open none."""
    return {file: _content(file) for file in files}


def _content(file: Path) -> bytes | str:
    """Return the contents of a file, or why it cannot be used; the same text for every file that is too large.

    Raises OSError for a temporary error of the system.
    """
    try:
        content = read_file(file, LARGEST)
    except OSError as error:
        if error.errno in _PASSING:
            raise
        return str(error.strerror)
    return content if len(content) <= LARGEST else _TOO_LARGE
