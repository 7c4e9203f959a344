import pytest

from mockgms.api.admin.clock import ClockAdvance, ClockSetting
from mockgms.domain.hours import OfficeHours, WeeklySpan
from mockgms.domain.service import Service
from mockgms.scenario.model import ClockStart, Scenario
from tests.conftest import NOW
from tests.live import Client
from tests.messages import NO_SERVICE, NOT_A_DURATION, NOT_A_TIME

ONE_OF_TWO = f"by is required, unless `to` is given; only one of them is allowed: write {ClockAdvance.example}"

WEEKDAYS = OfficeHours((WeeklySpan(frozenset(range(5)), 9 * 60, 10 * 60),))
SERVICES = {
    "sales": Service("sales", hours=WEEKDAYS),
    "always": Service("always"),
    "never": Service("never", hours=OfficeHours(())),
}

START = {"now": "2026-03-02T08:55:00.000Z", "frozen": True}

JSON = f"body must be JSON, such as {ClockSetting.example}"


@pytest.fixture
def scenario() -> Scenario:
    return Scenario("test", "For a test.", SERVICES, fallback=None, clock=ClockStart(NOW, frozen=True))


async def test_the_clock_shows_the_time_and_whether_it_is_frozen(client: Client) -> None:
    answer = await client.get("/__admin/clock")
    assert (answer.status, await answer.json()) == (200, START)


async def test_the_clock_is_advanced_by_a_duration(client: Client) -> None:
    answer = await client.post("/__admin/clock/advance", json={"by": "15m"})
    assert (answer.status, await answer.json()) == (200, {"now": "2026-03-02T09:10:00.000Z", "frozen": True})


async def test_the_clock_is_advanced_to_the_next_opening_of_a_service(client: Client) -> None:
    for opening in ("2026-03-02T09:00:00.000Z", "2026-03-03T09:00:00.000Z"):
        answer = await client.post("/__admin/clock/advance", json={"to": "next_opening", "service": "sales"})
        assert (answer.status, await answer.json()) == (200, {"now": opening, "frozen": True})


async def test_the_next_opening_is_not_in_a_closed_slot(client: Client) -> None:
    for start in ("2026-03-02T09:00:00Z", "2026-03-02T09:15:00Z"):
        closed = await client.put("/__admin/slots", json={"service": "sales", "start": start, "closed": True})
        assert closed.status == 200
    answer = await client.post("/__admin/clock/advance", json={"to": "next_opening", "service": "sales"})
    assert (answer.status, (await answer.json())["now"]) == (200, "2026-03-02T09:30:00.000Z")


async def test_a_frozen_clock_that_is_set_stays_frozen(client: Client) -> None:
    answer = await client.put("/__admin/clock", json={"now": "2026-03-01T00:00:00+01:00"})
    assert (answer.status, await answer.json()) == (200, {"now": "2026-02-28T23:00:00.000Z", "frozen": True})


async def test_a_client_can_let_the_clock_run(client: Client) -> None:
    answer = await client.put("/__admin/clock", json={"frozen": False})
    shown = await answer.json()
    assert answer.status == 200
    assert shown["frozen"] is False
    assert shown["now"] >= START["now"]


async def test_a_client_can_freeze_the_clock(client: Client) -> None:
    await client.put("/__admin/clock", json={"frozen": False})
    answer = await client.put("/__admin/clock", json={"frozen": True, "now": "2026-03-03T00:00:00Z"})
    assert (answer.status, await answer.json()) == (200, {"now": "2026-03-03T00:00:00.000Z", "frozen": True})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "path", "body", "refused"),
    [
        (
            "PUT",
            "",
            b"{",
            {
                "message": f"body must be JSON, such as {ClockSetting.example}: it is cut off after byte 1",
                "field": "body",
            },
        ),
        (
            "PUT",
            "",
            b'{"frozen": 1}',
            {"message": "frozen must be true or false or null, not a whole number", "field": "frozen"},
        ),
        (
            "PUT",
            "",
            b'{"time": "x"}',
            {
                "message": f"time is not a known field (there are: now, frozen): write {ClockSetting.example}",
                "field": "time",
            },
        ),
        (
            "PUT",
            "",
            b'{"frozen": false, "now": "x"}',
            {"message": f"now 'x' {NOT_A_TIME}", "field": "now"},
        ),
        (
            "POST",
            "/advance",
            b'{"by": "x"}',
            {"message": f"by 'x' {NOT_A_DURATION}", "field": "by"},
        ),
        *(
            (
                "POST",
                "/advance",
                b'{"by": "%b"}' % by,
                {
                    "message": (
                        "by is negative, but the clock can only advance: set an earlier time with PUT /__admin/clock"
                        " or `mockgms ctl freeze`"
                    ),
                    "field": "by",
                },
            )
            for by in (b"-5m", b"-PT5M")
        ),
        (
            "POST",
            "/advance",
            b'{"by": "1m", "service": "sales"}',
            {"message": "service requires `to`: a duration advances all services", "field": "service"},
        ),
        (
            "PUT",
            "",
            b"{}",
            {"message": f"now is required, unless `frozen` is given: write {ClockSetting.example}", "field": "now"},
        ),
        (
            "POST",
            "/advance",
            b"{}",
            {"message": ONE_OF_TWO, "field": "by"},
        ),
        (
            "POST",
            "/advance",
            b'{"by": "1m", "to": "next_opening", "service": "sales"}',
            {"message": ONE_OF_TWO, "field": "by"},
        ),
        (
            "POST",
            "/advance",
            b'{"to": "next_opening"}',
            {"message": NO_SERVICE, "field": "service"},
        ),
        (
            "POST",
            "/advance",
            b'{"to": "next_opening", "service": "always"}',
            {"message": "to cannot be next_opening: 'always' is always open", "field": "to"},
        ),
        (
            "POST",
            "/advance",
            b'{"to": "next_opening", "service": "never"}',
            {"message": "to cannot be next_opening: 'never' stays closed for a year", "field": "to"},
        ),
        (
            "POST",
            "/advance",
            b"[" * 100_000,
            {"message": f"body must be an object, not a list: write {ClockAdvance.example}", "field": "body"},
        ),
    ],
)
async def test_an_invalid_change_names_its_field_and_changes_nothing(
    client: Client, method: str, path: str, body: bytes, refused: object
) -> None:
    answer = await client.request(method, f"/__admin/clock{path}", data=body)
    assert (answer.status, await answer.json()) == (400, refused)
    assert await (await client.get("/__admin/clock")).json() == START


async def test_a_client_can_advance_the_clock_only_to_the_next_opening(client: Client) -> None:
    answer = await client.post("/__admin/clock/advance", json={"to": "tomorrow"})
    message = "to must be next_opening, not 'tomorrow'"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "to"})
