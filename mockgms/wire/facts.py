"""Facts of a request: what the versions share in telling rules what is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from mockgms.domain.callback import Callback
from mockgms.domain.instants import Instant, parse_instant
from mockgms.domain.refusals import Refusal
from mockgms.scenario.facts import Facts
from mockgms.state import Session
from mockgms.wire.body import parse_body
from mockgms.wire.http import Params, Request
from mockgms.wire.refusals import Unreadable
from mockgms.wire.routing import Match

_KEYS: Final = ("x-api-key", "apikey")
_LONGEST: Final = 100  # characters of a phone number or key that tell one caller from another
_PUNCTUATION: Final = str.maketrans("", "", " ().-\t")
_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a version finds in a request, in its own fields; None for what is not there."""

    service: str | None
    phone: object
    desired: object
    callback: str | None
    user_data: Callable[[], Mapping[str, Any]]


class RequestFacts(Facts):
    """The facts of a request. What few rules ask for is worked out when one does.

    What concerns a callback that is booked already is the service and phone of that.
    """

    _asked: Asked
    _request: Request
    _session: Session

    def __init__(self, asked: Asked, request: Request, session: Session, match: Match) -> None:
        operation, version = match.route.operation_and_version
        booked = None if asked.callback is None else _booked(asked.callback, session)
        phone = asked.phone if booked is None else booked.number
        # Facts are frozen; so is what is set here.
        self.__dict__.update(
            operation=operation,
            version=version,
            service=asked.service if booked is None else booked.service,
            phone=str(phone).translate(_PUNCTUATION)[:_LONGEST] if isinstance(phone, str | int) else None,
            headers=request.headers,
            _asked=asked,
            _request=request,
            _session=session,
        )

    @property
    def api_key(self) -> str | None:
        """The key, in whichever header it comes."""
        headers = self._request.headers
        return next((key[:_LONGEST] for name in _KEYS if (key := headers.get(name))), None)

    @property
    def desired(self) -> Instant | None:
        """The desired time, None for one that cannot be read too."""
        return _instant(self._asked.desired)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the service, UTC without one."""
        return _zone(self.service, self._session)

    @property
    def user_data(self) -> Mapping[str, str]:
        """The client's own data, as text."""
        return {key: _text(value) for key, value in self._asked.user_data().items()}

    @property
    def query(self) -> Params:
        """The query parameters."""
        return self._request.params()


def fields_of(request: Request, *, nested: bool) -> Mapping[str, Any]:
    """The fields of a body; none of one that cannot be read, since that is the operation's to refuse."""
    try:
        return parse_body(request, nested=nested)
    except Unreadable:
        return {}


def _booked(id: str, session: Session) -> Callback | None:
    try:
        return session.bookings.find(id)
    except Refusal:
        return None


def _instant(value: object) -> Instant | None:
    try:
        return parse_instant(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _zone(service: str | None, session: Session) -> ZoneInfo:
    try:
        return _UTC if service is None else session.bookings.service(service).timezone
    except Refusal:
        return _UTC


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
