"""Request bodies: JSON, URL-encoded and multipart bodies become dictionaries."""

import re
from binascii import a2b_qp
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import msgspec

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable

Fields: TypeAlias = Mapping[str, Any]
_Pairs: TypeAlias = Iterable[tuple[str, str]]

LARGEST_BODY: Final = 1024 * 1024  # bytes; a booking takes less than 10 kB

LARGEST_SNAPSHOT: Final = 16 * 1024 * 1024  # bytes; a snapshot of 10,000 callbacks has 3 MB
MAX_FIELDS: Final = 12_000  # in a form: enough to cancel 10,000 callbacks, and parsed in at most 50 ms
MAX_VALUES: Final = 40_000  # in JSON, including names: enough to cancel 30,000 callbacks

_DEEPEST: Final = 32
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
MEDIA: Final = (JSON, FORM, MULTIPART)
"""The content types that `parse_body` reads."""

_BOUNDARY: Final = lazy_regex(r'boundary=(?:"([^"]+)"|([^\s;"]+))', re.IGNORECASE)
_BARE_PERCENT: Final = lazy_regex("%(?![0-9a-fA-F]{2})")
_BLANK_LINE: Final = lazy_regex(rb"\r?\n\r?\n")
_PART_NAME: Final = lazy_regex(
    rb'^content-disposition:[^\r\n]*?;[ \t]*name=(?:"([^"\r\n]*)"|([^\s;"]+))', re.IGNORECASE | re.MULTILINE
)

