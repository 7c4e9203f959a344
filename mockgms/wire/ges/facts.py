"""Facts of a v3 request."""

from mockgms.scenario.facts import Facts
from mockgms.state import Session
from mockgms.wire.facts import RequestFacts, as_text, booked, fields_of
from mockgms.wire.ges.user_data import FIELD, attached, is_variable_name
from mockgms.wire.http import Request
from mockgms.wire.refusals import Unreadable
from mockgms.wire.routing import Match


class _Facts(RequestFacts):
    def user_datum(self, key: str) -> str | None:
        """What the client's own data have under a key, as text."""
        try:
            data = attached(self.fields)
        except Unreadable:
            return None
        return as_text(data[key]) if key in data and is_variable_name(key) else None


def describe(request: Request, session: Session, match: Match) -> Facts:
    """What a request asks, in its path and its body."""
    if not request.body:
        service = match.args[0] if match.args else None
        return _Facts(request, session, match, request.headers, request.query, service)
    fields = fields_of(request, nested=True)
    service = match.args[0] if match.args else fields.get("serviceName")
    phone, id = fields.get("phoneNumber"), fields.get("id")
    if isinstance(id, str) and (callback := booked(id.lower(), session)) is not None:
        service, phone = callback.service, callback.number
    desired = fields.get("desiredTime")
    return _Facts.of_fields(request, session, match, service, phone, desired, fields, FIELD in fields)
