"""Start: booking a callback through v1."""

from typing import Final

import msgspec

from mockgms.api.gms import dialogs
from mockgms.api.gms.properties import parse_properties
from mockgms.api.schedule import book
from mockgms.domain.callback import Callback
from mockgms.http.body import parse_body, text_field
from mockgms.http.messages import Reply, Request
from mockgms.session import Session

NUMBER: Final = "_customer_number"
DESIRED: Final = "_desired_time"

_COMING: Final = "You will receive the call shortly"


def start(request: Request, session: Session, name: str) -> Reply:
    """Book a callback: at `_desired_time`, or without one as soon as possible. Every other key is the client's."""
    fields = parse_body(request, nested=False)
    properties = parse_properties(fields, without=(NUMBER, DESIRED))
    callback = book(
        session,
        service=name,
        number=text_field(fields, NUMBER),
        desired=text_field(fields, DESIRED),
        desired_field=DESIRED,
        past=session.scenario.past_desired_time.v1,
        properties={key: value for key, value in properties.items() if value},
    )
    return Reply(200, msgspec.json.encode(render_started(callback)))


def render_started(callback: Callback) -> dict[str, str]:
    """What a client shows now: the number to call, where its user calls the contact center at once, else a text.

    The text is verified for an immediate callback, and assumed to be the same for a scheduled one and for chat.
    """
    properties = callback.properties
    calls_in = properties.get("_call_direction") == "USERORIGINATED" and properties.get("_media_type") != "chat"
    if calls_in and callback.slot is None:
        return dialogs.dial(callback.id)
    return dialogs.confirmation(callback.id, _COMING)
