"""What is told of the routes of `wire.ges`: a module for each of its modules."""

from mockgms.openapi.described import Table
from mockgms.openapi.ges import availability, call_in, callbacks, create, queue, statistics

TABLE: Table = {
    **create.TABLE,
    **callbacks.TABLE,
    **availability.TABLE,
    **queue.TABLE,
    **call_in.TABLE,
    **statistics.TABLE,
}
