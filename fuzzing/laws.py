"""The laws: what must hold in the calendar and snapshot of a session, and in a session that nobody uses."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from fuzzing.judge import Failure
from fuzzing.process import Server

CANARY: Final = "canary"
_COPY: Final = "fuzz-copy"
_MOST_DAYS: Final = 8  # days that are checked in each round
_DAY: Final = 86_400_000  # milliseconds
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CANARY_SCENARIO: Final = """
description: Of a session that nobody uses.
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
services: {sales: {capacity: 2}}
rules: [{name: never-asked, when: {operation: schedule}, then: {fault: server_error}}]
"""


class Broken(Exception):
    """A law is broken; the text says which, and by what."""


class Laws:
    """Checks the laws of one server. It creates the canary: a session with callbacks that nobody uses afterwards."""

    def __init__(self, server: Server) -> None:
        self._server = server
        start = json.dumps({"scenario": _CANARY_SCENARIO}).encode()
        self._answer("PUT", f"/__admin/sessions/{CANARY}", start)
        for minute in (0, 15):
            time = f"2026-03-02T10:{minute:02}:00Z"
            booking = json.dumps({"service": "sales", "phone": "+14155550100", "desired_time": time}).encode()
            self._answer("POST", f"/s/{CANARY}/__admin/callbacks", booking)
        self._canary = self._canary_now()

    def broken(self, session: str) -> Failure | None:
        """Return the first law that a session or the canary breaks, None when all hold."""
        try:
            self._check_canary()
            if (snapshot := self._snapshot(session)) is not None:
                self._check_calendar(session, json.loads(snapshot))
                self._check_round_trip(session, snapshot)
            self._answer("GET", f"/s/{session}/__admin/requests?limit=1000")
            self._answer("GET", f"/s/{session}/__admin/requests?summary=true&limit=1000")
        except Broken as law:
            return Failure("law", str(law))
        return None

    def _check_canary(self) -> None:
        now = self._canary_now()
        if now != self._canary:
            raise Broken(f"a session that nobody uses has changed:\n{self._canary!r}\n{now!r}")

    def _canary_now(self) -> list[bytes]:
        names = ("snapshot", "requests", "rules", "callbacks", "clock")
        return [self._answer("GET", f"/s/{CANARY}/__admin/{name}") for name in names]

    def _snapshot(self, session: str) -> bytes | None:
        """The snapshot of a session; None if it would be larger than the largest that a server takes."""
        path = f"/s/{session}/__admin/snapshot"
        status, answer = self._server.ask("GET", path)
        return None if status == HTTPStatus.INSUFFICIENT_STORAGE else _checked(f"GET {path}", status, answer)

    def _check_calendar(self, session: str, snapshot: dict[str, dict[str, list[dict[str, object]]]]) -> None:
        """Check that the calendar counts the seats of the callbacks, slot by slot."""
        held: Counter[tuple[str, int]] = Counter()
        for callback in snapshot["bookings"]["callbacks"]:
            if isinstance(slot := callback["slot"], int):
                seats = callback.get("seats", 1)
                held[str(callback["service"]), slot] += seats if isinstance(seats, int) else 0
        for service, day in sorted({(service, slot // _DAY) for service, slot in held})[:_MOST_DAYS]:
            query = urlencode({"service": service, "start": _time(day * _DAY), "days": 1, "all": "true"})
            for slot in json.loads(self._answer("GET", f"/s/{session}/__admin/slots?{query}")):
                expected = held[service, _milliseconds(slot["start"])]
                if not slot["booked"] == expected == slot["capacity"] - slot["free"] or slot["free"] < 0:
                    raise Broken(f"the callbacks of {service} hold {expected} seats of a slot that says {slot}")

    def _check_round_trip(self, session: str, snapshot: bytes) -> None:
        """Check that a session restored from a snapshot is the same as the original."""
        self._answer("PUT", f"/s/{_COPY}/__admin/snapshot", snapshot)
        again = self._answer("GET", f"/s/{_COPY}/__admin/snapshot")
        if again != snapshot:
            raise Broken(f"a snapshot that was taken up differs:\n{_difference(snapshot, again)}")
        if json.loads(snapshot)["clock"]["frozen_at"] is None:
            return
        for name in ("callbacks", "rules", "services"):
            first, second = (self._answer("GET", f"/s/{one}/__admin/{name}") for one in (session, _COPY))
            if first != second and self._snapshot(session) == snapshot:  # no request of a client that left goes on
                raise Broken(f"{name} differ after a snapshot was taken up:\n{_difference(first, second)}")

    def _answer(self, method: str, path: str, body: bytes | None = None) -> bytes:
        return _checked(f"{method} {path}", *self._server.ask(method, path, body))


def _checked(asked: str, status: int, answer: bytes) -> bytes:
    """Return an answer. Raises Broken if it is not the one of a success."""
    if status not in (HTTPStatus.OK, HTTPStatus.CREATED):
        raise Broken(f"{asked} is answered with {status}: {answer[:1000]!r}")
    return answer


def _time(milliseconds: int) -> str:
    return (_EPOCH + timedelta(milliseconds=milliseconds)).isoformat()


def _milliseconds(time: str) -> int:
    return (datetime.fromisoformat(time) - _EPOCH) // timedelta(milliseconds=1)


def _difference(first: bytes, second: bytes) -> str:
    """The surroundings of the first byte that differs."""
    at = next((at for at, (one, other) in enumerate(zip(first, second, strict=False)) if one != other), 0)
    start = max(at - 200, 0)
    return f"{first[start : at + 200]!r}\n{second[start : at + 200]!r}"
