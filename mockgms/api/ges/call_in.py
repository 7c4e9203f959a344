"""Call-in: request a number that the customer then calls."""

from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from mockgms.api.field_types import Answer, AnyText, Uuid
from mockgms.api.ges.ids import id_field
from mockgms.api.ges.user_data import parse_user_data
from mockgms.api.operation import Written, operation
from mockgms.domain.instants import MINUTE, Duration
from mockgms.http.body import MEDIA, Fields, text_field
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

NUMBER: Final = "+18005550199"  # reserved for fiction: nobody is called by accident
LASTS: Final[Duration] = 15 * MINUTE


class CallInRequest(Struct, rename="camel"):
    """The caller who requests a number."""

    group_name: Annotated[AnyText, Meta(examples=["sales"])]
    from_phone_number: AnyText | None = None
    callback_service_id: Annotated[str | None, Meta(extra_json_schema={"format": "uuid"})] = None
    user_data: Annotated[dict[str, Any] | str | None, Meta(description="An object, or text that contains JSON")] = None


class CallIn(Answer, rename="camel", kw_only=True):
    """The number to call."""

    group_name: str
    from_phone_number: str | UnsetType = UNSET
    callback_service_id: Uuid | UnsetType = UNSET
    id: Uuid
    to_phone_number: str
    expiration_time: Annotated[int, Meta(description="When the number expires, in milliseconds since 1970")]


@operation("POST", "/call-in/requests/create", "v3.call_in")
def call_in(session: Session, body: Annotated[Fields, Written(CallInRequest, MEDIA, nested=("userData",))]) -> CallIn:
    """Request a number to call."""
    # The members are documented. There is no access code, which only groups with that option have. The number and the
    # expiry after 15 minutes are assumed.
    group = text_field(body, "groupName")
    if group is None:
        raise Unreadable("groupName", "is required")
    parse_user_data(body)
    return CallIn(
        group_name=group,
        from_phone_number=_sent(text_field(body, "fromPhoneNumber")),
        callback_service_id=_sent(id_field(body, "callbackServiceId")),
        id=session.new_id(),
        to_phone_number=NUMBER,
        expiration_time=session.now() + LASTS,
    )


def _sent(text: str | None) -> str | UnsetType:
    return UNSET if text is None else text
