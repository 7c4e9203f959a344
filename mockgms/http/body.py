"""Request bodies: JSON, URL-encoded and multipart bodies become dictionaries."""

import re
from binascii import a2b_qp
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import msgspec
from msgspec.structs import replace

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.instants import Instant, parse_instant
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.http.content_type import (
    UTF_8,
    ContentType,
    codec_of,
    decode_text,
    has_ascii,
    parse_content_type,
    without_mark,
)
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable, UnsupportedBody

Fields: TypeAlias = Mapping[str, Any]
_Pairs: TypeAlias = Iterable[tuple[str, str]]

LARGEST_BODY: Final = 1024 * 1024  # bytes; a booking takes less than 10 kB
LARGEST_SNAPSHOT: Final = 16 * 1024 * 1024  # bytes; a snapshot of 10,000 callbacks has 3 MB
MAX_FIELDS: Final = 12_000  # in a form: enough to cancel 10,000 callbacks, and parsed in at most 50 ms
MAX_VALUES: Final = 40_000  # in JSON, including names: enough to cancel 30,000 callbacks

_DEEPEST: Final = 32
_NUL: Final = 0
_PERCENT: Final = ord("%")
_BACKSLASH: Final = ord("\\")
_LARGEST_EXACT: Final = 2**53  # the largest whole number up to which each one has its own floating point number
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
MEDIA: Final = (JSON, FORM, MULTIPART)
"""The content types that `parse_body` reads."""

