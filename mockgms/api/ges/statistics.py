"""Statistics: what the service hands through from another one."""

from mockgms.api.field_types import Answer
from mockgms.api.operation import operation


class Statistics(Answer):
    """Nothing: what the real one has in it is another service's."""  # documented


@operation("POST", "/statistics/operations/get-statistic-ex", "v3.statistics")
def statistics() -> Statistics:
    """Statistics: an empty object.

    A body is not read.
    """
    return Statistics()  # the official clients send no body
