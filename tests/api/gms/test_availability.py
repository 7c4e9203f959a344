from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import OfficeHours
from mockgms.domain.instants import DAY, HOUR, MINUTE, parse_instant, render_instant
from mockgms.domain.service import Service
from mockgms.scenario.model import ClockStart, EmptyAvailability, Scenario
from mockgms.session import Session
from tests.api.conftest import NOW
from tests.api.gms.api import AVAILABILITY, CALLBACK, Answer, Api, bad_parameter, refused, unknown_service
from tests.messages import NOT_A_TIME, NOT_A_ZONE

V1 = f"{CALLBACK}/sales/availability"
V2 = "/genesys/2/service/callback/sales/availability"


def test_v1_returns_a_map_of_free_seats_without_full_slots(open_api: Callable[..., Api]) -> None:
    api = open_api({"capacity": Capacity(2)})
    for _ in range(2):
        api.book(at=NOW + 20 * MINUTE)
    api.book(at=NOW + 50 * MINUTE)
    period = {"start": "2026-03-02T09:00:00.000Z", "end": "2026-03-02T10:00:00.000Z", "report-busy": "true"}
    assert api.get(V1, **period) == Answer(
        200,
        {"2026-03-02T09:00:00.000Z": 2, "2026-03-02T09:30:00.000Z": 2, "2026-03-02T09:45:00.000Z": 1},
    )


def test_v1_returns_the_next_24_hours_by_default(api: Api) -> None:
    first = parse_instant("2026-03-02T09:00:00Z")
    times = (render_instant(first + quarter * 15 * MINUTE) for quarter in range(96))
    assert api.get(V1) == Answer(200, dict.fromkeys(times, 5))


@pytest.mark.parametrize("spelling", ["max-time-slots", "maxTimeSlots"])
def test_v1_returns_at_most_the_requested_number_of_slots(api: Api, spelling: str) -> None:
    assert api.get(V1, **{spelling: 2}) == Answer(200, {"2026-03-02T09:00:00.000Z": 5, "2026-03-02T09:15:00.000Z": 5})


def nothing_free(code: int, message: str) -> Answer:
    return refused(code, "NOTHING_FREE", AVAILABILITY, message)


FULL_HOUR = {"start": "2026-03-02T09:00:00.000Z", "end": "2026-03-02T09:15:00.000Z"}


def test_v1_refuses_a_period_that_is_full(open_api: Callable[..., Api]) -> None:
    api = open_api({"capacity": Capacity(1)})
    api.book(at=NOW + 10 * MINUTE)
    assert api.get(V1, **FULL_HOUR) == nothing_free(7041, "No time slot is free in the selected period.")


def test_v1_refuses_a_period_in_which_the_office_is_closed(open_api: Callable[..., Api]) -> None:
    api = open_api({"hours": OfficeHours(regular=())})
    assert api.get(V1, **FULL_HOUR) == nothing_free(7042, "Office closed in the selected period.")


def test_v1_refuses_a_period_that_is_over(api: Api) -> None:
    period = {"start": "2017-03-02T00:00:00.000Z", "number-of-days": 5}
    assert api.get(V1, **period) == nothing_free(7042, "The selected period is over.")


def test_v1_refuses_a_period_that_is_beyond_the_horizon(open_api: Callable[..., Api]) -> None:
    api = open_api({"horizon": 24 * 60 * MINUTE})
    period = {"start": "2026-03-05T00:00:00.000Z", "number-of-days": 1}
    assert api.get(V1, **period) == nothing_free(7042, "The selected period is beyond the horizon.")


def test_the_refusal_of_v1_counts_the_days_of_the_period_by_reason(open_api: Callable[..., Api]) -> None:
    api = open_api({"hours": OfficeHours(regular=())})
    period = {"start": "2026-02-27T00:00:00.000Z", "number-of-days": 5}
    assert api.get(V1, **period) == nothing_free(
        7042, "No time slot is free in the selected period: 3 days over, 2 closed."
    )


def test_a_scenario_can_make_v1_return_an_empty_map(open_api: Callable[..., Api]) -> None:
    api = open_api({"hours": OfficeHours(regular=())}, empty_availability=EmptyAvailability(v1="empty"))
    assert api.get(V1, **FULL_HOUR) == Answer(200, {})


