"""The body of the admin API's refusals."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from mockgms.openapi.shapes import Answer


class AdminRefusal(Answer):
    """What is wrong, and where; nothing has changed."""

    message: str
    field: Annotated[str | UnsetType, Meta(description="Of the body, the query, the path or the headers")] = UNSET
    mistakes: Annotated[
        list[str] | UnsetType, Meta(description="All of a scenario or rule, each with its line and column")
    ] = UNSET
