"""What is told of the scenarios that there are."""

from mockgms.api.field_types import Answer
from mockgms.openapi.described import Case, Described, Table


class ShippedScenario(Answer):
    """A scenario that a session can be switched to."""

    name: str
    description: str


TABLE: Table = {
    "GET /scenarios": Described("All scenarios.", list[ShippedScenario], cases=(Case("Those that are shipped"),)),
}
