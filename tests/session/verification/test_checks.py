import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.session.verification.checks import (
    BookedOnce,
    BookedRequest,
    FailedCheck,
    NoEarlyRetry,
    Order,
    RequestCount,
)
from mockgms.session.verification.filters import Filter, NearMiss, parse_condition
from mockgms.session.verification.recorded_request import Caller, RecordedRequest

ANY = Filter({})
ANNA = Caller("15550101", "sales", "schedule")


def wanted(method: str) -> Filter:
    return Filter({"method": parse_condition("method", [method])})


def requests(*methods: str) -> list[RecordedRequest]:
    return [RecordedRequest(number, 0, {"method": [method]}) for number, method in enumerate(methods, 1)]


@pytest.mark.parametrize(("minimum", "maximum"), [(2, 2), (1, None), (0, 2), (0, None), (1, 3)])
def test_a_count_holds_from_its_minimum_to_its_maximum(minimum: int, maximum: int | None) -> None:
    assert RequestCount(wanted("GET"), minimum, maximum).failure(requests("GET", "PUT", "GET"), 0) is None


@pytest.mark.parametrize(
    ("minimum", "maximum", "message"),
    [
        (3, 3, "2 requests with method GET came; expected exactly 3."),
        (3, None, "2 requests with method GET came; expected at least 3."),
        (3, 4, "2 requests with method GET came; expected from 3 to 4."),
    ],
)
def test_if_too_few_requests_came_the_closest_other_ones_are_listed(
    minimum: int, maximum: int | None, message: str
) -> None:
    failure = RequestCount(wanted("GET"), minimum, maximum).failure(requests("GET", "PUT", "GET"), 0)
    assert failure == FailedCheck(message, (NearMiss(2, ("method is PUT, not GET",)),))


@pytest.mark.parametrize(
    ("minimum", "maximum", "message"),
    [
        (0, 0, "6 requests with method GET came; expected exactly 0."),
        (0, 2, "6 requests with method GET came; expected at most 2."),
        (1, 2, "6 requests with method GET came; expected from 1 to 2."),
    ],
)
def test_if_too_many_requests_came_the_newest_are_listed(minimum: int, maximum: int, message: str) -> None:
    failure = RequestCount(wanted("GET"), minimum, maximum).failure(requests(*["GET"] * 6), 3)
    assert failure == FailedCheck(message, tuple(NearMiss(number) for number in (6, 5, 4, 3, 2)))


def test_all_requests_can_be_counted() -> None:
    assert RequestCount(ANY, 1, None).failure([], 0) == FailedCheck("No request came; expected at least 1.")
    assert RequestCount(ANY, 2, None).failure(requests("GET"), 0) == FailedCheck("1 request came; expected at least 2.")


def test_requests_that_the_journal_has_dropped_make_a_count_uncertain() -> None:
    few = RequestCount(wanted("GET"), 1, None).failure([], 7)
    message = (
        "No request with method GET came; expected at least 1. It may be among the 7 requests that the journal has"
        " dropped."
    )
    assert few == FailedCheck(message, certain=False)
    most = RequestCount(wanted("GET"), 0, 2).failure(requests("GET"), 7)
    message = (
        "1 request with method GET came, at most 2 as expected, but this is uncertain: "
        "the journal has dropped 7 requests that came before."
    )
    assert most == FailedCheck(message, certain=False)
    assert RequestCount(wanted("GET"), 1, None).failure(requests("GET"), 7) is None


def test_one_request_that_the_journal_has_dropped_is_counted_in_the_singular() -> None:
    message = "No request came; expected at least 1. It may be the request that the journal has dropped."
    assert RequestCount(ANY, 1, None).failure([], 1) == FailedCheck(message, certain=False)


def test_an_order_holds_if_other_requests_lie_between() -> None:
    assert (
        Order([wanted("GET"), wanted("PUT"), wanted("GET")]).failure(requests("GET", "POST", "PUT", "GET"), 1) is None
    )


def test_the_first_request_that_breaks_an_order_is_reported() -> None:
    failure = Order([wanted("GET"), wanted("PUT"), wanted("GET")]).failure(requests("PUT", "GET", "POST"), 0)
    assert failure == FailedCheck(
        "Number 2 of the order, method PUT, did not come after request 2.",
        (
            NearMiss(1, ("it came no later than request 2",)),
            NearMiss(3, ("method is POST, not PUT",)),
            NearMiss(2, ("it came no later than request 2", "method is GET, not PUT")),
        ),
    )


def test_the_first_request_of_an_order_may_be_among_those_that_were_dropped() -> None:
    assert Order([wanted("GET"), ANY]).failure([], 2) == FailedCheck(
        "Number 1 of the order, method GET, did not come. It may be among the 2 requests that the journal has dropped.",
        certain=False,
    )


@given(st.lists(st.sampled_from(["GET", "PUT", "POST"]), max_size=8), st.data())
def test_any_part_of_the_requests_is_in_their_order(methods: list[str], data: st.DataObject) -> None:
    kept = [method for method in methods if data.draw(st.booleans())]
    assert Order([wanted(method) for method in kept]).failure(requests(*methods), 0) is None


