"""The tables of endpoints in the documentation."""

from collections.abc import Iterator
from typing import Final

import msgspec

from generator.chapters import GES_CHAPTER, GMS_CHAPTER
from generator.derived import table
from generator.descriptions import RouteDescription, Table
from generator.document_routes import TABLE
from mockgms.api.admin import OPERATIONS

_ADMIN: Final = "/__admin"


def endpoints_of_gms() -> list[list[str]]:
    """Return the rows of the endpoints of GMS v1 and v2."""
    return list(_rows(GMS_CHAPTER.api.bases[0], GMS_CHAPTER.table))


def endpoints_of_ges() -> list[list[str]]:
    """Return the rows of the endpoints of GES v3."""
    return list(_rows(GES_CHAPTER.api.bases[0], GES_CHAPTER.table))


def endpoints_of_admin() -> list[list[str]]:
    """Return the rows of the endpoints of the admin API."""
    return [*_rows(_ADMIN, table(OPERATIONS)), *_rows(_ADMIN, TABLE)]


def _rows(base: str, table: Table) -> Iterator[list[str]]:
    for key, description in table.items():
        method, path = key.split(" ")
        does = " ".join(filter(None, (description.summary, description.detail)))
        if not path.endswith("/"):  # the same as without the slash
            yield [f"`{method} {base}{path}`", does, ", ".join(f"`{name}`" for name in _taken(description))]


def _taken(description: RouteDescription) -> Iterator[str]:
    """Return the names of the query parameters and of the fields of the body, where it has certain ones."""
    yield from (each.name for each in description.query)
    shape = description.body and description.body.shape
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        yield from (each.encode_name for each in msgspec.structs.fields(shape))
