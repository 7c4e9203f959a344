"""The answers of both versions that tests of scenarios expect."""

from collections.abc import Mapping
from typing import Any

from tests.messages import SLOT_FULL
from tests.scenarios.api import Answer

_CALLBACK = "com.genesyslab.gsg.services.callback.exceptions.CallbackException"
_GSG = "com.genesyslab.gsg.GSGException"
_COMING = "You will receive the call shortly"
_NOTHING: Mapping[str, str] = {}


def accepted(version: str, headers: Mapping[str, str] = _NOTHING) -> Answer:
    """A callback is booked, and queued at once."""
    dialog = {"_dialog_id": "0", "_action": "ConfirmationDialog", "_text": _COMING, "_ok_title": "Ok", "_id": "ID"}
    return Answer(200, {"v1": dialog, "v3": _success({"id": "ID"})}[version], headers)


def scheduled(version: str, headers: Mapping[str, str] = _NOTHING) -> Answer:
    """A callback is booked for a time."""
    return Answer(200, {"v1": {"_id": "ID"}, "v3": _success({"id": "ID"})}[version], headers)


def nothing_to_show(version: str, message: str, code: int, zone: str = "UTC", bucket: int = 15) -> Answer:
    """A period without a free slot; v3 has the zone of the service, and the minutes of a slot."""
    if version == "v1":
        return Answer(400, _gms(f"{_CALLBACK}Availability", message, code, "NOTHING_FREE"), {})
    return Answer(200, _success({"slots": [], "durationMin": bucket, "timezone": zone}), {})


def slot_full(
    version: str, proposed: Mapping[str, int], headers: Mapping[str, str] = _NOTHING, status: int = 400
) -> Answer:
    """A slot conflict."""
    message = SLOT_FULL
    return _unavailable(version, Answer(status, message, headers), (7041, "SLOT_FULL"), proposed)


def office_closed(version: str, proposed: Mapping[str, int], headers: Mapping[str, str] = _NOTHING) -> Answer:
    """The office is closed at the desired time."""
    the = {"v1": "", "v3": "the "}[version]
    message = f"Office closed at {the}desired time. Proposing time slots."
    return _unavailable(version, Answer(400, message, headers), (7042, "OFFICE_CLOSED"), proposed)


def beyond_horizon(version: str, desired: str) -> Answer:
    """The desired time is too far ahead, with nothing to propose after it."""
    message = {
        "v1": f"Desired time {desired} is too far in the future.",
        "v3": f"The desired time {desired} is too far ahead.",
    }[version]
    return _unavailable(version, Answer(400, message, {}), (7042, "TIME_BEYOND_HORIZON"), {})


def throttled(version: str, seconds: int, per: int, headers: Mapping[str, str] = _NOTHING) -> Answer:
    """The service accepts no more bookings; `per` is the length of its window in seconds."""
    gms = f"Limit of queued callbacks for sales is reached for interval {per}s."
    ges = f"Too many requests at this time: the service sales takes no more for {seconds} s."
    body = {
        "v1": _gms(f"{_CALLBACK}ServiceUnavailable", gms, 7041, "SERVICE_THROTTLED"),
        "v3": _failure(7041, ges),
    }[version]
    return Answer(429, body, {"Retry-After": str(seconds), **headers})


def rate_limited(version: str, limit: int, headers: Mapping[str, str]) -> Answer:
    """The gateway accepts no more requests."""
    message = f"Too many requests: the limit is {limit}."
    body = {
        "v1": _gms(f"{_CALLBACK}ServiceUnavailable", message, 7041, "RATE_LIMITED"),
        "v3": _failure(7041, message),
    }[version]
    return Answer(429, body, headers)


def server_error(
    version: str, headers: Mapping[str, str], status: int = 500, message: str = "Internal Server Error"
) -> Answer:
    """The service fails."""
    body = {"v1": _gms(_GSG, message, status, "FAILURE"), "v3": _failure(status, message)}[version]
    return Answer(status, body, headers)


def _unavailable(version: str, message: Answer, why: tuple[int, str], proposed: Mapping[str, int]) -> Answer:
    """Return the refusal of a desired time; `message` has its text as body."""
    code, phrase = why
    if version == "v1":
        text = " ".join((message.body, ", ".join(proposed))).rstrip()
        body = _gms(f"{_CALLBACK}Availability", text, code, phrase) | {"availability": proposed}
    else:
        body = _failure(code, message.body) | {
            "data": {"slots": {start: str(free) for start, free in proposed.items()}}
        }
    return message._replace(body=body)


def _gms(exception: str, message: str, code: int, phrase: str) -> dict[str, Any]:
    return {"exception": exception, "message": message, "code": code, "phrase": phrase}


def _success(data: object) -> dict[str, Any]:
    return {"status": {"code": 0, "message": "Successful", "corrId": "ID"}, "data": data}


def _failure(code: int, message: str) -> dict[str, Any]:
    return {"status": {"code": code, "message": message, "corrId": "ID"}}
