"""What is told of explanations."""

from typing import Annotated, Final

from msgspec import Meta

from mockgms.api.admin.clock import ClockView
from mockgms.api.admin.explain import DescribedRequest
from mockgms.api.field_types import Answer, Seats, Time, Whole
from mockgms.openapi.admin.requests import NUMBER_OF, UNMASKED, Replied
from mockgms.openapi.described import Body, Case, Described, Table
from mockgms.openapi.stories import BOOKED, ONE_SEAT, OTHER_PHONE, TEN
from mockgms.scenario.verdicts import Outcome


class RuleExplained(Answer, rename={"origin": "from"}):
    """What a rule made of a request."""

    name: str
    origin: Annotated[str, Meta(description="armed, or the scenario")]
    outcome: Outcome
    reason: Annotated[str | None, Meta(description="The first condition that failed, or why else it did not fire")]
    match: Annotated[int | None, Meta(description="The how manieth match of the caller it was")]
    drawn: Annotated[float | None, Meta(description="By chance, from 0 to 1")]


class SeatsTold(Answer):
    """The seats of a slot."""

    booked: Seats
    free: Seats


class SlotExplained(Answer):
    """A slot of which a seat was taken, given back or refused."""

    service: str
    start: Time
    capacity: Seats
    before: SeatsTold
    after: SeatsTold


class LimitExplained(Answer):
    """A limit, and how far it was used up."""

    name: str
    service: str
    limit: int | None
    before: Whole
    after: Whole
    per: Annotated[str | None, Meta(description="Of a throttle: its time")]
    ends: Annotated[Time | None, Meta(description="Of a throttle: when its time is over")]


class BucketExplained(Answer):
    """The bucket of a rule that limits the rate."""

    rule: str
    limit: Whole
    left_before: Whole
    left_after: Whole
    full_in: Annotated[Whole, Meta(description="Seconds")]


class Explanation(Answer):
    """Why a request was answered so, or how it would be."""

    id: Annotated[int | None, Meta(description="Of the request in the journal; null of one that is only described")]
    paragraph: str
    operation: str | None
    rule: str | None
    faults: list[str]
    hints: Annotated[list[str], Meta(description="What the client probably did not mean")]
    refusal: Annotated[str | None, Meta(description="Why it was refused", examples=["slot_full"])]
    answer: Replied | None
    clock: ClockView
    seed: int
    rules: Annotated[list[RuleExplained], Meta(description="In the order in which they are tried")]
    slots: list[SlotExplained]
    limits: list[LimitExplained]
    rate_limit: BucketExplained | None


_PATH: Final = "/genesys/1/service/callback/sales"
_FIELDS: Final = {"_customer_number": OTHER_PHONE, "_desired_time": TEN}
_BOOKING: Final = {"method": "POST", "path": _PATH, "fields": _FIELDS}
_RULE: Final = "rules: [{name: not-from-400, when: {phone: '+1400*'}, then: {fault: slot_conflict}}]"

TABLE: Table = {
    "GET /requests/{id}/explain": Described(
        "Why a request was answered so.",
        Explanation,
        detail="It stays true, whatever has changed since.",
        path=(NUMBER_OF,),
        query=(UNMASKED,),
        cases=(
            Case("A booking", given=_RULE, before=(BOOKED,)),
            Case("There is none of the number", path={"id": "2"}),
            Case("A truth value is none", query="unmasked=yes", before=(BOOKED,)),
        ),
    ),
    "POST /explain": Described(
        "How a request that is only described would be answered, and why.",
        Explanation,
        detail="Nothing changes by it. `fields` are sent as JSON, or as a form where the content type says so.",
        query=(UNMASKED,),
        body=Body(DescribedRequest),
        cases=(
            Case("The slot is full", body=_BOOKING, given=ONE_SEAT, before=(BOOKED,)),
            Case("The path is none of the API that is mocked", body={"method": "GET", "path": "/__admin/clock"}),
            Case("The path is of another session", body={"method": "GET", "path": f"/s/other{_PATH}"}),
            Case("A body and fields", body={**_BOOKING, "body": "{}"}),
            Case("The method is none", body={"method": "BOOK", "path": _PATH}),
            Case("A truth value is none", query="unmasked=yes", body=_BOOKING),
        ),
    ),
}
