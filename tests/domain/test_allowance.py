"""The limits on the memory of sessions."""

from collections.abc import Iterator
from itertools import count

import pytest

from mockgms.domain.allowance import CALLBACK, COUNTER, SERVICE, Allowance, Pool, size_of
from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import ScheduleCallback
from mockgms.domain.instants import DAY, parse_instant
from mockgms.domain.occupancy import MAX_PLACEHOLDERS, take_seats
from mockgms.domain.refusals import OutOfRoom
from mockgms.domain.service import MAX_PROVISIONED, Service, Services

NOW = parse_instant("2026-03-02T08:00:00Z")
SALES = Service("sales")


def new_bookings(allowance: Allowance) -> Bookings:
    ids: Iterator[int] = count(1)
    return Bookings(Services({}, SALES, allowance), lambda: str(next(ids)), allowance=allowance)


def test_taken_bytes_are_counted_for_the_session_and_for_all_sessions() -> None:
    pool = Pool(100)
    one, other = Allowance(80, pool), Allowance(80, pool)
    one.take(50)
    other.take(30)
    assert (one.used, other.used, pool.used) == (50, 30, 80)


def test_a_session_cannot_take_more_than_its_allowance() -> None:
    allowance = Allowance(80)
    allowance.take(50)
    with pytest.raises(OutOfRoom) as refused:
        allowance.take(31)
    assert (refused.value.room, refused.value.limit, allowance.used) == ("session", 80, 50)
    allowance.take(30)
    assert allowance.used == 80


def test_all_sessions_together_cannot_take_more_than_the_pool() -> None:
    pool = Pool(100)
    one, other = Allowance(80, pool), Allowance(80, pool)
    one.take(70)
    with pytest.raises(OutOfRoom) as refused:
        other.take(31)
    assert (refused.value.room, refused.value.limit, other.used) == ("sessions", 100, 0)


def test_a_deleted_session_gives_back_its_bytes() -> None:
    pool = Pool(100)
    gone = Allowance(100, pool)
    gone.take(100)
    del gone
    Allowance(100, pool).take(100)


def test_a_refusal_keeps_no_deleted_session_in_memory() -> None:
    pool = Pool(100)
    gone = Allowance(100, pool)
    gone.take(100)
    with pytest.raises(OutOfRoom) as refused:
        pool.check(1)
    del gone
    pool.check(100)
    assert refused.value.room == "sessions"


def test_a_session_can_be_replaced_even_if_the_pool_is_full() -> None:
    pool = Pool(100)
    old = Allowance(100, pool)
    old.take(100)
    new = old.unpooled()
    new.take(60)
    old.replace_by(new)
    assert (old.used, new.used, pool.used) == (0, 60, 60)


def test_a_session_that_is_replaced_gives_back_what_it_was_granted_in_advance() -> None:
    pool = Pool()
    old = Allowance(pool=pool)
    old.take(100)
    new = old.unpooled()
    new.take(60)
    old.replace_by(new)
    assert pool.counted == 60


def test_a_session_whose_replacement_exceeds_the_pool_keeps_its_bytes() -> None:
    pool = Pool(100)
    old = Allowance(100, pool)
    old.take(50)
    new = Allowance(200)
    new.take(101)
    with pytest.raises(OutOfRoom):
        old.replace_by(new)
    assert (old.used, pool.used) == (50, 50)


@pytest.mark.parametrize(
    ("value", "least"),
    [
        ("x" * 10_000, 10_000),
        ({"x" * 10_000: 1}, 10_000),
        ({"a": {"b": ["x" * 10_000]}}, 10_000),
        ([{}] * 10_000, 640_000),
        ("\U0001f642" * 10_000, 40_000),
    ],
)
def test_the_size_of_a_value_includes_all_nested_values(value: object, least: int) -> None:
    assert least <= size_of(value) <= 2 * least


def test_a_booking_takes_bytes_for_itself_and_its_properties() -> None:
    allowance = Allowance()
    bookings = new_bookings(allowance)
    service = bookings.service("sales")
    assert SERVICE <= allowance.used <= SERVICE + 100
    before = allowance.used
    bookings.schedule(ScheduleCallback(service, "+14155550100", NOW + DAY), NOW)
    plain = allowance.used - before
    assert CALLBACK <= plain <= CALLBACK + 100
    bookings.schedule(ScheduleCallback(service, "+14155550101", NOW + DAY, properties={"note": "x" * 9_000}), NOW)
    assert allowance.used - before - 2 * plain >= 9_000


def test_a_booking_beyond_the_allowance_is_refused_and_changes_nothing() -> None:
    allowance = Allowance(SERVICE + CALLBACK + 200)
    bookings = new_bookings(allowance)
    service = bookings.service("sales")
    bookings.schedule(ScheduleCallback(service, "+14155550100", NOW + DAY), NOW)
    used, slot = allowance.used, bookings.slot_of(service, NOW + DAY)
    with pytest.raises(OutOfRoom):
        bookings.schedule(ScheduleCallback(service, "+14155550101", NOW + DAY), NOW)
    assert (len(bookings), allowance.used, bookings.slot_of(service, NOW + DAY)) == (1, used, slot)


