"""The format of the admin API: strict JSON in, JSON out."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from mockgms.api.admin.body_mistakes import unreadable
from mockgms.api.operation import LongList, Parameter
from mockgms.http.body import MALFORMED, MAX_VALUES, TRUNCATED, encoded_half_of_pair, half_of_pair
from mockgms.http.json_lists import json_list
from mockgms.http.messages import InSteps, Reply, ReplySteps, Request, run_to_end
from mockgms.http.refusals import Unreadable
from mockgms.scenario.json_keys import TooManyValues, find_repeated_key, may_have_repeated_key
from mockgms.session import Session

T = TypeVar("T")

_SHORT: Final = 16 * 1024  # bytes of JSON that can be checked for repeated keys at once, within 1 ms


class AdminFormat:
    """Reads a body by its type, and names the field of a mistake."""

    is_strict = True

    def body_reader(self, parameter: Parameter) -> Callable[[Request], Any]:
        """Return a function that reads a body of the parameter's type, or raises Unreadable. `bytes` are not parsed."""
        if parameter.kind is bytes:
            return lambda request: request.body
        kind, default = parameter.kind, parameter.default
        if parameter.is_required:
            return lambda request: _parse_body(request.body, kind)
        return lambda request: _parse_body(request.body, kind) if request.body.strip() else default

    def write(self, _: Session, value: Any, status: int) -> Reply | ReplySteps:
        """Return the reply that holds an answer as JSON, in steps if it is a long list."""
        if isinstance(value, LongList):
            return _listed(value, status)
        return Reply(status, msgspec.json.encode(value))


def _parse_body(body: bytes, shape: Any) -> Any:
    """Return the body as `shape`. Raises Unreadable as `decode_body`, and also if a key is set twice."""
    parsed, text = decode_body(body, shape)
    run_to_end(check_keys(text, at_most=MAX_VALUES))
    return parsed


def decode_body(body: bytes, shape: Any) -> tuple[Any, bytes]:
    """Return the body as `shape`, a class with an `example`, and its JSON text.

    The last value of a repeated key counts. Raises Unreadable, with the example if the body is not JSON.
    """
    text = body.removeprefix(BOM_UTF8)  # editors on Windows write it
    try:
        return msgspec.json.decode(text, type=shape), text
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as mistake:
        reason = _why_no_json(text, mistake)
        if reason is None:
            raise unreadable(mistake, shape, "") from None
        raise Unreadable("body", f"must be JSON, such as {shape.example}: {reason}") from None


def _why_no_json(text: bytes, mistake: Exception) -> str | None:
    """Return why a body is not JSON, or None if it is JSON, and the mistake is another one."""
    if not text.strip():
        return "it is empty"
    half = encoded_half_of_pair(text) if isinstance(mistake, UnicodeDecodeError) else half_of_pair(text)
    if half is not None:
        return f"it has half of a surrogate pair (byte {half})"
    if isinstance(mistake, UnicodeDecodeError) or text.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "it is not UTF-8"
    if str(mistake) == TRUNCATED:
        return f"it is cut off after byte {len(text)}"
    return str(mistake).removeprefix(MALFORMED) if str(mistake).startswith(MALFORMED) else None


def parse_part(text: bytes | msgspec.Raw, shape: type[T], place: str) -> T:
    """Return a part of the body as `shape`; `place` is its path in the body. Raises Unreadable, naming the field."""
    try:
        return msgspec.json.decode(text, type=shape)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as mistake:
        raise unreadable(mistake, shape, place) from None


def check_keys(text: bytes, place: str = "", at_most: int | None = None) -> InSteps[None]:
    """Raise Unreadable if a key is set twice, or if a text of over 16 KiB has too many keys, objects and lists.

    Args:
        text: Valid JSON.
        place: Its path in the body, if it is a part.
        at_most: The largest number of keys, objects and lists; None for any number.
    """
    if len(text) <= _SHORT and not may_have_repeated_key(text):
        return
    try:
        found = yield from find_repeated_key(text, at_most)
    except TooManyValues:
        raise Unreadable("body", f"has more than {at_most} keys, objects and lists: send fewer at a time") from None
    if found is not None:
        where = "" if place else f", again at byte {found.byte}"  # of the body, which is unknown for a part
        raise Unreadable(".".join(filter(None, (place, found.path))), f"is set twice{where}: keep one of them")


def _listed(values: LongList[Any], status: int) -> ReplySteps:
    return Reply(status, (yield from json_list(values.values, values.render)))
