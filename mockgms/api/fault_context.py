"""The context that the faults of a rule act on: one request and its answer."""

import asyncio
from collections.abc import MutableMapping
from functools import partial
from random import Random
from typing import Any, Final

from mockgms.api.definition import Api
from mockgms.api.period import asked_period
from mockgms.api.turns import Turns
from mockgms.domain.bookings import Bookings
from mockgms.domain.instants import SECOND, Duration, Instant
from mockgms.domain.occupancy import take_seats
from mockgms.domain.refusals import NothingFree, OfficeClosed, Refusal, SlotFull
from mockgms.domain.service import Service
from mockgms.http.inert import NOSNIFF, SANDBOX
from mockgms.http.messages import InSteps, Reply, Request
from mockgms.http.routing import Match
from mockgms.scenario.engine import Firing
from mockgms.scenario.facts import Facts
from mockgms.scenario.faults.context import Closed, Delivery, RawAnswer, Reset, Slow
from mockgms.session import Session
from mockgms.session.trace import Trace

RULE_HEADER: Final = "X-Mockgms-Rule"
_AVAILABILITY: Final = "availability"
_NOSNIFF: Final = NOSNIFF[0].lower()


class FaultContext:
    """One request and its answer, on which the faults of a rule act (`scenario.faults.context.Context`)."""

    def __init__(
        self, api: Api, request: Request, session: Session, match: Match, facts: Facts, firing: Firing
    ) -> None:
        self.facts = facts
        self.rule = firing.rule
        self._api = api
        self._request = request
        self._session = session
        self._match = match
        self._firing = firing
        self._reply: Reply | None = None
        self._headers: dict[str, str | None] = {RULE_HEADER: self.rule.name}
        self._delivery: Delivery | None = None
        self._bookings = session.bookings
        self._garbled = False
        self._is_raw = False
        self._trace: Trace | None = None
        self._index = 0

    async def run(self, turns: Turns, trace: Trace | None = None) -> Reply:
        """Return the answer, after all faults have been applied.

        Args:
            turns: Runs long work in steps.
            trace: Records the refusal and the limits and slots that the operation checked.
        """
        self._turns, self._trace = turns, trace
        operated = await self._operate() if self.rule.phase == "after" else None
        try:
            for index, fault in enumerate(self.rule.then):
                self._index = index
                await fault.apply(self)
                if self._reply is not None or isinstance(self._delivery, Reset | Closed):
                    break
        except Refusal as refusal:
            self._reply = self._refused(refusal)
        return self._with_faults(self._reply or operated or await self._operate_unless_lost())

    def now(self) -> Instant:
        """The time on the session's clock."""
        return self._session.now()

    def draw(self, purpose: str) -> float:
        """Return a reproducible random number from 0 up to, but excluding, 1. Each purpose has its own."""
        return self._firing.draw(purpose)

    @property
    def memory(self) -> MutableMapping[str, Any]:
        """The state that this fault of the rule keeps between requests, by its index in the rule."""
        name = self.rule.name if self._index == 0 else f"{self.rule.name}/{self._index}"
        return self._session.memory_of(name)

    async def wait(self, duration: Duration) -> None:
        """Wait for a duration: on the session's clock if the scenario has `latency: virtual`, else in real time."""
        if self._session.scenario.latency == "virtual":
            self._session.advance(duration)
        else:
            await asyncio.sleep(duration / SECOND)

    async def hang(self) -> None:
        """Wait until the task is cancelled, because the client disconnects or the server stops."""
        await asyncio.get_running_loop().create_future()

    def answer(self, answer: RawAnswer) -> None:
        """Replace the answer of the operation."""
        self._reply = Reply(answer.status, answer.body, answer.content_type, answer.headers)
        self._is_raw = True

    def set_header(self, name: str, value: str | None) -> None:
        """Set a header of the answer, or remove it if the value is None."""
        self._headers[name] = value

    def deliver(self, delivery: Delivery) -> None:
        """Choose how the answer is sent."""
        self._delivery = delivery

    def garble(self) -> None:
        """Replace the body of the answer with invalid JSON."""
        self._garbled = True

    def service(self) -> Service | None:
        """Return the requested service; None if the request names none. Raises UnknownService."""
        name = self.facts.service
        return None if name is None else self._session.bookings.service(name)

    def slot_conflict(self) -> SlotFull | NothingFree | None:
        """Return the refusal for a full slot, or for a period without a free one; None if no service is requested."""
        if self.facts.operation == _AVAILABILITY:
            return NothingFree(closed=False)
        service = self.service()
        return None if service is None else self._logged_bookings().slot_full(service, *self._desired_and_now())

    def office_closed(self) -> OfficeClosed | NothingFree | None:
        """Return the refusal for a time or period when the office is closed; None if no service is requested."""
        if self.facts.operation == _AVAILABILITY:
            return NothingFree(closed=True)
        service = self.service()
        return None if service is None else self._logged_bookings().office_closed(service, *self._desired_and_now())

    async def take_seats(self, seats: int | None) -> None:
        """Fill the requested slot, or each slot of an availability answer, with placeholder bookings.

        `seats` is the most to book per slot; None fills it.
        """
        service, bookings = self.service(), self._session.bookings
        if service is not None:  # placeholder bookings are not logged: they are not part of the operation
            await self._turns.take(
                self._book_placeholders(seats, service, bookings), partial(setattr, bookings, "operation_log", None)
            )

    def _book_placeholders(self, seats: int | None, service: Service, bookings: Bookings) -> InSteps[None]:
        now = self.now()
        taken: dict[Instant, int] = {}
        for start in (yield from self._asked_slots(service, now)):
            left = bookings.slot_of(service, start).free
            if left > 0:
                taken[start] = left if seats is None else min(seats, left)
            yield
        yield from take_seats(bookings, service, taken, {"rule": self.rule.name}, now)

    def _logged_bookings(self) -> Bookings:
        """Return the bookings, with the log of this request. Another request may have set its own log meanwhile."""
        bookings = self._session.bookings
        bookings.operation_log = None if self._trace is None else self._trace.operation_log
        return bookings

    def _asked_slots(self, service: Service, now: Instant) -> InSteps[list[Instant]]:
        if self.facts.operation == _AVAILABILITY:
            asked = asked_period(self._request.query, may_be_busy=False).query(service, now)
            found = yield from self._session.bookings.calendar(service).availability_in_steps(asked, now)
            return [slot.start for slot in found.slots]
        return [] if self.facts.desired is None else [self.facts.desired]

    def _desired_and_now(self) -> tuple[Instant, Instant]:
        now = self.now()
        return now if self.facts.desired is None else self.facts.desired, now

    async def _operate_unless_lost(self) -> Reply:
        """Return the answer of the operation. If a fault closes the connection first, the operation does not run.

        The connection is also closed if the session was reset while the request waited: its bookings are gone.
        """
        if self._session.bookings is not self._bookings:
            self._delivery = Closed()
        return Reply(0) if isinstance(self._delivery, Reset | Closed) else await self._operate()

    async def _operate(self) -> Reply:
        try:
            self._logged_bookings()
            answer = self._match.route.function(self._request, self._session, *self._match.args)
            return answer if isinstance(answer, Reply) else await self._turns.take(answer, self._logged_bookings)
        except Refusal as refusal:
            return self._refused(refusal)

    def _refused(self, refusal: Refusal) -> Reply:
        if self._trace is not None:
            self._trace.refuse(refusal)
        return self._api.render_refusal(refusal, self._session)

    def _with_faults(self, reply: Reply) -> Reply:
        """Return the reply with the effects of all faults."""
        body = garbage(reply.body, self._firing) if self._garbled else reply.body
        changed = {name.lower() for name in self._headers}
        headers = [pair for pair in reply.headers if pair[0].lower() not in changed]
        headers += [(name, value) for name, value in self._headers.items() if value is not None]
        if self._is_raw:
            headers = [SANDBOX, *(pair for pair in headers if pair[0].lower() != _NOSNIFF), NOSNIFF]
        return reply._replace(body=body, headers=tuple(headers), delivery=self._delivery_of(body))

    def _delivery_of(self, body: bytes) -> Delivery | None:
        slow = self._delivery
        if isinstance(slow, Slow) and self._session.scenario.latency == "virtual":
            pauses = -(-len(body) // slow.chunk) - 1
            self._session.advance(max(pauses, 0) * slow.every)
            return None
        return slow


def garbage(body: bytes, firing: Firing) -> bytes:
    """Return the first half of a body and then noise, in the same length. The `#` between makes it invalid JSON."""
    kept = len(body) // 2
    noise = Random(firing.draw("garbage")).randbytes(len(body) - kept)  # noqa: S311  # chance, no secret
    return (body[:kept] + b"#" + noise.hex().encode())[: len(body)]
