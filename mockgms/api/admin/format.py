"""The format of the admin API: strict JSON in, JSON out."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from mockgms.api.operation import LongList, Parameter
from mockgms.domain.instants import Instant, parse_instant
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.http.json_lists import json_list
from mockgms.http.messages import Reply, Request, Steps
from mockgms.http.refusals import Unreadable
from mockgms.scenario.mistakes import did_you_mean
from mockgms.session import Session

T = TypeVar("T")

_EXPECTED: Final = lazy_regex(
    r"Expected `([a-z| ]+)`((?: [<>]=? -?[0-9.]+| of length [<>]=? [0-9]+)?)(?:, got `([a-z]+)`)?"
)
_WORDS: Final = {
    "str": "text",
    "int": "a whole number",
    "float": "a decimal number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}
_NAMED: Final = lazy_regex(r"Object (?:contains unknown|missing required) field `(.+)`")
_STEP: Final = lazy_regex(r"\.(\w+)|\[")


class AdminFormat:
    """Reads a body by its type, and names the field of a mistake."""

    is_strict = True

    def body_reader(self, parameter: Parameter) -> Callable[[Request], Any]:
        """Return a function that reads a body of the parameter's type, or raises Unreadable. `bytes` are not parsed."""
        if parameter.kind is bytes:
            return lambda request: request.body
        kind, default = parameter.kind, parameter.default
        if parameter.is_required:
            return lambda request: parse_part(request.body, kind, "")
        return lambda request: parse_part(request.body, kind, "") if request.body.strip() else default

    def write(self, _: Session, value: Any, status: int) -> Reply | Steps:
        """Return the reply that holds an answer as JSON, in steps if it is a long list."""
        if isinstance(value, LongList):
            return _listed(value, status)
        return Reply(status, msgspec.json.encode(value))


def parse_part(text: bytes | msgspec.Raw, shape: type[T], place: str) -> T:
    """Return a part of the body as `shape`; `place` is its path in the body. Raises Unreadable, naming the field."""
    try:
        return msgspec.json.decode(text, type=shape)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as mistake:
        reason, _, inside = str(mistake).partition(" - at ")
        named = _NAMED.fullmatch(reason)
        path = [f"{place}{inside.strip('`').removeprefix('$')}".removeprefix("."), named[1] if named else ""]
        if named and "unknown" in reason:
            known = _fields(shape, inside)
            reason = f"is not a known field{did_you_mean(named[1], known)} (there are: {', '.join(known)})"
        elif named:
            reason = "is required"
        else:
            reason = _in_words(reason)
        raise Unreadable(".".join(filter(None, path)) or "body", reason) from None


def _in_words(reason: str) -> str:
    """Return a clause in plain words for a reason of msgspec, such as "Expected `int | null`, got `str`"."""
    mistake = _EXPECTED.fullmatch(reason)
    if mistake is None:
        return f"cannot be read: {reason}"
    *others, last = (_WORDS.get(each, each) for each in mistake[1].split(" | "))
    wanted = f"{', '.join(others)} or {last}" if others else last
    return f"must be {wanted}{mistake[2]}" + (f", not {_WORDS.get(mistake[3], mistake[3])}" if mistake[3] else "")


def parse_time(text: str, field: str) -> Instant:
    """Return the time that a field has, in ISO 8601 with a zone. Raises Unreadable, naming the field."""
    try:
        return parse_instant(text)
    except ValueError as mistake:
        raise Unreadable(field, str(mistake)) from None


def _listed(values: LongList[Any], status: int) -> Steps:
    return Reply(status, (yield from json_list(values.values, values.render)))


def _fields(shape: Any, path: str) -> list[str]:
    """Return the names of the fields of the struct at a path such as `$.order[0]` in a body of this shape."""
    from msgspec import inspect  # for mistakes only

    nested = inspect.StructType | inspect.ListType | inspect.DictType
    found: Any = inspect.type_info(shape)
    for step in (None, *_STEP.findall(path)):
        if step:
            found = next(field.type for field in found.fields if field.encode_name == step)
        elif step is not None:
            found = found.value_type if isinstance(found, inspect.DictType) else found.item_type
        if isinstance(found, inspect.UnionType):
            found = next(each for each in found.types if isinstance(each, nested))
    return [field.encode_name for field in found.fields]
