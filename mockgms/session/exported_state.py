"""The exported state of a session."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from mockgms.domain.clock import ClockExport
from mockgms.domain.exported_state import BookingsExport
from mockgms.domain.ids import Draws
from mockgms.domain.instants import Instant
from mockgms.scenario.engine import EngineExport
from mockgms.scenario.model import Scenario
from mockgms.session.journal import Journal


class SessionExport(Struct, frozen=True):
    """The state of a session without the coverage of its rules.

    `scenario_at_reset` is the scenario at the last reset, which determines the services and the random draws. It
    differs from `scenario` if that was reloaded since. `reset_at` is the time of the clock at that reset, if it is
    known. `arrivals` has how many customers have come to each service.
    """

    scenario: Scenario
    scenario_at_reset: Scenario
    clock: ClockExport
    bookings: BookingsExport
    rules: EngineExport
    memory: Mapping[str, dict[str, Any]]
    ids: tuple[Draws, Draws]
    journal: Journal
    reset_at: Instant | None = None
    arrivals: Mapping[str, int] = field(default_factory=dict)
