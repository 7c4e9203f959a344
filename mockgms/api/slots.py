"""Render slots as JSON, for the lists and maps of availability. Each slot is rendered once and cached."""

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from mockgms.domain.instants import Instant, render_instant, to_datetime
from mockgms.domain.slots import Availability, Slot

LocalTimeForm: TypeAlias = Literal["offset", "naive"]

_MAX_TEXTS: Final = 16_384  # 56 days in slots of 5 minutes; bookings do not invalidate the texts

utc_text = lru_cache(maxsize=_MAX_TEXTS)(render_instant)


@lru_cache(maxsize=_MAX_TEXTS)
def local_text(instant: Instant, zone: ZoneInfo, form: LocalTimeForm) -> str:
    """Return local time in ISO 8601 with milliseconds; with the offset, or without it if `form` is `naive`."""
    moment = to_datetime(instant, zone)
    return (moment if form == "offset" else moment.replace(tzinfo=None)).isoformat(timespec="milliseconds")


def prepare_map(availability: Availability) -> Iterator[None]:
    """Do most of the work of `slot_map` in advance, in steps."""
    return availability.prepare("map", _map_entry)


def prepare_list(availability: Availability, zone: ZoneInfo | None, form: LocalTimeForm) -> Iterator[None]:
    """Do most of the work of `slot_list` in advance, in steps."""
    return availability.prepare((zone, form), partial(_list_entry, zone=zone, form=form))


def slot_map(availability: Availability) -> bytes:
    """Return the JSON object of v1, which maps each start in UTC to free seats."""
    return b"{" + availability.rendered("map", _map_entry, b",") + b"}"


def slot_list(
    availability: Availability, zone: ZoneInfo | None, form: LocalTimeForm, before: bytes = b"", after: bytes = b""
) -> bytes:
    """Return the JSON array of v2 and v3: an object for each slot, with `localTime` if there is a zone.

    `before` and `after` are the text around the array. Passing them here saves one copy of the body.
    """
    render = partial(_list_entry, zone=zone, form=form)
    slots = availability.rendered((zone, form), render, b",")
    return b"".join((before, b"[", slots, b"]", after))


def _map_entry(slot: Slot) -> bytes:
    return f'"{utc_text(slot.start)}":{slot.free}'.encode()


def _list_entry(slot: Slot, zone: ZoneInfo | None, form: LocalTimeForm) -> bytes:
    local = "" if zone is None else f'"localTime":"{local_text(slot.start, zone, form)}",'
    return f'{{"utcTime":"{utc_text(slot.start)}",{local}"capacity":{slot.free},"total":{slot.total}}}'.encode()
