"""Facts of a request: what the versions share in telling rules what is asked."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from mockgms.domain.callback import Callback
from mockgms.domain.instants import Instant, parse_instant
from mockgms.domain.refusals import Refusal
from mockgms.state import Session
from mockgms.wire.body import parse_body
from mockgms.wire.http import Params, Request
from mockgms.wire.refusals import Unreadable
from mockgms.wire.routing import Match

_LONGEST: Final = 100  # characters of a phone number or key that tell one caller from another
_PUNCTUATION: Final = str.maketrans("", "", " ().-\t")
_UTC: Final = ZoneInfo("UTC")
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_NO_FIELDS: Final[Mapping[str, Any]] = _NOTHING


class RequestFacts:
    """The facts of a request (`scenario.facts.Facts`). What few rules ask for is worked out when one does."""

    __slots__ = (
        *("_desired", "_fields", "_own_data", "_request", "_session"),
        *("headers", "operation", "phone", "service", "version"),
    )

    def __init__(  # noqa: PLR0913  # a field for each that versions write differently
        self,
        request: Request,
        session: Session,
        match: Match,
        *,
        fields: Mapping[str, Any],
        service: str | None,
        phone: object,
        desired: object,
        callback: str | None,
        own_data: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    ) -> None:
        """From what a version finds in a request, in its own fields; None for what is not there.

        `own_data` picks the client's own data out of the fields. What concerns a callback that is booked already is the
        service and phone of that.
        """
        booked = None if callback is None else _booked(callback, session)
        if booked is not None:
            service, phone = booked.service, booked.number
        self.operation, self.version = match.route.operation_and_version
        self.service = service
        self.phone = _plain(str(phone)) if isinstance(phone, str | int) else None
        self.headers = request.headers
        self._fields = fields
        self._desired = desired
        self._own_data = own_data
        self._request = request
        self._session = session

    @property
    def api_key(self) -> str | None:
        """The key, in whichever header it comes."""
        key = self.headers.get("x-api-key") or self.headers.get("apikey")
        return key and key[:_LONGEST]

    @property
    def desired(self) -> Instant | None:
        """The desired time, None for one that cannot be read too."""
        try:
            return parse_instant(self._desired) if isinstance(self._desired, str) else None
        except ValueError:
            return None

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the service, UTC without one."""
        return _zone(self.service, self._session)

    @property
    def user_data(self) -> Mapping[str, str]:
        """The client's own data, as text."""
        data = self._own_data(self._fields)
        return {key: _text(value) for key, value in data.items()} if data else _NOTHING

    @property
    def query(self) -> Params:
        """The query parameters."""
        return self._request.params()


def fields_of(request: Request, *, nested: bool) -> Mapping[str, Any]:
    """The fields of a body; none of one that cannot be read, since that is the operation's to refuse."""
    try:
        return parse_body(request, nested=nested) if request.body else _NO_FIELDS
    except Unreadable:
        return _NO_FIELDS


@lru_cache(maxsize=1_024)
def _plain(phone: str) -> str:
    """A phone number without what people write to make it readable."""
    return phone.translate(_PUNCTUATION)[:_LONGEST]


def _booked(id: str, session: Session) -> Callback | None:
    try:
        return session.bookings.find(id)
    except Refusal:
        return None


def _zone(service: str | None, session: Session) -> ZoneInfo:
    try:
        return _UTC if service is None else session.bookings.services.look(service).timezone
    except Refusal:
        return _UTC


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
