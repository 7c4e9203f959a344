"""Search for callbacks by the parameters of a query."""

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from mockgms.api.gms.records import OWN_KEYS, render_record
from mockgms.domain.callback import Callback
from mockgms.domain.numbers import comparable
from mockgms.domain.quoting import quoted
from mockgms.domain.refusals import UnknownCallback
from mockgms.domain.service import Service
from mockgms.http import query
from mockgms.http.messages import InSteps, Params
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

_OPERAND: Final = "operand"


class Criteria(Struct, rename=lambda name: f"_{name}" if name != _OPERAND else name):
    """The parameters of a search."""

    id: Annotated[str | None, Meta(description="The id.", examples=["4537c087-efb5-4404-a623-4023c86cb80f"])] = None
    customer_number: Annotated[str | None, Meta(description="The number.", examples=["+14155550100"])] = None
    callback_state: Annotated[
        str | None, Meta(description="The state; a `!` in front of any value negates it.", examples=["!COMPLETED"])
    ] = None
    callback_reason: Annotated[str | None, Meta(description="Why it is COMPLETED.", examples=["CANCELLED"])] = None
    service_name: Annotated[str | None, Meta(description="The service.", examples=["sales"])] = None
    desired_time: Annotated[
        str | None, Meta(description="The desired time.", examples=["2026-03-02T10:00:00.000Z"])
    ] = None
    expiration_time: Annotated[
        str | None, Meta(description="When GMS would delete it.", examples=["2026-03-03T10:00:00.000Z"])
    ] = None
    operand: Annotated[
        Literal["AND", "OR"] | None,
        Meta(description="Whether all criteria must match, or one of them.", examples=["AND"]),
    ] = None


class Criterion(Struct, frozen=True):
    """A key, and the value that a record must have under it, or must not have if `negated`."""

    key: str
    value: str
    negated: bool = False

    def holds(self, record: Mapping[str, str], service: Service) -> bool:
        """Return True if the record of a callback has the value. Phone numbers match in any spelling."""
        value = record.get(self.key)
        if self.key == "_customer_number" and value is not None:
            return (comparable(value, service) == comparable(self.value, service)) != self.negated
        return (value == self.value) != self.negated


class Search(Struct, frozen=True):
    """The criteria of a search. One of them must hold if `any_of` is set, otherwise all.

    `service` None: callbacks of all services.
    """

    service: str | None
    criteria: tuple[Criterion, ...]
    any_of: bool = False

    def holds(self, record: Mapping[str, str], service: Service) -> bool:
        """Return True if the record of a callback matches the criteria."""
        results = (criterion.holds(record, service) for criterion in self.criteria)
        return any(results) if self.any_of else all(results)

    def required(self, key: str) -> str | None:
        """Return the value that every match must have under the key, or None."""
        if self.any_of:
            return None
        return next((each.value for each in self.criteria if each.key == key and not each.negated), None)


def parse_search(params: Params, session: Session, service: str | None) -> Search | None:
    """Return the search that a query asks for. None if it has parameters, but none that can be searched by.

    Callbacks are found by the keys that every record has and by the lookup keys of their service (documented). A `!`
    before a value negates it, and the default of `operand` is AND (both verified). Other parameters are ignored.
    Without parameters, all callbacks are found (assumed).

    Raises UnknownService, or Unreadable for an operand other than AND and OR.
    """
    services = session.bookings.services if service is None else (session.bookings.service(service),)
    found = criteria(params, OWN_KEYS.union(*(each.lookup_keys for each in services)))
    any_of = _parse_operand(params) == "OR"
    if not found and params:
        return None
    return Search(service, found, any_of)


def criteria(params: Params, keys: Collection[str]) -> tuple[Criterion, ...]:
    """Return a criterion for each value of those parameters that are among the keys."""
    return tuple(
        Criterion(key, value.removeprefix("!"), value.startswith("!"))
        for key, values in params.items()
        if key in keys
        for value in values
    )


def _parse_operand(params: Params) -> str:
    operand = (query.text(params, _OPERAND) or "AND").upper()
    if operand not in ("AND", "OR"):
        raise Unreadable(_OPERAND, f"must be AND or OR, not {quoted(operand)}")
    return operand


def find_records(search: Search | None, session: Session) -> InSteps[list[dict[str, str]]]:
    """Return the records of the callbacks that match, in the order they were booked."""
    if search is None:
        return []
    now, bookings = session.now(), session.bookings
    records = []
    for callback in _candidates(search, session):
        record = render_record(callback, session, now)
        if search.holds(record, bookings.service(callback.service)):
            records.append(record)
        yield
    return records


def _candidates(search: Search, session: Session) -> Iterable[Callback]:
    """Return the callbacks that can match, looked up by an index if possible."""
    id = search.required("_id")
    if id is None:
        number = search.required("_customer_number")
        if number is None:
            every = session.bookings.all_callbacks()
            return every if search.service is None else (each for each in every if each.service == search.service)
        return list(session.bookings.callbacks(search.service, number))
    try:
        return [session.bookings.find(id, service=search.service)]
    except UnknownCallback:
        return []
