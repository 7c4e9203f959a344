"""Explanations of syntax errors in YAML, for readers who do not know the terms of its specification."""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from mockgms.domain.quoting import shortened

_KEY: Final = re.compile(r"\s*(?:- +)*(?P<key>[A-Za-z_][\w.*-]*):(?P<rest>.*)")
_NO_SPACE: Final = re.compile(r"\s*(?:- +)*(?P<key>[A-Za-z_][\w-]*):(?P<value>[^\s/:][^:]*)")
_LIKE_A_KEY: Final = re.compile(r"([a-z_]+): ")
_MORE_KEYS: Final = re.compile(r",\s+[A-Za-z_][\w-]*:\s")
_COMMENT: Final = re.compile(r"\s#")
_NOT_ALIGNED: Final = ("did not find expected '-' indicator", "did not find expected key", "expected <block end>")
_CLOSING: Final = {"{": "}", "[": "]"}
_MAX_SHOWN: Final = 40  # characters of a text in a message


class YamlMistake(NamedTuple):
    """A mistake: its line and column from 1, and a message."""

    line: int
    column: int
    message: str


def explain_yaml_error(error: Any, text: str) -> YamlMistake:
    """Return the likely mistake behind an error of the YAML parser."""
    mark, begin = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    if mark is None:  # pragma: no cover  # only forbidden characters cause it, and they are refused before
        return YamlMistake(1, 1, f"is not YAML: {problem}")
    lines = text.split("\n")
    line = lines[mark.line] if mark.line < len(lines) else ""
    found = (
        _tab(line, mark)
        or _unclosed_quote(error, begin)
        or _unexpected_colon(mark, problem)
        or _missing_space(lines, mark.line)
        or _colon(lines, mark, problem)
        or _late_quote(lines, mark)
        or _inner_quote(line, mark)
        or _reserved(line, begin if error.context == "while scanning an alias" else mark)
        or _in_brackets(lines, mark, error)
        or _text_after_quote(line, mark)
        or _indentation(line, mark, begin, problem)
    )
    return found or _at(mark, problem)


def missing_space(text: object) -> str:
    """Return a clause about a missing or wrong space if the text looks like `key:value`, otherwise an empty text."""
    if isinstance(text, str) and ":\xa0" in text:
        return "; the space after the colon is a no-break space: replace it with an ordinary space"
    found = _NO_SPACE.fullmatch(text) if isinstance(text, str) and len(text) <= _MAX_SHOWN else None
    return f"; a space is missing after the colon: write `{found['key']}: {found['value']}`" if found else ""


def _at(mark: Any, problem: str) -> YamlMistake:
    return YamlMistake(mark.line + 1, mark.column + 1, f"is not YAML: {problem}")


def _tab(line: str, mark: Any) -> YamlMistake | None:
    column = line.find("\t")
    if column >= 0 and not line[:column].strip():
        message = "a tab indents this line: YAML indents with spaces only"
    elif line[mark.column : mark.column + 1] == "\t":
        column, message = mark.column, "a tab is here: YAML takes spaces only"
    else:
        return None
    return YamlMistake(mark.line + 1, column + 1, f"is not YAML: {message}")


def _unclosed_quote(error: Any, begin: Any) -> YamlMistake | None:
    if "quoted scalar" not in (error.context or "") or "end of stream" not in error.problem:
        return None
    return YamlMistake(begin.line + 1, begin.column + 1, "is not YAML: the quote that begins here is not closed")


def _unexpected_colon(mark: Any, problem: str) -> YamlMistake | None:
    """Return a mistake for a colon before a bracket, which only libyaml refuses."""
    return _at(mark, "a space is missing after this colon") if problem == "found unexpected ':'" else None


def _missing_space(lines: Sequence[str], number: int) -> YamlMistake | None:
    """Return a mistake if this line or the one before looks like `key:value`."""
    for each in (number, number - 1):
        found = _NO_SPACE.fullmatch(lines[each]) if 0 <= each < len(lines) else None
        if found:
            column = found.end("key") + 1
            key, value = shortened(found["key"]), shortened(found["value"].strip())
            message = f"a space is missing after the colon: write `{key}: {value}`"
            return YamlMistake(each + 1, column, f"is not YAML: {message}")
    return None


