from collections.abc import Callable

import pytest

from mockgms.domain.instants import MINUTE, SECOND
from mockgms.domain.service import Lifecycle
from tests.api.ges.api import Api, refused, success

UNKNOWN = "12345678-1234-4234-9234-123456789abc"


def test_a_scheduled_callback_shows_neither_position_nor_reason(api: Api) -> None:
    callback_id = api.book(desiredTime="2026-03-02T10:07:00.000Z", phoneNumber="+15551234")
    assert api.post("/callbacks/retrieve", {"id": callback_id}) == success(
        {
            "id": callback_id,
            "desiredTime": "2026-03-02T10:07:00.000Z",
            "callbackState": "SCHEDULED",
            "phoneNumber": "+15551234",
        }
    )


def test_a_queued_callback_shows_its_position_and_its_wait_in_seconds(api: Api) -> None:
    api.book()
    callback_id = api.book()
    assert api.post("/callbacks/retrieve", {"id": callback_id}) == success(
        {
            "id": callback_id,
            "desiredTime": "2026-03-02T08:55:00.000Z",
            "callbackState": "QUEUED",
            "phoneNumber": "5551234",
            "positionInQueue": 2,
            "estimatedWaitTime": 120,
        }
    )


@pytest.mark.parametrize(("after", "state"), [(60 * SECOND, "ROUTING"), (75 * SECOND, "PROCESSING")])
def test_a_callback_in_routing_or_processing_has_position_and_wait_zero(
    open_api: Callable[..., Api], after: int, state: str
) -> None:
    api = open_api({"lifecycle": Lifecycle(60 * SECOND, 15 * SECOND, 3 * MINUTE)})
    callback_id = api.book()
    api.session.clock.advance(after)
    assert api.post("/callbacks/retrieve", {"id": callback_id}) == success(
        {
            "id": callback_id,
            "desiredTime": "2026-03-02T08:55:00.000Z",
            "callbackState": state,
            "phoneNumber": "5551234",
            "positionInQueue": 0,
            "estimatedWaitTime": 0,
        }
    )


def test_a_cancelled_callback_is_completed_and_shows_the_reason(api: Api) -> None:
    callback_id = api.book(desiredTime="2026-03-02T10:00:00.000Z")
    assert api.post("/callbacks/cancel", {"id": callback_id}) == success({"id": callback_id})
    assert api.post("/callbacks/retrieve", {"id": callback_id}) == success(
        {
            "id": callback_id,
            "desiredTime": "2026-03-02T10:00:00.000Z",
            "callbackState": "COMPLETED",
            "phoneNumber": "5551234",
            "callbackReason": "CANCELLED",
        }
    )


def test_a_completed_callback_cannot_be_cancelled(api: Api) -> None:
    callback_id = api.book()
    api.post("/callbacks/cancel", {"id": callback_id})
    assert api.post("/callbacks/cancel", {"id": callback_id}) == refused(
        400, 501, f"The callback {callback_id} is COMPLETED: it cannot be changed any more."
    )


def test_the_id_of_a_callback_is_case_insensitive(api: Api) -> None:
    callback_id = api.book()
    assert api.post("/callbacks/cancel", {"id": callback_id.upper()}) == success({"id": callback_id})


@pytest.mark.parametrize("operation", ["cancel", "retrieve"])
def test_an_unknown_id_is_not_found(api: Api, operation: str) -> None:
    answer = api.post(f"/callbacks/{operation}", {"id": UNKNOWN})
    assert answer == refused(404, 404, f"No callback has the id {UNKNOWN}.")


@pytest.mark.parametrize("operation", ["cancel", "retrieve"])
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "id is required."),
        ({"id": ""}, "id is required."),
        ({"id": "1234"}, "id '1234' is not a UUID."),
        ({"id": UNKNOWN + "0"}, f"id '{UNKNOWN}0' is not a UUID."),
        ({"id": [UNKNOWN]}, "id must be text."),
    ],
)
def test_an_id_that_is_missing_or_not_a_uuid_is_refused(
    api: Api, operation: str, fields: dict[str, object], message: str
) -> None:
    assert api.post(f"/callbacks/{operation}", fields) == refused(400, 501, message)
