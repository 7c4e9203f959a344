"""Resends: what a browser sends again by itself, and is no request of its own."""

from typing import Final, NamedTuple

from mockgms.scenario.faults.exchange import Closed, Reset

AT_ONCE: Final = 0.5  # seconds after which a connection has been idle, and a browser has sent again what it will
_BROWSER: Final = "Mozilla/"  # how the User-Agent of each of them begins
_MOST: Final = 1_000


class Sending(NamedTuple):
    """A request as it is sent, word for word, which makes a resend known."""

    method: str
    target: str
    body: bytes
    agent: str


class Resends:
    """What browsers have lost, as long as they may send it again by themselves.

    When a connection breaks that was idle before, a browser takes that for a time-out and sends the request again, a
    booking too, until a connection breaks that was made for it (observed: Chromium). The page hears of the last one
    alone, so all of them are one request here too: else a fault of `times: 1` would be seen by nobody. `lost` is what
    may be sent again.
    """

    def __init__(self) -> None:
        self.lost: dict[Sending, tuple[Reset | Closed, float]] = {}

    def lose(self, sending: Sending, delivery: Reset | Closed, now: float, *, idle: bool) -> None:
        """A request was left without an answer, on a connection that was idle before or was made for it.

        `now` is in seconds.
        """
        if idle and sending.agent.startswith(_BROWSER) and len(self.lost) < _MOST:
            self.lost[sending] = delivery, now + AT_ONCE

    def again(self, sending: Sending, now: float, *, idle: bool) -> Reset | Closed | None:
        """How the same request was lost just now, if this is its resend; None for a request of its own."""
        self.lost = {each: lost for each, lost in self.lost.items() if lost[1] > now}
        delivery, _ = self.lost.pop(sending, (None, 0))
        if delivery is not None:
            self.lose(sending, delivery, now, idle=idle)
        return delivery
