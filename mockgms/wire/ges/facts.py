"""Facts of a v3 request."""

from collections.abc import Mapping
from typing import Any

from mockgms.scenario.facts import Facts
from mockgms.state import Session
from mockgms.wire.facts import RequestFacts, fields_of
from mockgms.wire.ges.user_data import FIELD, parse_user_data
from mockgms.wire.http import Request
from mockgms.wire.refusals import Unreadable
from mockgms.wire.routing import Match


def describe(request: Request, session: Session, match: Match) -> Facts:
    """What a request asks, in its path and its body."""
    fields = fields_of(request, nested=True)
    service, id = match.args[0] if match.args else fields.get("serviceName"), fields.get("id")
    return RequestFacts(
        request,
        session,
        match,
        fields=fields,
        service=service if isinstance(service, str) else None,
        phone=fields.get("phoneNumber"),
        desired=fields.get("desiredTime"),
        callback=id.lower() if isinstance(id, str) else None,
        own_data=_own_data,
    )


def _own_data(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if FIELD not in fields:
        return {}
    try:
        return parse_user_data(fields)
    except Unreadable:
        return {}
