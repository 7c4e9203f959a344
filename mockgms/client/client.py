"""The client of the admin API: one session of a server, as a test uses it."""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any, Self, Unpack

from mockgms.client.address import DEFAULT, Address
from mockgms.client.armed_rule import ArmedRule
from mockgms.client.bodies import (
    Json,
    Moment,
    ScenarioSource,
    Span,
    WrittenFaults,
    encode_json,
    render_moment,
    render_rule,
    render_scenario,
    render_span,
    segment,
)
from mockgms.client.errors import NotReached, Refused
from mockgms.client.expectations import Expected, WrittenFilter, render_expectation
from mockgms.client.journal_text import render_failure

__tracebackhide__ = True  # pytest shows the line of the test


class Client(Address):
    """A session of a running server.

    Times are ISO 8601 texts, or datetimes with a time zone. Durations are texts such as `15m`, or timedeltas. Methods
    return the JSON of the admin API. Every method raises NotReached if no server answers, and Refused with the server's
    message if the server refuses. Messages about a file name the file.
    """

    # Sessions.

    def new_session(
        self,
        id: str | None = None,
        *,
        scenario: ScenarioSource | None = None,
        clock: Moment | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> Self:
        """Create a session, or start an existing one over, and return its client.

        Args:
            id: The id of the session; by default, a new unique one.
            scenario: The scenario; by default, that of the server.
            clock: The time at which the clock of the session is frozen; by default, the clock runs.
            variables: Values of `${NAME}` in the file of the scenario, in place of those of the environment.

        """
        other = self.session(id or uuid.uuid4().hex)
        start: Json = {}
        if scenario is None and variables is not None:
            raise TypeError("variables are for the file of a scenario: `scenario` is missing")
        if scenario is not None:
            start["scenario"] = render_scenario(scenario, variables, self.folder)
        if clock is not None:
            start["clock"] = {"now": render_moment(clock), "frozen": True}
        # The path names only the new session, so a proxy routes the request to the replica of that session.
        self.session(DEFAULT)._ask("PUT", f"sessions/{segment(other.id)}", start)  # noqa: SLF001  # its own
        self._opened[other.id] = None
        return other

    def fork(self, id: str | None = None) -> Self:
        """Copy this session into another one, by default a new one, and return its client. The copy is independent.

        A proxy in front of several replicas refuses a request for two sessions. The copy is then made by a snapshot.
        """
        other = self.session(id or uuid.uuid4().hex)
        forked = f"/s/{segment(self.id)}/__admin/sessions/{segment(other.id)}"
        try:
            self._connection.ask("PUT", forked, encode_json({"from": self.id}))
        except Refused as refused:
            if refused.status != HTTPStatus.MISDIRECTED_REQUEST:
                raise
            other.restore(self.snapshot())
        self._opened[other.id] = None
        return other

    def snapshot(self) -> Json:
        """Return the whole session except its journal, as JSON that `restore` accepts on any server."""
        return self._ask("GET", "snapshot")

    def restore(self, snapshot: Json) -> Json:
        """Replace the state of this session by a snapshot."""
        return self._ask("PUT", "snapshot", snapshot)

    @property
    def sessions(self) -> list[Json]:
        """All sessions of the server, each with its scenario, its clock and its number of callbacks."""
        return self._list("GET", "sessions")

    def forget(self) -> None:
        """Delete this session; the default session is reset instead."""
        self._list("DELETE", f"sessions/{segment(self.id)}")
        self._opened.pop(self.id, None)

    def reset(self) -> Json:
        """Start this session over: with its scenario and clock as at the start, no bookings and an empty journal."""
        return self._ask("POST", "reset")

    # The scenario and its rules.

    @property
    def scenario(self) -> Json:
        """The active scenario."""
        return self._ask("GET", "scenario")

    def use(self, scenario: ScenarioSource, *, variables: Mapping[str, object] | None = None) -> Json:
        """Start this session over with a scenario, and return it with its `warnings`.

        Args:
            scenario: Its name, the path of its file, YAML text, or a dictionary. A file may extend others by path.
            variables: Values of `${NAME}` in the file, in place of those of the environment.

        """
        written = render_scenario(scenario, variables, self.folder)
        if isinstance(written, str) and ":" not in written:
            return self._ask("PUT", "scenario", {"name": written})
        return self._ask("PUT", "scenario", written.encode() if isinstance(written, str) else written)

    @property
    def rules(self) -> list[Json]:
        """The active rules in the order they are tried, each with how often it matched and fired."""
        return self._list("GET", "rules")

    def arm(self, fault: WrittenFaults, *, for_: Span | None = None, last: bool = False, **settings: Any) -> ArmedRule:
        """Add a rule that injects faults from now on, and return it.

        The newest rule is tried first, then older ones, then the rules of the scenario. In a `with` statement, the rule
        is disarmed at the end of the block.

        Args:
            fault: The name of a fault (`"throttle"`), a dictionary of its keys (`{"fault": "delay", "by": "2s"}`), a
                list of these, or a whole rule as a dictionary.
            for_: How long the rule is active; by default, until it is disarmed.
            last: Whether the rule is tried after the other armed rules, instead of before them.
            settings: Other keys of a rule: `when={"phone": "+1555*"}`, `times=1`, `chance="20%"`, `phase="after"`,
                `name="..."`. By default, a rule is named after its fault, with a number if that name is taken
                (`throttle-2`). A rule with a given name replaces the armed rule of this name.

        The rule has `warnings` if it never fires, or if some of its parts have no effect.

        """
        rule = render_rule(fault, settings if for_ is None else {**settings, "for": for_})
        is_named = "name" in settings or (isinstance(fault, Mapping) and "name" in fault)
        armed = self._ask("POST", "rules", rule, last=str(last).lower(), unique=str(not is_named).lower())
        return ArmedRule(armed, partial(self.disarm, armed["name"]))

    def disarm(self, name: str) -> list[Json]:
        """Remove a rule, and return the remaining rules."""
        return self._list("DELETE", f"rules/{segment(name)}")

    # The clock.

    @property
    def clock(self) -> Json:
        """The clock of the session: the time it shows (`now`), and whether it is `frozen`."""
        return self._ask("GET", "clock")

    def freeze(self, at: Moment | None = None) -> Json:
        """Freeze the clock, at a time or at the time it shows."""
        return self._ask("PUT", "clock", {"frozen": True} | ({} if at is None else {"now": render_moment(at)}))

    def advance(self, by: Span) -> Json:
        """Advance the clock by a duration."""
        return self._ask("POST", "clock/advance", {"by": render_span(by)})

    def advance_to_opening(self, service: str) -> Json:
        """Advance the clock to the next opening of a service."""
        return self._ask("POST", "clock/advance", {"to": "next_opening", "service": service})

    def run(self) -> Json:
        """Unfreeze the clock."""
        return self._ask("PUT", "clock", {"frozen": False})

    # The calendar.

    def slots(self, service: str, *, start: Moment | None = None, days: int = 1) -> list[Json]:
        """Return the open slots of a service, each with its capacity and its booked and free seats.

        The period begins at `start`, by default now, and has `days` days.
        """
        return self._list(
            "GET", "slots", service=service, start=None if start is None else render_moment(start), days=days
        )

    @property
    def callbacks(self) -> list[Json]:
        """All callbacks with their states, in the order in which they were booked."""
        return self._list("GET", "callbacks")

    def book(self, service: str, phone: str, desired_time: Moment | None = None, **properties: Any) -> Json:
        """Book a callback. Only the seats of its slot are checked, not throttles, other limits or office hours.

        `properties` are its user data. Raises TypeError for `desiredTime`, which is not meant as user data.
        """
        for name in properties:
            if name.replace("_", "").lower() == "desiredtime" and not name.startswith("_"):
                raise TypeError(f"book has no argument {name!r}, did you mean `desired_time`?")
        booking: Json = {"service": service, "phone": phone, "properties": properties}
        if desired_time is not None:
            booking["desired_time"] = render_moment(desired_time)
        return self._ask("POST", "callbacks", booking)

    def move(self, id: str, state: str, *, reason: str | None = None) -> Json:
        """Move a callback to a later state. `reason` is why it is COMPLETED."""
        return self._ask("PATCH", f"callbacks/{segment(id)}", {"state": state, "reason": reason})

    def cancel(self, id: str) -> Json:
        """Cancel a callback, as its customer would, and return it."""
        return self.move(id, "COMPLETED", reason="CANCELLED")

    def fill(self, slot: Moment, service: str, *, free: int = 0) -> Json:
        """Book the seats of the slot that contains a time, except `free` ones, and return the slot."""
        return self._ask("PUT", "slots", {"service": service, "start": render_moment(slot), "free": free})

    # The journal.

    def requests(
        self,
        operation: str | None = None,
        *,
        phone: str | None = None,
        status: int | None = None,
        limit: int | None = None,
        unmasked: bool = False,
    ) -> list[Json]:
        """Return the newest exchanges of the journal, the oldest of them first.

        Args:
            operation: Only those of an operation, `schedule` or with its version `v1.schedule`.
            phone: Only those of a phone number; `*` matches any characters.
            status: Only those with this status.
            limit: The maximum number of exchanges; 100 by default.
            unmasked: Whether phone numbers and keys are shown as they were sent.

        """
        filters: Json = {"operation": operation, "phone": phone, "status": status, "limit": limit}
        shown: list[Json] = self._ask("GET", "requests", **filters, unmasked=str(unmasked).lower())["requests"]
        return shown

    def explain(self, request: int | Mapping[str, Any]) -> Json:
        """Return the explanation of an answer. Its `paragraph` consists of a few sentences.

        Args:
            request: An exchange of the journal, or its number. A described request (its `method`, `path`, `fields` and
                so on) is explained as it would be answered now.

        """
        if isinstance(request, Mapping) and "id" not in request:
            return self._ask("POST", "explain", dict(request))
        number = request["id"] if isinstance(request, Mapping) else request
        return self._ask("GET", f"requests/{number}/explain")

    def forget_requests(self) -> None:
        """Empty the journal."""
        self._ask("DELETE", "requests")

    def verify(
        self,
        request: WrittenFilter | None = None,
        *,
        order: Sequence[WrittenFilter] | None = None,
        **expected: Unpack[Expected],
    ) -> None:
        """Check the requests in the journal. Raise AssertionError with the closest ones if they are not as expected.

        Args:
            request: Which requests to count: an operation, `"schedule"`, or a dictionary of filters,
                `{"operation": "schedule", "phone": "+1555*"}`.
            order: Requests that must have come one after the other.
            expected: Filters: `phone="+1555*"`, `service`, `version`, `status`, `rule`, `fault`, `method`, `path`, and
                by name `fields={"level": "gold"}`, `header` and `query`. The required number of requests: `exactly`,
                `at_least` (1 by default) and `at_most`. Also `no_retry_before_retry_after=True` and
                `each_phone_booked_at_most_once=True`.

        Raises TypeError for another keyword, or for a filter that is given twice.

        """
        try:
            self._ask("POST", "verify", render_expectation(request, order, expected))
        except Refused as refused:
            if refused.status != HTTPStatus.CONFLICT:
                raise
            failed = refused.answer
        else:
            return
        lines = [render_failure(failed, self._exchanges(failed))]
        if not failed["nearest"] and not self.requests(limit=1):
            lines.append(f"No request came to this session at all. Its URL is {self.base_url}")
        raise AssertionError("\n".join(lines))

    def _exchanges(self, failed: Mapping[str, Any]) -> dict[int, Json]:
        """Return those exchanges of a failed verification that are still in the journal, by number."""
        exchanges = {}
        for near in failed["nearest"]:
            with suppress(Refused):
                exchanges[near["request"]] = self._ask("GET", f"requests/{near['request']}")
        return exchanges

    def coverage(self, *, all_sessions: bool = False) -> Json:
        """Return which rules matched and fired in this session, or in all sessions since the server's start."""
        return self._ask("GET", "coverage", sessions="all" if all_sessions else None)

    # The server.

    @property
    def scenarios(self) -> list[Json]:
        """The scenarios that the server has by name, each with its description."""
        return self._list("GET", "scenarios")

    @property
    def is_ready(self) -> bool:
        """Whether the server answers requests."""
        try:
            self._ask("GET", "ready")
        except NotReached:
            return False
        return True

    @property
    def metrics(self) -> str:
        """The metrics of the server, in the text format of Prometheus."""
        return self._connection.read_text("/__admin/metrics")
