"""What is told of the routes of `wire.gms`: a module for each of its modules."""

from mockgms.openapi.described import Table
from mockgms.openapi.gms import admin, availability, callbacks, numbers, queue, start

TABLE: Table = {
    **start.TABLE,
    **availability.TABLE,
    **callbacks.TABLE,
    **queue.TABLE,
    **admin.TABLE,
    **numbers.TABLE,
}
