"""Statistics: the real service passes them on from another service."""

from mockgms.api.field_types import Answer
from mockgms.api.operation import operation


class Statistics(Answer):
    """An empty object: the content of the real one comes from another service."""  # documented


@operation("POST", "/statistics/operations/get-statistic-ex", "v3.statistics")
def statistics() -> Statistics:
    """Return statistics: an empty object.

    A body is ignored.
    """
    return Statistics()  # the official clients send no body
