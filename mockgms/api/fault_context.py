"""The context that the faults of a rule act on: one request and its answer."""

import asyncio
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final, Literal

from msgspec.structs import replace

from mockgms.api.definition import Api
from mockgms.api.named_refusals import refusal_of
from mockgms.api.period import requested_period
from mockgms.api.turns import Turns
from mockgms.domain.blocks import Block
from mockgms.domain.bookings import Bookings
from mockgms.domain.hours import WeeklySpan
from mockgms.domain.instants import SECOND, Duration, Instant
from mockgms.domain.occupancy import take_seats
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.refusals import NothingFree, OfficeClosed, Refusal, SlotFull
from mockgms.domain.service import Service
from mockgms.http.browser_safety import NOSNIFF, SANDBOX
from mockgms.http.messages import NO_STATUS, InSteps, Reply, Request
from mockgms.http.routing import Match
from mockgms.scenario.engine import Firing
from mockgms.scenario.facts import Facts
from mockgms.scenario.faults.context import Closed, Delivery, RawAnswer, Reset, Slow
from mockgms.scenario.faults.set_state import SetState
from mockgms.session import Session
from mockgms.session.trace import Trace

RULE_HEADER: Final = "X-Mockgms-Rule"
_AVAILABILITY: Final = "availability"
_NOSNIFF: Final = NOSNIFF[0].lower()


