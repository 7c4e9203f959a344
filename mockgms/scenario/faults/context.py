"""The exchange as a fault sees it: what a fault can do, and nothing of how it is done."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from mockgms.domain.instants import Duration, Instant
from mockgms.domain.refusals import NothingFree, OfficeClosed, SlotFull
from mockgms.domain.service import Service
from mockgms.scenario.facts import Facts


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """A raw answer, in place of the operation's."""

    status: int
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset (TCP RST) without an answer."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The connection is closed without a byte of an answer."""


@dataclass(frozen=True, slots=True)
class Truncated:
    """The head says the whole length, but the connection closes after this part (0 to 1) of the body."""

    keep: float


@dataclass(frozen=True, slots=True)
class Slow:
    """The body comes in pieces of `chunk` bytes, `every` so often."""

    chunk: int
    every: Duration


Delivery: TypeAlias = Reset | Closed | Truncated | Slow


class Context(Protocol):
    """One exchange, while its faults are applied.

    A fault raises a refusal to have the request refused; it is worded as the calendar's own is. Once there is an
    answer, or a delivery that needs none (Reset, Closed), the chain ends.
    """

    @property
    def facts(self) -> Facts:
        """What the request asks."""

    def now(self) -> Instant:
        """The time on the session's clock."""

    def draw(self, purpose: str) -> float:
        """A reproducible random number from 0 up to 1, another one for each purpose."""

    @property
    def memory(self) -> MutableMapping[str, Any]:
        """What this fault of the rule remembers from one exchange to the next, until the session is reset."""

    async def wait(self, duration: Duration) -> None:
        """Let time pass: really, or with virtual latency on the session's clock."""

    async def hang(self) -> None:
        """Never answer: returns only by being cancelled, when the client leaves or the server stops."""

    def answer(self, answer: RawAnswer) -> None:
        """Answer with this instead of the operation's answer."""

    def set_header(self, name: str, value: str | None) -> None:
        """Set a header of the answer, whatever the answer will be; None takes it away."""

    def deliver(self, delivery: Delivery) -> None:
        """Send the answer in this way."""

    def garble(self) -> None:
        """Replace the body of the answer, whatever it will be, by what is no JSON, of about the same length."""

    def service(self) -> Service | None:
        """The service that is asked for, None where none is. Raises UnknownService."""

    def slot_conflict(self) -> SlotFull | NothingFree | None:
        """The refusal that the calendar would raise if the asked slot, or the asked period, were full.

        None where no service is asked for.
        """

    def office_closed(self) -> OfficeClosed | NothingFree | None:
        """The refusal that the calendar would raise if the office were closed at the asked time or period.

        None where no service is asked for.
        """

    async def take_seats(self, seats: int | None) -> None:
        """Book rivals into the requested slot, or into each slot of an availability answer.

        They take `seats` of each slot, or with None all that are free.
        """
