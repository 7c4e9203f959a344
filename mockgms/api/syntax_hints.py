"""Hints about the syntax of a body or a query: its encoding, its content type, and repeated names."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final
from urllib.parse import unquote_plus

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.http.body import FORM, JSON, MULTIPART
from mockgms.http.content_type import parse_content_type
from mockgms.http.messages import parse_params
from mockgms.session.journal import Entry

_LONGEST: Final = 16 * 1024  # bytes of a body that are searched for a mistake

_LOST_PLUS: Final = lazy_regex(
    r"(?:^|&)(?:(_customer_number|phoneNumber|number)=\+[0-9]"
    # The offset of a time: digits after a T, or a minute, stand before its sign.
    r"|(_desired_time|_new_desired_time|desiredTime|start|end)="
    r"[^&]*(?:[0-9]T[0-9:.,%A]+|(?::|%3A)[0-9]{2}(?:\.[0-9]+)?)\+[0-9]{2}(?::|%3A)?[0-9]{2}(?=&|$))",
    re.IGNORECASE,
)
_GZIP: Final = b"\x1f\x8b"
_COMPRESSED: Final = "The body is compressed, but has no header Content-Encoding: send Content-Encoding: gzip."
_OBJECT: Final = (
    "The body is a JavaScript object converted to text: send JSON.stringify(object), or for a form new"
    " URLSearchParams(object)."
)
_JSON_STRING: Final = "The body is a JSON string: the object was encoded twice, so call JSON.stringify only once."
_UNREAD_TYPE: Final = (
    f"The content type is neither JSON nor a form, so the body is read as a form: send {JSON} or"
    " application/x-www-form-urlencoded."
)
_ESCAPED: Final = "The query contains &amp; instead of &: the parameters after it are not read."
# By default, pages send text/plain, and many programs application/octet-stream.
_USUAL_TYPES: Final = (JSON, FORM, MULTIPART, "", "text/plain", "application/octet-stream")


def syntax_hints(entry: Entry) -> Iterator[str]:
    """Yield the hints about the syntax of the body and the query of an exchange."""
    body = entry.body[:_LONGEST].lstrip()
    media = parse_content_type(entry.headers.get("content-type", "")).media
    if body.startswith(_GZIP) and "content-encoding" not in entry.headers:
        yield _COMPRESSED
    elif body.startswith(b"[object "):
        yield _OBJECT
    elif body.startswith(b'"') and media not in (FORM, MULTIPART):
        yield _JSON_STRING
    elif media not in (JSON, MULTIPART) and body and not body.startswith((b"{", b"[")):
        if media not in _USUAL_TYPES:
            yield _UNREAD_TYPE
        yield from _twice_in_form(body)
    if "&amp;" in entry.query:
        yield _ESCAPED
    yield from _lost_plus(entry)
    yield from _twice_in_json(entry)
    yield from _twice_in_query(entry)


def _lost_plus(entry: Entry) -> Iterator[str]:
    """Yield a hint for each number or time in a form or query whose `+` is read as a space."""
    for text in (entry.query, entry.body[:_LONGEST].decode("latin-1")):
        for lost in _LOST_PLUS.finditer(text):
            yield f"The + in {lost[1] or lost[2]} is read as a space: in a form and in a query, write it as %2B."


def _twice_in_json(entry: Entry) -> Iterator[str]:
    """Yield a hint for each name that occurs more than once in a JSON object."""
    body = entry.body
    if len(body) > _LONGEST or not body.lstrip().startswith(b"{"):
        return
    twice: set[str] = set()

    def note(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice.update(name for name, count in Counter(names).items() if count > 1)

    with suppress(ValueError, RecursionError):
        json.loads(body, object_pairs_hook=note)
    for name in sorted(filter(str.isidentifier, twice)):
        yield f"{name} is given more than once in the JSON: its last value counts."


def _twice_in_form(body: bytes) -> Iterator[str]:
    """Yield a hint for each name that occurs more than once in a form, except names of lists such as `a[]`."""
    names = Counter(field.partition("=")[0] for field in body.decode("latin-1").split("&"))
    for name in (unquote_plus(name) for name, count in names.items() if count > 1):
        if name.isidentifier():
            yield f"{name} is given more than once in the form: its last value counts."


def _twice_in_query(entry: Entry) -> Iterator[str]:
    """Yield a hint for each parameter that occurs more than once in an availability query."""
    if (entry.operation or "").endswith(".availability"):
        for name, values in parse_params(entry.query).items():
            if len(values) > 1 and name.replace("-", "_").isidentifier():
                yield f"The parameter {name} is given more than once: its first value counts."
