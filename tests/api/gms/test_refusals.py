from collections.abc import Callable
from typing import NamedTuple

import pytest

from mockgms.api.gms.refusals import render_refusal
from mockgms.domain import refusals as domain
from mockgms.domain.callback import State
from mockgms.domain.instants import MINUTE, SECOND
from mockgms.domain.slots import Slot
from mockgms.http import refusals as wire
from mockgms.scenario.model import Auth, Basic, SlotConflictStatus
from tests.api.conftest import NOW
from tests.api.gms.api import Answer, Api, read
from tests.api.refusal_classes import REFUSALS
from tests.messages import OWN_DEFECT, SESSION_FULL

CALLBACK = "com.genesyslab.gsg.services.callback.exceptions.CallbackException"
GSG = "com.genesyslab.gsg.GSGException"
PROPOSED = (Slot(NOW + 5 * MINUTE, 2, 5), Slot(NOW + 20 * MINUTE, 5, 5))
AVAILABILITY = {"2026-03-02T09:00:00.000Z": 2, "2026-03-02T09:15:00.000Z": 5}


class Case(NamedTuple):
    """A refusal and its expected answer."""

    refusal: domain.Refusal
    status: int
    exception: str
    code: int
    phrase: str
    message: str


TIMES = " 2026-03-02T09:00:00.000Z, 2026-03-02T09:15:00.000Z"

