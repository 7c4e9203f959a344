"""Decode entries of the journal: the fields, parameters and headers of a request and its answer."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mockgms.http.body import FORM, JSON, MULTIPART, parse_body
from mockgms.http.content_type import parse_content_type, shown_text
from mockgms.http.messages import Request
from mockgms.http.refusals import WireRefusal
from mockgms.session.journal import Entry

_NO_FORMS: Final = (MULTIPART, JSON)


def fields_of(entry: Entry) -> Mapping[str, Any] | None:
    """Return the fields of a body, parsed as its operation does; None if that is impossible."""
    if entry.fields:
        return next(iter(entry.fields.values()))
    nested = not (entry.operation or "").startswith(("v1.", "v2."))
    try:
        return parse_body(Request(entry.method, entry.path, entry.query, entry.headers, entry.body), nested=nested)
    except WireRefusal:
        return None


def is_form(entry: Entry) -> bool:
    """Return True if a body is read as a form, whose fields are separated by ampersands."""
    media = parse_content_type(entry.headers.get("content-type", "")).media
    return media == FORM or (media not in _NO_FORMS and not body_text(entry).lstrip().startswith(("{", "[", '"')))


def body_text(entry: Entry) -> str:
    """Return the text of a body as it was sent."""
    return shown_text(entry.body, entry.headers.get("content-type", ""))


def params_of(entry: Entry) -> dict[str, Any]:
    """Return the decoded parameters of the query, each with all its values."""
    return {name: list(values) for name, values in Request(entry.method, "", clean(entry.query)).params().items()}


def join_headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers by name in lower case. Values of a repeated header are joined with a comma."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        known = headers.get(name.lower())
        headers[name.lower()] = clean(value if known is None else f"{known}, {value}")
    return headers


def clean(text: str) -> str:
    """Return a path or header with each byte that was not UTF-8 replaced by U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode(errors="replace")
