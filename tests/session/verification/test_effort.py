import time

import pytest

from mockgms.session.verification.checks import BookedOnce, NoEarlyRetry, Order, RequestCount, filters_of
from mockgms.session.verification.effort import effort
from mockgms.session.verification.filters import Filter, parse_condition
from mockgms.session.verification.recorded_request import RecordedRequest

LONG = "/" + "ab" * 4_000


def wanted(*texts: str, names: int = 1) -> Filter:
    return Filter({f"field {number}": parse_condition("field x", texts) for number in range(names)})


def seen(count: int, text: str = "/callbacks/create", names: int = 1) -> list[RecordedRequest]:
    return [RecordedRequest(number, 0, {f"field {name}": (text,) for name in range(names)}) for number in range(count)]


def test_the_effort_grows_with_the_exchanges_the_names_the_patterns_and_their_length() -> None:
    alone = effort([wanted("*a*b")], seen(10, LONG))
    assert effort([wanted("*a*b")], seen(20, LONG)) == pytest.approx(2 * alone)
    assert effort([wanted("*a*b", "*a*c")], seen(10, LONG)) == pytest.approx(2 * alone)
    assert effort([wanted("*a*b", names=3)], seen(10, LONG, names=3)) == pytest.approx(3 * alone)
    assert effort([wanted("*a*b" * 10)], seen(10, LONG)) > 3 * alone
    assert effort([wanted("*a*b")], seen(10, "a")) < alone
    assert effort([wanted("/x/")], seen(10, "a")) > effort([wanted("x")], seen(10, "a"))
    assert effort([wanted("*a*b")], seen(10, "ab" * 8_192)) == effort([wanted("*a*b")], seen(10, "ab" * 99_999))


def test_an_exchange_is_compared_with_only_one_of_several_filters() -> None:
    alone = effort([wanted("*a*b")], seen(10, LONG))
    assert effort([wanted("*a*b")] * 100, seen(10, LONG)) == alone
    assert effort([wanted("*a*b"), wanted("x")], seen(10, LONG)) == alone


def test_fields_that_no_request_has_count_in_the_effort() -> None:
    assert effort([wanted("x", names=50)], seen(10, names=0)) > 40 * effort([wanted("x")], seen(10, names=0)) > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("texts", "text"),
    [
        (["*" + "[ab]" * 200 + f"x{number}*" for number in range(10)], LONG),
        ([f"*a*b*x{number}*" for number in range(100)], LONG),
        ([f"/[ab]x{number}$/" for number in range(20)], LONG),
    ],
)
def test_a_comparison_takes_no_longer_than_estimated(texts: list[str], text: str) -> None:
    some, exchanges = wanted(*texts), seen(20, text)
    began = time.thread_time()  # of this thread, so that a busy machine does not matter
    for each in exchanges:
        assert not some.matches(each)
        assert some.misses(each) == 1
    assert time.thread_time() - began < effort([some], exchanges)


def test_the_filters_of_a_check_are_those_that_it_compares_with_requests() -> None:
    some, other = wanted("x"), wanted("y")
    assert filters_of(RequestCount(some, 1, None)) == (some,)
    assert filters_of(Order([some, other])) == [some, other]
    assert (filters_of(NoEarlyRetry()), filters_of(BookedOnce(()))) == ((), ())
