"""An exchange that records what a fault does to it."""

from collections.abc import Mapping, MutableMapping
from typing import Any, Literal

from mockgms.domain.hours import WeeklySpan
from mockgms.domain.instants import Duration, Instant, parse_instant
from mockgms.domain.refusals import NothingFree, OfficeClosed, Refusal, SlotFull, UnknownService
from mockgms.domain.service import Service
from mockgms.scenario.courses import Fault
from mockgms.scenario.faults.context import Context, Delivery, RawAnswer
from mockgms.scenario.faults.set_state import SetState
from tests.scenario.facts import Facts

NOW = parse_instant("2026-03-02T08:55:00.250Z")
FULL = SlotFull(NOW, ())
CLOSED = OfficeClosed(NOW, ())


class Recording:
    """One exchange; `done` is what was done to it, in order."""

    def __init__(
        self,
        facts: Facts | None = None,
        service: Service | None = None,
        *,
        now: Instant = NOW,
        drawn: float = 0.5,
        memory: MutableMapping[str, Any] | None = None,
        until_over: Duration | None = None,
    ) -> None:
        self._until_over = until_over
        self.facts = Facts("schedule", "v1", service="sales") if facts is None else facts
        self._memory: MutableMapping[str, Any] = {} if memory is None else memory
        self.done: list[tuple[object, ...]] = []
        self._service = Service("sales") if service is None else service
        self._now = now
        self._drawn = drawn

    def now(self) -> Instant:
        return self._now

    def draw(self, purpose: str) -> float:
        self.done.append(("draw", purpose))
        return self._drawn

    def memory_of(self, _: object, /) -> MutableMapping[str, Any]:
        return self._memory

    async def wait(self, duration: Duration) -> None:
        self.done.append(("wait", duration))

    async def hang(self) -> None:
        self.done.append(("hang",))

    def set_state(self, fault: SetState, /) -> None:
        self.done.append(("state", fault))

    def until_over(self) -> Duration | None:
        return self._until_over

    def refusal(self, name: str, values: Mapping[str, Any], /) -> Refusal:
        self.done.append(("refusal", name, values))
        return UnknownService(name)

    def answer(self, answer: RawAnswer) -> None:
        self.done.append(("answer", answer))

    def set_header(self, name: str, value: str | None) -> None:
        self.done.append(("header", name, value))

    def deliver(self, delivery: Delivery) -> None:
        self.done.append(("deliver", delivery))

    def garble(self) -> None:
        self.done.append(("garble",))

    def service(self) -> Service | None:
        return None if self.facts.service is None else self._service

    def slot_conflict(self) -> SlotFull | NothingFree:
        return FULL

    def office_closed(self) -> OfficeClosed | NothingFree:
        return CLOSED

    def block_slots(
        self, slots: Literal["asked", "day"] | WeeklySpan, lasting: Duration | None, *, is_full: bool
    ) -> None:
        self.done.append(("block", slots, lasting, is_full))

    async def take_seats(self, seats: int | None) -> None:
        self.done.append(("take", seats))


async def done_by(fault: Fault, recording: Recording | None = None) -> list[tuple[object, ...]]:
    """Return what a fault does to an exchange that it does not refuse."""
    recording = recording or Recording()
    context: Context = recording
    await fault.apply(context)
    return recording.done