CASES = [
    Case(
        domain.UnknownService("sales"),
        400,
        f"{CALLBACK}Resource",
        7040,
        "UNKNOWN_SERVICE",
        "Service sales is not configured.",
    ),
    Case(domain.UnknownCallback("1"), 400, f"{CALLBACK}NotFound", 404, "UNKNOWN_CALLBACK", "Callback 1 is not found."),
    Case(
        domain.WrongState("1", State.COMPLETED),
        400,
        f"{CALLBACK}NotFound",
        501,
        "WRONG_STATE",
        "Callback 1 is COMPLETED already.",
    ),
    Case(
        domain.NumberUnreadable("x"),
        400,
        f"{CALLBACK}Number",
        7030,
        "BAD_PARAMETER",
        "Invalid option _customer_number: [x] is not a phone number.",
    ),
    Case(
        domain.NumberImpossible("111"),
        400,
        f"{CALLBACK}Number",
        7036,
        "NUMBER_IMPOSSIBLE",
        "Customer Number [111] is disallowed, because it is invalid. Check option _disallow_impossible_phone_numbers",
    ),
    Case(
        domain.NumberPremium("+19005551234"),
        400,
        f"{CALLBACK}Number",
        7037,
        "NUMBER_PREMIUM",
        "Customer Number [+19005551234] is disallowed, because it's a premium number."
        " Check option _disallow_premium_phone_numbers",
    ),
    Case(
        domain.CountryMissing("111", "sales", "premium"),
        400,
        f"{CALLBACK}Number",
        7037,
        "COUNTRY_MISSING",
        "Service option sales / _default_country is not configured. But option _disallow_premium_phone_numbers is set."
        " We cannot validate phone numbers without knowing the country.",
    ),
    Case(
        domain.CountryMissing("111", "sales", "impossible"),
        400,
        f"{CALLBACK}Number",
        7036,
        "COUNTRY_MISSING",
        "Service option sales / _default_country is not configured."
        " But option _disallow_impossible_phone_numbers is set."
        " We cannot validate phone numbers without knowing the country.",
    ),
    Case(
        domain.SlotFull(NOW, PROPOSED),
        400,
        f"{CALLBACK}Availability",
        7041,
        "SLOT_FULL",
        "Too many requests at this time. Proposing time slots." + TIMES,
    ),
    Case(
        domain.OfficeClosed(NOW, PROPOSED),
        400,
        f"{CALLBACK}Availability",
        7042,
        "OFFICE_CLOSED",
        "Office closed at desired time. Proposing time slots." + TIMES,
    ),
    Case(
        domain.TimePast(NOW, PROPOSED),
        400,
        f"{CALLBACK}Availability",
        7042,
        "TIME_PAST",
        "Desired time 2026-03-02T08:55:00.000Z is in the past. Proposing time slots." + TIMES,
    ),
    Case(
        domain.TimeBeyondHorizon(NOW, PROPOSED),
        400,
        f"{CALLBACK}Availability",
        7042,
        "TIME_BEYOND_HORIZON",
        "Desired time 2026-03-02T08:55:00.000Z is too far in the future. Proposing time slots." + TIMES,
    ),
    Case(
        domain.NothingFree(closed=True),
        400,
        f"{CALLBACK}Availability",
        7042,
        "NOTHING_FREE",
        "Office closed in the selected period.",
    ),
    Case(
        domain.NothingFree(closed=False),
        400,
        f"{CALLBACK}Availability",
        7041,
        "NOTHING_FREE",
        "No time slot is free in the selected period.",
    ),
    Case(
        domain.NothingFree(closed=True, days=(("over", 1),)),
        400,
        f"{CALLBACK}Availability",
        7042,
        "NOTHING_FREE",
        "The selected period is over.",
    ),
    Case(
        domain.NothingFree(closed=True, days=(("beyond the horizon", 2),)),
        400,
        f"{CALLBACK}Availability",
        7042,
        "NOTHING_FREE",
        "The selected period is beyond the horizon.",
    ),
    Case(
        domain.NothingFree(closed=True, days=(("over", 3), ("closed", 2))),
        400,
        f"{CALLBACK}Availability",
        7042,
        "NOTHING_FREE",
        "No time slot is free in the selected period: 3 days over, 2 closed.",
    ),
    Case(
        domain.NothingFree(closed=False, days=(("over", 1), ("full", 1))),
        400,
        f"{CALLBACK}Availability",
        7041,
        "NOTHING_FREE",
        "No time slot is free in the selected period: 1 day over, 1 full.",
    ),
    Case(
        domain.ServiceThrottled(1, "sales", 300 * SECOND),
        429,
        f"{CALLBACK}ServiceUnavailable",
        7041,
        "SERVICE_THROTTLED",
        "Limit of queued callbacks for sales is reached for interval 300s.",
    ),
    Case(
        domain.NumberThrottled(1, "5115", 6),
        429,
        f"{CALLBACK}ServiceUnavailable",
        7041,
        "NUMBER_THROTTLED",
        "Callback for _customer_number=5115 rejected because previous callbacks for this parameter"
        " were requested for more than 6 times today.",
    ),
    Case(
        domain.RateLimited(1, 10),
        429,
        f"{CALLBACK}ServiceUnavailable",
        7041,
        "RATE_LIMITED",
        "Too many requests: the limit is 10.",
    ),
    Case(
        domain.Failure(503, "Service Unavailable"),
        503,
        "com.genesyslab.gsg.GSGException",
        503,
        "FAILURE",
        "Service Unavailable",
    ),
    Case(
        domain.OutOfRoom("session", 1_000),
        507,
        "com.genesyslab.gsg.GSGException",
        507,
        "OUT_OF_ROOM",
        SESSION_FULL,
    ),
    Case(
        domain.QueueFull("sales"),
        503,
        f"{CALLBACK}ServiceUnavailable",
        7041,
        "QUEUE_FULL",
        "Limit of queued callbacks for sales is reached.",
    ),
    Case(
        domain.NumberInQueue("sales", "5115"),
        503,
        f"{CALLBACK}ServiceUnavailable",
        7041,
        "NUMBER_IN_QUEUE",
        "Callback for _customer_number=5115 rejected because it is in the queue of sales already.",
    ),
    Case(
        wire.Unreadable("start", "is no date"), 400, GSG, 501, "BAD_PARAMETER", "Invalid parameter: start is no date."
    ),
    Case(wire.UnsupportedBody("has no charset"), 415, GSG, 415, "UNSUPPORTED_BODY", "The body has no charset."),
    Case(wire.BodyTooLarge(1024), 413, GSG, 413, "BODY_TOO_LARGE", "The body has more than 1024 bytes."),
    Case(wire.CredentialsMissing(), 401, GSG, 1103, "CREDENTIALS_MISSING", "Credentials are required."),
    Case(wire.CredentialsWrong(), 401, GSG, 503, "CREDENTIALS_WRONG", "The credentials are not valid."),
    Case(
        wire.UnknownPath("/genesys/1/x", "GET /genesys/1/phonenumber"),
        404,
        GSG,
        404,
        "UNKNOWN_PATH",
        "Nothing is at /genesys/1/x. The nearest is GET /genesys/1/phonenumber.",
    ),
    Case(
        wire.WrongMethod("PUT", ("GET",), "GET /genesys/1/phonenumber"),
        405,
        GSG,
        405,
        "WRONG_METHOD",
        "PUT is not answered here. The nearest is GET /genesys/1/phonenumber.",
    ),
    Case(wire.OwnDefect(), 500, GSG, 500, "OWN_DEFECT", OWN_DEFECT),
]


