"""The facts of a request that rules match, as far as GMS and GES share them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

import msgspec

from mockgms.domain.callback import Callback
from mockgms.domain.instants import Instant, parse_instant
from mockgms.domain.numbers import international, plain_number
from mockgms.domain.refusals import Refusal
from mockgms.domain.service import Service
from mockgms.http.body import parse_body, scalar_text
from mockgms.http.messages import Params, Request
from mockgms.http.refusals import WireRefusal
from mockgms.http.routing import Match
from mockgms.scenario.facts import KEY_HEADERS
from mockgms.session import Session

_NO_FIELDS: Final[Mapping[str, Any]] = MappingProxyType({})

_LONGEST: Final = 100  # characters of a phone number by which callers are distinguished
_PUNCTUATION: Final = str.maketrans("", "", " ().-\t")
_SCHEME: Final = "tel:"
_UTC: Final = ZoneInfo("UTC")


class RequestFacts(msgspec.Struct, eq=False):  # a struct is faster: most requests create one
    """The facts of a request (`scenario.facts.Facts`), except for the user data, which each version reads itself.

    `fields` are those of the body, by the names of the version.
    """

    request: Request
    session: Session
    match: Match
    headers: Mapping[str, str]
    query_text: str
    service: str | None
    phone: str | None = None
    desired: Instant | None = None
    fields: Mapping[str, Any] = _NO_FIELDS

    @classmethod
    def of_fields(  # noqa: PLR0913, PLR0917  # each version finds these in different places
        cls,
        request: Request,
        session: Session,
        match: Match,
        service: object,
        phone: object,
        desired: object,
        fields: Mapping[str, Any],
    ) -> Self:
        """Return the facts from the values that a version found. Values that cannot be read count as missing."""
        text = phone if isinstance(phone, str) else scalar_text(phone)
        if text is not None and not (len(text) <= _LONGEST and text.isascii() and text.lstrip("+").isdigit()):
            text = _bare(text)
        try:
            instant = parse_instant(desired) if isinstance(desired, str) else None
        except ValueError:
            instant = None
        return cls(
            request,
            session,
            match,
            request.headers,
            request.query,
            service if isinstance(service, str) else None,
            text,
            instant,
            fields,
        )

    @property
    def full_phone(self) -> str | None:
        """The phone number with its country code, if the service has a country."""
        phone = self.phone
        service = None if phone is None else _peek(self.service, self.session)
        if phone is None or service is None or service.numbers.country is None:
            return None
        return international(phone, service.numbers.country)

    @property
    def operation(self) -> str:
        """The name of the operation, without the version."""
        return self.match.route.operation_and_version[0]

    @property
    def version(self) -> str:
        """The version of the API."""
        return self.match.route.operation_and_version[1]

    @property
    def api_key(self) -> str | None:
        """The API key, from the first of its headers that has one."""
        return next(filter(None, map(self.headers.get, KEY_HEADERS)), None)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the service; UTC if the service is unknown or missing."""
        service = _peek(self.service, self.session)
        return _UTC if service is None else service.timezone

    @property
    def query(self) -> Params:
        """The query parameters."""
        return self.request.params()


def fields_of(request: Request, *, nested: bool) -> Mapping[str, Any]:
    """Return the fields of a body, or none if it cannot be read. The operation itself then refuses the body."""
    try:
        return parse_body(request, nested=nested) if request.body else _NO_FIELDS
    except WireRefusal:
        return _NO_FIELDS


def booked(id: str, session: Session) -> Callback | None:
    """Return the callback with an id, or None."""
    try:
        return session.bookings.find(id)
    except Refusal:
        return None


def _bare(number: str) -> str:
    text = plain_number(number).strip()
    start = len(_SCHEME) if text[: len(_SCHEME)].lower() == _SCHEME else 0
    return text[start:].translate(_PUNCTUATION)[:_LONGEST]


def _peek(service: str | None, session: Session) -> Service | None:
    """Return a service as it is or would be opened; None if it is unknown or missing."""
    try:
        return None if service is None else session.bookings.services.peek(service)
    except Refusal:
        return None
