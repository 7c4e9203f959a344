"""The facts of a request that GMS and GES find in the same way. Rules are matched against facts."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

import msgspec

from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.callback import Callback, State
from mockgms.domain.instants import DAY, Instant, parse_instant
from mockgms.domain.numbers import international, plain_number
from mockgms.domain.refusals import Refusal
from mockgms.domain.service import Service
from mockgms.http.body import as_text, parse_body, scalar_text
from mockgms.http.messages import Params, Request
from mockgms.http.refusals import WireRefusal
from mockgms.http.routing import Match
from mockgms.scenario.facts import KEY_HEADERS, Per, caller
from mockgms.scenario.session_conditions import MAX_COUNTED
from mockgms.session import Session

_NO_FIELDS: Final[Mapping[str, Any]] = MappingProxyType({})

_SEARCHED: Final = 60 * DAY  # for the first free slot
_LONGEST: Final = 100  # characters of a phone number by which callers are distinguished
_PUNCTUATION: Final = str.maketrans("", "", " ().-\t")
_SCHEME: Final = "tel:"
_UTC: Final = ZoneInfo("UTC")


class RequestFacts(msgspec.Struct, eq=False):  # a struct is faster: most requests create one
    """The facts of a request (`scenario.facts.Facts`), except for the user data, which each version reads itself.

    `fields` has the fields of the body, whose names differ by version.
    """

    request: Request
    session: Session
    match: Match
    headers: Mapping[str, str]
    query_text: str
    service: str | None
    phone: str | None = None
    full_phone: str | None = None
    desired_value: object = None  # as it was sent; reading it takes time, and few rules ask for it
    fields: Mapping[str, Any] = _NO_FIELDS
    _callers: dict[Per, str] | None = None

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
        name = service if isinstance(service, str) else None
        full = _full_phone(text, name, session) if session.bookings.services.has_countries else None
        return cls(request, session, match, request.headers, request.query, name, text, full, desired, fields)

    @property
    def desired(self) -> Instant | None:
        """The desired time, or None if it is missing or cannot be read."""
        text = self.desired_value
        try:
            return parse_instant(text) if isinstance(text, str) else None
        except ValueError:
            return None

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
    def started(self) -> Instant:
        """The time of the session's clock at the start of the session, or at its last reset."""
        return self.session.reset_at

    @property
    def slot(self) -> Instant | None:
        """The start of the slot that contains the desired time; None without a desired time or service."""
        service = None if self.desired is None else _peek(self.service, self.session)
        return None if service is None or self.desired is None else service.grid.slot_of(self.desired).start

    def free_seats(self) -> int:
        """Return the number of free seats of the slot. There must be a slot."""
        return self.session.bookings.slot_of(self._used_service, self.slot or 0).free

    def is_first_free(self, now: Instant) -> bool:
        """Return whether the slot is the first one from now on that has a free seat, within 60 days."""
        query = AvailabilityQuery(self._used_service, now, now + _SEARCHED, max_slots=1)
        first = next(self.session.bookings.availability(query, now).slots, None)
        return first is not None and first.start == self.slot

    def count_callbacks(self, states: Sequence[State], at_most: int, now: Instant, *, today: bool) -> int:
        """Return the number of callbacks of the phone number in one of the states, or `at_most` if more."""
        bookings = self.session.bookings
        counted = (
            callback
            for callback in bookings.newest_of(self.full_phone or self.phone or "", MAX_COUNTED)
            if bookings.status(callback, now).state in states
            and (not today or _is_same_date(bookings.service(callback.service), callback.desired, now))
        )
        return sum(1 for _ in islice(counted, at_most))

    @property
    def has_user_data(self) -> bool:  # each version knows its own fields
        """False if the body has no user data."""
        raise NotImplementedError  # pragma: no cover  # a struct cannot be abstract

    def user_texts(self, key: str) -> Sequence[str]:  # each version reads its own data
        """Return the values of a key in the client's own data as texts."""
        raise NotImplementedError  # pragma: no cover  # a struct cannot be abstract

    def caller(self, per: Per) -> str:
        """Return the caller of the request, which `per` distinguishes from others."""
        callers = self._callers
        if callers is None:
            callers = self._callers = {}
        found = callers.get(per)
        if found is None:
            found = callers[per] = caller(self, per)
        return found

    def has_state(self, names: Sequence[str], per: Per, scope: str, now: Instant) -> bool:
        """Return whether one of several named states is set for the session or for the caller."""
        engine = self.session.engine
        known = engine.state_names
        for name in names:
            if name in known:
                return engine.has_state(names, scope, self.caller(per), now)
        return False

    def was_refused(self, per: Per) -> bool:
        """Return whether the caller, which `per` distinguishes, was refused a booking of the slot before."""
        slot = self.slot
        return slot is not None and self.session.engine.was_refused(per, self.caller(per), slot)

    @property
    def _used_service(self) -> Service:
        """The requested service, which counts as used from now on."""
        return self.session.bookings.service(self.service or "")

    @property
    def query(self) -> Params:
        """The query parameters."""
        return self.request.params()


def readable_fields(request: Request, *, nested: bool) -> Mapping[str, Any]:
    """Return the fields of a body. It has none if it cannot be read: the operation itself then refuses it."""
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


def texts_of(value: object, path: Sequence[str]) -> Iterator[str]:
    """Yield the texts at a path of names in nested data. The path is followed into each element of a list."""
    if isinstance(value, list):
        for element in value:
            yield from texts_of(element, path)
    if not path:
        if value is not None:
            yield as_text(value)  # for a list, its JSON follows the texts of its elements
    elif isinstance(value, dict) and path[0] in value:
        yield from texts_of(value[path[0]], path[1:])


def texts_under(data: Mapping[str, Any], key: str) -> list[str]:
    """Return the texts under a key, or if there is no such key, under a dotted path."""
    if key in data:
        return list(texts_of(data[key], ()))
    return list(texts_of(data, key.split("."))) if "." in key else []


def _full_phone(phone: str | None, name: str | None, session: Session) -> str | None:
    """Return a phone number with its country code, if the service has a country."""
    service = None if phone is None else _peek(name, session)
    if phone is None or service is None or service.numbers.country is None:
        return None
    return international(phone, service.numbers.country)


def _is_same_date(service: Service, one: Instant, other: Instant) -> bool:
    return service.grid.date_of(one) == service.grid.date_of(other)


def _peek(service: str | None, session: Session) -> Service | None:
    """Return a service without opening it; None if it is unknown or missing."""
    try:
        return None if service is None else session.bookings.services.peek(service)
    except Refusal:
        return None
