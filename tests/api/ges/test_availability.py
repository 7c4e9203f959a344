from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import OfficeHours, WeeklySpan
from mockgms.scenario.model import EmptyAvailability
from tests.api.ges.api import Answer, Api, refused
from tests.messages import HAS_NUL, NAME_TOO_LONG, NOT_A_FLAG, NOT_A_NUMBER, NOT_A_TIME, NOT_A_ZONE

PATH = "/callbacks/availability/sales"
MONDAYS_AT_NINE = OfficeHours((WeeklySpan(frozenset({0}), 9 * 60, 10 * 60),))
HALF_HOURS = {"hours": MONDAYS_AT_NINE, "time_bucket": 30, "capacity": Capacity(1)}


def slots(*shown: dict[str, Any], minutes: int = 30, timezone: str = "UTC") -> Answer:
    data = {"slots": list(shown), "durationMin": minutes, "timezone": timezone}
    return Answer(200, {"status": {"code": 0, "message": "Successful"}, "data": data}, {})


def slot(utc: str, local: str, capacity: int = 1) -> dict[str, Any]:
    return {"utcTime": utc, "localTime": local, "capacity": capacity, "total": 1}


NINE = slot("2026-03-02T09:00:00.000Z", "2026-03-02T09:00:00.000+00:00")
HALF_PAST = slot("2026-03-02T09:30:00.000Z", "2026-03-02T09:30:00.000+00:00")


@pytest.mark.parametrize("base", ["", "/engagement/v3"])
def test_availability_without_parameters_shows_the_slots_of_the_next_24_hours(
    open_api: Callable[..., Api], base: str
) -> None:
    assert open_api(HALF_HOURS).get(base + PATH) == slots(NINE, HALF_PAST)


def test_the_answer_is_the_same_until_a_callback_is_booked(open_api: Callable[..., Api]) -> None:
    api = open_api(HALF_HOURS)
    assert api.get(PATH) == api.get(PATH) == slots(NINE, HALF_PAST)
    api.book(desiredTime="2026-03-02T09:00:00.000Z")
    assert api.get(PATH) == slots(HALF_PAST)


def test_the_local_time_is_in_the_requested_zone_with_its_offset(open_api: Callable[..., Api]) -> None:
    answer = open_api(HALF_HOURS).get(f"{PATH}?timezone=America/New_York&maxTimeSlots=1")
    assert answer == slots(
        slot("2026-03-02T09:00:00.000Z", "2026-03-02T04:00:00.000-05:00"), timezone="America/New_York"
    )


def test_without_a_requested_zone_the_local_time_is_in_the_zone_of_the_service(open_api: Callable[..., Api]) -> None:
    kolkata = {"timezone": ZoneInfo("Asia/Kolkata"), "time_bucket": 60, "capacity": Capacity(1)}
    assert open_api(kolkata).get(f"{PATH}?maxTimeSlots=1") == slots(
        slot("2026-03-02T09:30:00.000Z", "2026-03-02T15:00:00.000+05:30"), minutes=60, timezone="Asia/Kolkata"
    )


def test_a_scenario_can_omit_the_offset_of_local_times(open_api: Callable[..., Api]) -> None:
    answer = open_api(HALF_HOURS, local_time="naive").get(f"{PATH}?max-time-slots=1")
    assert answer == slots(slot("2026-03-02T09:00:00.000Z", "2026-03-02T09:00:00.000"))


def test_full_slots_are_shown_if_the_request_sets_report_busy(open_api: Callable[..., Api]) -> None:
    api = open_api(HALF_HOURS)
    api.book(desiredTime="2026-03-02T09:00:00.000Z")
    full = slot("2026-03-02T09:00:00.000Z", "2026-03-02T09:00:00.000+00:00", capacity=0)
    assert api.get(f"{PATH}?reportBusy=true") == api.get(f"{PATH}?report-busy=true") == slots(full, HALF_PAST)


