from typing import Any

import pytest

from mockgms.api.schedule import book
from mockgms.domain.callback import Callback
from mockgms.domain.capacity import Capacity
from mockgms.domain.instants import DAY, HOUR, parse_instant
from mockgms.domain.refusals import NumberImpossible, NumberUnreadable, SlotFull, TimePast, UnknownService
from mockgms.domain.service import NumberChecks, Service
from mockgms.http.body import parse_time
from mockgms.http.refusals import Unreadable
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.session import Session
from tests.messages import NOT_A_TIME, OUTSIDE_THE_YEARS

NOW = parse_instant("2026-03-02T08:55:00.000Z")
TEN = "2026-03-02T10:00:00.000Z"


def session(**settings: Any) -> Session:
    sales = Service(name="sales", **settings)
    clock = ClockStart(NOW, frozen=True)
    return Session("s", Scenario("test", "For tests.", services={"sales": sales}, fallback=None, clock=clock))


def ask(session: Session, **changed: Any) -> Callback:
    arguments = {
        "service": "sales",
        "number": "5115",
        "desired": TEN,
        "desired_field": "desiredTime",
        "past": "refuse",
        "properties": {"a": "1"},
    }
    return book(session, None, **{**arguments, **changed})


def test_a_callback_is_booked_at_the_desired_time() -> None:
    opened = session()
    callback = ask(opened)
    assert (callback.service, callback.number, callback.desired) == ("sales", "5115", parse_instant(TEN))
    assert callback.properties == {"a": "1"}
    assert opened.bookings.find(callback.id) == callback


def test_without_a_desired_time_it_is_booked_as_soon_as_possible() -> None:
    callback = ask(session(), desired=None)
    assert (callback.desired, callback.slot) == (NOW, None)


def test_the_offset_of_a_desired_time_is_read() -> None:
    assert ask(session(), desired="2026-03-02T11:00+01:00").desired == parse_instant(TEN)


@pytest.mark.parametrize("past", ["2026-03-02T08:49:59Z", "1970-01-01T00:00Z", "1000-01-01T00:00:00+14:00"])
def test_a_desired_time_in_the_past_is_refused_or_means_now(past: str) -> None:
    with pytest.raises(TimePast):
        ask(session(), desired=past)
    callback = ask(session(), desired=past, past="immediate")
    assert (callback.desired, callback.slot) == (NOW, None)


def test_the_present_time_is_not_in_the_past() -> None:
    assert ask(session(), desired="2026-03-02T08:55:00.000Z").desired == NOW


def test_the_service_is_checked_before_the_number() -> None:
    with pytest.raises(UnknownService):
        ask(session(), service="other", number=None)


def test_the_number_is_checked_before_the_desired_time() -> None:
    with pytest.raises(NumberUnreadable) as refused:
        ask(session(), number=None, desired="x")
    assert refused.value.number == ""


def test_a_number_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(NumberUnreadable) as refused:
        ask(session(), number="call me", desired="x")
    assert refused.value.number == "call me"


def test_the_number_checks_of_the_service_come_before_the_desired_time() -> None:
    checks = NumberChecks(country="US", refuse_impossible=True)
    with pytest.raises(NumberImpossible):
        ask(session(numbers=checks), number="111", desired="x")


def test_the_desired_time_is_read_before_the_slot_is_checked() -> None:
    opened = session(capacity=Capacity(0))
    with pytest.raises(Unreadable):
        ask(opened, desired="x")
    with pytest.raises(SlotFull):
        ask(opened)


def test_a_refused_booking_creates_no_callback() -> None:
    opened = session(capacity=Capacity(0))
    with pytest.raises(SlotFull):
        ask(opened)
    assert list(opened.bookings.callbacks()) == []


def test_the_last_year_can_be_booked() -> None:
    assert ask(session(), desired="9997-12-31T23:59:59Z").desired > NOW + DAY + HOUR


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x", f"'x' {NOT_A_TIME}"),
        ("2026-13-01", f"'2026-13-01' {NOT_A_TIME}"),
        ("1772445600000", f"'1772445600000' {NOT_A_TIME}"),
        ("-1", f"'-1' {NOT_A_TIME}"),
        ("2026-03-02T10:00:00", "'2026-03-02T10:00:00' has no zone: end it with Z or an offset such as +01:00"),
        ("2026-03-02", "'2026-03-02' has no time: write 2026-03-02T08:55:00Z"),
        ("9999-12-31T23:59:59Z", f"'9999-12-31T23:59:59Z' {OUTSIDE_THE_YEARS}"),
    ],
)
def test_a_desired_time_that_cannot_be_read_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_time(text, "desiredTime")
    assert vars(refused.value) == {"field": "desiredTime", "reason": reason}