def test_an_update_takes_bytes_for_what_it_adds() -> None:
    allowance = Allowance(SERVICE + CALLBACK + 20_000)
    bookings = new_bookings(allowance)
    callback = bookings.schedule(ScheduleCallback(bookings.service("sales"), "1", NOW + DAY), NOW)
    bookings.update(callback.id, {"a": "x" * 9_000})
    bookings.update(callback.id, {"a": "y" * 9_000})
    bookings.update(callback.id, {"b": "x" * 9_000})
    with pytest.raises(OutOfRoom):
        bookings.update(callback.id, {"c": "x" * 9_000})
    assert set(bookings.find(callback.id).properties) == {"a", "b"}
    bookings.update(callback.id, {"b": ""})
    bookings.update(callback.id, {"c": "x" * 9_000})


def test_exported_bookings_beyond_the_allowance_cannot_be_restored() -> None:
    bookings = new_bookings(Allowance())
    service = bookings.service("sales")
    for number in range(10):
        bookings.schedule(ScheduleCallback(service, str(number), NOW + number * DAY), NOW)
    bookings.calendar(service).close(NOW)
    record = bookings.export_state()
    allowance = Allowance()
    new_bookings(allowance).restore_state(record)
    assert allowance.used >= SERVICE + 10 * CALLBACK + COUNTER
    with pytest.raises(OutOfRoom):
        new_bookings(Allowance(SERVICE + 5 * CALLBACK)).restore_state(record)


def test_the_number_of_provisioned_services_is_limited() -> None:
    services = Services({"sales": SALES}, Service())
    for number in range(MAX_PROVISIONED):
        services.get(str(number))
    with pytest.raises(OutOfRoom) as refused:
        services.get("one more")
    assert (refused.value.room, refused.value.limit) == ("services", MAX_PROVISIONED)
    assert services.get("0").name == "0"
    assert len(list(services)) == MAX_PROVISIONED + 1


def test_the_number_of_placeholder_bookings_is_limited() -> None:
    bookings = new_bookings(Allowance())
    service = bookings.service("sales")
    first = bookings.slot_of(service, NOW).start
    bookings.placeholders = MAX_PLACEHOLDERS - 2
    with pytest.raises(OutOfRoom) as refused:
        list(take_seats(bookings, service, {first: 3}, {}, NOW))
    assert (refused.value.room, refused.value.limit, len(bookings)) == ("placeholders", MAX_PLACEHOLDERS, 0)
    list(take_seats(bookings, service, {first: 2}, {}, NOW))
    assert (bookings.placeholders, len(bookings)) == (MAX_PLACEHOLDERS, 2)


def test_placeholder_bookings_are_counted_when_bookings_are_restored() -> None:
    bookings = new_bookings(Allowance())
    service = bookings.service("sales")
    list(take_seats(bookings, service, {bookings.slot_of(service, NOW).start: 3}, {}, NOW))
    other = new_bookings(Allowance())
    other.restore_state(bookings.export_state())
    assert other.placeholders == 3


def test_added_and_returned_bytes_are_counted_for_all_sessions() -> None:
    pool = Pool(100)
    one, other = Allowance(80, pool), Allowance(80, pool)
    one.add(50)
    other.add(40)
    other.add(-10)
    assert (one.used, other.used, pool.counted) == (50, 30, 80)


def test_an_allowance_that_joins_a_pool_adds_its_bytes_and_shares_the_limit() -> None:
    pool = Pool(100)
    Allowance(100, pool).take(0)
    one, other = Allowance(100, pool), Allowance(100)
    one.take(30)
    other.take(20)
    other.join(pool)
    assert pool.counted == 50
    other.take(50)
    with pytest.raises(OutOfRoom) as refused:
        one.take(1)
    assert (refused.value.room, pool.counted) == ("sessions", 100)


def test_a_session_can_take_what_the_pool_has_granted_to_another_in_advance() -> None:
    pool = Pool(1_000_000)
    one, other = Allowance(1_000_000, pool), Allowance(1_000_000, pool)
    one.take(1)
    other.take(999_999)
    for full in (one, other):
        with pytest.raises(OutOfRoom) as refused:
            full.take(1)
        assert (refused.value.room, pool.counted) == ("sessions", 1_000_000)


def test_a_session_that_got_room_in_advance_still_cannot_take_more_than_its_allowance() -> None:
    allowance = Allowance(1_000)
    allowance.take(1)
    allowance.add(900)
    with pytest.raises(OutOfRoom) as refused:
        allowance.take(100)
    assert (refused.value.room, allowance.used) == ("session", 901)
