"""Entries of the journal, decoded: the fields, parameters and headers that a request and its answer have."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mockgms.http.body import FORM, parse_body
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable
from mockgms.session.journal import Entry

_NO_FORMS: Final = ("multipart/form-data", "application/json")


def fields_of(entry: Entry) -> Mapping[str, Any] | None:
    """The decoded fields of a body, in the way that the operation read them; None when they cannot be."""
    if entry.fields:
        return next(iter(entry.fields.values()))
    nested = not (entry.operation or "").startswith(("v1.", "v2."))
    try:
        return parse_body(Request(entry.method, entry.path, entry.query, entry.headers, entry.body), nested=nested)
    except Unreadable:
        return None


def is_form(entry: Entry) -> bool:
    """True if a body is read as a form, with fields between ampersands."""
    media_type = entry.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == FORM or (
        media_type not in _NO_FORMS and not entry.body.lstrip().startswith((b"{", b"[", b'"'))
    )


def params_of(entry: Entry) -> dict[str, Any]:
    """The decoded parameters of the query, each with all its values."""
    return {name: list(values) for name, values in Request(entry.method, "", clean(entry.query)).params().items()}


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by name in lower case; one that came twice has both values."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        known = headers.get(name.lower())
        headers[name.lower()] = clean(value if known is None else f"{known}, {value}")
    return headers


def clean(text: str) -> str:
    """Text without what is no Unicode: bytes of a path or header that were not UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode(errors="replace")
