"""What is told of the journal of a session."""

from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import Meta

from mockgms.api.field_types import Answer, Time, Whole, one_of
from mockgms.openapi.described import FLAG, NUMBER, Call, Case, Described, Param, Table
from mockgms.openapi.stories import PHONE

Delivery: TypeAlias = Annotated[
    Literal["reset", "closed", "truncated", "slow"] | None, Meta(description="What became of the answer on its way")
]


class Asked(Answer):
    """A request as it came."""

    method: str
    path: str
    query: str
    content_type: str | None
    headers: Annotated[dict[str, str], Meta(description="By name in lower case")]
    body: str
    fields: Annotated[dict[str, Any] | None, Meta(description="Of the body; null when it cannot be read")]


class Replied(Answer):
    """An answer."""

    at: Time
    status: int
    content_type: str
    headers: Annotated[dict[str, str], Meta(description="By name in lower case")]
    body: str
    delivery: Delivery


class Exchanged(Answer):
    """A request and its answer. Numbers and keys are masked, unless `unmasked` asks for them."""

    id: Annotated[int, Meta(ge=1)]
    began: Time
    operation: Annotated[str | None, Meta(description="null when the path is unknown", examples=["v1.schedule"])]
    rule: Annotated[str | None, Meta(description="The rule that fired")]
    faults: list[str]
    hints: Annotated[list[str], Meta(description="What the client probably did not mean")]
    request: Asked
    answer: Annotated[Replied | None, Meta(description="null while there is none")]


class ExchangeSummary(Answer):
    """A request and its answer, without headers and bodies."""

    id: Annotated[int, Meta(ge=1)]
    began: Time
    operation: str | None
    method: str
    path: str
    query: str
    phone: Annotated[str | None, Meta(description="The first number that is named")]
    status: int | None
    delivery: Delivery
    rule: str | None
    faults: list[str]
    hints: list[str]


_Exchange: TypeAlias = Annotated[Any, one_of(Exchanged, ExchangeSummary)]


class JournalTold(Answer):
    """What was asked of a session, the oldest first."""

    requests: Annotated[list[_Exchange], Meta(description="In short when asked so")]
    found: Annotated[Whole, Meta(description="How many fit the filters")]
    dropped: Annotated[Whole, Meta(description="How many had to make room for newer ones")]


UNMASKED: Final = Param("unmasked", "Whether numbers and keys are shown as they are.", True, FLAG)
NUMBER_OF: Final = Param("id", "The number of the request, from 1.", "1")

_SENT: Final = Call("POST", "/genesys/1/service/callback/sales", {"_customer_number": PHONE})

TABLE: Table = {
    "GET /requests": Described(
        "The newest requests, and how they were answered.",
        JournalTold,
        query=(
            Param("operation", "What was asked for, in any version or in one.", "v1.schedule"),
            Param("phone", "The number that is named.", PHONE),
            Param("status", "The status of the answer.", 200, NUMBER),
            Param("limit", "At most so many, 100 unless told otherwise.", 10, {**NUMBER, "minimum": 1}),
            Param("summary", "Whether each is told in short, without headers and bodies.", True, FLAG),
            UNMASKED,
        ),
        parts=(Exchanged, ExchangeSummary),
        cases=(
            Case("One booking", query="operation=schedule", before=(_SENT,)),
            Case("One booking, in short", query="summary=true", before=(_SENT,)),
            Case("The limit is none", query="limit=0"),
            Case("A truth value is none", query="unmasked=yes"),
        ),
    ),
    "GET /requests/{id}": Described(
        "One request, and how it was answered.",
        Exchanged,
        path=(NUMBER_OF,),
        query=(UNMASKED,),
        cases=(
            Case("A booking", before=(_SENT,)),
            Case("A truth value is none", query="unmasked=yes", before=(_SENT,)),
            Case("There is none of the number", path={"id": "2"}, before=(_SENT,)),
        ),
    ),
    "DELETE /requests": Described(
        "Forget all requests; their numbers go on.",
        JournalTold,
        cases=(Case("There is one", before=(_SENT,)),),
    ),
}
