from collections.abc import Callable

import pytest

from mockgms.domain.hours import OfficeHours, WeeklySpan
from mockgms.domain.instants import HOUR, MINUTE
from tests.api.ges.api import Answer, Api, refused, success
from tests.messages import HAS_NUL, NAME_TOO_LONG, NOT_A_FLAG, NOT_A_TIME, TOO_MANY_NAMES

NINE_TO_TEN = {"hours": OfficeHours((WeeklySpan(frozenset({0}), 9 * 60, 10 * 60),))}


@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        ("", 0),
        ("?start=2026-03-02T09:00:00.000Z", 3600),
        ("?start=2026-03-02T09:59:30Z", 30),
        ("?start=2026-03-02T10:00:00Z", 0),
        ("?start=2026-03-02T09:15:00", 2700),
        ("?start=2026-03-02T10:15:00&timezone=Europe/Paris", 2700),
    ],
)
def test_open_for_returns_the_seconds_until_the_office_closes(
    open_api: Callable[..., Api], query: str, seconds: int
) -> None:
    assert open_api(NINE_TO_TEN).get(f"/callbacks/open-for/sales{query}") == success({"openFor": seconds})


def test_open_for_refuses_an_invalid_start(api: Api) -> None:
    assert api.get("/callbacks/open-for/sales?start=x") == refused(400, 501, f"start 'x' {NOT_A_TIME}.")


@pytest.mark.parametrize("path", ["/callbacks/open-for/salse", "/callbacks/queue-status/salse"])
def test_a_service_that_is_not_configured_is_refused(open_api: Callable[..., Api], path: str) -> None:
    assert open_api(fallback=None).get(path) == refused(400, 7040, "The service salse is not configured.")


def status(ewt: int, *, immediate: bool) -> Answer:
    return success({"ewt": ewt, "offerImmediateCallback": immediate, "offerScheduledCallback": True})


def test_an_empty_queue_has_no_estimate_and_offers_callbacks(api: Api) -> None:
    assert api.get("/callbacks/queue-status/sales") == status(-1, immediate=True)


def test_a_queue_estimates_the_wait_of_the_next_callback(api: Api) -> None:
    api.book()
    assert api.get("/callbacks/queue-status/sales") == status(120, immediate=True)


def test_a_closed_queue_has_no_estimate_and_offers_no_immediate_callback(open_api: Callable[..., Api]) -> None:
    assert open_api(NINE_TO_TEN).get("/callbacks/queue-status/sales") == status(-1, immediate=False)


def test_a_queue_that_closes_before_the_wait_is_over_offers_no_immediate_callback(open_api: Callable[..., Api]) -> None:
    api = open_api(NINE_TO_TEN)
    api.session.clock.advance(HOUR + 3 * MINUTE)  # two minutes before it closes
    api.book()
    assert api.get("/callbacks/queue-status/sales") == status(120, immediate=False)


def test_each_queue_has_its_own_result_even_if_another_queue_is_unknown(open_api: Callable[..., Api]) -> None:
    api = open_api(fallback=None)
    api.book()
    answer = api.get("/estimated-wait-time?virtual-queues=sales%2Csalse&mode=mode2&include-calls-on-hold=true")
    assert answer == success(
        [
            {"virtualQueue": "sales", "estimatedWaitTime": 120, "message": "Successful", "resultCode": 0},
            {
                "virtualQueue": "salse",
                "estimatedWaitTime": -1,
                "message": "The virtual queue salse is not configured.",
                "resultCode": -2,
            },
        ]
    )


@pytest.mark.parametrize("query", ["virtual-queues=sales&virtual-queues=support", "virtualQueues=sales,%20support"])
def test_queues_are_named_with_commas_or_by_a_repeated_parameter(api: Api, query: str) -> None:
    answer = api.get(f"/estimated-wait-time?{query}")
    assert (answer.status, [each["virtualQueue"] for each in answer.body["data"]]) == (200, ["sales", "support"])


def test_an_empty_queue_has_no_estimated_wait_time(api: Api) -> None:
    assert api.get("/engagement/v3/estimated-wait-time?virtual-queues=sales") == success(
        [
            {
                "virtualQueue": "sales",
                "estimatedWaitTime": -1,
                "message": "No interaction is in the queue yet.",
                "resultCode": -1,
            }
        ]
    )


def test_a_closed_queue_has_no_estimated_wait_time(open_api: Callable[..., Api]) -> None:
    assert open_api(NINE_TO_TEN).get("/estimated-wait-time?virtual-queues=sales,") == success(
        [
            {
                "virtualQueue": "sales",
                "estimatedWaitTime": -1,
                "message": "No agent is logged in: the service is closed.",
                "resultCode": -2,
            }
        ]
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "virtual-queues is required."),
        ("?virtual-queues=", "virtual-queues is required."),
        ("?virtual-queues=,", "virtual-queues is required."),
        ("?virtual-queues=sales&mode=urs2", "mode 'urs2' is not one of mode1, mode2, mode3."),
        (f"?virtual-queues=sales,{'x' * 256}", f"virtual-queues {NAME_TOO_LONG}."),
        (f"?virtualQueues={'x' * 256}", f"virtualQueues {NAME_TOO_LONG}."),
        ("?virtual-queues=a%00", f"virtual-queues {HAS_NUL}."),
        (f"?virtual-queues={'a,' * 201}", f"virtual-queues {TOO_MANY_NAMES}."),
        (
            "?virtual-queues=sales&include-calls-on-hold=maybe",
            f"include-calls-on-hold {NOT_A_FLAG} 'maybe'.",
        ),
    ],
)
def test_an_invalid_wait_time_query_is_refused(api: Api, query: str, message: str) -> None:
    assert api.get("/estimated-wait-time" + query) == refused(400, 501, message)