def test_each_refusal_has_a_case() -> None:
    assert {type(case.refusal) for case in CASES} == REFUSALS


def members(case: Case) -> dict[str, object]:
    """Return the members of dialect 8.5.1, and the proposals if the refusal has some."""
    body: dict[str, object] = {"exception": case.exception, "message": case.message}
    return body | ({"availability": AVAILABILITY} if isinstance(case.refusal, domain.TimeUnavailable) else {})


@pytest.mark.parametrize("case", CASES)
def test_a_refusal_has_four_members_and_its_proposals(api: Api, case: Case) -> None:
    answer = read(render_refusal(case.refusal, api.session))
    assert answer == Answer(case.status, members(case) | {"code": case.code, "phrase": case.phrase})
    assert list(answer.body)[:4] == ["exception", "message", "code", "phrase"]


@pytest.mark.parametrize("case", CASES)
def test_a_refusal_in_the_older_dialect_has_two_members_and_a_throttle_is_503(
    open_api: Callable[..., Api], case: Case
) -> None:
    is_throttle = isinstance(case.refusal, domain.ServiceThrottled | domain.NumberThrottled)
    status = 503 if is_throttle else case.status
    answer = read(render_refusal(case.refusal, open_api(dialect="8.5.1").session))
    assert answer == Answer(status, members(case))
    assert list(answer.body)[:2] == ["exception", "message"]


def headers(api: Api, refusal: domain.Refusal) -> dict[str, str]:
    return dict(render_refusal(refusal, api.session).headers)


@pytest.mark.parametrize(("wait", "seconds"), [(1, "1"), (1_000, "1"), (1_001, "2"), (300_000, "300")])
def test_the_retry_after_header_of_a_throttle_is_rounded_up_to_whole_seconds(api: Api, wait: int, seconds: str) -> None:
    assert headers(api, domain.ServiceThrottled(wait, "sales", 300_000)) == {"Retry-After": seconds}
    assert headers(api, domain.NumberThrottled(wait, "5115", 6)) == {"Retry-After": seconds}


def test_the_refusal_of_a_wrong_method_has_the_allowed_methods(api: Api) -> None:
    refusal = wire.WrongMethod("PATCH", ("GET", "POST"), "GET /")
    assert headers(api, refusal) == {"Allow": "GET, POST"}


@pytest.mark.parametrize("refusal", [wire.CredentialsMissing(), wire.CredentialsWrong()])
def test_a_refusal_asks_for_basic_authentication_if_it_is_configured(
    open_api: Callable[..., Api], refusal: domain.Refusal
) -> None:
    with_user = open_api(auth=Auth(basic=Basic("u", "p")))
    assert headers(with_user, refusal) == {"WWW-Authenticate": 'Basic realm="Genesys"'}
    assert headers(open_api(auth=Auth(api_keys=frozenset({"k"}))), refusal) == {}


def test_a_scenario_can_answer_a_full_slot_with_429(open_api: Callable[..., Api]) -> None:
    api = open_api(slot_conflict_status=SlotConflictStatus(v1=429))
    answer = read(render_refusal(domain.SlotFull(NOW, PROPOSED), api.session))
    assert (answer.status, answer.body["code"]) == (429, 7041)
