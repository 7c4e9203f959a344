"""Watching: notices changes in the files of a scenario, and reads the new version."""

import errno
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from mockgms.files.regular_file import read_file
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario
from mockgms.scenario.nodes import LARGEST

_TEMPORARY: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
_TOO_LARGE: Final = "is too large"


class Watch:
    """Watches the files of a scenario, including its parents. `scenario` is the version in force.

    `changed` has the files whose change was found last. Whole contents are compared, since the files are small: time
    stamps of file systems can be wrong.
    """

    def __init__(self, catalog: Catalog, scenario: Scenario) -> None:
        self.scenario = scenario
        self._catalog = catalog
        self.changed: tuple[Path, ...] = ()
        self._seen = _contents(scenario.files)
        self._broken: object = None  # the contents and mistakes of the last poll, if it failed
        self._raised: object = None  # the contents and mistakes that were raised last

    def poll(self) -> Scenario | None:
        """Return a new version of the scenario, or None.

        Raises ScenarioMistakes if two polls in a row find the same mistakes: at the first poll, a file may be partly
        written. The same contents raise only once. Raises OSError if the system cannot open any file now.
        """
        seen = _contents(self._seen)
        if seen == self._seen and self._broken is None:
            return None
        changed = tuple(file for file in seen if seen[file] != self._seen[file]) or self.changed
        try:
            scenario = self._catalog.load_file(self.scenario.files[0])
        except ScenarioMistakes as mistakes:
            self._seen, self.changed = seen, changed
            self._raise_if_repeated(mistakes)
            return None
        self._seen = {file: seen[file] if file in seen else _content(file) for file in scenario.files}
        self.changed = changed
        return self._accept(scenario)

    def _raise_if_repeated(self, mistakes: ScenarioMistakes) -> None:
        """Raise the mistakes if the last poll found the same ones, and they were not raised yet."""
        before, self._broken = self._broken, (self._seen, mistakes.mistakes)
        if self._broken == before and self._broken != self._raised:
            self._raised = self._broken
            raise mistakes

    def _accept(self, scenario: Scenario) -> Scenario | None:
        """Return the scenario if it differs from the one in force, or if mistakes were raised before."""
        recovered, self._broken, self._raised = self._raised is not None, None, None
        if scenario == self.scenario and not recovered:
            return None
        self.scenario = scenario
        return scenario


def _contents(files: Iterable[Path]) -> dict[Path, bytes | str]:
    """Return the contents of each file, or why it cannot be read.

    Raises OSError for a temporary error of the system.
    """
    return {file: _content(file) for file in files}


def _content(file: Path) -> bytes | str:
    """Return the contents of a file, or why it cannot be read. The text for too large files is always the same.

    Raises OSError for a temporary error of the system.
    """
    try:
        content = read_file(file, LARGEST)
    except OSError as error:
        if error.errno in _TEMPORARY:
            raise
        return str(error.strerror)
    return content if len(content) <= LARGEST else _TOO_LARGE
