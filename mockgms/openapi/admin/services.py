"""What is told of the services of a session."""

from typing import Annotated

from msgspec import Meta

from mockgms.api.field_types import Answer
from mockgms.openapi.described import Case, Described, Table
from mockgms.openapi.stories import OFFICE_HOURS


class ServiceTold(Answer):
    """A service."""

    name: str
    timezone: str
    time_bucket: Annotated[int, Meta(description="Minutes that a slot lasts")]


class ServicesTold(Answer):
    """The services of the scenario, and those that were used so far."""

    services: list[ServiceTold]
    any_name: Annotated[bool, Meta(description="Whether one of any other name is made on use")]


TABLE: Table = {
    "GET /services": Described("The services.", ServicesTold, cases=(Case("One is listed", given=OFFICE_HOURS),)),
}
