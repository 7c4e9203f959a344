"""A check that an operation declares each refusal that it raises."""

from typing import Any

from mockgms.api.definition import Api
from mockgms.api.operation import Operation
from mockgms.domain.refusals import OutOfRoom, Refusal
from mockgms.http.refusals import WireRefusal
from mockgms.http.routing import Route

OF_EVERY_OPERATION = (WireRefusal, OutOfRoom)


def check_declared(refusal: Refusal, route: Route, api: Api, operations: tuple[Operation[..., Any], ...]) -> None:
    """Raise AssertionError for a refusal that the operation of the route does not declare."""
    declared = next(
        each.refusals
        for each in operations
        if each.method == route.method and route.pattern in {f"{base}{each.path}" for base in api.bases}
    )
    expected = (*declared, *OF_EVERY_OPERATION)
    assert isinstance(refusal, expected), f"{route.method} {route.pattern} does not declare {type(refusal).__name__}"
