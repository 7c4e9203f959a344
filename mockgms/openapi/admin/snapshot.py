"""What is told of the snapshot of a session."""

from base64 import b64encode
from typing import Any, Final

from mockgms import __version__
from mockgms.api.admin.sessions import SessionView
from mockgms.api.admin.snapshot import render_draws
from mockgms.api.admin.snapshot_form import Snapshot
from mockgms.domain.ids import Ids
from mockgms.openapi.described import Body, Case, Described, Table
from mockgms.openapi.stories import BOOKED

_ANSWERS, _CALLBACKS = (b64encode(render_draws(draws)).decode() for draws in Ids(0).export_state())
_FRESH: Final[dict[str, Any]] = {
    "mockgms": __version__,
    "format": 1,
    "scenario": {
        "name": "one-seat",
        "sources": ["description: One seat a slot.\nservices: {sales: {capacity: 1}}\n"],
        "clock": {"now": None, "frozen": False},
    },
    "started": None,
    "clock": {"frozen_at": 1_772_441_700_000, "ahead": 0},
    "bookings": {"services": ["sales"], "desks": [], "callbacks": []},
    "rules": {"disarmed": [], "armed": [], "counts": [], "asked": []},
    "memory": {},
    "ids": {"answers": _ANSWERS, "callbacks": _CALLBACKS},
    "requests": 0,
}

TABLE: Table = {
    "GET /snapshot": Described(
        "All of a session but its journal.",
        Snapshot,
        detail="By it any session of any server goes on as this one does. Times are milliseconds since 1970.",
        cases=(Case("One callback is booked", given="services: {sales: {}}", before=(BOOKED,)),),
    ),
    "PUT /snapshot": Described(
        "Go on from a snapshot.",
        SessionView,
        detail="The journal is empty then. A snapshot with a mistake changes nothing; one has 16 MiB at the most.",
        body=Body(Snapshot),
        cases=(
            Case("One in which nothing has happened yet", body=_FRESH),
            Case("Of another format", body=_FRESH | {"format": 2}),
        ),
    ),
}
