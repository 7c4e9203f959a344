"""What is told of the health of the server."""

from mockgms.openapi.described import Case, Described, Table
from mockgms.openapi.shapes import Answer


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
