"""Facts of a v3 request."""

from collections.abc import Mapping
from typing import Any

from mockgms.scenario.facts import Facts
from mockgms.state import Session
from mockgms.wire.facts import RequestFacts, fields_of
from mockgms.wire.ges.user_data import parse_user_data
from mockgms.wire.http import Request
from mockgms.wire.refusals import Unreadable
from mockgms.wire.routing import Match


class _Facts(RequestFacts):
    __slots__ = ()

    def written_desired(self) -> object:
        return self.fields.get("desiredTime")

    def own_data(self) -> Mapping[str, Any]:
        try:
            return parse_user_data(self.fields)
        except Unreadable:
            return {}


def describe(request: Request, session: Session, match: Match) -> Facts:
    """What a request asks, in its path and its body."""
    fields = fields_of(request, nested=True)
    service, id = match.args[0] if match.args else fields.get("serviceName"), fields.get("id")
    return _Facts(
        request,
        session,
        match,
        fields=fields,
        service=service if isinstance(service, str) else None,
        phone=fields.get("phoneNumber"),
        callback=id.lower() if isinstance(id, str) else None,
    )
