"""Facts of a v1 or v2 request."""

from collections.abc import Mapping
from typing import Any, Final

from mockgms.scenario.facts import Facts
from mockgms.state import Session
from mockgms.wire.facts import RequestFacts, fields_of
from mockgms.wire.gms.callbacks import NEW_DESIRED
from mockgms.wire.gms.start import DESIRED, NUMBER
from mockgms.wire.http import Request
from mockgms.wire.routing import Match

_OWN: Final = frozenset({NUMBER, DESIRED, NEW_DESIRED})


def describe(request: Request, session: Session, match: Match) -> Facts:
    """What a request asks: in its path, its body and, when it is a query for callbacks, its parameters."""
    fields = fields_of(request, nested=False)
    return RequestFacts(
        request,
        session,
        match,
        fields=fields,
        service=match.named("name"),
        phone=fields.get(NUMBER) or next(iter(request.params().get(NUMBER, ())), None),
        desired=fields.get(NEW_DESIRED) or fields.get(DESIRED),
        callback=match.named("id"),
        own_data=_own_data,
    )


def _own_data(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in fields.items() if key not in _OWN}
