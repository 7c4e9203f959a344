"""The events of a session, or of all: what happens in them, sent as it happens."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from mockgms.api.admin.masking import masked_number
from mockgms.api.admin.refusals import TooManyReaders
from mockgms.api.admin.requests import render_summary
from mockgms.api.operation import ReadBy, Written, operation
from mockgms.domain.instants import render_instant
from mockgms.http.messages import Reply, Request
from mockgms.http.refusals import Unreadable
from mockgms.session import Session
from mockgms.session.event_bus import READERS, Change, Event, EventBus, Missed, Subscription
from mockgms.session.journal import Entry

EventStream: TypeAlias = Annotated[
    str,
    Meta(description="Server-sent events: `exchange`, `change` and, for a reader that falls behind, `missed`"),
]

_TYPE: Final = "text/event-stream; charset=utf-8"
# No cache may keep it, and no proxy wait until it has a buffer full.
_HEADERS: Final = (("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"))
_RETRY: Final = 1_000  # milliseconds after which a browser that has lost the connection comes back
_PIECE: Final = 8 * 1024  # characters that are rendered at once, in a few milliseconds


def _read_all(text: str, parameter: str) -> Literal["all"]:
    if text != "all":
        raise Unreadable(parameter, "must be `all`, or omitted for the session of the path")
    return "all"


@operation("GET", "/events", "admin.events", refusals=(TooManyReaders,))
def read_events(
    request: Request,
    session: Session,
    unmasked: bool = False,
    sessions: Annotated[Literal["all"], ReadBy(_read_all)] | None = None,
) -> Annotated[Reply, Written(EventStream)]:
    """Stream what is asked, answered and changed, as it happens.

    The answer never ends. The header `Last-Event-ID` asks for what has happened since that event.

    Args:
        unmasked: Whether phone numbers and keys are shown as they are.
        sessions: Of all sessions.
    """
    followed = None if sessions else session.id
    if session.event_bus.readers(followed) >= READERS:
        whose = "All sessions together have" if followed is None else f"The session {followed!r} has"
        raise TooManyReaders(f"{whose} {READERS} readers of events already: close one.")
    stream = _Stream(session.event_bus, followed, request.headers.get("last-event-id"), unmasked=unmasked)
    return Reply(HTTPStatus.OK, b"", _TYPE, _HEADERS, stream)


class _Stream:
    """Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

    pulse = 15.0
    beat = b":\n\n"

    def __init__(self, event_bus: EventBus, session: str | None, since: str | None, *, unmasked: bool) -> None:
        self._event_bus = event_bus
        self._session = session
        self._since = since
        self._unmasked = unmasked

    def start(self, wake: Callable[[], None]) -> None:
        """Begin to read."""
        self._reading = Subscription(self._event_bus, self._session, wake, since=self._since)
        self._opening = f"retry: {_RETRY}\nid: {self._reading.id}\n\n"

    def take(self) -> bytes:
        """What has happened; at first when to come back, and after what, should the connection be lost."""
        text, self._opening = self._opening, ""
        while len(text) < _PIECE and (taken := self._reading.take(1)):
            for id, event in taken:
                text += _render(id, *_named(event, unmasked=self._unmasked))
        return text.encode()

    def stop(self) -> None:
        """Read no more."""
        self._reading.stop()


def _render(id: str, name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\nid: {id}\ndata: {msgspec.json.encode(data).decode()}\n\n"


def _named(event: Event | Missed, *, unmasked: bool) -> tuple[str, dict[str, Any]]:
    """The name of an event, and what it says."""
    if isinstance(event, Missed):
        return "missed", {"events": event.events}
    if isinstance(event.happened, Entry):
        return "exchange", {"session": event.session, **render_summary(event.happened, unmasked=unmasked)}
    return "change", {
        "session": event.session,
        "at": render_instant(event.at),
        **_render_change(event.happened, unmasked=unmasked),
    }


def _render_change(change: Change, *, unmasked: bool) -> dict[str, Any]:
    about = dict(change.about)
    if "phone" in about and not unmasked:
        about["phone"] = masked_number(about["phone"])
    return {"what": change.what, "did": change.did, **about}
