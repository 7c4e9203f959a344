"""How the code is tested: no time passes but on the clock of the session."""

import pytest
import requests

from booking import book
from mockgms.client import Client

pytestmark = pytest.mark.gms(clock="2026-03-02T08:55:00Z")
PHONE = "+14155550100"


def test_a_callback_is_booked(gms: Client) -> None:
    id = book(gms.v1_url("sales"), PHONE)
    assert [(callback["id"], callback["phone"]) for callback in gms.callbacks] == [(id, PHONE)]


def test_a_throttled_client_comes_back_when_it_is_told_to(gms: Client) -> None:
    gms.arm({"fault": "throttle", "retry_after": "30s"}, for_="30s")
    book(gms.v1_url("sales"), PHONE, wait=lambda seconds: gms.advance(f"{seconds}s"))
    gms.verify("schedule", exactly=2, no_retry_before_retry_after=True)


def test_a_client_that_comes_back_too_early_is_found_out(gms: Client) -> None:
    gms.arm({"fault": "throttle", "retry_after": "30s"}, for_="30s")
    book(gms.v1_url("sales"), PHONE, wait=lambda _: gms.advance("10s"))
    with pytest.raises(AssertionError, match="Retry-After"):
        gms.verify(no_retry_before_retry_after=True)


@pytest.mark.gms(scenario="lost-answer-after-booking")
def test_after_a_lost_answer_nobody_should_book_again(gms: Client) -> None:
    with pytest.raises(requests.ConnectionError):
        book(gms.v1_url("sales"), PHONE)
    assert len(gms.callbacks) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_a_failure_is_told(gms: Client, status: int) -> None:
    gms.arm({"fault": "server_error", "status": status})
    with pytest.raises(requests.HTTPError, match=str(status)):
        book(gms.v1_url("sales"), PHONE)
    assert gms.callbacks == []
