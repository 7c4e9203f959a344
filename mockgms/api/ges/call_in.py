"""Call-in: a request for a number that the customer calls himself."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from mockgms.api.ges.envelope import success
from mockgms.api.ges.ids import id_field
from mockgms.api.ges.user_data import parse_user_data
from mockgms.domain.instants import MINUTE, Duration
from mockgms.http.body import parse_body, text_field
from mockgms.http.messages import Reply, Request
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

NUMBER: Final = "+18005550199"  # set aside for fiction: nobody is called by accident
LASTS: Final[Duration] = 15 * MINUTE


def call_in(request: Request, session: Session) -> Reply:
    """Give out the number to call.

    The members are documented; there is no access code, which a group has only when it is enabled for it. The
    number, and that the request is good for 15 minutes, are assumed.
    """
    answer = parse_call_in(parse_body(request, nested=True))
    answer |= {"id": session.new_id(), "toPhoneNumber": NUMBER, "expirationTime": session.now() + LASTS}
    return success(session, msgspec.json.encode(answer))


def parse_call_in(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The members that the answer repeats. Raises Unreadable."""
    group = text_field(fields, "groupName")
    if group is None:
        raise Unreadable("groupName", "is required")
    parse_user_data(fields)
    sent = {
        "groupName": group,
        "fromPhoneNumber": text_field(fields, "fromPhoneNumber"),
        "callbackServiceId": id_field(fields, "callbackServiceId"),
    }
    return {name: value for name, value in sent.items() if value is not None}
