"""What is told of a request for a number to call."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from mockgms.api.field_types import Answer, AnyText, Uuid
from mockgms.openapi.described import FORM, JSON, MULTIPART, Body, Case, Described, Table
from mockgms.openapi.ges.envelope import enveloped
from mockgms.openapi.stories import FIRST, PHONE


class CallInRequest(Struct, rename="camel"):
    """Who asks for a number."""

    group_name: Annotated[AnyText, Meta(examples=["sales"])]
    from_phone_number: AnyText | None = None
    callback_service_id: Annotated[str | None, Meta(extra_json_schema={"format": "uuid"})] = None
    user_data: Annotated[dict[str, Any] | str | None, Meta(description="May be text with JSON in it")] = None


class CallIn(Answer, rename="camel"):
    """The number to call."""

    id: Uuid
    group_name: str
    to_phone_number: str
    expiration_time: Annotated[int, Meta(description="Until when, in milliseconds since 1970")]
    from_phone_number: str | UnsetType = UNSET
    callback_service_id: Uuid | UnsetType = UNSET


TABLE: Table = {
    "POST /call-in/requests/create": Described(
        "Ask for a number to call.",
        enveloped(CallIn),
        body=Body(CallInRequest, (JSON, FORM, MULTIPART), nested=("userData",)),
        cases=(
            Case("A group", body={"groupName": "sales", "fromPhoneNumber": PHONE, "callbackServiceId": FIRST}),
            Case("No group", body={"fromPhoneNumber": PHONE}),
            Case("The id is no UUID", body={"groupName": "sales", "callbackServiceId": "4711"}),
            Case("The body cannot be read", body="{"),
        ),
    ),
}
