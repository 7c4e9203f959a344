"""Facts of a v3 request."""

from collections.abc import Sequence
from typing import Final

from mockgms.api.facts import RequestFacts, booked, readable_fields, texts_under
from mockgms.api.ges.queue import QUEUES
from mockgms.api.ges.user_data import FIELD, attached, is_name
from mockgms.http import query
from mockgms.http.messages import Params, Request
from mockgms.http.refusals import Unreadable
from mockgms.http.routing import Match
from mockgms.scenario.facts import Facts
from mockgms.session import Session

_CALL_IN: Final = "v3.call_in"
_BY_ID: Final = frozenset({"v3.cancel", "v3.find"})


class _Facts(RequestFacts):
    @property
    def has_user_data(self) -> bool:
        """False if the body has no user data."""
        return FIELD in self.fields

    def user_texts(self, key: str) -> Sequence[str]:
        """Return the user data under a key, as texts."""
        try:
            data = attached(self.fields)
        except Unreadable:
            return ()
        return texts_under(data, key) if is_name[key if key in data else key.partition(".")[0]] else ()


def facts_of(request: Request, session: Session, match: Match) -> Facts:
    """Return the facts about a request, from its path and its body.

    If a query names several queues, the facts have the first one.
    """
    if not request.body:
        service = match.args[0] if match.args else _first_queue(request.params())
        return _Facts(request, session, match, request.headers, request.query, service)
    fields = readable_fields(request, nested=True)
    service = match.args[0] if match.args else fields.get("serviceName")
    phone = fields.get("fromPhoneNumber" if match.route.operation == _CALL_IN else "phoneNumber")
    id = fields.get("id")
    if isinstance(id, str) and match.route.operation in _BY_ID:
        callback = booked(id.lower(), session)
        if callback is not None:
            service, phone = callback.service, callback.number
    desired = fields.get("desiredTime")
    return _Facts.of_fields(request, session, match, service, phone, desired, fields)


def _first_queue(params: Params) -> str | None:
    queues = query.text(params, *QUEUES)
    return None if queues is None else queues.strip(",").partition(",")[0] or None
