"""The mock: one session of a server, with a method for each thing that a test does to it."""

import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

from mockgms.client.address import Address
from mockgms.client.errors import Refused
from mockgms.client.sending import (
    Faults,
    Filter,
    Json,
    Moment,
    Whole,
    written_filter,
    written_moment,
    written_rule,
    written_scenario,
)
from mockgms.client.source import file_of, named_in_refusals
from mockgms.client.telling import told_failure

__tracebackhide__ = True  # pytest shows the line of the test


class Mock(Address):
    """A session of a running server, steered by the admin API.

    Times are ISO 8601 or datetimes with a zone, durations such as `15m`. What is returned is the JSON of the admin API.
    Every method raises NotReached when nobody answers, and Refused in the server's own words when it says no. Where a
    file was given, its name takes the place of `<body>` in these words.
    """

    # Sessions.

    def new_session(self, id: str | None = None, *, scenario: Whole | None = None, clock: Moment | None = None) -> Self:
        """A fresh session, started over if it is there already: with another scenario, with a clock that stands still.

        Without an id it gets one that nobody else has.
        """
        other = self.session(id or uuid.uuid4().hex)
        start: Json = {}
        if scenario is not None:
            start["scenario"] = written_scenario(scenario)
        if clock is not None:
            start["clock"] = {"now": written_moment(clock), "frozen": True}
        with named_in_refusals(file_of(scenario)):
            self._ask("PUT", f"sessions/{quote(other.id, safe='')}", start)
        return other

    def fork(self, id: str | None = None) -> Self:
        """Another session that goes on from where this one is, each by itself."""
        other = self.session(id or uuid.uuid4().hex)
        self._ask("PUT", f"sessions/{quote(other.id, safe='')}", {"from": self.id})
        return other

    def snapshot(self) -> Json:
        """All of the session but its journal, as JSON: any server can go on from it."""
        return self._ask("GET", "snapshot")

    def restore(self, snapshot: Json) -> Json:
        """Go on from a snapshot, exactly as the session that it was taken of."""
        return self._ask("PUT", "snapshot", snapshot)

    @property
    def sessions(self) -> list[Json]:
        """Every session of the server with its scenario, its clock and how many callbacks it has."""
        return self._list("GET", "sessions")

    def forget(self) -> None:
        """Forget this session; the default one is reset instead."""
        self._list("DELETE", f"sessions/{quote(self.id, safe='')}")

    def reset(self) -> Json:
        """Back to the start of the scenario: no bookings, no requests, its clock and its rules."""
        return self._ask("POST", "reset")

    # The scenario, and what goes wrong.

    @property
    def scenario(self) -> Json:
        """Which scenario is active."""
        return self._ask("GET", "scenario")

    def use(self, scenario: Whole) -> Json:
        """Start over with a scenario: a name, a file by its path, or a whole one as YAML or as a dictionary."""
        file, written = file_of(scenario), written_scenario(scenario)
        if isinstance(written, str) and file is None and ":" not in written:
            return self._ask("PUT", "scenario", {"name": written})
        with named_in_refusals(file):
            return self._ask("PUT", "scenario", written.encode() if isinstance(written, str) else written)

    @property
    def rules(self) -> list[Json]:
        """The rules in force, in the order they are tried, with how often each has matched and fired."""
        return self._list("GET", "rules")

    def arm(self, fault: Faults, *, for_: str | None = None, **settings: Any) -> Json:
        """Let something go wrong from now on, `for_` a time or until it is disarmed, and return the rule.

        The fault is named (`"throttle"`), told with its keys (`{"fault": "delay", "by": "2s"}`), or a list of such.
        Settings are those of a rule: `when={"phone": "+1555*"}`, `times=1`, `chance="20%"`, `phase="after"`. The rule
        is called as its fault is unless it has a `name`. A whole rule can be given as a dictionary, too.
        """
        return self._ask("POST", "rules", written_rule(fault, settings if for_ is None else {**settings, "for": for_}))

    def disarm(self, name: str) -> list[Json]:
        """Take a rule out of force, and return those that are left."""
        return self._list("DELETE", f"rules/{quote(name, safe='')}")

    # The clock.

    @property
    def clock(self) -> Json:
        """The time by which everything goes (`now`), and whether it stands still (`frozen`)."""
        return self._ask("GET", "clock")

    def freeze(self, at: Moment | None = None) -> Json:
        """Let the clock stand still, at a time or where it is."""
        return self._ask("PUT", "clock", {"frozen": True} | ({} if at is None else {"now": written_moment(at)}))

    def advance(self, by: str) -> Json:
        """Move the clock on."""
        return self._ask("POST", "clock/advance", {"by": by})

    def advance_to_opening(self, service: str) -> Json:
        """Move the clock on to when a service opens next."""
        return self._ask("POST", "clock/advance", {"to": "next_opening", "service": service})

    def run(self) -> Json:
        """Let the clock run."""
        return self._ask("PUT", "clock", {"frozen": False})

    # The calendar.

    def slots(self, service: str, *, start: Moment | None = None, days: int = 1) -> list[Json]:
        """The open slots to come of a service, each with its capacity and how many seats are booked and free."""
        return self._list(
            "GET", "slots", service=service, start=None if start is None else written_moment(start), days=days
        )

    @property
    def callbacks(self) -> list[Json]:
        """Every callback with its state, in the order booked."""
        return self._list("GET", "callbacks")

    def book(self, service: str, phone: str, desired_time: Moment | None = None, **properties: Any) -> Json:
        """Book a callback by hand, past all limits but the seats of its slot."""
        booking: Json = {"service": service, "phone": phone, "properties": properties}
        if desired_time is not None:
            booking["desired_time"] = written_moment(desired_time)
        return self._ask("POST", "callbacks", booking)

    def move(self, id: str, state: str, *, reason: str | None = None) -> Json:
        """Move a callback on to a state; to COMPLETED, for a reason."""
        return self._ask("PATCH", f"callbacks/{quote(id, safe='')}", {"state": state, "reason": reason})

    def fill(self, slot: Moment, service: str, *, free: int = 0) -> Json:
        """Book the seats of the slot of a service that holds a time, all but so many `free` ones, and return it."""
        return self._ask("PUT", "slots", {"service": service, "start": written_moment(slot), "free": free})

    # What was asked and answered.

    def requests(
        self,
        operation: str | None = None,
        *,
        phone: str | None = None,
        status: int | None = None,
        limit: int | None = None,
        unmasked: bool = False,
    ) -> list[Json]:
        """The newest `limit` exchanges (100) of an operation (`schedule` or `v1.schedule`), the oldest of them first.

        Phone numbers and keys are masked unless asked for.
        """
        filters: Json = {"operation": operation, "phone": phone, "status": status, "limit": limit}
        shown: list[Json] = self._ask("GET", "requests", **filters, unmasked=str(unmasked).lower())["requests"]
        return shown

    def explain(self, request: int | Mapping[str, Any]) -> Json:
        """Why a request was answered so, in short as its `paragraph`: one of the journal, or its number.

        One that is only described (by its `method`, `path`, `fields`, ...) is explained as it would be answered now.
        """
        if isinstance(request, Mapping) and "id" not in request:
            return self._ask("POST", "explain", dict(request))
        number = request["id"] if isinstance(request, Mapping) else request
        return self._ask("GET", f"requests/{number}/explain")

    def forget_requests(self) -> None:
        """Empty the journal."""
        self._ask("DELETE", "requests")

    def verify(
        self, request: Filter | None = None, *, order: Sequence[Filter] | None = None, **expected: int | bool
    ) -> None:
        """Raise AssertionError unless what was asked is what is expected; it tells which requests came closest.

        Requests are told by their operation, `"schedule"`, or by more, `{"operation": "schedule", "phone": "+1555*"}`;
        how many there are to be by `exactly`, `at_least` (1) and `at_most`. `order` are some that came one after the
        other. Besides, there are `no_retry_before_retry_after=True` and `each_phone_booked_at_most_once=True`.
        """
        told: Json = dict(expected)
        if request is not None:
            told["request"] = written_filter(request)
        if order is not None:
            told["order"] = list(map(written_filter, order))
        try:
            self._ask("POST", "verify", told)
        except Refused as refused:
            if refused.status != HTTPStatus.CONFLICT:
                raise
            failed = refused.answer
        else:
            return
        raise AssertionError(told_failure(failed))

    def coverage(self, *, all_sessions: bool = False) -> Json:
        """Which rules requests have met in all the life of the session, or of all that the server ever had."""
        return self._ask("GET", "coverage", sessions="all" if all_sessions else None)
