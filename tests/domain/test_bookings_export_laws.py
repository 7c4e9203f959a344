"""Laws of restored bookings: they equal the exported ones and change independently."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.bookings import Bookings
from mockgms.domain.instants import HOUR, MINUTE, Instant
from mockgms.domain.refusals import Refusal
from mockgms.domain.service import Lifecycle, Service, Services, ThrottleWindow
from tests.domain.bookings import ANN, BOB, NINE, NOW, TEN, book

LIMITED = Service(
    "sales",
    throttles=(ThrottleWindow(3, HOUR),),
    per_number_per_day=2,
    max_queued=3,
    max_in_queue=4,
    lifecycle=Lifecycle(10 * MINUTE, MINUTE, MINUTE),
)


class Step(NamedTuple):
    what: str
    id: int
    number: str
    desired: Instant | None
    service: str
    now: Instant


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(["book", "cancel", "reschedule", "close", "reopen"]),
        st.integers(0, 4),
        st.sampled_from([ANN, BOB]),
        st.sampled_from([None, NINE, TEN]),
        st.sampled_from(["sales", "other"]),
        st.integers(0, 30).map(lambda minutes: NOW + minutes * MINUTE),
    ),
    max_size=12,
)


def original() -> Bookings:
    bookings = Bookings(Services({"sales": LIMITED}, Service()), lambda: str(len(bookings) + 1))
    return bookings


def copy_of(bookings: Bookings) -> Bookings:
    copy = original()
    copy.restore_state(bookings.export_state())
    return copy


def outcome(bookings: Bookings, step: Step) -> object:
    """Return the result of a step: its callback, its refusal, or whether the slot is closed."""
    calendar = bookings.calendar(bookings.service(step.service))
    try:
        match step.what:
            case "book":
                return book(bookings, step.number, step.desired, step.now, service=step.service)
            case "cancel":
                return bookings.cancel(str(step.id), step.now)
            case "reschedule":
                return bookings.reschedule(str(step.id), step.desired or TEN, step.now)
            case "close":
                calendar.close(TEN)
            case _:
                calendar.reopen(TEN)
    except Refusal as refusal:
        return type(refusal), vars(refusal)
    return calendar.is_closed(TEN)


@given(STEPS, STEPS)
def test_a_copy_behaves_like_the_original_and_does_not_change_it(before: list[Step], after: list[Step]) -> None:
    bookings = original()
    for step in before:
        outcome(bookings, step)
    copy = copy_of(bookings)
    assert [outcome(copy, step) for step in after] == [outcome(bookings, step) for step in after]
    assert list(copy.callbacks()) == list(bookings.callbacks())
    assert [service.name for service in copy.services] == [service.name for service in bookings.services]


def test_a_service_used_in_a_copy_is_not_added_to_the_original() -> None:
    bookings = original()
    copy_of(bookings).service("other")
    assert [service.name for service in bookings.services] == ["sales"]
