"""What is told of the routes of `api.ges`: a module for each of its modules."""

from mockgms.api.ges import OPERATIONS
from mockgms.openapi.derived import table
from mockgms.openapi.described import Table
from mockgms.openapi.ges import call_in, callbacks, queue, statistics
from mockgms.openapi.ges.envelope import enveloped

TABLE: Table = {
    **table(OPERATIONS, enveloped),
    **callbacks.TABLE,
    **queue.TABLE,
    **call_in.TABLE,
    **statistics.TABLE,
}