_BARE_PERCENT: Final = lazy_regex(rb"%(?![0-9a-fA-F]{2})")
_ESCAPED_RUN: Final = lazy_regex("(?:%[0-9a-fA-F]{2})+")
_BLANK_LINE: Final = lazy_regex(rb"\r?\n\r?\n")
_PART_NAME: Final = lazy_regex(
    rb'^content-disposition:[^\r\n]*?;[ \t]*name=(?:"([^"\r\n]*)"|([^\s;"]+))', re.IGNORECASE | re.MULTILINE
)
_FILE_NAME: Final = lazy_regex(
    rb'^content-disposition:[^\r\n]*?;[ \t]*filename(\*?)=(?:"([^"\r\n]*)"|([^\s;"]*))', re.IGNORECASE | re.MULTILINE
)
_PART_TYPE: Final = lazy_regex(rb"^content-type:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_FORM_START: Final = lazy_regex(rb"\s*[\w.%+\[\]-]+=")
_HALF_IN_UTF_8: Final = lazy_regex(rb"\xed[\xa0-\xbf]")
# Group 1 is half of a surrogate pair. Possessive quantifiers are wrong in Python 3.11.2, which Debian 12 has.
_SURROGATES: Final = lazy_regex(rb"\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(\\u[dD][89a-fA-F]\w\w)")
_TOO_LARGE: Final = "Number out of range"  # followed by where it is, in a notation of msgspec
TRUNCATED: Final = "Input data was truncated"  # msgspec's words
MALFORMED: Final = "JSON is malformed: "  # followed by the reason, in msgspec's words
_BARE_KEYS: Final = f"{MALFORMED}object keys must be strings"  # msgspec's words
_BRACKETED: Final = lazy_regex(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")


def parse_body(request: Request, *, nested: bool) -> dict[str, Any]:
    """Return the fields of a body. An empty body has none.

    The content type decides how it is parsed, and its charset how text is decoded. Without a charset, text is UTF-8. A
    byte order mark of UTF-8, UTF-16 or UTF-32 overrides both. Without a known type, a body that begins like JSON is
    parsed as JSON, and any other body as URL-encoded. A file in a multipart body has its name as its value.

    With `nested`, form names such as `a[b][c]` and `a[]`, as jQuery writes them, become objects and lists. Otherwise
    they stay unchanged. If a name is repeated, its last value counts.

    Raises UnsupportedBody for a charset that Python does not know.
    Raises Unreadable("body") for any other content, for JSON that is not an object, and for text with a NUL character.
    It is also raised for objects or lists more than 32 levels deep, for a form of more than 12,000 fields, and for JSON
    of more than 40,000 values and names.
    """
    found = request.fields.get(nested)
    if found is not None:
        return found
    if request.unreadable and nested in request.unreadable:
        raise request.unreadable[nested]
    try:
        found = request.fields[nested] = _parsed(request, nested)
    except (Unreadable, UnsupportedBody) as refusal:
        request.unreadable = {**(request.unreadable or {}), nested: refusal}
        raise
    return found


def _parsed(request: Request, nested: bool) -> dict[str, Any]:  # parse_body without its cache
    body, kind = request.body, parse_content_type(request.headers.get("content-type", ""))
    if kind.media == JSON and kind.codec == UTF_8 and body[:1] == b"{":  # the usual case
        fields = _json(body, kind)
        if (_BACKSLASH in body and b"\\u0000" in body) or _may_exceed_limits(body):
            _check(fields)
        return fields
    body, kind = without_mark(body, kind)
    if not body.strip():
        return {}
    fields = _read(body, kind, nested)
    if kind.codec != UTF_8 or _may_be_refused(body):
        _check(fields)
    return fields


def text_field(fields: Mapping[str, Any], *names: str) -> str | None:
    """Return the text of the first of these fields that is not empty. Numbers and booleans are converted to text.

    Raises Unreadable for the field if its value is an object, a list, or a decimal number over 2**53.
    """
    for name in names:
        value = fields.get(name)
        if type(value) is str and value:  # the usual case
            return value
        if isinstance(value, dict | list):
            raise Unreadable(name, "must be text")
        if isinstance(value, float) and abs(value) > _LARGEST_EXACT:
            raise Unreadable(name, "is a decimal number that is too large to be exact: send it as text")
        if value is not None and value != "":
            return scalar_text(value)
    return None


def number_field(fields: Mapping[str, Any], name: str) -> str | None:
    """Return a phone number as text, as `text_field` does. Raises Unreadable for a number with a fraction too."""
    value = fields.get(name)
    if type(value) is str and value:  # the usual case
        return value
    if isinstance(value, float) and not value.is_integer():
        raise Unreadable(name, "is a number with a fraction: send a phone number as text")
    return text_field(fields, name)


def scalar_text(value: object) -> str | None:
    """Return a scalar as text, or None if the value is null, an object or a list. `1.0` is the whole number 1."""
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def as_text(value: object) -> str:
    """Return text unchanged, and any other value as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def parse_time(text: str, field: str) -> Instant:
    """Return the time that a field has, in ISO 8601 with a zone. Raises Unreadable for the field."""
    try:
        return parse_instant(text)
    except ValueError as mistake:
        raise Unreadable(field, str(mistake)) from None


def _read(body: bytes, kind: ContentType, nested: bool) -> dict[str, Any]:
    media = kind.media
    if media == JSON and kind.codec == UTF_8:
        return _json(body, kind)
    if media == MULTIPART:
        return _fields(_multipart(body, kind), nested)
    if not kind.is_utf_8 and not (media == FORM and _has_ascii_syntax(body, kind)):
        body, kind = _decoded(body, kind).encode(), replace(kind, codec=UTF_8)
    if media == JSON or (media != FORM and body.lstrip().startswith((b"{", b"[", b'"'))):
        return _json(body, kind)
    if body.lstrip().startswith(b'{"'):  # JSON with the default content type of `curl -d` and Python's urllib
        raise Unreadable("body", "is JSON, but its content type says that it is a form: send application/json")
    return _fields(_urlencoded(body, kind) if kind.is_utf_8 else _urlencoded_in(body, kind), nested)


def _has_ascii_syntax(body: bytes, kind: ContentType) -> bool:
    """Return True if a form can be split into names and values before it is decoded."""
    return has_ascii(codec_of(kind)) or (body.isascii() and b"\0" not in body)


def _json(body: bytes, kind: ContentType) -> dict[str, Any]:
    try:
        fields = msgspec.json.decode(body)
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError as mistake:
        raise _undecodable(mistake, kind) from None
    except msgspec.DecodeError as mistake:
        raise Unreadable("body", _why_no_json(body, str(mistake))) from None
    if not isinstance(fields, dict):
        raise Unreadable("body", "is JSON, but not an object")
    return fields


def _why_no_json(body: bytes, mistake: str) -> str:
    half = half_of_pair(body)
    if half is not None:
        shown = body[half : half + 6].decode()
        return (
            f"has half of a surrogate pair, {shown} (byte {half}): a text was cut inside a character such as an emoji"
        )
    if mistake == TRUNCATED:
        return f"is not JSON: it is cut off after byte {len(body)}"
    if mistake.startswith(_TOO_LARGE):
        return "has a number that is too large for a double: send it as text"
    if mistake.startswith(_BARE_KEYS):
        return f"is not JSON: put its keys in double quotes{mistake.removeprefix(_BARE_KEYS)}"
    if _FORM_START.match(body):
        return f"is a form, but its content type says that it is JSON: name {FORM}"
    return f"is not JSON: {mistake}"


def half_of_pair(body: bytes) -> int | None:
    """Return where JSON has an escape for half of a surrogate pair without the other half."""
    for found in _SURROGATES.finditer(body.replace(rb"\\", b"  ")):  # the rest of the backslashes begin an escape
        if found[1] and found.end() < len(body):  # at the end, the rest of the body is missing
            return found.start()
    return None


def encoded_half_of_pair(body: bytes) -> int | None:
    """Return where a body has half of a surrogate pair in UTF-8, which does not allow it."""
    found = _HALF_IN_UTF_8.search(body)
    return None if found is None else found.start()


def _urlencoded(body: bytes, kind: ContentType) -> list[tuple[str, str]]:
    _check_fields(body.count(b"&") + 1)
    pairs = []
    try:
        for field in body.decode().split("&"):
            name, _, value = field.partition("=")
            if field:
                pairs.append((_names[name], _form_text(value) if "%" in value or "+" in value else value))
    except UnicodeDecodeError as mistake:
        raise _undecodable(mistake, kind) from None
    return pairs


def _urlencoded_in(body: bytes, kind: ContentType) -> Iterator[tuple[str, str]]:
    """Yield the fields of a form in another charset than UTF-8. Its syntax is ASCII."""
    _check_fields(body.count(b"&") + 1)
    for field in filter(None, body.replace(b"+", b" ").split(b"&")):
        name, _, value = field.partition(b"=")
        yield _decoded_form(name, kind), _decoded_form(value, kind)


def _decoded_form(spaced: bytes, kind: ContentType) -> str:
    codec = codec_of(kind)
    if has_ascii(codec):
        return _decoded(_unescaped(spaced), kind)
    try:  # such as UTF-16: only the escapes are in the charset, as Java's URLEncoder writes them
        return _ESCAPED_RUN.sub(
            lambda run: bytes.fromhex(run[0].replace("%", "")).decode(codec), spaced.decode("ascii")
        )
    except UnicodeDecodeError as mistake:
        raise _undecodable(mistake, kind) from None


def _form_text(encoded: str) -> str:
    spaced = encoded.replace("+", " ")
    text = spaced.replace("%3A", ":").replace("%2B", "+")  # those of times and phone numbers: a tenth of the time
    return text if "%" not in text else _unescaped(spaced.encode()).decode()


def _unescaped(spaced: bytes) -> bytes:
    # urllib takes 0.15 s for a megabyte of escapes. Quoted-printable has the same escapes with `=` instead of `%`, and
    # its decoder is written in C. Here every `=` has two digits after it, so no other rule of quoted-printable applies.
    return a2b_qp(_BARE_PERCENT.sub(b"%25", spaced).replace(b"=", b"=3D").replace(b"%", b"="))


_names: Final = BoundedCache(_form_text)  # clients repeat the same names


def _multipart(body: bytes, kind: ContentType) -> Iterator[tuple[str, str]]:
    """Yield the named parts. The last boundary may lack its dashes, as in Widgets 8.5 (verified), or be missing."""
    if not kind.boundary:
        raise Unreadable("body", "is multipart, but its content type names no boundary")
    line = kind.boundary.encode("utf-8", "surrogateescape")
    _check_fields(body.count(b"--" + line))
    _, *parts = re.split(rb"(?:^|\r?\n)--" + re.escape(line) + rb"(?=--|\s|$)", body.removesuffix(b"\r\n"))
    if not parts:
        raise Unreadable("body", "has no part that begins with the boundary of its content type")
    in_head = kind if kind.is_utf_8 or has_ascii(codec_of(kind)) else replace(kind, codec=UTF_8)
    for part in parts:
        head, *value = _BLANK_LINE.split(part, maxsplit=1)
        name = _PART_NAME.search(head)
        if name and value:
            yield _decoded(name[1] or name[2] or b"", in_head), _part_text(head, value[0], kind, in_head)


def _part_text(head: bytes, value: bytes, kind: ContentType, in_head: ContentType) -> str:
    """Return the text of a part in its own charset, by default `kind`. Of a file, return its name."""
    file = _FILE_NAME.search(head)
    if file is None:
        own = _PART_TYPE.search(head)
        part_kind = parse_content_type(own[1].decode("ascii", "replace")) if own else kind
        return _decoded(value, part_kind if part_kind.charset else kind)
    name: bytes = file[2] or file[3] or b""
    if not file[1]:
        return _decoded(name, in_head)
    charset, *_, text = name.split(b"'", 2)  # RFC 8187: charset'language'text
    return _decoded(_unescaped(text), parse_content_type(f";charset={charset.decode('ascii', 'replace')}"))


def _fields(pairs: _Pairs, nested: bool) -> dict[str, Any]:
    if not nested:
        return dict(pairs)
    fields: dict[str, Any] = {}
    for name, value in pairs:
        path = _paths[name]
        if len(path) == 1:
            fields[name] = value
        else:
            _put(fields, path, value)
    _put_lists(fields)
    return fields


def _put(fields: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    """Set the value at a path. While parsing, lists are objects with the keys 0, 1 and so on."""
    container = fields
    for key in path[:-1]:
        within = key or str(len(container))
        inner = container.get(within)
        if not isinstance(inner, dict):
            inner = container[within] = {}
        container = inner
    container[path[-1] or str(len(container))] = value


def _path(name: str) -> tuple[str, ...]:
    """Return the keys in a name such as `a[b][c]`, from the outside in."""
    bracketed = _BRACKETED.fullmatch(name)
    if bracketed is None:
        return (name,)
    top, brackets = bracketed.groups()
    path = (top, *brackets[1:-1].split("]["))
    if len(path) > _DEEPEST + 1:
        raise _too_deep()
    return path


_paths: Final = BoundedCache(_path)


def _put_lists(value: dict[str, Any]) -> None:
    """Replace each object in the value whose keys are 0, 1 and so on by a list."""
    for name, inner in value.items():
        if isinstance(inner, dict):
            _put_lists(inner)
            if "0" in inner and list(inner) == [str(index) for index in range(len(inner))]:
                value[name] = list(inner.values())


def _may_be_refused(body: bytes) -> bool:
    """Return whether all values must be checked, because the body may have NUL characters or exceed a limit."""
    # Looking for a byte by its number takes a tenth of the time of looking for it as `bytes`: 0.2 µs less for each.
    if _NUL in body or (_PERCENT in body and b"%00" in body) or (_BACKSLASH in body and b"\\u0000" in body):
        return True  # raw, in a form, in JSON
    return _may_exceed_limits(body)


def _may_exceed_limits(body: bytes) -> bool:
    """Return whether a body may have too many levels or values."""
    if len(body) > _DEEPEST and body.count(b"{") + body.count(b"[") > _DEEPEST:
        return True
    return len(body) >= MAX_VALUES // 2 and body.count(b",") > MAX_VALUES // 2 - 1


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


def _decoded(text: bytes, kind: ContentType) -> str:
    try:
        return decode_text(text, kind)
    except UnicodeDecodeError as mistake:
        raise _undecodable(mistake, kind) from None


def _undecodable(mistake: UnicodeDecodeError, kind: ContentType) -> Unreadable:
    rest = mistake.object[mistake.start :]
    if (kind.is_utf_8 and _HALF_IN_UTF_8.match(rest)) or "surrogate" in mistake.reason:
        return Unreadable("body", "has half of a surrogate pair: a text was cut inside a character such as an emoji")
    reason = f"is not {kind.charset or 'UTF-8'} (byte 0x{rest[0]:02X})"
    return Unreadable("body", reason if kind.charset else f"{reason}: name its charset in the content type")


def _too_deep() -> Unreadable:
    return Unreadable("body", f"is more than {_DEEPEST} levels deep")
