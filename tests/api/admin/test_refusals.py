import json
from http import HTTPStatus

import pytest

from mockgms.api.admin.refusals import Mistaken, not_found, render_refusal
from mockgms.domain.refusals import Failure, OutOfRoom, Refusal, Room
from mockgms.http.refusals import BodyTooLarge, OwnDefect, UnknownPath, Unreadable, UnsupportedBody, WrongMethod
from mockgms.scenario.model import Scenario
from mockgms.session import Session

SESSION = Session("default", Scenario("test", "For a test."))


def worded(refusal: Refusal) -> tuple[int, object, object]:
    reply = render_refusal(refusal, SESSION)
    return reply.status, json.loads(reply.body), reply.headers


def test_what_cannot_be_read_names_its_field() -> None:
    assert worded(Unreadable("by", "must be text")) == (400, {"message": "by must be text", "field": "by"}, ())


def test_an_unknown_path_names_the_nearest() -> None:
    refusal = UnknownPath("/__admin/rest", "POST /__admin/reset")
    assert worded(refusal) == (404, {"message": "There is no /__admin/rest. The nearest is POST /__admin/reset."}, ())


def test_a_path_that_is_no_utf_8_is_told_all_the_same() -> None:
    refusal = UnknownPath("/__admin/caf\udce9", "GET /__admin/clock")
    assert worded(refusal) == (404, {"message": "There is no /__admin/caf?. The nearest is GET /__admin/clock."}, ())


def test_a_name_that_is_not_known_is_answered_with_the_nearest_one() -> None:
    message = {"message": "There is no rule 'slo', did you mean `slow`?", "field": "name"}
    assert worded(not_found("rule", "name", "slo", ["slow", "fast"])) == (404, message, ())


def test_all_mistakes_of_a_scenario_are_answered() -> None:
    body = {"message": "The rule has mistakes.", "field": "then", "mistakes": ["1:1: a", "2:1: b"]}
    assert worded(Mistaken("The rule has mistakes.", "then", ("1:1: a", "2:1: b"))) == (400, body, ())


def test_a_wrong_method_names_the_right_one() -> None:
    assert worded(WrongMethod("PUT", ("GET",), "GET /__admin/health")) == (
        405,
        {"message": "PUT is not possible here. There is GET /__admin/health."},
        (("Allow", "GET"),),
    )


def test_a_body_that_is_too_large_is_told_the_limit() -> None:
    wrong = UnsupportedBody("has no charset")
    assert worded(wrong) == (415, {"message": "The body has no charset.", "field": "body"}, ())
    assert worded(BodyTooLarge(10)) == (413, {"message": "The body has more than 10 bytes.", "field": "body"}, ())


@pytest.mark.parametrize(
    ("room", "message"),
    [
        (
            "session",
            (
                "The session has reached its limit of 1,000 bytes for callbacks, counters and rules: "
                "reset the session (POST /__admin/reset) or use another one."
            ),
        ),
        (
            "sessions",
            (
                "All sessions together have reached their limit of 1,000 bytes for callbacks, counters and rules: "
                "delete sessions (DELETE /__admin/sessions/ID), or reset them (POST /s/ID/__admin/reset)."
            ),
        ),
        (
            "services",
            (
                "The session has reached its limit of 1,000 services that its scenario does not list: "
                "reset the session (POST /__admin/reset) or use another one."
            ),
        ),
        (
            "rivals",
            (
                "The session would exceed its limit of 1,000 bookings by rivals: "
                "reset the session (POST /__admin/reset) or use another one."
            ),
        ),
    ],
)
def test_what_is_full_is_told_with_the_limit_and_what_to_do(room: Room, message: str) -> None:
    assert worded(OutOfRoom(room, 1_000)) == (507, {"message": message}, ())


def test_a_failure_is_told_as_it_is() -> None:
    assert worded(Failure(503, "Send it again later.")) == (503, {"message": "Send it again later."}, ())


def test_a_defect_says_no_more_than_where_to_look() -> None:
    message = {"message": "A defect of mockgms: see its log."}
    assert worded(OwnDefect()) == (HTTPStatus.INTERNAL_SERVER_ERROR, message, ())
