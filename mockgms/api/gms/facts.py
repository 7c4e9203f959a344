"""Facts of a v1 or v2 request."""

from collections.abc import Sequence
from typing import Final

from mockgms.api.facts import RequestFacts, booked, readable_fields, texts_under
from mockgms.api.gms.callbacks import NEW_DESIRED
from mockgms.api.gms.ewt import NAMES_OF, OPERATION
from mockgms.api.gms.numbers import CHECK, CHECKED
from mockgms.api.gms.start import DESIRED, NUMBER
from mockgms.api.waits import queue_names
from mockgms.http import query
from mockgms.http.messages import Request
from mockgms.http.routing import Match
from mockgms.scenario.facts import Facts
from mockgms.session import Session

# The fields of a body that GMS itself reads. All others are user data.
_START_FIELDS: Final = frozenset({NUMBER, DESIRED})
_UPDATE_FIELDS: Final = frozenset({NUMBER, DESIRED, NEW_DESIRED})
_SERVICES: Final = ("target", "service_name")


class _Facts(RequestFacts):
    @property
    def has_user_data(self) -> bool:
        """False if all fields of the body are those that GMS itself reads."""
        return not self.fields.keys() <= self._own_fields

    @property
    def _own_fields(self) -> frozenset[str]:
        return _UPDATE_FIELDS if "id" in self.match.named else _START_FIELDS

    def user_texts(self, key: str) -> Sequence[str]:
        """Return the user data under a key, as texts."""
        return () if key in self._own_fields else texts_under(self.fields, key)


def facts_of(request: Request, session: Session, match: Match) -> Facts:
    """Return the facts about a request, from its path and its body, or the parameters of a query.

    If a query names several services, the facts have the first one.
    """
    named = match.named
    service, id = named.get("name"), named.get("id")
    if id is None and request.method == "GET":
        text = request.query
        if service is not None and NUMBER not in text and "%" not in text:  # its letters may be percent-encoded
            return _Facts(request, session, match, request.headers, request.query, service)
        params, queues = request.params(), requested_queues(request, match)
        service = service or (queues[0] if queues else query.text(params, *_SERVICES))
        phone = query.text(params, CHECKED if match.route.operation == CHECK else NUMBER)
        return _Facts.of_fields(request, session, match, service, phone, None, {})
    fields = readable_fields(request, nested=False)
    phone, desired = fields.get(NUMBER), fields.get(DESIRED)
    if id is not None:
        desired = fields.get(NEW_DESIRED) or desired
        if (callback := booked(id, session)) is not None:
            service, phone = callback.service, callback.number
    return _Facts.of_fields(request, session, match, service, phone, desired, fields)


def requested_queues(request: Request, match: Match) -> list[str]:
    """Return the names of the queues whose wait a request asks for."""
    operation, version = match.route.operation_and_version
    return queue_names(request.params(), (NAMES_OF[version],)) if operation == OPERATION else []