def test_v2_returns_a_list_without_local_times(open_api: Callable[..., Api]) -> None:
    api = open_api({"timezone": ZoneInfo("Europe/Paris"), "time_bucket": 30})
    assert api.get(V2, **{"start": "2026-03-02T09:00:00.000Z", "max-time-slots": 2}) == Answer(
        200,
        {
            "durationMin": 30,
            "timezone": "Europe/Paris",
            "slots": [
                {"utcTime": "2026-03-02T09:00:00.000Z", "capacity": 5, "total": 5},
                {"utcTime": "2026-03-02T09:30:00.000Z", "capacity": 5, "total": 5},
            ],
        },
    )


def test_v2_adds_local_times_without_an_offset_if_a_zone_is_requested(api: Api) -> None:
    period = {"start": "2026-03-02T14:30:00.000", "timezone": "Asia/Kolkata", "max-time-slots": 1}
    assert api.get(V2, **period) == Answer(
        200,
        {
            "durationMin": 15,
            "timezone": "Asia/Kolkata",
            "slots": [
                {
                    "utcTime": "2026-03-02T09:00:00.000Z",
                    "localTime": "2026-03-02T14:30:00.000",
                    "capacity": 5,
                    "total": 5,
                }
            ],
        },
    )


def test_v2_shows_full_slots_if_the_request_sets_report_busy(open_api: Callable[..., Api]) -> None:
    api = open_api({"capacity": Capacity(1)})
    api.book(at=NOW + 10 * MINUTE)
    start = NOW + 5 * MINUTE
    shown = api.get(V2, **{"start-ms": start, "end-ms": start + 15 * MINUTE, "report-busy": "true"})
    assert shown.body["slots"] == [{"utcTime": "2026-03-02T09:00:00.000Z", "capacity": 0, "total": 1}]
    hidden = api.get(V2, **{"start-ms": start, "end-ms": start + 15 * MINUTE})
    assert hidden == Answer(200, {"durationMin": 15, "timezone": "UTC", "slots": []})


def test_v2_returns_an_empty_list_if_the_office_is_closed(open_api: Callable[..., Api]) -> None:
    api = open_api({"hours": OfficeHours(regular=())})
    assert api.get(V2) == Answer(200, {"durationMin": 15, "timezone": "UTC", "slots": []})


def test_a_start_in_the_past_is_accepted(api: Api) -> None:
    period = {"start": "2026-03-02T00:00:00.000Z", "number-of-days": 1}
    assert next(iter(api.get(V1, **period).body)) == "2026-03-02T09:00:00.000Z"


@pytest.mark.parametrize("path", [V1, V2])
@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("start", "x", f"'x' {NOT_A_TIME}"),
        ("end", "2426-03-02T00:00:00Z", "lies more than 366 days after the start of the period"),
        ("end", "2026-03-01T00:00:00Z", "lies before the start of the period"),
        ("number-of-days", "-1", "must be from 1 to 366"),
        ("max-time-slots", "0", "must be 1 or more"),
        ("timezone", "Mars/Base", f"'Mars/Base' {NOT_A_ZONE}"),
    ],
)
def test_an_invalid_parameter_is_named(api: Api, path: str, name: str, value: str, reason: str) -> None:
    assert api.get(path, **{name: value}) == bad_parameter(f"{name} {reason}")


def test_the_availability_of_an_unknown_service_is_refused(open_api: Callable[..., Api]) -> None:
    api = open_api(fallback=None)
    assert api.get(f"{CALLBACK}/support/availability") == unknown_service("support")


SPRING = parse_instant("2026-03-28T12:00:00Z")  # the day before the clocks go forward in Europe


@pytest.mark.slow
@given(
    zone=st.sampled_from(["UTC", "Europe/Paris", "Asia/Kolkata", "Pacific/Chatham"]),
    bucket=st.sampled_from([5, 15, 60, 120]),
    ahead=st.integers(0, 2 * DAY),
)
def test_each_slot_that_is_shown_can_be_booked(zone: str, bucket: int, ahead: int) -> None:
    sales = Service(name="sales", timezone=ZoneInfo(zone), time_bucket=bucket, capacity=Capacity(1))
    clock = ClockStart(SPRING + ahead, frozen=True)
    api = Api(Session("default", Scenario("test", "For a test.", services={"sales": sales}, clock=clock)))
    period = {"start": render_instant(SPRING + ahead), "end": render_instant(SPRING + ahead + 3 * HOUR)}
    for time in api.get(V1, **period).body:
        assert api.start(_desired_time=time).status == 200
    assert api.get(V1, **period).body["code"] == 7041