def attempt(number: int, began: int, retry_after: str | None = None, caller: Caller | None = ANNA) -> RecordedRequest:
    return RecordedRequest(number, began * 1_000, {"phone": ["+1 555 0101"]}, caller, began * 1_000 + 500, retry_after)


@pytest.mark.parametrize(
    "other", [ANNA._replace(phone="1"), ANNA._replace(service="x"), ANNA._replace(operation="find")]
)
def test_other_callers_may_send_requests_while_one_has_to_wait(other: Caller) -> None:
    exchanges = [attempt(1, 0, "30"), attempt(2, 5, caller=other), attempt(3, 6, caller=None), attempt(4, 31)]
    assert NoEarlyRetry().failure(exchanges, 0) is None


def test_an_early_retry_is_reported_with_the_time_of_its_retry_after() -> None:
    failure = NoEarlyRetry().failure([attempt(1, 0, "30"), attempt(2, 5), attempt(3, 30)], 4)
    early = "came 4.5 s after the answer to request 1, whose Retry-After asked for 30 s"
    again = "came 29.5 s after the answer to request 1, whose Retry-After asked for 30 s"
    assert failure == FailedCheck(
        f"Request 2 {early}, and 1 more came too early.", (NearMiss(2, (early,)), NearMiss(3, (again,)))
    )


def test_of_several_waits_the_one_that_ends_last_counts() -> None:
    failure = NoEarlyRetry().failure([attempt(1, 0, "30"), attempt(2, 1, "0"), attempt(3, 31, "soon")], 0)
    early = "came 0.5 s after the answer to request 1, whose Retry-After asked for 30 s"
    assert failure == FailedCheck(f"Request 2 {early}.", (NearMiss(2, (early,)),))
    longer = NoEarlyRetry().failure([attempt(1, 0, "1"), attempt(2, 2, "30"), attempt(3, 20)], 0)
    early = "came 17.5 s after the answer to request 2, whose Retry-After asked for 30 s"
    assert longer == FailedCheck(f"Request 3 {early}.", (NearMiss(3, (early,)),))


def test_a_request_that_began_before_the_answer_is_not_a_retry() -> None:
    assert NoEarlyRetry().failure([attempt(1, 0, "30"), attempt(2, 0)], 0) is None
    assert NoEarlyRetry().failure([RecordedRequest(1, 0, {}, ANNA), attempt(2, 0)], 0) is None


def test_that_no_client_retried_early_is_uncertain_if_requests_were_dropped() -> None:
    assert NoEarlyRetry().failure([], 1) == FailedCheck(
        "No client came back before its Retry-After was over, but this is uncertain: "
        "the journal has dropped 1 request that came before.",
        certain=False,
    )


def callback(id: str, created: int, ended: int | None = None, phone: str = "15550101") -> BookedRequest:
    return BookedRequest(id, phone, created * 1_000 + 200, None if ended is None else ended * 1_000)


def test_a_phone_with_two_callbacks_is_reported_with_its_requests() -> None:
    exchanges = [attempt(1, 0), attempt(2, 5, caller=ANNA._replace(operation="find")), attempt(3, 9)]
    assert BookedOnce([callback("a", 0), callback("b", 9)]).failure(exchanges, 0) == FailedCheck(
        "+1 555 0101 was booked again, as callback b, while it had callback a.", (NearMiss(3), NearMiss(1))
    )


@pytest.mark.parametrize(
    "callbacks",
    [
        pytest.param([callback("a", 0)], id="once"),
        pytest.param([callback("a", 0, ended=1), callback("b", 9)], id="cancelled before"),
        pytest.param([callback("a", 0), callback("b", 9, phone="15550102")], id="another phone"),
        pytest.param([callback("a", 0), callback("b", 5)], id="not requested"),
    ],
)
def test_a_phone_with_one_callback_at_a_time_passes(callbacks: list[BookedRequest]) -> None:
    exchanges = [
        attempt(1, 0),
        attempt(2, 9),
        attempt(3, 9, caller=None),
        attempt(4, 9, caller=ANNA._replace(phone=None)),
    ]
    assert BookedOnce(callbacks).failure(exchanges, 0) is None


def test_a_callback_that_was_cancelled_after_the_next_booking_counts() -> None:
    failure = BookedOnce([callback("a", 0, ended=10), callback("b", 9)]).failure([attempt(1, 0), attempt(2, 9)], 0)
    assert failure is not None
    assert failure.nearest == (NearMiss(2), NearMiss(1))


def test_a_request_without_an_answer_may_have_booked() -> None:
    exchanges = [RecordedRequest(1, 0, {"phone": ["1"]}, ANNA)]
    assert BookedOnce([callback("a", 0), callback("b", 9)]).failure(exchanges, 0) is not None


def test_that_each_phone_was_booked_once_is_uncertain_if_requests_were_dropped() -> None:
    assert BookedOnce([]).failure([], 2) == FailedCheck(
        "Each phone was booked at most once, but this is uncertain: "
        "the journal has dropped 2 requests that came before.",
        certain=False,
    )
