from dataclasses import replace
from datetime import date

import pytest

from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import State
from mockgms.domain.capacity import Capacity
from mockgms.domain.exported_state import BookingsExport, ServiceExport
from mockgms.domain.instants import HOUR, MINUTE
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.refusals import OfficeClosed, ServiceThrottled
from mockgms.domain.service import Service, ThrottleWindow
from mockgms.domain.throttle import ThrottleExport
from tests.domain.bookings import ANN, BOB, CYD, NINE, NOW, SALES, SUPPORT, TEN, book, free, new_bookings

LIMITED = Service("sales", throttles=(ThrottleWindow(1, HOUR),), per_number_per_day=2)


def restored(bookings: Bookings, *services: Service) -> Bookings:
    other = new_bookings(*services)
    other.restore_state(bookings.export_state())
    return other


def test_seats_and_positions_in_the_queue_are_restored() -> None:
    bookings = new_bookings(SALES)
    held, cancelled = book(bookings, ANN, TEN), book(bookings, BOB, NINE)
    bookings.cancel(cancelled.id, NOW)
    waiting, moved = book(bookings, BOB), book(bookings, CYD)
    bookings.move(moved.id, State.ROUTING, NOW)
    other = restored(bookings, SALES)
    assert other.export_state() == bookings.export_state()
    assert (free(other, TEN), free(other, NINE)) == (0, 1)
    assert other.queued(SALES, NOW) == 1
    assert [other.status(callback, NOW) for callback in (held, waiting)] == [
        bookings.status(callback, NOW) for callback in (held, waiting)
    ]


def test_limits_and_closed_slots_are_restored() -> None:
    bookings = new_bookings(LIMITED)
    book(bookings)
    bookings.calendar(LIMITED).close(TEN)
    other = restored(bookings, LIMITED)
    with pytest.raises(ServiceThrottled) as throttled:
        book(other, now=NOW + MINUTE)
    assert throttled.value.retry_after == HOUR - MINUTE
    with pytest.raises(OfficeClosed):
        book(other, BOB, TEN)
    assert other.export_state().service_states[0] == ServiceExport(
        "sales", (TEN,), ThrottleExport(((NOW, 1),), date(2026, 3, 2), {ANN: 1})
    )


def test_a_restored_callback_with_an_updated_number_is_found_in_the_order_of_booking() -> None:
    bookings = new_bookings(SUPPORT)
    first, second = book(bookings, ANN, service="support"), book(bookings, BOB, service="support")
    bookings.update(first.id, {}, number=BOB)
    other = restored(bookings, SUPPORT)
    assert [callback.id for callback in other.callbacks(number=BOB)] == [first.id, second.id]
    assert list(other.callbacks(number=ANN)) == []


def full_export() -> BookingsExport:
    bookings = new_bookings(replace(SALES, capacity=Capacity(2), throttles=(ThrottleWindow(1, HOUR),)))
    book(bookings, ANN, TEN)
    book(bookings, BOB, TEN)
    return bookings.export_state()


EXPORT = full_export()
STATE, (FIRST, SECOND) = EXPORT.service_states[0], EXPORT.callbacks


@pytest.mark.parametrize(
    ("exported", "field", "reason"),
    [
        (EXPORT._replace(services=("sales", "x")), "services[1]", "is 'x', which the scenario does not have"),
        (
            EXPORT._replace(service_states=(STATE._replace(service="x"),)),
            "service_states[0].service",
            "is 'x', which the scenario does not have",
        ),
        (
            EXPORT._replace(service_states=(STATE._replace(closed=(TEN, TEN + 1)),)),
            "service_states[0].closed[1]",
            "is not when a slot of 'sales' starts",
        ),
        (
            EXPORT._replace(service_states=(STATE._replace(limits=ThrottleExport()),)),
            "service_states[0].limits.windows",
            "are 0: the service has 1",
        ),
        (EXPORT._replace(service_states=()), "callbacks[0].service", "is 'sales', which is not in `service_states`"),
        (
            EXPORT._replace(callbacks=(FIRST, SECOND._replace(id=FIRST.id))),
            "callbacks[1].id",
            "is that of another callback too",
        ),
        (
            EXPORT._replace(callbacks=(FIRST, SECOND._replace(slot=TEN + MINUTE))),
            "callbacks[1].slot",
            "is not when a slot of 'sales' starts",
        ),
        (
            EXPORT._replace(callbacks=(FIRST, SECOND._replace(slot=NINE))),
            "callbacks[1].slot",
            "is not the slot of the desired time",
        ),
        (
            EXPORT._replace(callbacks=(FIRST, SECOND._replace(seats=2))),
            "callbacks[1].seats",
            "must be at most 1: the slot has 2 seats",
        ),
    ],
)
def test_an_inconsistent_export_is_refused_with_its_field_and_reason(
    exported: BookingsExport, field: str, reason: str
) -> None:
    with pytest.raises(InvalidSnapshot) as invalid:
        new_bookings(replace(SALES, capacity=Capacity(2), throttles=(ThrottleWindow(1, HOUR),))).restore_state(exported)
    assert (invalid.value.field, invalid.value.reason) == (field, reason)
    assert str(invalid.value) == f"{field} {reason}"


def test_a_restored_callback_with_several_seats_takes_all_of_them() -> None:
    service = replace(SALES, capacity=Capacity(3))
    other = new_bookings(service)
    other.restore_state(
        EXPORT._replace(service_states=(STATE._replace(limits=ThrottleExport()),), callbacks=(FIRST._replace(seats=2),))
    )
    assert free(other, TEN) == 1


def test_a_restored_callback_that_was_moved_to_routing_is_not_queued() -> None:
    bookings = new_bookings(SALES)
    for number in (ANN, BOB, CYD):
        book(bookings, number)
    bookings.move("2", State.ROUTING, NOW)
    assert restored(bookings, SALES).queued(SALES, NOW) == 2


def test_a_copy_of_bookings_equals_the_original_and_changes_independently() -> None:
    service = replace(LIMITED, throttles=(ThrottleWindow(2, HOUR),))
    bookings, other = new_bookings(service), new_bookings(service)
    book(bookings)
    bookings.calendar(service).close(TEN)
    other.copy_from(bookings)
    assert other.export_state() == bookings.export_state()
    other.cancel("1", NOW)
    assert (bookings.queued(service, NOW), other.queued(service, NOW)) == (1, 0)
    with pytest.raises(OfficeClosed):
        book(other, BOB, TEN)
    assert other.export_state().service_states[0].limits.windows == ((NOW, 1),)
