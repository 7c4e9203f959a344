"""The log: one line for each event, as text or as JSON."""

import json
import logging
from typing import Any, Final

from mockgms.domain.instants import render_instant
from mockgms.output.printable import visible, visible_lines

FORMATS: Final = ("text", "json")
LEVELS: Final = ("error", "warning", "info", "debug")

ABOUT: Final = "about"  # the attribute of a record with further values by name


def configure(form: str, level: str) -> None:
    """Log to stderr in this format from now on, if a message has at least this level."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _Text())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("mockgms").setLevel(level.upper())


def line(message: str) -> str:
    """Return an error as the log would write it, for a process that can no longer use the log."""
    if not any(isinstance(handler.formatter, _Json) for handler in logging.getLogger().handlers):
        return f"mockgms: {message}\n"
    record = logging.LogRecord("mockgms.serve", logging.ERROR, "", 0, message, None, None)
    return f"{_Json().format(record)}\n"


class _Json(logging.Formatter):
    """Formats a record as a JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_about(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


class _Text(logging.Formatter):
    """Formats a record as a readable line, followed by the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines."""
        about = _about(record)
        details = [f"{name}={about[name]}" for name in ("session", "operation", "rule", "duration") if about.get(name)]
        line = visible(" ".join([_time(record), record.levelname.lower(), record.getMessage(), *details]))
        return f"{line}\n{visible_lines(self.formatException(record.exc_info))}" if record.exc_info else line


def _time(record: logging.LogRecord) -> str:
    return render_instant(int(record.created * 1_000))


def _about(record: logging.LogRecord) -> dict[str, Any]:
    about: dict[str, Any] = getattr(record, ABOUT, {})
    return about
