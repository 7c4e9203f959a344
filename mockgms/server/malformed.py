"""Requests that the HTTP parser refuses: what can still be read of them, and what is wrong."""

import re
from collections.abc import Iterator
from http import HTTPMethod
from typing import Final, NamedTuple
from urllib.parse import quote

from multidict import CIMultiDict

from mockgms.domain.refusals import Refusal
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable

MALFORMED: Final = "is not HTTP/1.1"
NOT_CHUNKED: Final = "is not encoded as its header Transfer-Encoding says"
_INVALID: Final = "INVALID"  # shown by the journal instead of the method
_LONGEST_METHOD: Final = 32
_LAST_CHUNK: Final = b"\r\n0\r\n"  # the end of a chunked body: what is invalid can be the request after it
_LINE_FEEDS: Final = "ends its lines with a line feed alone: send a carriage return before it"
_SEND_METHOD: Final = "send GET, POST, PUT or DELETE"
_MIN_WORDS: Final = 3  # of the first line: the method, the target and the version; more if the target has spaces
_VERSION: Final = re.compile(rb"HTTP/[\d.]+")
_VERSIONS: Final = (b"HTTP/1.0", b"HTTP/1.1")
_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SCHEME_AND_HOST: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?]*")
_PRINTABLE: Final = "".join(map(chr, range(ord("!"), ord("~") + 1)))
_UNPRINTABLE: Final = re.compile(rb"[^!-~]")
_CONTROL: Final = re.compile(rb"[\0-\x08\x0a-\x1f\x7f]")


class Malformed(NamedTuple):
    """What was read of a request, and its refusal."""

    request: Request
    refusal: Refusal


class UnknownMethod(NamedTuple):
    """A request whose only mistake is an unknown method. Its refusal, such as 405, depends on its path."""

    request: Request


class _Head(NamedTuple):
    """The head of a request: the parts of its first line, and its other lines."""

    method: bytes
    target: bytes
    version: bytes
    lines: list[bytes]


def read_malformed(data: bytes, reason: str | None = None) -> Malformed | UnknownMethod:
    """Return what can be read of a request that the parser refused.

    Args:
        data: The bytes of the request from its first one on. They may be incomplete, or empty if they were not kept.
        reason: What is wrong, as a clause. If it is None, the head is searched for a mistake.

    """
    if b"\n" in data and b"\r" not in data:
        data, reason = data.replace(b"\n", b"\r\n"), reason or _LINE_FEEDS
    head = _split(data)
    if head is None:
        return Malformed(Request("GET", "/"), Unreadable("request", reason or MALFORMED))
    is_method = _TOKEN.fullmatch(head.method) is not None and len(head.method) <= _LONGEST_METHOD
    method = head.method.decode("ascii") if is_method else _INVALID
    path, _, query = _origin_form(head.target).partition("?")
    headers = list(_headers(head))
    request = Request(method, path, query, CIMultiDict(headers))
    is_unknown = is_method and method not in HTTPMethod.__members__
    if reason is None and is_unknown and head.version in _VERSIONS:
        return UnknownMethod(request)
    reason = reason or next(_mistakes(head, headers), None)
    if reason is None and "transfer-encoding" in request.headers and _LAST_CHUNK not in data:
        return Malformed(request, Unreadable("body", NOT_CHUNKED))
    return Malformed(request, Unreadable("request", reason or MALFORMED))


def _split(data: bytes) -> _Head | None:
    """Return the parts of a head. None if its first line is incomplete or not that of a request."""
    first, *lines = data.lstrip(b"\r\n").split(b"\r\n")
    words = first.split(b" ")
    if not lines or len(words) < _MIN_WORDS or _VERSION.fullmatch(words[-1]) is None:
        return None
    target = next((index for index, word in enumerate(words) if index and word.startswith(b"/")), 1)
    end = lines.index(b"") if b"" in lines else -1  # the last line may be incomplete
    return _Head(b" ".join(words[:target]), b" ".join(words[target:-1]), words[-1], lines[:end])


def _origin_form(target: bytes) -> str:
    """Return the path and the query of a target. Bytes that are not printable ASCII are percent-encoded."""
    text = quote(target, safe=_PRINTABLE)
    before = _SCHEME_AND_HOST.match(text)
    return text if before is None else text[before.end() :]


def _headers(head: _Head) -> Iterator[tuple[str, str]]:
    """Yield the headers that can be read.

    Those with a control character are left out: the answer repeats the origin, which could split its headers.
    """
    for line in head.lines:
        name, colon, value = line.partition(b":")
        if colon and _TOKEN.fullmatch(name) is not None and _CONTROL.search(value) is None:
            yield name.decode("ascii"), value.strip(b" \t").decode("utf-8", "surrogateescape")


def _mistakes(head: _Head, headers: list[tuple[str, str]]) -> Iterator[str]:
    """Yield what is wrong with a head, as clauses."""
    if _TOKEN.fullmatch(head.method) is None:
        yield f"has a method with an invalid character: {_SEND_METHOD}"
    if len(head.method) > _LONGEST_METHOD:
        yield f"has a method of {len(head.method)} characters: {_SEND_METHOD}"
    if head.version not in _VERSIONS:
        yield f"has the version {head.version.decode('ascii')}: send HTTP/1.1"
    wrong = _UNPRINTABLE.search(head.target)
    if wrong is not None:
        name = "a space" if wrong[0] == b" " else f"the byte 0x{wrong[0][0]:02X}"
        yield f"has {name} in its path or query: send it as %{wrong[0][0]:02X}"
    yield from _mistakes_of_lines(head.lines)
    yield from _mistakes_of_headers([(name.lower(), value) for name, value in headers])


def _mistakes_of_lines(lines: list[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, start=2):
        name, colon, value = line.partition(b":")
        if line.startswith((b" ", b"\t")):
            yield f"has a header that continues in line {number}: send it in one line"
        elif not colon:
            yield f"has no colon in line {number}: send headers as `Name: value`"
        elif _TOKEN.fullmatch(name) is None:
            yield f"has no valid name of a header before the colon in line {number}: write `Name: value`"
        elif _CONTROL.search(value) is not None:
            yield f"has a control character in the header {name.decode('ascii')}: leave it out"


def _mistakes_of_headers(headers: list[tuple[str, str]]) -> Iterator[str]:
    names = [name for name, _ in headers]
    for name in "Host", "Content-Length":
        if names.count(name.lower()) > 1:
            yield f"has the header {name} more than once: send it once"
    if "host" not in names:
        yield "has no header Host: send it with the host and port of the server"
    length = dict(headers).get("content-length")
    if length is not None and not (length.isascii() and length.isdecimal()):
        yield "has a Content-Length that is not a number: send the number of bytes of the body"
    if length is not None and "transfer-encoding" in names:
        yield "has the headers Content-Length and Transfer-Encoding: send one of them"
