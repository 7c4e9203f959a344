from collections.abc import Callable

import pytest

from mockgms.api.ges.refusals import render_refusal
from mockgms.domain import refusals as domain
from mockgms.domain.callback import State
from mockgms.domain.instants import DAY, MINUTE, parse_instant
from mockgms.domain.refusals import Refusal
from mockgms.domain.slots import Slot
from mockgms.http import refusals as wire
from mockgms.scenario.model import Auth, SlotConflictStatus
from tests.api.ges.api import Api, plain
from tests.api.refusal_classes import REFUSALS
from tests.messages import OWN_DEFECT, SESSION_FULL

AT = parse_instant("2026-03-02T10:00:00Z")
FREE = (Slot(AT + 15 * MINUTE, 3, 5), Slot(AT + DAY, 5, 5))
PROPOSED = {"slots": {"2026-03-02T10:15:00.000Z": "3", "2026-03-03T10:00:00.000Z": "5"}}

# Each refusal, with the status, the code, the message and the data of its answer.
ANSWERS: list[tuple[Refusal, int, int, str, object]] = [
    (domain.UnknownService("sales"), 400, 7040, "The service sales is not configured.", None),
    (domain.UnknownCallback("x"), 404, 404, "No callback has the id x.", None),
    (
        domain.WrongState("x", State.COMPLETED),
        *(400, 501, "The callback x is COMPLETED: it cannot be changed any more."),
        None,
    ),
    (domain.NumberUnreadable(""), 400, 7030, "phoneNumber is required.", None),
    (domain.NumberUnreadable("x"), 400, 7030, "phoneNumber x is not a phone number.", None),
    (domain.NumberImpossible("111"), 400, 7036, "A callback to 111 is not possible.", None),
    (domain.NumberPremium("+1900"), 400, 7037, "A callback to the premium number +1900 is refused.", None),
    (
        domain.CountryMissing("1", "sales", "premium"),
        *(400, 7037, "The service sales refuses premium numbers, but has no country to check them against."),
        None,
    ),
    (
        domain.CountryMissing("1", "sales", "impossible"),
        *(400, 7036, "The service sales refuses impossible numbers, but has no country to check them against."),
        None,
    ),
    (domain.SlotFull(AT, FREE), 400, 7041, "Too many requests at this time. Proposing time slots.", PROPOSED),
    (domain.SlotFull(AT, ()), 400, 7041, "Too many requests at this time.", {"slots": {}}),
    (domain.OfficeClosed(AT, FREE), 400, 7042, "Office closed at the desired time. Proposing time slots.", PROPOSED),
    (
        domain.TimePast(AT, FREE),
        *(400, 7042, "The desired time 2026-03-02T10:00:00.000Z is over. Proposing time slots."),
        PROPOSED,
    ),
    (
        domain.TimeBeyondHorizon(AT, FREE),
        *(400, 7042, "The desired time 2026-03-02T10:00:00.000Z is too far ahead. Proposing time slots."),
        PROPOSED,
    ),
    (domain.NothingFree(closed=True), 400, 7042, "Office closed in the selected period.", None),
    (domain.NothingFree(closed=False), 400, 7041, "No time slot is free in the selected period.", None),
    (domain.NothingFree(closed=True, days=(("over", 1),)), 400, 7042, "The selected period is over.", None),
    (
        domain.NothingFree(closed=False, days=(("full", 2), ("closed", 1))),
        400,
        7041,
        "No time slot is free in the selected period: 2 days full, 1 closed.",
        None,
    ),
    (
        domain.ServiceThrottled(2_001, "sales", 5 * MINUTE),
        *(429, 7041, "Too many requests at this time: the service sales takes no more for 3 s."),
        None,
    ),
    (
        domain.NumberThrottled(DAY, "5551234", 6),
        *(429, 7041, "Too many requests at this time: 5551234 has had 6 callbacks today."),
        None,
    ),
    (domain.RateLimited(DAY, 10), 429, 7041, "Too many requests: the limit is 10.", None),
    (domain.Failure(503, "Service Unavailable"), 503, 503, "Service Unavailable", None),
    (domain.OutOfRoom("session", 1_000), 507, 507, SESSION_FULL, None),
    (
        domain.QueueFull("sales"),
        *(429, 7041, "Too many requests at this time: the queue of the service sales is full."),
        None,
    ),
    (
        domain.NumberInQueue("sales", "5551234"),
        *(429, 7041, "Too many requests at this time: 5551234 already waits for sales."),
        None,
    ),
    (wire.Unreadable("id", "is required"), 400, 501, "id is required.", None),
    (wire.Unreadable("serviceName", "is required"), 400, 7040, "serviceName is required.", None),
    (wire.Unreadable("service-name", "is not UTF-8"), 400, 7040, "service-name is not UTF-8.", None),
    (wire.Unreadable("queue-name", "is not UTF-8"), 400, 7040, "queue-name is not UTF-8.", None),
    (
        wire.UnsupportedBody("has the charset 'x', which is not known: send UTF-8"),
        415,
        415,
        "The body has the charset 'x', which is not known: send UTF-8.",
        None,
    ),
    (wire.BodyTooLarge(1_048_576), 413, 413, "The body has more than 1048576 bytes.", None),
    (wire.CredentialsMissing(), 400, 1103, "The header x-api-key is missing.", None),
    (wire.CredentialsWrong(), 403, 503, "The key in x-api-key is not valid.", None),
    (
        wire.UnknownPath("/callback/create", "POST /callbacks/create"),
        *(404, 404, "Nothing is at /callback/create. The nearest is POST /callbacks/create."),
        None,
    ),
    (
        wire.WrongMethod("GET", ("POST",), "POST /callbacks/create"),
        *(405, 405, "GET is not answered here. The nearest is POST /callbacks/create."),
        None,
    ),
    (wire.OwnDefect(), 500, 500, OWN_DEFECT, None),
]


