"""The written form of `per`: what distinguishes callers."""

from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import Struct

from mockgms.scenario.condition import one_or_list
from mockgms.scenario.facts import NamedPer
from mockgms.scenario.text_forms import Made, WrittenText


class PerField(Struct, forbid_unknown_fields=True):
    """What distinguishes callers: the value of a header, of a name in the user data, or of a query parameter."""

    header: WrittenText | None = None
    user_data: WrittenText | None = None
    query: WrittenText | None = None


_KINDS: Final[tuple[Literal["header", "user_data", "query"], ...]] = ("header", "user_data", "query")


def _named(settings: dict[str, Any]) -> NamedPer:
    given = [NamedPer(kind, settings[kind]) for kind in _KINDS if settings.get(kind) is not None]
    if len(given) != 1:
        raise ValueError("give one of `header`, `user_data` and `query`, with a name")
    return given[0]


PerText: TypeAlias = one_or_list(  # type: ignore[valid-type]  # a computed type
    Literal["session", "phone", "api_key", "service", "slot"] | Annotated[PerField, Made(_named)]
)
