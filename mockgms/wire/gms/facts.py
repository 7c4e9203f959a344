"""Facts of a v1 or v2 request."""

from typing import Final

from mockgms.scenario.facts import Facts
from mockgms.state import Session
from mockgms.wire.facts import RequestFacts, as_text, booked, fields_of
from mockgms.wire.gms.callbacks import NEW_DESIRED
from mockgms.wire.gms.start import DESIRED, NUMBER
from mockgms.wire.http import Request
from mockgms.wire.routing import Match

_NOT_OWN: Final = frozenset({NUMBER, DESIRED, NEW_DESIRED})


class _Facts(RequestFacts):
    def user_datum(self, key: str) -> str | None:
        """What the client's own data have under a key, as text."""
        return as_text(self.fields[key]) if key in self.fields and key not in _NOT_OWN else None


def describe(request: Request, session: Session, match: Match) -> Facts:
    """What a request asks: in its path, its body and, when it is a query for callbacks, its parameters."""
    service, id = match.named.get("name"), match.named.get("id")
    if not request.body and id is None and not _may_have_number(request.query):
        return _Facts(request, session, match, request.headers, request.query, service)
    fields = fields_of(request, nested=False)
    phone = fields.get(NUMBER)
    if id is not None and (callback := booked(id, session)) is not None:
        service, phone = callback.service, callback.number
    elif not phone and request.query:
        phone = next(iter(request.params().get(NUMBER, ())), None)
    desired = fields.get(NEW_DESIRED) or fields.get(DESIRED)
    return _Facts.of_fields(request, session, match, service, phone, desired, fields, not fields.keys() <= _NOT_OWN)


def _may_have_number(query: str) -> bool:
    return NUMBER in query or "%" in query  # which a letter of it may be written with
