"""What is told of statistics through v3."""

from mockgms.api.field_types import Answer
from mockgms.openapi.described import Case, Described, Table
from mockgms.openapi.ges.envelope import enveloped


class NoStatistics(Answer):
    """Nothing: what the real one has in it is another service's."""


TABLE: Table = {
    "POST /statistics/operations/get-statistic-ex": Described(
        "Statistics: an empty object.",
        enveloped(NoStatistics),
        detail="A body is not read.",
        cases=(Case("Nothing"),),
    ),
}
