"""Read files that are sent to the server, up to a limit, and name them in refusals."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from mockgms.client.errors import Refused
from mockgms.files.regular_file import read_file

SENT: Final = "<body>"  # what the server calls the body of a request, as a file and as a scenario
LARGEST_SCENARIO: Final = 1 << 20  # bytes: the limit of the server
_SUFFIXES: Final = (".yaml", ".yml", ".json")
_BODY: Final = re.compile(r"(?:(?<=^)|(?<=; )|(?<=: ))" + SENT + r"(?P<place>:\d+:\d+)?(?=: )")
# Fields of refusals that are not about the sent contents.
_OTHER_FIELDS: Final = ("session", "Authorization", "Host", "Origin", "Sec-Fetch-Site")

__tracebackhide__ = True  # pytest shows the line of the test


def file_of(given: object) -> Path | None:
    """Return the path of a file. None unless a Path is given, or a text with the suffix of a YAML or JSON file."""
    if isinstance(given, Path):
        return given
    return Path(given) if isinstance(given, str) and given.endswith(_SUFFIXES) else None


def read_text(file: Path, limit: int = LARGEST_SCENARIO) -> str:
    """Return the text of a regular file of at most `limit` bytes.

    Raises OSError with the name of the file, or ValueError with a sentence that names it.
    """
    return decoded(read_file(file, limit), str(file), limit)


def decoded(content: bytes, name: str, limit: int) -> str:
    """Return the text of a file of this name. Raises ValueError if it has more than `limit` bytes or is not UTF-8."""
    if len(content) > limit:
        raise ValueError(f"{name} has more than {limit} bytes, which is the limit")
    try:
        return content.decode("utf-8-sig")  # editors on Windows write a byte order mark
    except UnicodeDecodeError:
        raise ValueError(f"{name} is not UTF-8: save it as UTF-8") from None


@contextmanager
def named_in_refusals(name: object, *, has_places: bool = True) -> Iterator[None]:
    """Insert the name of the file into a Refused that is raised inside. A name of None changes nothing.

    Without `has_places`, lines and columns are left out, because the sent body is not the text of the file.
    """
    try:
        yield
    except Refused as refused:
        if name is None or refused.field in _OTHER_FIELDS:
            raise
        raise Refused(refused.status, _with_name(str(name), refused.answer, has_places=has_places)) from None


def _with_name(name: str, answer: Mapping[str, Any], *, has_places: bool) -> dict[str, Any]:
    def named(text: str) -> str:
        return _BODY.sub(lambda match: name + ((match["place"] or "") if has_places else ""), text)

    message: str = named(answer["message"])
    mistakes = list(map(named, answer.get("mistakes", ())))
    if mistakes == list(answer.get("mistakes", ())) and message == answer["message"]:
        message = f"{name}: {message}"
    if not mistakes:
        return {**answer, "message": message}
    no_place = {} if has_places else {"line": None, "column": None}
    findings = [
        {**each, "message": named(each["message"]), **({"file": name} | no_place if each["file"] == SENT else {})}
        for each in answer.get("findings", ())
    ]
    return {**answer, "message": message, "mistakes": mistakes, "findings": findings}
