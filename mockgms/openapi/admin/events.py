"""What is told of events."""

from typing import Annotated, Final

from msgspec import Meta

from mockgms.openapi.described import FLAG, JSON, TEXT, Case, Described, Param, Table, Told

_EVENT: Final = (
    "retry: 1000\nid: 1f6b-0\n\n"
    'event: change\nid: 1f6b-1\ndata: {"session":"default","at":"2026-03-02T09:10:00.000Z","what":"clock",...}\n\n'
)
_FULL: Final = """{"message": "The session 'default' has 32 readers of events already: close one."}"""

TABLE: Table = {
    "GET /events": Described(
        "What is asked, answered and changed, as it happens.",
        Annotated[str, Meta(description="Server-sent events: `exchange`, `change` and, for who reads late, `missed`")],
        detail="It never ends. The header `Last-Event-ID` asks for what has happened since.",
        query=(
            Param("sessions", "Of all sessions.", "all", {**TEXT, "enum": ["all"]}),
            Param("unmasked", "Whether numbers and keys are shown as they are.", True, FLAG),
        ),
        cases=(
            Told("What happens", 200, "text/event-stream", _EVENT),
            Told("There are too many readers", 503, JSON, _FULL),
            Case("The sessions are none", query="sessions=some"),
            Case("A truth value is none", query="unmasked=yes"),
        ),
    ),
}
