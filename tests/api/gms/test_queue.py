from collections.abc import Callable

import pytest

from mockgms.domain.instants import HOUR, SECOND
from mockgms.domain.service import Lifecycle
from tests.api.conftest import NOW
from tests.api.gms.api import CALLBACK, Answer, Api, unknown_callback


def position(id: str) -> str:
    return f"/genesys/1/service/{id}/check-queue-position"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_queued_callback_has_a_position_and_a_wait(api: Api, method: str) -> None:
    first, _, third = api.book(), api.book(), api.book()
    assert api.call(method, position(first)) == Answer(
        200,
        {
            "ewt": "60",
            "_position": "1",
            "_eta": "60",
            "_total_waiting": "3",
            "_agent_ready_threshold_passed": True,
        },
    )
    assert api.call(method, position(third)) == Answer(
        200,
        {
            "ewt": "180",
            "_position": "3",
            "_eta": "180",
            "_total_waiting": "3",
            "_agent_ready_threshold_passed": False,
        },
    )


def test_a_callback_that_has_left_the_queue_has_position_and_wait_zero(open_api: Callable[..., Api]) -> None:
    api = open_api({"lifecycle": Lifecycle(queued=60 * SECOND)})
    id = api.book()
    api.advance(60 * SECOND)
    assert api.get(position(id)) == Answer(
        200,
        {"ewt": "0", "_position": "0", "_eta": "0", "_total_waiting": "0", "_agent_ready_threshold_passed": True},
    )


@pytest.fixture
def not_in_queue() -> Answer:
    return Answer(
        500,
        {
            "exception": "com.genesyslab.gsg.services.ors.OrsServiceException",
            "message": "ORS request failed: 404 Not Found. The callback is not in the queue.",
            "code": 500,
            "phrase": "NOT_IN_QUEUE",
        },
    )


def test_a_scheduled_callback_has_no_position(api: Api, not_in_queue: Answer) -> None:
    assert api.get(position(api.book(at=NOW + HOUR))) == not_in_queue


def test_a_cancelled_callback_has_no_position(api: Api, not_in_queue: Answer) -> None:
    id = api.book()
    api.call("DELETE", f"{CALLBACK}/sales/{id}")
    assert api.get(position(id)) == not_in_queue


def test_the_position_of_an_unknown_id_is_refused(api: Api) -> None:
    assert api.get(position("x")) == unknown_callback("x")