def _colon(lines: Sequence[str], mark: Any, problem: str) -> YamlMistake | None:
    """Return a mistake for a value with a colon, a key below a complete value, or a key below a line without a key."""
    found = _KEY.fullmatch(lines[mark.line]) if "mapping values are not allowed" in problem else None
    if found is None:
        return None
    key, text = shortened(found["key"]), found["rest"].strip()
    if found.end("key") < mark.column and _MORE_KEYS.search(text):
        message = f"`{key}` is followed by further keys: write each on a line of its own, or all of them in braces"
    elif found.end("key") < mark.column:
        shown = f'"{text}"' if '"' not in text and len(text) <= _MAX_SHOWN else '"..."'
        message = f"the text of `{key}` has a colon and a space: put it in quotes, `{key}: {shown}`"
        if inner := _LIKE_A_KEY.match(text):
            message += f", or if `{inner[1]}` is a key, write it on a line of its own"
    elif mark.line and _KEY.fullmatch(lines[mark.line - 1]):
        message = f"`{key}` is indented below a line that already has a value: indent both keys equally"
    else:
        message = f"the text before `{key}` is not a key with a value: write `key: value` on each line"
    return _at(mark, message)


def _late_quote(lines: Sequence[str], mark: Any) -> YamlMistake | None:
    """Return a mistake for a quote of an earlier line that is closed only here."""
    before = lines[mark.line][: mark.column] if mark.line < len(lines) else ""
    quote = before[-1:]
    if quote not in ("'", '"') or before.count(quote) % 2 == 0:
        return None
    for number in range(mark.line - 1, -1, -1):
        if lines[number].count(quote) % 2:
            message = f"the quote that begins here is closed only in line {mark.line + 1}: close it in this line"
            return YamlMistake(number + 1, lines[number].rindex(quote) + 1, f"is not YAML: {message}")
    return None


def _inner_quote(line: str, mark: Any) -> YamlMistake | None:
    """Return a mistake for text directly after a closing quote."""
    before = line[: mark.column]
    if not before.endswith(("'", '"')) or not line[mark.column :].strip():
        return None
    message = "the quoted text ends here: write the quote in it twice (''), or use the other kind of quotes"
    return YamlMistake(mark.line + 1, mark.column, f"is not YAML: {message}")


def _reserved(line: str, mark: Any) -> YamlMistake | None:
    character = line[mark.column : mark.column + 1]
    if not character or character not in "@`%*":
        return None
    message = f"a text cannot begin with {character}: put it in quotes"
    return _at(mark, message)


def _in_brackets(lines: Sequence[str], mark: Any, error: Any) -> YamlMistake | None:
    """Return a mistake for a map or list on one line that is not closed, or has a text that needs quotes."""
    if not (error.context or "").startswith("while parsing a flow "):
        return None
    begin = error.context_mark
    if mark.line >= len(lines):  # YAML ends lines at more characters than these lines do
        return None
    opening = lines[begin.line][begin.column : begin.column + 1]
    closing = _CLOSING.get(opening)
    if closing is None:
        return None
    return (
        _comment_in_brackets(lines, mark, begin, closing)
        or _colon_in_brackets(lines, mark, begin)
        or _at(
            mark,
            f"a comma, or the `{closing}` that closes the `{opening}` in line {begin.line + 1}, column"
            f" {begin.column + 1}, is missing before this",
        )
    )


def _comment_in_brackets(lines: Sequence[str], mark: Any, begin: Any, closing: str) -> YamlMistake | None:
    """Return a mistake for a closing bracket that is part of a comment."""
    rest = lines[begin.line][begin.column :]
    comment = _COMMENT.search(rest)
    if comment is None or closing not in rest[comment.end() :] or mark.line == begin.line:
        return None
    message = "is not YAML: a # after a space begins a comment: put a text with # in quotes"
    return YamlMistake(begin.line + 1, begin.column + comment.end(), message)


def _colon_in_brackets(lines: Sequence[str], mark: Any, begin: Any) -> YamlMistake | None:
    """Return a mistake for a second colon in an entry."""
    if mark.line != begin.line or lines[mark.line][mark.column : mark.column + 1] != ":":
        return None
    return _at(mark, "the text before this colon is not a key: put a text with a colon in quotes")


def _text_after_quote(line: str, mark: Any) -> YamlMistake | None:
    """Return a mistake for text after a closing quote and a space."""
    if not line[: mark.column].rstrip().endswith(("'", '"')):
        return None
    message = "text follows the closing quote: put the whole text in quotes"
    return _at(mark, message)


def _indentation(line: str, mark: Any, begin: Any, problem: str) -> YamlMistake | None:
    if (
        begin is None
        or not problem.startswith(_NOT_ALIGNED)
        or line[: mark.column].strip()
        or mark.column == begin.column
    ):
        return None
    message = "the indentation of this line matches no line above: indent it like its neighbours"
    return _at(mark, message)
