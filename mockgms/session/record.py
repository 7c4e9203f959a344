"""The record of a session: all that it is at one time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockgms.domain.clock import ClockRecord
from mockgms.domain.ids import Draws
from mockgms.domain.record import BookingsRecord
from mockgms.scenario.engine import EngineRecord
from mockgms.scenario.model import Scenario
from mockgms.session.journal import Journal


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """All that a session is, but for what its rules have met.

    `started` is the scenario that its services and its chance are of: another version of `scenario` when that has
    changed since the last reset.
    """

    scenario: Scenario
    started: Scenario
    clock: ClockRecord
    bookings: BookingsRecord
    rules: EngineRecord
    memory: Mapping[str, dict[str, Any]]
    ids: tuple[Draws, Draws]
    journal: Journal
