"""What is told of sessions."""

from typing import Final

from mockgms.api.admin.sessions import SessionStart
from mockgms.http.session_id import FORM
from mockgms.openapi.admin.clock import Clock
from mockgms.openapi.described import TEXT, Body, Call, Case, Described, Param, Table
from mockgms.openapi.shapes import Answer, Whole


class SessionTold(Answer):
    """A session."""

    id: str
    scenario: str
    clock: Clock
    callbacks: Whole


_ID: Final = Param("id", "The id of the session.", "test-1", {**TEXT, "pattern": f"^{FORM.pattern}$"})
_MADE: Final = Call("PUT", "/__admin/sessions/test-1")

TABLE: Table = {
    "GET /sessions": Described(
        "All sessions.",
        list[SessionTold],
        detail="The default one first, then the one that nobody has used for the longest time.",
        cases=(Case("One beside the default one", before=(_MADE,)),),
    ),
    "PUT /sessions/{id}": Described(
        "Make a session, or let one start over.",
        SessionTold,
        detail="As the server was started, unless the body says otherwise, or with `from` as another one is now.",
        path=(_ID,),
        body=Body(SessionStart, optional=True),
        cases=(
            Case("It is new"),
            Case(
                "It starts over, with a scenario at a time",
                body={"scenario": "office-hours", "clock": {"now": "2026-03-02T08:55:00Z", "frozen": True}},
                before=(_MADE,),
            ),
            Case("The scenario is none", body={"scenario": "office-hour"}),
            Case("It goes on from where another one is", body={"from": "default"}),
            Case("The time cannot be read", body={"clock": {"now": "tomorrow"}}),
            Case("There is none to go on from", body={"from": "test-9"}),
            Case("The id is none", path={"id": "test 1"}),
        ),
    ),
    "DELETE /sessions/{id}": Described(
        "Forget a session; the default one is reset instead.",
        list[SessionTold],
        path=(_ID,),
        cases=(
            Case("It is forgotten", before=(_MADE,)),
            Case("There is none of the id"),
            Case("The id is none", path={"id": "test 1"}),
        ),
    ),
}
