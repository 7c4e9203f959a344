"""What is told of the routes of `admin`: a module for each of its modules."""

from mockgms.openapi.admin import (
    authority,
    callbacks,
    clock,
    coverage,
    events,
    explain,
    health,
    metrics,
    requests,
    rules,
    scenario,
    scenarios,
    services,
    sessions,
    slots,
    snapshot,
    verify,
)
from mockgms.openapi.described import Table

TABLE: Table = {
    **health.TABLE,
    **authority.TABLE,
    **scenarios.TABLE,
    **scenario.TABLE,
    **clock.TABLE,
    **rules.TABLE,
    **coverage.TABLE,
    **services.TABLE,
    **slots.TABLE,
    **callbacks.TABLE,
    **sessions.TABLE,
    **snapshot.TABLE,
    **requests.TABLE,
    **explain.TABLE,
    **events.TABLE,
    **verify.TABLE,
    **metrics.TABLE,
}