def test_a_start_in_the_past_is_accepted(open_api: Callable[..., Api]) -> None:
    answer = open_api(HALF_HOURS).get(f"{PATH}?start=2026-03-02T00%3A00%3A00.000Z&numberOfDays=1&_=1")
    assert answer == slots(NINE, HALF_PAST)


def test_a_period_without_free_slots_has_an_empty_list(open_api: Callable[..., Api]) -> None:
    assert open_api(HALF_HOURS).get(f"{PATH}?start=2026-03-03T00:00:00Z") == slots()


EMPTY_REFUSED = EmptyAvailability(v3="refuse")


def test_a_scenario_can_refuse_a_period_in_which_the_office_is_closed(open_api: Callable[..., Api]) -> None:
    answer = open_api(HALF_HOURS, empty_availability=EMPTY_REFUSED).get(f"{PATH}?start=2026-03-03T00:00:00Z")
    assert answer == Answer(400, {"status": {"code": 7042, "message": "Office closed in the selected period."}}, {})


def test_a_scenario_can_refuse_a_period_in_which_all_slots_are_full(open_api: Callable[..., Api]) -> None:
    api = open_api(HALF_HOURS, empty_availability=EMPTY_REFUSED)
    api.book(desiredTime="2026-03-02T09:00:00Z")
    assert api.get(PATH) == slots(HALF_PAST)
    api.book(desiredTime="2026-03-02T09:30:00Z")
    message = "No time slot is free in the selected period: 1 day full, 1 closed."
    assert api.get(PATH) == Answer(400, {"status": {"code": 7041, "message": message}}, {})


@pytest.mark.parametrize("path", ["/callbacks/availability", "/callbacks/availability/"])
def test_a_query_without_a_service_is_refused(api: Api, path: str) -> None:
    assert api.get(path + "?numberOfDays=5") == Answer(
        400, {"status": {"code": 7040, "message": "service-name is required."}}, {}
    )


@pytest.mark.parametrize(("name", "reason"), [("%00", HAS_NUL), ("%FF", "is not UTF-8"), ("x" * 256, NAME_TOO_LONG)])
def test_an_invalid_service_name_is_refused(api: Api, name: str, reason: str) -> None:
    assert api.get(f"/callbacks/availability/{name}") == refused(400, 7040, f"service-name {reason}.")


@pytest.mark.parametrize("name", ["svc%20one%2F2", "%F0%9F%98%80"])
def test_a_service_name_can_have_spaces_slashes_and_emoji(api: Api, name: str) -> None:
    assert api.get(f"/callbacks/availability/{name}").status == 200


def test_a_service_that_is_not_configured_is_refused(open_api: Callable[..., Api]) -> None:
    answer = open_api(fallback=None).get("/callbacks/availability/salse")
    assert answer == refused(400, 7040, "The service salse is not configured.")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("start", "x", f"'x' {NOT_A_TIME}"),
        ("numberOfDays", "x", f"{NOT_A_NUMBER} 'x'"),
        ("maxTimeSlots", "0", "must be 1 or more"),
        ("timezone", "Mars/Base", f"'Mars/Base' {NOT_A_ZONE}"),
        ("end", "2027-09-01T00:00:00Z", "lies more than 366 days after the start of the period"),
        ("reportBusy", "x", f"{NOT_A_FLAG} 'x'"),
    ],
)
def test_an_invalid_parameter_is_refused_by_name(api: Api, name: str, value: str, reason: str) -> None:
    assert api.get(f"{PATH}?{name}={value}") == refused(400, 501, f"{name} {reason}.")


def test_each_slot_that_is_shown_can_be_booked(open_api: Callable[..., Api]) -> None:
    api = open_api(HALF_HOURS)
    for offered in api.get(f"{PATH}?numberOfDays=15").body["data"]["slots"]:
        assert api.book(desiredTime=offered["localTime"])
    assert api.get(f"{PATH}?numberOfDays=15") == slots()
