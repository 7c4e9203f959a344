from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from mockgms.api.admin.refusal_text import Scene, refusal_text
from mockgms.api.admin.refusals import RequestRefused as OfAdmin
from mockgms.domain import refusals as domain
from mockgms.domain.callback import State
from mockgms.domain.instants import MINUTE, parse_instant
from mockgms.domain.refusals import Refusal
from mockgms.domain.service import Service
from mockgms.http import refusals as wire

NINE = parse_instant("2026-03-02T08:00:00Z")
SALES = Service("sales", timezone=ZoneInfo("Europe/Paris"))
WHEN = "Mon 2 March 2026 09:00 (Europe/Paris)"

CLAUSES: list[tuple[Refusal, str]] = [
    (domain.UnknownService("x"), "the scenario has no service 'x', and makes up no others"),
    (domain.UnknownCallback("x"), "there is no callback x, or it is one of another service"),
    (domain.WrongState("x", State.COMPLETED), "the callback x was COMPLETED already"),
    (domain.NumberUnreadable("x"), "'x' is no phone number"),
    (domain.NumberUnreadable(""), "the phone number is missing"),
    (domain.NumberImpossible("1"), "no phone number of its country looks like 1"),
    (domain.NumberPremium("1"), "calling 1 would cost extra, which the service refuses"),
    (
        domain.CountryMissing("1", "sales", "premium"),
        "sales checks phone numbers, but its `numbers` name no `country`",
    ),
    (domain.SlotFull(NINE, ()), f"the slot {WHEN} of sales was full (5 of 5 booked)"),
    (domain.OfficeClosed(NINE, ()), f"sales was closed at {WHEN}"),
    (domain.TimePast(NINE, ()), f"the desired time {WHEN} was over"),
    (domain.TimeBeyondHorizon(NINE, ()), f"the desired time {WHEN} was beyond the horizon of sales"),
    (domain.NothingFree(closed=True), "the office was closed all through the asked period"),
    (domain.NothingFree(closed=False), "no slot of the asked period was free"),
    (domain.NothingFree(closed=True, days=(("over", 3),)), "the asked period was over"),
    (domain.NothingFree(closed=True, days=(("beyond the horizon", 1),)), "the asked period was beyond the horizon"),
    (
        domain.NothingFree(closed=True, days=(("over", 3), ("closed", 2))),
        "no slot of the asked period was free (3 days over, 2 closed)",
    ),
    (
        domain.ServiceThrottled(1_500, "sales", 5 * MINUTE),
        "the starts that sales accepts within 5m were used up, for 2 s more",
    ),
    (domain.NumberThrottled(1, "1", 6), "the 6 starts that a number has on a date were used up for 1"),
    (domain.RateLimited(1_000, 10), "the limit of 10 requests was used up, for 1 s more"),
    (domain.Failure(500, "Oh no"), "the service was to fail: Oh no"),
    (
        domain.OutOfRoom("services", 10_000),
        (
            "the mock is full: The session has reached its limit of 10,000 services that its scenario does not list: "
            "reset the session (POST /__admin/reset) or use another one"
        ),
    ),
    (domain.QueueFull("sales"), "the queue of sales was full"),
    (domain.NumberInQueue("sales", "1"), "1 was in the queue of sales already"),
    (wire.Unreadable("body", "is not JSON"), "body is not JSON"),
    (wire.BodyTooLarge(9), "the body has more than 9 bytes"),
    (wire.CredentialsMissing(), "the scenario asks for a key or password, and it has none"),
    (wire.CredentialsWrong(), "its key or password is none of the scenario's"),
    (wire.UnknownPath("/x", "GET /y"), "nothing is at /x; the nearest is GET /y"),
    (wire.WrongMethod("PUT", ("GET",), "GET /y"), "PUT is not answered there; the nearest is GET /y"),
    (wire.OwnDefect(), "of a defect of mockgms; its log says more"),
]


@pytest.mark.parametrize(("refusal", "clause"), CLAUSES)
def test_every_refusal_has_its_reason(refusal: Refusal, clause: str) -> None:
    assert refusal_text(refusal, Scene("was", SALES, NINE, 5)) == clause


def leaves(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    """The kinds of refusals that are raised."""
    inner = [each for each in kind.__subclasses__() if each is not OfAdmin]
    yield from [kind] if not inner else (leaf for each in inner for leaf in leaves(each))


def test_none_is_forgotten() -> None:
    assert {type(refusal) for refusal, _ in CLAUSES} == set(leaves(Refusal))


def test_what_is_only_described_is_told_in_the_present() -> None:
    assert refusal_text(domain.SlotFull(NINE, ()), Scene("is", SALES, NINE, 5)).endswith("is full (5 of 5 booked)")
    assert refusal_text(domain.ServiceThrottled(1, "sales", 5 * MINUTE), Scene("is", SALES)).endswith(
        "are used up, for 1 s more"
    )


def test_without_a_service_times_are_in_utc() -> None:
    assert (
        refusal_text(domain.OfficeClosed(NINE, ()), Scene("was"))
        == "the service was closed at Mon 2 March 2026 08:00 (UTC)"
    )
