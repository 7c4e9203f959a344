"""What is told of the routes of `admin`: a module for each of its modules."""

from mockgms.api.admin import OPERATIONS
from mockgms.openapi.admin import (
    authority,
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
    snapshot,
    verify,
)
from mockgms.openapi.derived import table
from mockgms.openapi.described import Table

TABLE: Table = {
    **health.TABLE,
    **authority.TABLE,
    **scenarios.TABLE,
    **scenario.TABLE,
    **rules.TABLE,
    **coverage.TABLE,
    **services.TABLE,
    **snapshot.TABLE,
    **requests.TABLE,
    **explain.TABLE,
    **events.TABLE,
    **verify.TABLE,
    **metrics.TABLE,
    **table(OPERATIONS),
}
