from zoneinfo import ZoneInfo

import pytest

from mockgms.api.admin.refusal_text import Subject, refusal_text
from mockgms.domain import refusals as domain
from mockgms.domain.callback import State
from mockgms.domain.instants import MINUTE, parse_instant
from mockgms.domain.refusals import Refusal
from mockgms.domain.service import Service
from mockgms.http import refusals as wire
from tests.api.refusal_classes import REFUSALS

NINE = parse_instant("2026-03-02T08:00:00Z")
SALES = Service("sales", timezone=ZoneInfo("Europe/Paris"))
WHEN = "Mon 2 March 2026 09:00 (Europe/Paris)"

CLAUSES: list[tuple[Refusal, str]] = [
    (domain.UnknownService("x"), "the scenario has no service 'x' and does not create others"),
    (domain.UnknownCallback("x"), "there is no callback x in this service"),
    (domain.WrongState("x", State.COMPLETED), "the callback x was already COMPLETED"),
    (domain.NumberUnreadable("x"), "'x' is not a phone number"),
    (domain.NumberUnreadable(""), "the phone number is missing"),
    (domain.NumberImpossible("1"), "1 is not a possible phone number in its country"),
    (domain.NumberPremium("1"), "1 is a premium number, which the service refuses"),
    (
        domain.CountryMissing("1", "sales", "premium"),
        "sales checks phone numbers, but has no `numbers.country`",
    ),
    (domain.SlotFull(NINE, ()), f"the slot {WHEN} of sales was full (5 of 5 booked)"),
    (domain.OfficeClosed(NINE, ()), f"sales was closed at {WHEN}"),
    (domain.TimePast(NINE, ()), f"the desired time {WHEN} was in the past"),
    (domain.TimeBeyondHorizon(NINE, ()), f"the desired time {WHEN} was beyond the horizon of sales"),
    (domain.NothingFree(closed=True), "the office was closed during the whole requested period"),
    (domain.NothingFree(closed=False), "no slot of the requested period was free"),
    (domain.NothingFree(closed=True, days=(("over", 3),)), "the requested period was over"),
    (domain.NothingFree(closed=True, days=(("beyond the horizon", 1),)), "the requested period was beyond the horizon"),
    (
        domain.NothingFree(closed=True, days=(("over", 3), ("closed", 2))),
        "no slot of the requested period was free (3 days over, 2 closed)",
    ),
    (
        domain.ServiceThrottled(1_500, "sales", 5 * MINUTE),
        "sales was at its limit of starts within 5m, for another 2 s",
    ),
    (domain.NumberThrottled(1, "1", 6), "1 was at the limit of 6 starts per date"),
    (domain.RateLimited(1_000, 10), "the limit of 10 requests was reached, for another 1 s"),
    (domain.Failure(500, "Oh no"), "of a server error: Oh no"),
    (
        domain.OutOfRoom("services", 10_000),
        (
            "the mock is full: The session has reached its limit of 10,000 services that its scenario does not list: "
            "reset the session (POST /__admin/reset) or use another one"
        ),
    ),
    (domain.QueueFull("sales"), "the queue of sales was full"),
    (domain.NumberInQueue("sales", "1"), "1 was already in the queue of sales"),
    (wire.Unreadable("body", "is not JSON"), "body is not JSON"),
    (wire.UnsupportedBody("has no charset"), "the body has no charset"),
    (wire.BodyTooLarge(9), "the body has more than 9 bytes"),
    (wire.CredentialsMissing(), "the scenario requires a key or password, and the request has none"),
    (wire.CredentialsWrong(), "the scenario does not accept its key or password"),
    (wire.UnknownPath("/x", "GET /y"), "nothing is at /x; the nearest is GET /y"),
    (wire.WrongMethod("PUT", ("GET",), "GET /y"), "PUT is not answered there; the nearest is GET /y"),
    (wire.OwnDefect(), "of a defect of mockgms; see its log"),
]


@pytest.mark.parametrize(("refusal", "clause"), CLAUSES)
def test_each_refusal_has_its_own_text(refusal: Refusal, clause: str) -> None:
    assert refusal_text(refusal, Subject("was", SALES, NINE, 5)) == clause


def test_there_is_a_text_for_each_class_of_refusal() -> None:
    assert {type(refusal) for refusal, _ in CLAUSES} == REFUSALS


@pytest.mark.parametrize(
    ("refusal", "clause"),
    [
        (domain.SlotFull(NINE, ()), f"the slot {WHEN} of sales is full (5 of 5 booked)"),
        (
            domain.ServiceThrottled(1, "sales", 5 * MINUTE),
            "sales is at its limit of starts within 5m, for another 1 s",
        ),
    ],
)
def test_the_text_for_a_described_request_is_in_the_present_tense(refusal: Refusal, clause: str) -> None:
    assert refusal_text(refusal, Subject("is", SALES, NINE, 5)) == clause


def test_times_without_a_service_are_in_utc() -> None:
    assert (
        refusal_text(domain.OfficeClosed(NINE, ()), Subject("was"))
        == "the service was closed at Mon 2 March 2026 08:00 (UTC)"
    )
