"""The exchange as faults see it: what a fault can do, independent of the web server."""

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from msgspec import Struct

from mockgms.domain.hours import WeeklySpan
from mockgms.domain.instants import Duration, Instant
from mockgms.domain.refusals import NothingFree, OfficeClosed, Refusal, SlotFull
from mockgms.domain.service import Service
from mockgms.scenario.facts import Facts

if TYPE_CHECKING:
    from mockgms.scenario.faults.set_state import SetState


class RawAnswer(Struct, frozen=True):
    """An answer that replaces the one of the operation."""

    status: int
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()


class Reset(Struct, frozen=True):
    """The connection is reset (TCP RST) without an answer."""


class Closed(Struct, frozen=True):
    """The connection is closed without a byte of an answer."""


class Truncated(Struct, frozen=True):
    """The head announces the whole body, but the connection closes after a part of it (`keep`, 0 to 1)."""

    keep: float


class Slow(Struct, frozen=True):
    """The body is sent in pieces of `chunk` bytes, one per `every` milliseconds."""

    chunk: int
    every: Duration


Delivery: TypeAlias = Reset | Closed | Truncated | Slow


class Waiting(Struct):
    """Whether the client waits for its whole answer."""

    is_over: bool = False


class Context(Protocol):
    """One exchange, to which faults are applied.

    A fault refuses the request by raising a refusal, which is rendered like one of the calendar. After an answer, or a
    delivery without an answer (Reset, Closed), no further fault is applied.
    """

    @property
    def facts(self) -> Facts:
        """The facts about the request."""

    def now(self) -> Instant:
        """Return the time of the session's clock."""

    def draw(self, purpose: str) -> float:
        """Return a reproducible random number from 0 (inclusive) to 1 (exclusive), different for each purpose."""

    def memory_of(self, fault: object, /) -> MutableMapping[str, Any]:
        """Return the state that a fault of the rule keeps between exchanges, until the session is reset."""

    async def wait(self, duration: Duration) -> None:
        """Wait for a duration. With virtual latency, the session's clock advances instead."""

    async def hang(self) -> None:
        """Wait until the exchange is cancelled, because the client leaves or the server stops."""

    def set_state(self, fault: "SetState", /) -> None:
        """Set or clear a named state for the caller of the rule."""

    def until_over(self) -> Duration | None:
        """Return the time until the rule is over for its caller, or None if it does not end by itself."""

    def refusal(self, name: str, values: Mapping[str, Any], /) -> Refusal:
        """Return the refusal of a name. Fields that are not in `values` are those of the request."""

    def answer(self, answer: RawAnswer) -> None:
        """Send this answer instead of the operation's answer."""

    def set_header(self, name: str, value: str | None) -> None:
        """Set a header of the final answer, or remove it if the value is None."""

    def deliver(self, delivery: Delivery) -> None:
        """Send the answer in this way."""

    def garble(self) -> None:
        """Replace the body of the final answer by text of about the same length that is not JSON."""

    def service(self) -> Service | None:
        """Return the requested service, or None if the request names none. Raises UnknownService."""

    def slot_conflict(self) -> SlotFull | NothingFree | None:
        """Return the refusal that the calendar would raise if the requested slot or period were full.

        Returns None if the request names no service.
        """

    def office_closed(self) -> OfficeClosed | NothingFree | None:
        """Return the refusal that the calendar would raise if the office were closed at the requested time.

        Returns None if the request names no service.
        """

    def block_slots(
        self, slots: Literal["asked", "day"] | WeeklySpan, lasting: Duration | None, *, is_full: bool
    ) -> None:
        """Close slots of the requested service, or fill them, for a time or for good (None)."""

    async def take_seats(self, seats: int | None) -> None:
        """Add placeholder bookings to the requested slot, or to each slot of an availability answer.

        They take `seats` of each slot, or all free seats if it is None.
        """
