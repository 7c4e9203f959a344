"""What is told of the clock of a session."""

from typing import Final

from mockgms.api.admin.clock import Advance, Setting
from mockgms.openapi.described import Body, Case, Described, Table
from mockgms.openapi.shapes import Answer, Time
from mockgms.openapi.stories import OFFICE_HOURS, SERVICE


class Clock(Answer):
    """What the clock shows, and whether it stands still."""

    now: Time
    frozen: bool


_OPENING: Final = {"to": "next_opening", "service": SERVICE}
_NO_JSON: Final = Case("The body cannot be read", body="{")

TABLE: Table = {
    "GET /clock": Described("The time by which everything goes.", Clock, cases=(Case("It stands still"),)),
    "PUT /clock": Described(
        "Set the clock.",
        Clock,
        detail="What is not named stays as it is.",
        body=Body(Setting),
        cases=(
            Case("Another time, and stand still", body={"now": "2026-03-06T17:55:00Z", "frozen": True}),
            Case("The time cannot be read", body={"now": "tomorrow"}),
            Case("A key is none", body={"time": "2026-03-06T17:55:00Z"}),
            _NO_JSON,
        ),
    ),
    "POST /clock/advance": Described(
        "Move the clock on.",
        Clock,
        body=Body(Advance),
        cases=(
            Case("A quarter of an hour", body={"by": "15m"}),
            Case("To when a service opens next", body=_OPENING, given=OFFICE_HOURS),
            Case("The duration cannot be read", body={"by": "a while"}),
            Case("The service is always open", body=_OPENING),
            _NO_JSON,
        ),
    ),
}
