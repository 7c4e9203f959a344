import pytest

from mockgms.domain.instants import DAY, HOUR, MINUTE, SECOND
from mockgms.domain.refusals import ServiceThrottled
from mockgms.domain.service import Service
from mockgms.domain.service import ThrottleWindow as Window
from mockgms.scenario.faults.throttle import RetryAfterForm, Throttle
from tests.scenario.facts import Facts
from tests.scenario.faults.recording import Recording


async def refusal(fault: Throttle, recording: Recording) -> dict[str, object]:
    """Return the data of the refusal that a fault raises."""
    with pytest.raises(ServiceThrottled) as refused:
        await fault.apply(recording)
    return vars(refused.value)


async def test_a_throttle_refuses_like_the_throttle_of_a_service() -> None:
    recording = Recording()
    assert await refusal(Throttle(), recording) == {
        "retry_after": 30 * SECOND,
        "service": "sales",
        "per": 5 * MINUTE,
    }
    assert recording.done == []  # the refusal has its Retry-After


async def test_the_window_is_the_first_of_the_service_that_is_not_switched_off() -> None:
    windows = (Window(10, 0), Window(20, HOUR), Window(30, DAY))
    recording = Recording(service=Service("sales", throttles=windows))
    assert await refusal(Throttle(retry_after=MINUTE), recording) == {
        "retry_after": MINUTE,
        "service": "sales",
        "per": HOUR,
    }


async def test_a_request_that_names_no_service_is_throttled_too() -> None:
    recording = Recording(Facts("queues", "v1"))
    assert (await refusal(Throttle(), recording))["service"] == "*"


@pytest.mark.parametrize(
    ("form", "header"),
    [
        ("http_date", "Mon, 02 Mar 2026 08:56:31 GMT"),  # 08:55:00.250 and 90 s, and never too early
        ("past", "Mon, 02 Mar 2026 07:55:01 GMT"),
        ("zero", "0"),
        ("text", "soon"),
        ("missing", None),
    ],
)
async def test_retry_after_is_sent_in_many_forms(form: RetryAfterForm, header: str | None) -> None:
    recording = Recording()
    assert (await refusal(Throttle(retry_after=90 * SECOND, form=form), recording))["retry_after"] == 90 * SECOND
    assert recording.done == [("header", "Retry-After", header)]


def test_a_retry_after_of_more_than_366_days_is_refused() -> None:
    assert Throttle(retry_after=366 * DAY).retry_after == 366 * DAY
    with pytest.raises(ValueError, match=r"^`retry_after` is longer than a year: give at most 366d$"):
        Throttle(retry_after=366 * DAY + 1)
