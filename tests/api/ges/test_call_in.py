from uuid import UUID

import pytest

from tests.api.ges.api import Answer, Api

PATH = "/call-in/requests/create"
CALLBACK = "12345678-1234-4234-9234-123456789abc"


def test_a_call_in_request_gets_a_number_to_call_and_its_expiration_time(api: Api) -> None:
    answer = api.post(PATH, {"groupName": "technical_help", "userData": "{}"})
    request_id = answer.body["data"].pop("id")
    assert str(UUID(request_id)) == request_id
    assert answer == Answer(
        200,
        {
            "status": {"code": 0, "message": "Successful"},
            "data": {
                "toPhoneNumber": "+18005550199",
                "groupName": "technical_help",
                "expirationTime": 1772442600000,
            },
        },
        {},
    )


def test_the_answer_repeats_the_number_and_the_callback_that_were_sent(api: Api) -> None:
    sent = {"groupName": "help", "fromPhoneNumber": "5551234", "callbackServiceId": CALLBACK}
    data = api.post(PATH, {**sent, "userData": {"a": 1}}).body["data"]
    assert {name: data[name] for name in sent} == sent


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "groupName is required."),
        ({"groupName": "help", "callbackServiceId": "x"}, "callbackServiceId 'x' is not a UUID."),
        ({"groupName": "help", "fromPhoneNumber": []}, "fromPhoneNumber must be text."),
        ({"groupName": "help", "userData": 1}, "userData must be an object."),
    ],
)
def test_an_invalid_call_in_request_is_refused(api: Api, fields: dict[str, object], message: str) -> None:
    assert api.post(PATH, fields) == Answer(400, {"status": {"code": 501, "message": message}}, {})
