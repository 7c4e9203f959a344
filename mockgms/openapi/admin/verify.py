"""What is told of verification."""

from typing import Annotated, Final

from msgspec import Meta

from mockgms.api.admin.verify import Expected
from mockgms.api.field_types import Answer, Whole
from mockgms.openapi.described import FLAG, Body, Case, Described, Param, Table
from mockgms.openapi.stories import QUEUED


class Verified(Answer):
    """All that is expected holds."""

    verified: bool
    requests: Annotated[Whole, Meta(description="How many there were to look at")]
    dropped: Annotated[Whole, Meta(description="How many had to make room for newer ones")]


class NearMiss(Answer):
    """A request that came close."""

    request: Annotated[int, Meta(description="Its number in the journal")]
    differs: Annotated[list[str], Meta(description="In what, a sentence for each")]


class NotVerified(Answer):
    """Something that is expected does not hold."""

    verified: bool
    check: Annotated[str, Meta(description="The first check that failed")]
    message: str
    certain: Annotated[bool, Meta(description="Whether no request that was dropped could have changed it")]
    nearest: list[NearMiss]
    dropped: Whole


_ONE_BOOKING: Final = {"request": {"operation": "schedule", "service": "sales"}, "exactly": 1}

TABLE: Table = {
    "POST /verify": Described(
        "Whether the requests were those that a test expects.",
        Verified,
        detail="How many there were, in which order, and more: what of it is named is checked.",
        query=(Param("unmasked", "Whether numbers and keys are shown as they are.", True, FLAG),),
        body=Body(Expected),
        also={409: NotVerified},
        cases=(
            Case("One booking", body=_ONE_BOOKING, before=(QUEUED,)),
            Case("Nobody is booked twice", body={"each_phone_booked_at_most_once": True}, before=(QUEUED,)),
            Case(
                "No booking of the service",
                body={"request": {"operation": "schedule", "service": "support"}},
                before=(QUEUED,),
            ),
            Case("Nothing is to be verified", body={}),
            Case("A number without a request", body={"exactly": 1}),
            Case("A truth value is none", query="unmasked=yes", body=_ONE_BOOKING),
        ),
    ),
}
