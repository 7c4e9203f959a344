"""The files of a scenario that the client sends: its own, those that it extends by path, and their variables."""

import os
import re
from collections.abc import Iterator, Mapping
from os.path import normpath
from pathlib import Path
from typing import Final

from mockgms.client.source import LARGEST_SCENARIO, decoded
from mockgms.files.regular_file import read_file

_MOST: Final = 21  # files: a scenario and its parents
# A line, or a part of a flow map. The server reads the text exactly: here, a file too many does no harm.
_PART: Final = r"\$\{[^}]*\}|[^\"'\n#,}]"
_EXTENDS: Final = re.compile(
    rf"""(?m)(?:^|[{{,])\s*["']?extends["']?\s*:\s+["']?(?P<written>(?:{_PART})+?)["'\s]*(?:[#,}}]|$)"""
)
_VARIABLE: Final = re.compile(r"\$\{(?P<name>[A-Z_][A-Z0-9_]*)(?::-(?P<default>[^}]*))?\}")
_SUFFIXES: Final = (".yaml", ".yml")
_SENT: Final = (*_SUFFIXES, ".json")

__tracebackhide__ = True  # pytest shows the line of the test


def scenario_files(file: Path, variables: Mapping[str, object] | None) -> dict[str, dict[str, str]]:
    """Return the texts of a file and its parents by path, and the values of the variables in them.

    The values are the given ones, then those of the environment. Raises OSError or ValueError if the file cannot be
    read. A parent that cannot be read is left out: the server then says where it is missed.
    """
    values = {**os.environ, **{name: str(value) for name, value in (variables or {}).items()}}
    texts: dict[str, str] = {}
    waiting = [file]
    while waiting and len(texts) < _MOST:
        path = waiting.pop()
        if str(path) in texts:
            continue
        try:
            content = read_file(path, LARGEST_SCENARIO)
        except OSError:
            if not texts:
                raise
            continue
        texts[str(path)] = text = decoded(content, str(path), LARGEST_SCENARIO)
        waiting += _parents(path, text, values)
    used = {found["name"] for text in texts.values() for found in _VARIABLE.finditer(text)}
    return {"files": texts, "variables": {name: values[name] for name in sorted(used) if name in values}}


def _parents(file: Path, text: str, values: Mapping[str, str]) -> Iterator[Path]:
    """Yield the files that a text may extend."""
    for found in _EXTENDS.finditer(text):
        written = _VARIABLE.sub(lambda variable: _value(variable, values), found["written"])
        # Only files with these suffixes are sent, so that no scenario can make a client send any other file.
        names = [written] if written.endswith(_SENT) else [written + suffix for suffix in _SUFFIXES]
        yield from (Path(normpath(file.parent / name)) for name in names)


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    return values.get(found["name"]) or found["default"] or ""