_BRACKETED: Final = lazy_regex(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")


def parse_body(request: Request, *, nested: bool) -> dict[str, Any]:
    """Return the fields of a body. An empty body has none.

    The content type decides how it is parsed. The charset is ignored, because text is always UTF-8. Without a known
    type, a body that begins like JSON is parsed as JSON, and any other body as URL-encoded. With `nested`, form names
    such as `a[b][c]` and `a[]`, as jQuery writes them, become objects and lists. Otherwise they stay unchanged. If a
    name is repeated, its last value counts.

    Raises Unreadable("body") for any other content, for JSON that is not an object, and for text with a NUL character.
    It is also raised for objects or lists more than 32 levels deep, for a form of more than 12,000 fields, and for JSON
    of more than 40,000 values and names.
    """
    if nested not in request.fields:
        if nested in request.unreadable:
            raise request.unreadable[nested]
        try:
            request.fields[nested] = _parsed(request, nested)
        except Unreadable as refusal:
            request.unreadable[nested] = refusal
            raise
    return request.fields[nested]


def _parsed(request: Request, nested: bool) -> dict[str, Any]:  # parse_body without its cache
    if not request.body.strip():
        return {}
    fields = _read(request.body, request.headers.get("content-type", ""), nested)
    if _may_be_refused(request.body):
        _check(fields)
    return fields


def text_field(fields: Mapping[str, Any], *names: str) -> str | None:
    """Return the text of the first of these fields that is not empty. Numbers and booleans are converted to text.

    Raises Unreadable for the field if its value is an object or a list.
    """
    for name in names:
        value = fields.get(name)
        if type(value) is str and value:  # the usual case
            return value
        if isinstance(value, dict | list):
            raise Unreadable(name, "must be text")
        if value is not None and value != "":
            return scalar_text(value)
    return None


def scalar_text(value: object) -> str | None:
    """Return a scalar as text, or None if the value is null, an object or a list."""
    if value is None or isinstance(value, dict | list):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_text(value: object) -> str:
    """Return text unchanged, and any other value as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _read(body: bytes, content_type: str, nested: bool) -> dict[str, Any]:
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == MULTIPART:
        return _fields(_multipart(body, content_type), nested)
    if media_type == JSON or (media_type != FORM and body.lstrip().startswith((b"{", b"[", b'"'))):
        return _json(body)
    if body.lstrip().startswith(b'{"'):  # JSON with the default content type of `curl -d` and Python's urllib
        raise Unreadable("body", "is JSON, but its content type says that it is a form: send application/json")
    return _fields(_urlencoded(body), nested)


def _json(body: bytes) -> dict[str, Any]:
    try:
        fields = msgspec.json.decode(body)
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError:
        raise _not_utf8() from None
    except msgspec.DecodeError as mistake:
        raise Unreadable("body", f"is not JSON: {mistake}") from None
    if not isinstance(fields, dict):
        raise Unreadable("body", "is JSON, but not an object")
    return fields


def _urlencoded(body: bytes) -> Iterator[tuple[str, str]]:
    _check_fields(body.count(b"&") + 1)
    try:
        for field in body.decode().split("&"):
            name, _, value = field.partition("=")
            if field:
                yield _names[name], _decoded(value)
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _decoded(encoded: str) -> str:
    spaced = encoded.replace("+", " ")
    if "%" not in spaced:
        return spaced
    # urllib takes 0.15 s for a megabyte of escapes. Quoted-printable has the same escapes with `=` instead of `%`, and
    # its decoder is written in C. Here every `=` has two digits after it, so no other rule of quoted-printable applies.
    escaped = _BARE_PERCENT.sub("%25", spaced).encode()
    return a2b_qp(escaped.replace(b"=", b"=3D").replace(b"%", b"=")).decode()


_names: Final = BoundedCache(_decoded)  # clients repeat the same names


def _multipart(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """Yield the named parts. The last boundary may lack its dashes, as in Widgets 8.5 (verified), or be missing."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise Unreadable("body", "is multipart, but its content type names no boundary")
    line = (boundary[1] or boundary[2]).encode("utf-8", "surrogateescape")
    _check_fields(body.count(b"--" + line))
    _, *parts = re.split(rb"(?:^|\r?\n)--" + re.escape(line) + rb"(?=--|\s|$)", body.removesuffix(b"\r\n"))
    if not parts:
        raise Unreadable("body", "has no part that begins with the boundary of its content type")
    for part in parts:
        head, *value = _BLANK_LINE.split(part, maxsplit=1)
        name = _PART_NAME.search(head)
        if name and value:
            yield _utf8(name[1] or name[2] or b""), _utf8(value[0])


def _fields(pairs: _Pairs, nested: bool) -> dict[str, Any]:
    if not nested:
        return dict(pairs)
    fields: dict[str, Any] = {}
    for name, value in pairs:
        _put(fields, name, value)
    return {name: _with_lists(value) if isinstance(value, dict) else value for name, value in fields.items()}


def _put(fields: dict[str, Any], name: str, value: str) -> None:
    """Set the value of a name such as `a[b][c]`. While parsing, lists are objects with the keys 0, 1 and so on."""
    top, *inner = _paths[name]
    if not inner:
        fields[top] = value
        return
    container = fields
    for key in (top, *inner[:-1]):
        within = key or str(len(container))
        if not isinstance(container.get(within), dict):
            container[within] = {}
        container = container[within]
    container[inner[-1] or str(len(container))] = value


def _path(name: str) -> tuple[str, ...]:
    """Return the keys in `a[b][c]`, from the outside in."""
    bracketed = _BRACKETED.fullmatch(name)
    if bracketed is None:
        return (name,)
    top, brackets = bracketed.groups()
    path = (top, *brackets[1:-1].split("]["))
    if len(path) > _DEEPEST + 1:
        raise _too_deep()
    return path


_paths: Final = BoundedCache(_path)


def _with_lists(value: dict[str, Any]) -> dict[str, Any] | list[Any]:
    """Return the value with each object whose keys are 0, 1 and so on replaced by a list."""
    inner = {name: _with_lists(each) if isinstance(each, dict) else each for name, each in value.items()}
    if "0" not in inner or list(inner) != [str(index) for index in range(len(inner))]:
        return inner
    return list(inner.values())


def _may_be_refused(body: bytes) -> bool:
    """Return whether all values must be checked, because the body may have NUL characters or exceed a limit."""
    if b"\0" in body or b"%00" in body or b"\\u0000" in body:  # raw, in a form, in JSON
        return True
    return body.count(b"{") + body.count(b"[") > _DEEPEST or body.count(b",") > MAX_VALUES // 2 - 1


def _check(fields: dict[str, Any]) -> None:
    """Raise Unreadable for NUL characters, too many levels, or too many values."""
    left = MAX_VALUES
    waiting: list[tuple[Any, int]] = [(fields, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            if "\0" in value:
                raise Unreadable("body", "has a NUL character in it")
        elif isinstance(value, dict | list):
            if depth > _DEEPEST:
                raise _too_deep()
            children = [*value, *value.values()] if isinstance(value, dict) else value
            left -= len(children)
            if left < 0:
                raise Unreadable("body", f"has more than {MAX_VALUES} values and names: send fewer at a time")
            waiting += ((each, depth + 1) for each in children)


def _check_fields(count: int) -> None:
    if count > MAX_FIELDS:
        raise Unreadable("body", f"has more than {MAX_FIELDS} fields: send fewer at a time")


def _utf8(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _too_deep() -> Unreadable:
    return Unreadable("body", f"is more than {_DEEPEST} levels deep")


def _not_utf8() -> Unreadable:
    return Unreadable("body", "is not UTF-8")
