"""Facts of a request: what the versions share in telling rules what is asked."""

from collections.abc import Callable, Mapping
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

_LONGEST: Final = 100  # characters of a phone number or key that tell one caller from another
_PUNCTUATION: Final = str.maketrans("", "", " ().-\t")
_UTC: Final = ZoneInfo("UTC")


class RequestFacts(Facts):
    """The facts of a request. What few rules ask for is worked out when one does."""

    _desired: object
    _user_data: Callable[[], Mapping[str, Any]]
    _request: Request
    _session: Session

    def __init__(  # noqa: PLR0913  # a field for each that versions write differently
        self,
        request: Request,
        session: Session,
        match: Match,
        *,
        service: str | None,
        phone: object,
        desired: object,
        callback: str | None,
        user_data: Callable[[], Mapping[str, Any]],
    ) -> None:
        """From what a version finds in a request, in its own fields; None for what is not there.

        What concerns a callback that is booked already is the service and phone of that.
        """
        booked = None if callback is None else _booked(callback, session)
        if booked is not None:
            service, phone = booked.service, booked.number
        operation, version = match.route.operation_and_version
        vars(self).update(  # facts are frozen
            operation=operation,
            version=version,
            service=service,
            phone=str(phone).translate(_PUNCTUATION)[:_LONGEST] if isinstance(phone, str | int) else None,
            headers=request.headers,
            _desired=desired,
            _user_data=user_data,
            _request=request,
            _session=session,
        )

    @property
    def api_key(self) -> str | None:
        """The key, in whichever header it comes."""
        key = self.headers.get("x-api-key") or self.headers.get("apikey")
        return key and key[:_LONGEST]

    @property
    def desired(self) -> Instant | None:
        """The desired time, None for one that cannot be read too."""
        return _instant(self._desired)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the service, UTC without one."""
        return _zone(self.service, self._session)

    @property
    def user_data(self) -> Mapping[str, str]:
        """The client's own data, as text."""
        return {key: _text(value) for key, value in self._user_data().items()}

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
