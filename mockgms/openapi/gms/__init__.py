"""What is told of the routes of `wire.gms`: a module for each of its modules."""

from mockgms.api.gms import OPERATIONS
from mockgms.openapi.derived import table
from mockgms.openapi.described import Table
from mockgms.openapi.gms import admin, callbacks, numbers, queue

TABLE: Table = {
    **table(OPERATIONS),
    **callbacks.TABLE,
    **queue.TABLE,
    **admin.TABLE,
    **numbers.TABLE,
}
