"""The types of the answers of v3: their data in the envelope."""

from functools import cache
from typing import Any, get_args

from msgspec import defstruct

from mockgms.api.field_types import Answer
from mockgms.api.ges.envelope import Status


@cache
def enveloped(data: Any) -> type:
    """Return the type of an answer with data of this type. Its name is that of the data, or of their items."""
    name = f"{(get_args(data) or (data,))[0].__name__}Answer"
    return defstruct(name, [("status", Status), ("data", data)], bases=(Answer,), forbid_unknown_fields=True)
