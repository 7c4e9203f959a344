"""Scenario files that a client sends: the file of the scenario, and its parents by path."""

from collections.abc import Mapping
from os.path import normpath
from pathlib import Path
from typing import Any, Final

from mockgms.scenario.catalog import Catalog, Folders, is_path
from mockgms.scenario.mistakes import Mistake, ScenarioMistakes
from mockgms.scenario.model import Scenario

_FILES: Final = "files"
_KEYS: Final = frozenset({_FILES, "variables"})
_SUFFIXES: Final = (".yaml", ".yml")
_FORM: Final = (
    "must map paths to the texts of files, the file of the scenario first, and `variables` must map names to texts"
)


def are_sent_files(written: Mapping[str, Any]) -> bool:
    """Return True if an object contains the files of a scenario, False if it is a scenario itself."""
    return _FILES in written and _KEYS.issuperset(written)


def load_sent(written: Mapping[str, Any], catalog: Catalog) -> Scenario:
    """Return the scenario in the first of the sent files. Raises ScenarioMistakes.

    A file extends other sent files by path or by name, and those of the catalog by name. No other file is read.
    """
    files, variables = written[_FILES], written.get("variables", {})
    if not files or not _are_texts(files) or not _are_texts(variables):
        raise ScenarioMistakes([Mistake("<body>", 0, 0, f"`files` {_FORM}")])
    return _SentFiles(files, variables, catalog).load_file(_path(next(iter(files))))


def _are_texts(written: object) -> bool:
    return isinstance(written, dict) and all(isinstance(text, str) for text in written.values())


def _path(name: str) -> Path:
    return Path(normpath(name))


class _SentFiles(Catalog):
    """The sent files, and the server's catalog for all other names."""

    def __init__(self, files: Mapping[str, str], variables: Mapping[str, str], catalog: Catalog) -> None:
        super().__init__()
        self._files = {_path(name): text for name, text in files.items()}
        self._sent_variables = variables
        self._catalog = catalog

    def variables_of(self, file: Path | None) -> Mapping[str, str]:
        """Return the sent variables for a sent file."""
        return self._sent_variables if file in self._files else self._catalog.variables_of(file)

    def read(self, file: Path) -> str | bytes:
        """Return the text of a sent file, or of one of the server's scenarios."""
        return self._files[file] if file in self._files else self._catalog.read(file)

    def is_shared(self, file: Path) -> bool:
        """Return False for a sent file: its scenario belongs to one session, and the file is not watched."""
        return file not in self._files

    def parent(self, name_or_path: str, child: Path | None, folders: Folders | None = None) -> Path:
        """Return the file that `child` extends. Raises ValueError with a message for the user."""
        if child not in self._files or child is None:
            return self._catalog.parent(name_or_path, child, folders)
        if is_path(name_or_path):
            parent = _path(str(child.parent / name_or_path))
            if parent not in self._files:
                raise ValueError(f"there is no file {parent}, or it was not sent")
            return parent
        beside = (child.parent / f"{name_or_path}{suffix}" for suffix in _SUFFIXES)
        sent = next((file for file in beside if file in self._files and file != child), None)
        return self._catalog.parent(name_or_path, None, folders) if sent is None else sent
