"""The snapshot file of `mockgms ctl restore`."""

import json
import sys
from pathlib import Path
from typing import Any, Final

from mockgms.client.bodies import encode_json
from mockgms.client.source import decoded
from mockgms.files.regular_file import read_file
from mockgms.http.body import LARGEST_SNAPSHOT

_MAX: Final = 8 * LARGEST_SNAPSHOT  # bytes of a file: indentation makes it two to three times as long as what is sent
_STDIN: Final = "-"
_WHAT: Final = "is not a snapshot, which is what `mockgms ctl snapshot` prints"


def read_snapshot(file: str) -> tuple[str, dict[str, Any]]:
    """Return the name of a file for messages, and the snapshot in it. `-` means standard input.

    Raises OSError with the name of the file, or ValueError with a sentence that names it.
    """
    name = "standard input" if file == _STDIN else file
    content = _read_stdin() if file == _STDIN else read_file(Path(file), _MAX)
    text = decoded(content, name, _MAX)
    try:
        snapshot = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{name} {_WHAT}: it is not JSON ({error})") from None
    except RecursionError:
        raise ValueError(f"{name} {_WHAT}: its JSON is nested too deeply") from None
    if not isinstance(snapshot, dict):
        raise ValueError(f"{name} {_WHAT}: it is not a JSON object")  # noqa: TRY004  # the text is wrong, not a type
    if len(encode_json(snapshot)) > LARGEST_SNAPSHOT:
        raise ValueError(f"{name} is larger than {LARGEST_SNAPSHOT} bytes without its spaces, the limit of a snapshot")
    return name, snapshot


def _read_stdin() -> bytes:
    if sys.stdin is None:
        raise ValueError("standard input is closed: give the name of a file")
    return sys.stdin.buffer.read(_MAX + 1)
