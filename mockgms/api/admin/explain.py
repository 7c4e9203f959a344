"""Explain the answer to a request, or the answer that a described request would get."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Meta

from mockgms.api.admin.explanation import Explanation, explain
from mockgms.api.admin.refusals import NotFound
from mockgms.api.admin.requests import find_entry, no_such_request
from mockgms.api.admin.summary import DESCRIBED
from mockgms.api.field_types import Body
from mockgms.api.operation import operation
from mockgms.http.headers import LARGEST_HEAD, LARGEST_LINE
from mockgms.http.messages import InSteps, Request
from mockgms.http.refusals import Unreadable
from mockgms.session import Session
from mockgms.session.journal import Entry
from mockgms.session.trace import Trace

DryRun: TypeAlias = Callable[[Request, Session], InSteps[tuple[Entry, Trace]]]

_FORM: Final = "application/x-www-form-urlencoded"
_TOO_LONG: Final = "longer than {} characters, so the server would refuse the request"
_SAFE_IN_PATH: Final = "/%:@!$&'()*+,;=~"


class DescribedRequest(Body):
    """A request that is not sent. `fields` become a JSON body, or a form if the content type says so."""

    example = '{"method": "GET", "path": "/genesys/1/service/callback/sales/availability"}'

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    query: Annotated[str | dict[str, str | list[str]] | None, Meta(examples=["start=2026-03-02T10:00:00Z"])] = None
    headers: Annotated[dict[str, str], Meta(examples=[{"Content-Type": "application/json"}])] = msgspec.field(
        default_factory=dict
    )
    body: Annotated[str, Meta(examples=['{"serviceName": "sales"}'])] | None = None
    fields: Annotated[dict[str, Any], Meta(examples=[{"serviceName": "sales"}])] | None = None


@operation("GET", "/requests/{id}/explain", "admin.requests.explain", refusals=(NotFound,))
def explain_request(session: Session, id: str, unmasked: bool = False) -> InSteps[Explanation]:
    """Explain the answer to a request.

    Later changes of the session do not change the explanation.

    Args:
        id: The number of the request, from 1.
        unmasked: Whether phone numbers and keys are shown unmasked.
    """
    entry = find_entry(session, id)
    if entry is None or entry.trace is None:
        raise no_such_request(id)
    return (yield from explain(entry, entry.trace, session, unmasked=unmasked))


@operation("POST", "/explain", "admin.explain")
def explain_described(
    session: Session, dry_run: DryRun, unmasked: bool = False, *, body: DescribedRequest
) -> InSteps[Explanation]:
    """Explain how a described request would be answered now, without sending it.

    Nothing changes. `fields` become a JSON body, or a form if the content type says so.

    Args:
        unmasked: Whether phone numbers and keys are shown unmasked.
    """
    entry, trace = yield from dry_run(described_request(body, session), session)
    return (yield from explain(entry, trace, session, unmasked=unmasked, words=DESCRIBED))


def described_request(described: DescribedRequest, session: Session) -> Request:
    """Return the described request. Raises Unreadable."""
    headers = {name.lower(): value for name, value in described.headers.items()}
    path, _, inside = described.path.partition("?")
    if inside and described.query is not None:
        raise Unreadable("query", "is already in the path")
    body = (described.body or "").encode()
    if described.fields is not None:
        if described.body is not None:
            raise Unreadable("fields", "cannot be sent together with a body")
        body = _encoded(described.fields, headers)
    query = described.query if isinstance(described.query, dict) else described.query or inside
    method = "GET" if described.method == "HEAD" else described.method
    sent_query = urlencode(query, doseq=True) if isinstance(query, dict) else query
    request = Request(method, _of_session(path, session), sent_query, headers, body)
    _check_size(request, described.headers)
    return request


def _check_size(request: Request, headers: Mapping[str, str]) -> None:
    """Raise Unreadable if the server would refuse the head of a request. A larger one could take long to explain."""
    for field, text in {"path": request.path, "query": request.query}.items():
        if len(text) > LARGEST_LINE:
            raise Unreadable(field, f"is {_TOO_LONG.format(LARGEST_LINE)}")
    if sum(map(len, (*headers.keys(), *headers.values()))) > LARGEST_HEAD:
        raise Unreadable("headers", f"are {_TOO_LONG.format(LARGEST_HEAD)}")


def _of_session(path: str, session: Session) -> str:
    """Return the path without the base path of the session. Raises Unreadable."""
    if not path.startswith("/"):
        raise Unreadable("path", "must begin with a /")
    base = f"/s/{session.id}"
    if path.startswith("/s/"):
        if not path.startswith(f"{base}/"):
            raise Unreadable(
                "path", f"does not belong to the session {session.id}: request the explanation in its own session"
            )
        path = path[len(base) :]
    return quote(path, safe=_SAFE_IN_PATH)


def _encoded(fields: Mapping[str, Any], headers: dict[str, str]) -> bytes:
    """Return the fields as a body in the content type, which is JSON by default. Raises Unreadable."""
    kind = headers.setdefault("content-type", "application/json")
    if not kind.lower().startswith(_FORM):
        return msgspec.json.encode(fields)
    for name, value in fields.items():
        if isinstance(value, dict | list):
            raise Unreadable(f"fields.{name}", "must be text in a form: write nested names as a[b]")
    return urlencode(fields).encode()
