"""The record of a session: all that it is at one time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockgms.domain.clock import ClockExport
from mockgms.domain.exported_state import BookingsExport
from mockgms.domain.ids import Draws
from mockgms.scenario.engine import EngineExport
from mockgms.scenario.model import Scenario
from mockgms.session.journal import Journal


@dataclass(frozen=True, slots=True)
class SessionExport:
    """All that a session is, but for what its rules have met.

    `started` is the scenario that its services and its chance are of: another version of `scenario` when that has
    changed since the last reset.
    """

    scenario: Scenario
    started: Scenario
    clock: ClockExport
    bookings: BookingsExport
    rules: EngineExport
    memory: Mapping[str, dict[str, Any]]
    ids: tuple[Draws, Draws]
    journal: Journal
