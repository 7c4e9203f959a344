"""Compares the answer to a request of an example with the expected answer, and captures values of the answer."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import msgspec

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.http.body import as_text
from mockgms.http.refusals import Unreadable
from mockgms.scenario.examples import ExpectedAnswer
from mockgms.scenario.mistakes import did_you_mean, list_known, suggest_or_list
from mockgms.scenario.nodes import Node
from mockgms.session.journal import RecordedAnswer

_NONE: Final = "none"  # as examples write what is expected to be missing
_NAME: Final = "[a-z][a-z0-9_]*"  # of a captured value
_CAPTURABLE: Final = lazy_regex(_NAME)
_CAPTURED: Final = lazy_regex(rf"\$\{{({_NAME})\}}")
_INDEX: Final = lazy_regex("[0-9]{1,9}")  # of a list
_MISSING: Final = object()
_LONGEST_SHOWN: Final = 200  # characters of a value in a difference
_MOST_KEYS: Final = 20  # keys of a map that a difference lists
_KEYS: Final = "keys"


def differences(
    expected: ExpectedAnswer,
    found: Mapping[str, Any],
    answer: RecordedAnswer | None,
    body: object,
    known: Mapping[str, Collection[str]],
) -> Iterator[str]:
    """Yield a sentence for each difference between what is expected and what was found.

    Args:
        expected: What is expected.
        found: The `status` and the `rule`, each None without one, and the list of faults (`fault`).
        answer: The answer, or None.
        body: The body of the answer as `body_of` returns it.
        known: The names of the rules of the scenario (`rule`) and of all faults (`fault`).

    """
    for name, actual in found.items():
        wanted = getattr(expected, name)
        if wanted is not None and wanted != _written(actual) and not (isinstance(actual, tuple) and wanted in actual):
            shown = (", ".join(actual) or None) if isinstance(actual, tuple) else actual
            yield f"expected {name} {wanted}, but {_actually(shown)}{_if_unknown(name, wanted, known)}"
    sent = {} if answer is None else _headers(answer)
    for name, value in expected.headers.items():
        actual = sent.get(name.lower())
        if str(value) != _written(actual):
            yield f"expected header {name} {value}, but {_actually(actual)}"
    if isinstance(expected.body, Node) and answer is None:
        yield f"expected body {_shown(expected.body.plain())}, but there is no answer"
    elif isinstance(expected.body, Node):
        yield from _different(expected.body.plain(), body, "body")


def body_of(answer: RecordedAnswer | None) -> Any:
    """Return the body of an answer: its JSON, otherwise its text. None without an answer."""
    if answer is None:
        return None
    try:
        return msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return answer.body.decode(errors="replace")


def captured(paths: Mapping[str, str], body: object) -> dict[str, str]:
    """Return the values of a body at these paths, by their names.

    Raises Unreadable for a path without a value, and for a name that later steps cannot use.
    """
    values = {}
    for name, path in paths.items():
        if not _CAPTURABLE.fullmatch(name):
            raise Unreadable(f"capture.{name}", "must have a name in small letters and digits, such as `id`: rename it")
        reached: Any = None
        value: Any = body
        for key in path.split("."):
            if value is not _MISSING:
                reached, value = value, _inner(value, key)
        if value is None or isinstance(value, dict | list) or value is _MISSING:
            there = value if isinstance(value, dict | list) else reached
            raise Unreadable(f"capture.{name}", f"finds no value `{path}` in the answer{_within(there)}")
        values[name] = as_text(value)
    return values


def insert(value: Any, values: Mapping[str, str]) -> Any:
    """Return a text, or a value with texts in it, with each `${name}` replaced. Raises Unreadable for unknown names."""
    if isinstance(value, str):
        for name in _CAPTURED.findall(value):
            if name not in values:
                raise Unreadable("request", f"has `${{{name}}}`, which no earlier step has captured")
        return _CAPTURED.sub(lambda found: values[found[1]], value)
    if isinstance(value, Mapping):
        return {key: insert(inner, values) for key, inner in value.items()}
    return [insert(inner, values) for inner in value] if isinstance(value, list) else value


def _headers(answer: RecordedAnswer) -> dict[str, str]:
    return {"content-type": answer.content_type} | {name.lower(): value for name, value in answer.headers}


def _inner(value: Any, key: str) -> Any:
    """Return the value in a list or a map. The keys of a map are a list at `keys`, unless the map has this key."""
    if isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
        return value[int(key)]
    if isinstance(value, dict):
        return value.get(key, list(value) if key == _KEYS else _MISSING)
    return _MISSING


def _within(value: object) -> str:
    """Return a clause that says which entries a list or a map has."""
    if isinstance(value, list):
        return f" (there is a list of {len(value)})"
    return list_known(value, _MOST_KEYS) if isinstance(value, dict) else ""


def _different(wanted: Any, actual: Any, where: str) -> Iterator[str]:
    if isinstance(wanted, dict) and isinstance(actual, dict):
        for key, value in wanted.items():
            if key in actual:
                yield from _different(value, actual[key], f"{where}.{key}")
            elif value is not None:
                near = did_you_mean(key, actual) or _within(actual)
                yield f"expected {where}.{key} {_shown(value)}, but it is missing{near}"
    elif isinstance(wanted, list) and isinstance(actual, list) and len(wanted) == len(actual):
        for index, (value, inner) in enumerate(zip(wanted, actual, strict=True)):
            yield from _different(value, inner, f"{where}.{index}")
    elif wanted != actual or isinstance(wanted, bool) is not isinstance(actual, bool):  # in Python, 1 equals True
        yield f"expected {where} {_shown(wanted)}, but it is {_shown(actual)}"


def _written(actual: object) -> object:
    """Return a value that was found, as examples write it."""
    return _NONE if actual is None else actual


def _if_unknown(name: str, wanted: object, known: Mapping[str, Collection[str]]) -> str:
    """Return a clause about the name of a rule or a fault that does not exist. It is empty if the name exists."""
    if name not in known or wanted == _NONE or wanted in known[name]:
        return ""
    return f": there is no {name} {wanted}{suggest_or_list(str(wanted), known[name])}"


def _actually(shown: object) -> str:
    return "it is missing" if shown is None else f"it is {shown}"


def _shown(value: object) -> str:
    text = as_text(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
