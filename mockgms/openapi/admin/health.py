"""What is told of the health of the server."""

from mockgms.api.field_types import Answer
from mockgms.openapi.described import Case, Described, Table


class Health(Answer):
    """It is alive."""

    status: str


class Readiness(Answer):
    """It listens."""

    status: str
    scenario: str


TABLE: Table = {
    "GET /health": Described("Whether the server is alive.", Health, cases=(Case("It is"),)),
    "GET /ready": Described("Whether the server is ready, and with which scenario.", Readiness, cases=(Case("It is"),)),
}