@dataclass(slots=True)
class FaultContext:
    """One request and its answer, on which the faults of a rule act.

    `scenario.faults.context.Context` describes the methods that faults call.

    Attributes:
        api: The API of the request.
        request: The request.
        session: Its session.
        match: Its route.
        trace: Records the refusal, and the slots and limits that the operation checks. None if there is no journal.
        turns: Runs long work in steps.
        facts: The facts about the request.
        firing: The rule that fires.
    """

    api: Api
    request: Request
    session: Session
    match: Match
    trace: Trace | None
    turns: Turns
    facts: Facts
    firing: Firing
    _reply: Reply | None = field(init=False, default=None)
    _headers: dict[str, str | None] = field(init=False, default_factory=dict)
    _delivery: Delivery | None = field(init=False, default=None)
    _is_garbled: bool = field(init=False, default=False)
    _is_raw: bool = field(init=False, default=False)

    async def run(self) -> Reply:
        """Return the answer, after all faults have been applied."""
        rule, bookings = self.firing.rule, self.session.bookings
        self.set_header(RULE_HEADER, rule.name)
        operated = await self._operate() if rule.phase == "after" else None
        for fault in self.firing.faults:
            try:
                await fault.apply(self)
            except Refusal as refusal:
                self._reply = self._refused(refusal, by_rule=getattr(fault, "refuses", False))
            if self._reply is not None or isinstance(self._delivery, Reset | Closed):
                break
        reply = self._reply or operated
        if reply is None:
            if self.session.bookings is not bookings:  # reset while the request waited
                self._delivery = Closed()
            is_lost = isinstance(self._delivery, Reset | Closed)
            reply = Reply(NO_STATUS) if is_lost else await self._operate()
        return self._with_faults(reply)

    def now(self) -> Instant:
        return self.session.now()

    def draw(self, purpose: str) -> float:
        return self.firing.draw(purpose)

    def memory_of(self, fault: object) -> MutableMapping[str, Any]:
        rule = self.firing.rule
        index = next(index for index, each in enumerate(rule.faults) if each is fault)
        # Most rules have one fault. In snapshots, its state is under the name of the rule alone.
        return self.session.memory_of(rule.name if index == 0 else f"{rule.name}/{index}")

    async def wait(self, duration: Duration) -> None:
        if self.session.scenario.latency == "virtual":
            self.session.advance(duration)
        else:
            await asyncio.sleep(duration / SECOND)

    async def hang(self) -> None:
        await self.turns.hang()

    def set_state(self, fault: SetState) -> None:
        self.session.engine.set_state(self.firing.rule.per, self.firing.caller, fault, self.now())

    def until_over(self) -> Duration | None:
        now = self.now()
        end = self.session.engine.end_of(self.firing, self.facts, now)
        return None if end is None else end - now

    def refusal(self, name: str, values: Mapping[str, Any]) -> Refusal:
        return refusal_of(name, values, self.request, self.facts, self.session)

    def answer(self, answer: RawAnswer) -> None:
        self._reply = Reply(answer.status, answer.body, answer.content_type, answer.headers)
        self._is_raw = True

    def set_header(self, name: str, value: str | None) -> None:
        self._headers[name] = value

    def deliver(self, delivery: Delivery) -> None:
        self._delivery = delivery

    def garble(self) -> None:
        self._is_garbled = True

    def service(self) -> Service | None:
        name = self.facts.service
        return None if name is None else self.session.bookings.service(name)

    def slot_conflict(self) -> SlotFull | NothingFree | None:
        if self.facts.operation == _AVAILABILITY:
            return NothingFree(closed=False)
        service = self.service()
        return None if service is None else self.session.bookings.slot_full(service, *self._time_and_log())

    def office_closed(self) -> OfficeClosed | NothingFree | None:
        if self.facts.operation == _AVAILABILITY:
            return NothingFree(closed=True)
        service = self.service()
        return None if service is None else self.session.bookings.office_closed(service, *self._time_and_log())

    def block_slots(
        self, slots: Literal["asked", "day"] | WeeklySpan, lasting: Duration | None, *, is_full: bool
    ) -> None:
        service, now = self.service(), self.now()
        if service is None:
            return
        until = None if lasting is None else now + lasting
        if isinstance(slots, WeeklySpan):
            self.session.bookings.block(service, Block(is_full, 0, 0, slots, until))
        else:
            start, end = self._asked_period(service, now) if slots == "asked" else self._asked_day(service, now)
            if start < end:
                self.session.bookings.block(service, Block(is_full, start, end, None, until))

    def _asked_period(self, service: Service, now: Instant) -> tuple[Instant, Instant]:
        """Return the start and end of the requested period or slot. Without a desired time, it is empty."""
        if self.facts.operation == _AVAILABILITY:
            query = requested_period(self.request.query, may_be_busy=False).query(service, now)
            return query.start, query.end
        if self.facts.desired is None:
            return now, now
        start = service.grid.slot_of(self.facts.desired).start
        return start, start + 1  # 1 ms long: only this slot starts in it

    def _asked_day(self, service: Service, now: Instant) -> tuple[Instant, Instant]:
        """Return the midnights around the desired time, or around now without one."""
        grid = service.grid
        day = grid.date_of(now if self.facts.desired is None else self.facts.desired)
        return grid.midnight(day), grid.midnight(day + timedelta(days=1))

    async def take_seats(self, seats: int | None) -> None:
        service, bookings = self.service(), self.session.bookings
        if service is not None:
            await self.turns.run(self._book_placeholders(seats, service, bookings))

    def _book_placeholders(self, seats: int | None, service: Service, bookings: Bookings) -> InSteps[None]:
        now = self.now()
        taken: dict[Instant, int] = {}
        for start in (yield from self._asked_slots(service, now)):
            left = bookings.slot_of(service, start).free
            if left > 0:
                taken[start] = left if seats is None else min(seats, left)
            yield
        yield from take_seats(bookings, service, taken, {"rule": self.firing.rule.name}, now)

    def _asked_slots(self, service: Service, now: Instant) -> InSteps[list[Instant]]:
        if self.facts.operation == _AVAILABILITY:
            query = requested_period(self.request.query, may_be_busy=False).query(service, now)
            found = yield from self.session.bookings.calendar(service).availability_in_steps(query, now)
            return [slot.start for slot in found.slots]
        return [] if self.facts.desired is None else [self.facts.desired]

    def _time_and_log(self) -> tuple[Instant, Instant, OperationLog | None]:
        """Return the desired time, the time of the session, and the log of the operation."""
        now = self.now()
        return now if self.facts.desired is None else self.facts.desired, now, self._operation_log

    @property
    def _operation_log(self) -> OperationLog | None:
        return None if self.trace is None else self.trace.operation_log

    async def _operate(self) -> Reply:
        try:
            match = self.match
            answer = match.route.function(self.request, self.session, self._operation_log, *match.args)
            return answer if isinstance(answer, Reply) else await self.turns.run(answer)
        except Refusal as refusal:
            return self._refused(refusal)

    def _refused(self, refusal: Refusal, *, by_rule: bool = False) -> Reply:
        if self.trace is not None:
            self.trace.record_refusal(refusal, by_rule=by_rule)
        return self.api.render_refusal(refusal, self.session)

    def _with_faults(self, reply: Reply) -> Reply:
        """Return the reply with the effects of all faults."""
        body = garbage(reply.body, self.firing) if self._is_garbled else reply.body
        changed = {name.lower() for name in self._headers}
        headers = [pair for pair in reply.headers if pair[0].lower() not in changed]
        headers += [(name, value) for name, value in self._headers.items() if value is not None]
        if self._is_raw:
            headers = [SANDBOX, *(pair for pair in headers if pair[0].lower() != _NOSNIFF), NOSNIFF]
        return replace(reply, body=body, headers=tuple(headers), delivery=self._delivery_after_virtual_pauses(body))

    def _delivery_after_virtual_pauses(self, body: bytes) -> Delivery | None:
        """Return the delivery. With virtual latency, the pauses of a slow one advance the clock instead."""
        delivery = self._delivery
        if isinstance(delivery, Slow) and self.session.scenario.latency == "virtual":
            pauses = -(-len(body) // delivery.chunk) - 1
            self.session.advance(max(pauses, 0) * delivery.every)
            return None
        return delivery


def garbage(body: bytes, firing: Firing) -> bytes:
    """Return the first half of a body, then `#` and random text, in the same length. The `#` makes it invalid JSON."""
    kept = len(body) // 2
    random = Random(firing.draw("garbage")).randbytes(len(body) - kept)  # noqa: S311  # chance, no secret
    return (body[:kept] + b"#" + random.hex().encode())[: len(body)]
