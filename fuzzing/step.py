"""One step of a run, and the files in which steps are kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class Step:
    """One action on the server.

    `how` is "send" (the `chunks` go out on a new connection, one write each), "watch" (they become the scenario file
    that the server watches) or "start" (they become a scenario file that is checked and served by new processes).
    `requests` are the methods and paths (without session) of the whole requests that were written; empty for damaged
    bytes, whose number of answers is unknown. With `half_close` the client's side is closed after the last write.
    `session` is the session that is meant, and `kind` a name for the figures.
    """

    kind: str
    chunks: tuple[bytes, ...]
    requests: tuple[tuple[str, str], ...] = ()
    session: str = "default"
    half_close: bool = False
    how: Literal["send", "watch", "start"] = "send"

    @property
    def raw(self) -> bytes:
        """All bytes in one piece."""
        return b"".join(self.chunks)


def save(path: Path, found: str, steps: Sequence[Step]) -> None:
    """Write steps to a file; `found` describes their failure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"found": found, "steps": [_render(step) for step in steps]}, indent=2) + "\n")


def load(path: Path) -> list[Step]:
    """Return the steps of a file. Raises OSError, ValueError or KeyError when it cannot be read."""
    return [_parse(step) for step in json.loads(path.read_text())["steps"]]


def _render(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "how": step.how,
        "session": step.session,
        "requests": [" ".join(request) for request in step.requests],
        "half_close": step.half_close,
        "chunks": [chunk.decode("latin-1") for chunk in step.chunks],
    }


def _parse(written: dict[str, Any]) -> Step:
    return Step(
        written["kind"],
        tuple(map(_chunk, written["chunks"])),
        tuple(map(_request, written.get("requests", ()))),
        written.get("session", "default"),
        written.get("half_close", False),
        written.get("how", "send"),
    )


def _request(written: str) -> tuple[str, str]:
    method, _, path = written.partition(" ")
    return method, path


def _chunk(written: str | list[tuple[str, int]]) -> bytes:
    """The bytes of a chunk: a Latin-1 text, or pieces `[text, times]` for what would be long."""
    pieces = [(written, 1)] if isinstance(written, str) else written
    return b"".join(piece.encode("latin-1") * times for piece, times in pieces)
