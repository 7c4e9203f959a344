from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.instants import DAY, HOUR, MINUTE, SECOND, parse_instant
from mockgms.domain.refusals import NumberThrottled, ServiceThrottled, Throttled
from mockgms.domain.service import Service, ThrottleWindow
from mockgms.domain.throttle import Limits, ThrottleExport, Window

NOW = parse_instant("2026-03-02T09:00Z")
ANN, BOB = "5115", "5116"


def service_refusal(limits: Limits, now: int, number: str = ANN) -> dict[str, object]:
    """Return the data of the refusal by a throttle of the service."""
    with pytest.raises(ServiceThrottled) as refused:
        limits.check(number, now)
    return vars(refused.value)


def number_refusal(limits: Limits, now: int, number: str = ANN) -> dict[str, object]:
    """Return the data of the refusal by the limit of the number."""
    with pytest.raises(NumberThrottled) as refused:
        limits.check(number, now)
    return vars(refused.value)


def start(limits: Limits, now: int, number: str = ANN) -> None:
    limits.check(number, now)
    limits.count(number, now)


def test_a_service_without_limits_accepts_every_start() -> None:
    limits = Limits(Service("sales"))
    for _ in range(1_000):
        start(limits, NOW)


def test_a_window_refuses_starts_beyond_its_limit() -> None:
    limits = Limits(Service("sales", throttles=(ThrottleWindow(2, 5 * MINUTE),)))
    start(limits, NOW)
    start(limits, NOW + MINUTE)
    assert service_refusal(limits, NOW + 2 * MINUTE) == {
        "retry_after": 3 * MINUTE,
        "service": "sales",
        "per": 5 * MINUTE,
    }


def test_a_window_opens_with_its_first_start_and_restarts_when_it_is_over() -> None:
    limits = Limits(Service("sales", throttles=(ThrottleWindow(1, 5 * MINUTE),)))
    start(limits, NOW)
    assert service_refusal(limits, NOW + 5 * MINUTE - 1)["retry_after"] == 1
    start(limits, NOW + 5 * MINUTE)
    assert service_refusal(limits, NOW + 5 * MINUTE)["retry_after"] == 5 * MINUTE


def test_after_the_time_to_retry_a_start_is_accepted() -> None:
    limits = Limits(Service("sales", throttles=(ThrottleWindow(1, 5 * MINUTE), ThrottleWindow(1, HOUR))))
    start(limits, NOW)
    later = NOW + MINUTE
    for _ in range(2):  # the short window first, then the long one
        with pytest.raises(Throttled) as refused:
            limits.check(ANN, later)
        later += refused.value.retry_after
    limits.check(ANN, later)


def test_a_check_does_not_count_as_a_start() -> None:
    limits = Limits(Service("sales", throttles=(ThrottleWindow(1, HOUR),), per_number_per_day=1))
    for _ in range(3):
        limits.check(ANN, NOW)


def test_a_limit_of_zero_refuses_every_start() -> None:
    limits = Limits(Service("sales", throttles=(ThrottleWindow(0, 5 * MINUTE),)))
    assert service_refusal(limits, NOW)["retry_after"] == 5 * MINUTE


def test_a_window_of_length_zero_is_disabled() -> None:
    limits = Limits(Service("sales", throttles=(ThrottleWindow(0, 0), ThrottleWindow(1, HOUR))))
    start(limits, NOW)
    assert service_refusal(limits, NOW)["per"] == HOUR


def test_the_first_window_at_its_limit_refuses() -> None:
    limits = Limits(Service("sales", throttles=(ThrottleWindow(1, 5 * MINUTE), ThrottleWindow(1, HOUR))))
    start(limits, NOW)
    assert service_refusal(limits, NOW)["per"] == 5 * MINUTE
    assert service_refusal(limits, NOW + 5 * MINUTE)["per"] == HOUR


def test_a_window_that_opens_in_the_future_is_ignored() -> None:
    window = Window(ThrottleWindow(1, HOUR))
    window.count(NOW)
    window.check("sales", NOW - 1)


def test_a_check_while_the_clock_is_set_back_changes_nothing() -> None:
    limits = Limits(Service("sales", throttles=(ThrottleWindow(1, HOUR),), per_number_per_day=1))
    start(limits, NOW)
    limits.check(ANN, NOW - DAY)
    assert service_refusal(limits, NOW)["retry_after"] == HOUR
    assert number_refusal(limits, NOW + HOUR)["limit"] == 1


def test_a_number_has_a_limit_of_starts_a_day() -> None:
    limits = Limits(Service("sales", per_number_per_day=2))
    start(limits, NOW)
    start(limits, NOW + HOUR)
    assert number_refusal(limits, NOW + 2 * HOUR) == {"retry_after": 13 * HOUR, "number": ANN, "limit": 2}
    start(limits, NOW + 2 * HOUR, BOB)


def test_all_spellings_of_a_number_share_one_limit() -> None:
    limits = Limits(Service("sales", per_number_per_day=1))
    start(limits, NOW, "+1 (555) 010-0001")
    with pytest.raises(NumberThrottled):
        limits.check("+15550100001", NOW)
    limits.check("5550100001", NOW)


def test_a_limit_of_zero_refuses_the_first_start_of_a_number() -> None:
    assert number_refusal(Limits(Service("sales", per_number_per_day=0)), NOW)["limit"] == 0


def test_a_day_ends_at_midnight_on_the_wall_clock_of_the_service() -> None:
    limits = Limits(Service("sales", timezone=ZoneInfo("Asia/Kolkata"), per_number_per_day=1))
    before_midnight = parse_instant("2026-03-02T23:59:59+05:30")
    start(limits, before_midnight)
    assert number_refusal(limits, before_midnight)["retry_after"] == SECOND
    start(limits, before_midnight + SECOND)


def test_a_day_can_have_23_hours() -> None:
    limits = Limits(Service("sales", timezone=ZoneInfo("Europe/Paris"), per_number_per_day=0))
    assert number_refusal(limits, parse_instant("2026-03-29T00:00+01:00"))["retry_after"] == 23 * HOUR
    assert number_refusal(limits, parse_instant("2026-03-30T00:00+02:00"))["retry_after"] == DAY


def test_the_windows_are_checked_before_the_limit_of_the_day() -> None:
    limits = Limits(Service("sales", throttles=(ThrottleWindow(1, HOUR),), per_number_per_day=1))
    start(limits, NOW)
    assert service_refusal(limits, NOW)["per"] == HOUR
    assert number_refusal(limits, NOW + HOUR)["limit"] == 1


def test_the_exported_state_of_unused_limits_has_no_open_windows() -> None:
    limits = Limits(Service("sales", throttles=(ThrottleWindow(1, HOUR), ThrottleWindow(2, DAY))))
    assert limits.export_state() == ThrottleExport(((0, 0), (0, 0)), None, {})
