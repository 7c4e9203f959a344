"""Slots as JSON: the lists and maps of availability, made once for each slot."""

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from mockgms.domain.instants import Instant, render_instant, to_datetime
from mockgms.domain.slots import Availability, Slot

LocalTime: TypeAlias = Literal["offset", "naive"]

_MOST_TEXTS: Final = 16_384  # slots of 5 minutes for 56 days; a booking on a day makes its slots anew, not their texts

utc_text = lru_cache(maxsize=_MOST_TEXTS)(render_instant)


@lru_cache(maxsize=_MOST_TEXTS)
def local_text(instant: Instant, zone: ZoneInfo, form: LocalTime) -> str:
    """ISO 8601 on the wall clock of the zone, with milliseconds; with its offset or, `naive`, without."""
    moment = to_datetime(instant, zone)
    return (moment if form == "offset" else moment.replace(tzinfo=None)).isoformat(timespec="milliseconds")


def prepare_map(availability: Availability) -> Iterator[None]:
    """Do most of the work of `slot_map` in advance, in steps."""
    return availability.prepare("map", _map_entry)


def prepare_list(availability: Availability, zone: ZoneInfo | None, form: LocalTime) -> Iterator[None]:
    """Do most of the work of `slot_list` in advance, in steps."""
    return availability.prepare((zone, form), partial(_list_entry, zone=zone, form=form))


def slot_map(availability: Availability) -> bytes:
    """The JSON object of v1: start in UTC to free seats."""
    return b"{" + availability.kept("map", _map_entry, b",") + b"}"


def slot_list(
    availability: Availability, zone: ZoneInfo | None, form: LocalTime, before: bytes = b"", after: bytes = b""
) -> bytes:
    """The JSON array of v2 and v3: an object for each slot, with its `localTime` when there is a zone.

    `before` and `after` are the text around the array: with them the whole body is copied once.
    """
    render = partial(_list_entry, zone=zone, form=form)
    slots = availability.kept((zone, form), render, b",")
    return b"".join((before, b"[", slots, b"]", after))


def _map_entry(slot: Slot) -> bytes:
    return f'"{utc_text(slot.start)}":{slot.free}'.encode()


def _list_entry(slot: Slot, zone: ZoneInfo | None, form: LocalTime) -> bytes:
    local = "" if zone is None else f'"localTime":"{local_text(slot.start, zone, form)}",'
    return f'{{"utcTime":"{utc_text(slot.start)}",{local}"capacity":{slot.free},"total":{slot.total}}}'.encode()
