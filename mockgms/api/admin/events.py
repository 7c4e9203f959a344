"""The events of one session or of all sessions, as a stream."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from mockgms.api.admin.refusals import TooManyReaders
from mockgms.api.admin.requests import render_summary
from mockgms.api.masking.mask import masked_number
from mockgms.api.operation import ReadBy, Written, operation
from mockgms.domain.instants import render_instant
from mockgms.http.messages import Reply, Request
from mockgms.http.refusals import Unreadable
from mockgms.session import Session, Sessions
from mockgms.session.event_bus import READERS, Change, Event, EventBus, Missed, Subscription
from mockgms.session.journal import Entry

EventStream: TypeAlias = Annotated[
    str,
    Meta(description="Server-sent events: `exchange`, `change` and, for a reader that falls behind, `missed`"),
]

_TYPE: Final = "text/event-stream; charset=utf-8"
# No cache may store the stream, and no proxy may buffer it.
_HEADERS: Final = (("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"))
_RETRY: Final = 1_000  # milliseconds after which a browser reconnects
_PIECE: Final = 8 * 1024  # characters that are rendered at once, which takes a few milliseconds


def _read_all(text: str, parameter: str) -> Literal["all"]:
    if text != "all":
        raise Unreadable(parameter, "must be `all`, or omitted for the session of the path")
    return "all"


@operation("GET", "/events", "admin.events", refusals=(TooManyReaders,))
def read_events(
    request: Request,
    session: Session,
    all_sessions: Sessions,
    unmasked: bool = False,
    sessions: Annotated[Literal["all"], ReadBy(_read_all)] | None = None,
) -> Annotated[Reply, Written(EventStream)]:
    """Stream requests, answers and changes as events.

    The answer never ends. With the header `Last-Event-ID`, it starts after that event.

    Args:
        unmasked: Whether phone numbers and keys are shown unmasked.
        sessions: `all` for the events of all sessions.
    """
    followed = None if sessions else session.id
    if session.event_bus.readers(followed) >= READERS:
        whose = "All sessions together have" if followed is None else f"The session {followed!r} has"
        raise TooManyReaders(f"{whose} {READERS} readers of events already: close one.")
    since = request.headers.get("last-event-id")
    stream = _Stream(session.event_bus, followed, since, all_sessions, unmasked=unmasked)
    return Reply(HTTPStatus.OK, b"", _TYPE, _HEADERS, stream)


class _Stream:
    """Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

    heartbeat_interval = 15.0
    heartbeat = b":\n\n"

    def __init__(
        self, event_bus: EventBus, session: str | None, since: str | None, sessions: Sessions, *, unmasked: bool
    ) -> None:
        self._event_bus = event_bus
        self._sessions = sessions
        self._session = session
        self._since = since
        self._unmasked = unmasked

    def start(self, wake: Callable[[], None]) -> None:
        """Start to read. `wake` is called at each new event."""
        self._subscription = Subscription(self._event_bus, self._session, wake, since=self._since)
        self._opening = f"retry: {_RETRY}\nid: {self._subscription.id}\n\n"

    def take(self) -> bytes:
        """Return the new events. The first time, they follow the retry time and the id for a reconnection."""
        text, self._opening = self._opening, ""
        while len(text) < _PIECE and (taken := self._subscription.take(1)):
            for id, event in taken:
                text += _render(id, *self._content(event))
        return text.encode()

    def stop(self) -> None:
        """Stop reading."""
        self._subscription.stop()

    def _content(self, event: Event | Missed) -> tuple[str, dict[str, Any]]:
        """Return the name and the data of an event."""
        if isinstance(event, Missed):
            return "missed", {"events": event.events}
        if isinstance(event.content, Entry):
            services = self._sessions.peek(event.session).bookings.services
            return "exchange", {
                "session": event.session,
                **render_summary(event.content, unmasked=self._unmasked, services=services),
            }
        return "change", {
            "session": event.session,
            "at": render_instant(event.at),
            **_render_change(event.content, unmasked=self._unmasked),
        }


def _render(id: str, name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\nid: {id}\ndata: {msgspec.json.encode(data).decode()}\n\n"


def _render_change(change: Change, *, unmasked: bool) -> dict[str, Any]:
    details = dict(change.details)
    if "phone" in details and not unmasked:
        details["phone"] = masked_number(details["phone"])
    return {"what": change.what, "did": change.did, **details}