def test_each_refusal_has_an_answer_in_this_version() -> None:
    assert {type(refusal) for refusal, *_ in ANSWERS} == REFUSALS


@pytest.mark.parametrize(("refusal", "status", "code", "message", "data"), ANSWERS)
def test_a_refusal_has_its_status_code_message_and_data_in_the_envelope(
    api: Api, refusal: Refusal, status: int, code: int, message: str, data: object
) -> None:
    answer = plain(render_refusal(refusal, api.session))
    assert answer.status == status
    assert answer.body == {"status": {"code": code, "message": message}} | ({} if data is None else {"data": data})


@pytest.mark.parametrize(
    ("refusal", "headers"),
    [
        (domain.ServiceThrottled(2_001, "sales", 5 * MINUTE), {"Retry-After": "3"}),
        (domain.NumberThrottled(DAY, "5551234", 6), {"Retry-After": "86400"}),
        (wire.WrongMethod("GET", ("POST", "PUT"), "POST /a"), {"Allow": "POST, PUT"}),
        (domain.QueueFull("sales"), {}),
        (domain.SlotFull(AT, FREE), {}),
    ],
)
def test_a_throttle_has_a_retry_after_header_and_a_wrong_method_an_allow_header(
    api: Api, refusal: Refusal, headers: dict[str, str]
) -> None:
    assert plain(render_refusal(refusal, api.session)).headers == headers


def test_a_scenario_can_answer_a_full_slot_with_429_and_the_same_body(open_api: Callable[..., Api]) -> None:
    api = open_api(slot_conflict_status=SlotConflictStatus(v3=429))
    assert plain(render_refusal(domain.SlotFull(AT, FREE), api.session)) == (
        429,
        {
            "status": {"code": 7041, "message": "Too many requests at this time. Proposing time slots."},
            "data": PROPOSED,
        },
        {},
    )


def test_a_scenario_can_answer_a_missing_key_with_401(open_api: Callable[..., Api]) -> None:
    api = open_api(auth=Auth(missing=401))
    assert plain(render_refusal(wire.CredentialsMissing(), api.session)) == (
        401,
        {"status": {"code": 1103, "message": "The header x-api-key is missing."}},
        {},
    )
