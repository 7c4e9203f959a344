from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.scenarios import words
from tests.scenarios.api import ANNA, Api

PARIS = ZoneInfo("Europe/Paris")
WEEKDAY = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"] + [
    f"{hour}:{minute}" for hour in range(13, 18) for minute in ("00", "30")
]
SATURDAY = [f"{hour}:{minute}" for hour in range(10, 14) for minute in ("00", "30")]


def period(day: str) -> dict[str, str]:
    return {"start": f"{day}T00:00:00", "numberOfDays": "1", "timezone": "Europe/Paris"}


@pytest.mark.parametrize(
    ("day", "times"),
    [("2026-03-02", WEEKDAY), ("2026-03-07", SATURDAY), ("2026-03-30", WEEKDAY)],
    ids=["a Monday", "a Saturday", "the Monday after the clocks went forward"],
)
async def test_the_office_has_a_lunch_break_and_short_saturdays(api: Api, day: str, times: list[str]) -> None:
    slots = await api.slots(period(day))
    assert [f"{datetime.fromisoformat(start).astimezone(PARIS):%H:%M}" for start in slots] == times


@pytest.mark.parametrize("day", ["2026-03-08", "2026-05-01", "2026-12-25"], ids=["a Sunday", "May Day", "Christmas"])
async def test_the_office_is_closed_on_sundays_and_holidays(api: Api, day: str) -> None:
    await api.admin("PUT", "/clock", {"now": f"{day}T00:00:00+01:00"})
    closed = words.nothing_to_show(api.version, "Office closed in the selected period.", 7042, "Europe/Paris", 30)
    assert await api.availability(period(day)) == closed


async def test_the_office_is_open_on_the_morning_of_christmas_eve(api: Api) -> None:
    await api.admin("PUT", "/clock", {"now": "2026-12-24T00:00:00+01:00"})
    slots = await api.slots(period("2026-12-24"))
    assert slots == {f"2026-12-24T{time}:00.000Z": 3 for time in ("08:00", "08:30", "09:00", "09:30", "10:00", "10:30")}


async def test_a_callback_at_lunch_is_refused(api: Api) -> None:
    lunch = "2026-03-02T11:30:00.000Z"
    proposed = {f"2026-03-02T{time}:00.000Z": 3 for time in ("12:00", "12:30", "13:00", "13:30", "14:00")}
    assert await api.book(ANNA, lunch) == words.office_closed(api.version, proposed)
    await api.admin("PUT", "/clock", {"now": lunch})
    assert await api.book(ANNA) == words.office_closed(api.version, proposed)


async def test_bookings_are_accepted_up_to_a_month_ahead(api: Api) -> None:
    assert await api.book(ANNA, "2026-04-02T08:00:00.000Z") == words.scheduled(api.version)
    too_late = "2026-04-02T08:30:00.000Z"
    assert await api.book(ANNA, too_late) == words.beyond_horizon(api.version, too_late)
