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
from mockgms.domain.service import Service, Throttle
from mockgms.domain.throttle import ThrottleExport
from tests.domain.bookings import ANN, BOB, CYD, NINE, NOW, SALES, SUPPORT, TEN, book, bookings, free

LIMITED = Service("sales", throttles=(Throttle(1, HOUR),), per_number_per_day=2)


def taken_up(made: Bookings, *services: Service) -> Bookings:
    other = bookings(*services)
    other.restore_state(made.export_state())
    return other


def test_seats_and_places_in_line_are_taken_up() -> None:
    made = bookings(SALES)
    held, cancelled = book(made, ANN, TEN), book(made, BOB, NINE)
    made.cancel(cancelled.id, NOW)
    waiting, moved = book(made, BOB), book(made, CYD)
    made.move(moved.id, State.ROUTING, NOW)
    other = taken_up(made, SALES)
    assert other.export_state() == made.export_state()
    assert (free(other, TEN), free(other, NINE)) == (0, 1)
    assert other.queued(SALES, NOW) == 1
    assert [other.status(callback, NOW) for callback in (held, waiting)] == [
        made.status(callback, NOW) for callback in (held, waiting)
    ]


def test_limits_and_closed_slots_are_taken_up() -> None:
    made = bookings(LIMITED)
    book(made)
    made.calendar(LIMITED).close(TEN)
    other = taken_up(made, LIMITED)
    with pytest.raises(ServiceThrottled) as throttled:
        book(other, now=NOW + MINUTE)
    assert throttled.value.retry_after == HOUR - MINUTE
    with pytest.raises(OfficeClosed):
        book(other, BOB, TEN)
    assert other.export_state().desks[0] == ServiceExport(
        "sales", (TEN,), ThrottleExport(((NOW, 1),), date(2026, 3, 2), {ANN: 1})
    )


def test_a_callback_of_another_number_is_found_by_it_in_its_turn() -> None:
    made = bookings(SUPPORT)
    first, second = book(made, ANN, service="support"), book(made, BOB, service="support")
    made.update(first.id, {}, number=BOB)
    other = taken_up(made, SUPPORT)
    assert [callback.id for callback in other.callbacks(number=BOB)] == [first.id, second.id]
    assert list(other.callbacks(number=ANN)) == []


def full_record() -> BookingsExport:
    made = bookings(replace(SALES, capacity=Capacity(2), throttles=(Throttle(1, HOUR),)))
    book(made, ANN, TEN)
    book(made, BOB, TEN)
    return made.export_state()


RECORD = full_record()
DESK, (FIRST, SECOND) = RECORD.desks[0], RECORD.callbacks


@pytest.mark.parametrize(
    ("record", "field", "reason"),
    [
        (RECORD._replace(services=("sales", "x")), "services[1]", "is 'x', which the scenario does not have"),
        (
            RECORD._replace(desks=(DESK._replace(service="x"),)),
            "desks[0].service",
            "is 'x', which the scenario does not have",
        ),
        (
            RECORD._replace(desks=(DESK._replace(closed=(TEN, TEN + 1)),)),
            "desks[0].closed[1]",
            "is not when a slot of 'sales' starts",
        ),
        (
            RECORD._replace(desks=(DESK._replace(limits=ThrottleExport()),)),
            "desks[0].limits.windows",
            "are 0: the service has 1",
        ),
        (RECORD._replace(desks=()), "callbacks[0].service", "is 'sales', which has no desk"),
        (
            RECORD._replace(callbacks=(FIRST, SECOND._replace(id=FIRST.id))),
            "callbacks[1].id",
            "is that of another callback too",
        ),
        (
            RECORD._replace(callbacks=(FIRST, SECOND._replace(slot=TEN + MINUTE))),
            "callbacks[1].slot",
            "is not when a slot of 'sales' starts",
        ),
        (
            RECORD._replace(callbacks=(FIRST, SECOND._replace(slot=NINE))),
            "callbacks[1].slot",
            "is not the slot of the desired time",
        ),
        (
            RECORD._replace(callbacks=(FIRST, SECOND._replace(seats=2))),
            "callbacks[1].seats",
            "must be at most 1: the slot has 2 seats",
        ),
    ],
)
def test_what_does_not_fit_is_told(record: BookingsExport, field: str, reason: str) -> None:
    with pytest.raises(InvalidSnapshot) as invalid:
        bookings(replace(SALES, capacity=Capacity(2), throttles=(Throttle(1, HOUR),))).restore_state(record)
    assert (invalid.value.field, invalid.value.reason) == (field, reason)
    assert str(invalid.value) == f"{field} {reason}"


def test_a_callback_of_several_seats_has_all_of_them_again() -> None:
    service = replace(SALES, capacity=Capacity(3))
    other = bookings(service)
    other.restore_state(
        RECORD._replace(desks=(DESK._replace(limits=ThrottleExport()),), callbacks=(FIRST._replace(seats=2),))
    )
    assert free(other, TEN) == 1


def test_only_callbacks_that_nobody_moved_by_hand_wait_in_line_again() -> None:
    made = bookings(SALES)
    for number in (ANN, BOB, CYD):
        book(made, number)
    made.move("2", State.ROUTING, NOW)
    assert taken_up(made, SALES).queued(SALES, NOW) == 2


def test_bookings_made_after_others_start_with_the_same_and_change_on_their_own() -> None:
    service = replace(LIMITED, throttles=(Throttle(2, HOUR),))
    made, other = bookings(service), bookings(service)
    book(made)
    made.calendar(service).close(TEN)
    other.copy_from(made)
    assert other.export_state() == made.export_state()
    other.cancel("1", NOW)
    assert (made.queued(service, NOW), other.queued(service, NOW)) == (1, 0)
    with pytest.raises(OfficeClosed):
        book(other, BOB, TEN)
    assert other.export_state().desks[0].limits.windows == ((NOW, 1),)
