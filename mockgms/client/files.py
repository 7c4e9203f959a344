"""The files of a scenario that the client sends: its own file, its parents by path, and their variables."""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from os.path import normpath
from pathlib import Path
from typing import Final

from mockgms.client.source import LARGEST_SCENARIO, decoded
from mockgms.files.regular_file import read_file

_MAX_FILES: Final = 21  # a scenario and its parents
# Finds `extends` on a line or in a flow map. It may find too much: only the server parses the text, and a file that it
# does not need does no harm. It never backtracks, and limits the length of variables: each long text takes linear time.
_PART: Final = r"\$\{[^}\n]{0,200}\}|[^\"'\n#,}]"
_EXTENDS: Final = re.compile(rf"""(?m)(?:^|[{{,])[ \t]*+["']?extends["']?\s*+:\s++["']?(?P<written>(?:{_PART})++)""")
_VARIABLE: Final = re.compile(r"\$\{(?P<name>[A-Z_][A-Z0-9_]*)(?::-(?P<default>[^}]*))?\}")
_SUFFIXES: Final = (".yaml", ".yml")
_SENT: Final = (*_SUFFIXES, ".json")

__tracebackhide__ = True  # pytest shows the line of the test


def scenario_files(file: Path, variables: Mapping[str, object] | None) -> dict[str, dict[str, str]]:
    """Return the texts of a file and its parents by path, and the values of the variables in them.

    The values are the given ones, then those of the environment. Raises OSError or ValueError if the file cannot be
    read, and ValueError if a given variable is not used. A parent that cannot be read is left out. The server then
    reports the place that names it.
    """
    values = {**os.environ, **{name: str(value) for name, value in (variables or {}).items()}}
    texts: dict[str, str] = {}
    pending = [file]
    while pending and len(texts) < _MAX_FILES:
        path = pending.pop()
        name = path.as_posix()  # the server may run on another system than this client, such as in a container
        if name in texts:
            continue
        try:
            content = read_file(path, LARGEST_SCENARIO)
        except OSError:
            if not texts:
                raise
            continue
        texts[name] = text = decoded(content, str(path), LARGEST_SCENARIO)
        pending += _parents(path, text, values)
    used = variables_in(texts.values())
    check_used(variables or (), used, str(file))
    return {"files": texts, "variables": {name: values[name] for name in sorted(used) if name in values}}


def variables_in(texts: Iterable[str]) -> set[str]:
    """Return the names of the variables in texts of scenario files."""
    return {found["name"] for text in texts for found in _VARIABLE.finditer(text, 0, _end_of_last_variable(text))}


def check_used(given: Iterable[str], used: Collection[str], where: str) -> None:
    """Raise ValueError if a given variable is not among those that are used in the files `where`."""
    for name in given:
        if name not in used:
            known = f"the variables there are {', '.join(sorted(used))}" if used else "there are no variables"
            raise ValueError(f"the variable {name} is not used in {where}: {known}")


def _parents(file: Path, text: str, values: Mapping[str, str]) -> Iterator[Path]:
    """Yield the files that a text may extend."""
    for found in _EXTENDS.finditer(text):
        written = _substitute(found["written"].strip(), values)
        # Only files with these suffixes are sent, so a scenario cannot make a client send other files.
        names = [written] if written.endswith(_SENT) else [written + suffix for suffix in _SUFFIXES]
        yield from (Path(normpath(file.parent / name)) for name in names)


def _substitute(text: str, values: Mapping[str, str]) -> str:
    """Return a text with the values of its variables."""
    end = _end_of_last_variable(text)
    return _VARIABLE.sub(lambda found: values.get(found["name"]) or found["default"] or "", text[:end]) + text[end:]


def _end_of_last_variable(text: str) -> int:
    """Return where the last variable of a text ends at the latest. Searching after it would take quadratic time."""
    return text.rfind("}") + 1
