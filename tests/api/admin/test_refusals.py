import json
from http import HTTPStatus

import pytest

from mockgms.api.admin.refusals import Mistaken, not_found, render_refusal
from mockgms.domain.refusals import Failure, OutOfRoom, Refusal, Room
from mockgms.http.refusals import BodyTooLarge, OwnDefect, UnknownPath, Unreadable, UnsupportedBody, WrongMethod
from mockgms.scenario.mistakes import Mistake
from mockgms.scenario.model import Scenario
from mockgms.session import Session

ALL = "All endpoints are listed at /__admin/docs."
SESSION = Session("default", Scenario("test", "For a test."))


def rendered(refusal: Refusal) -> tuple[int, object, object]:
    reply = render_refusal(refusal, SESSION)
    return reply.status, json.loads(reply.body), reply.headers


def test_an_unreadable_field_is_named() -> None:
    assert rendered(Unreadable("by", "must be text")) == (400, {"message": "by must be text", "field": "by"}, ())


def test_the_refusal_of_an_unknown_path_names_the_most_similar_route() -> None:
    refusal = UnknownPath("/__admin/rest", "POST /__admin/reset")
    message = f"There is no /__admin/rest. The nearest is POST /__admin/reset. {ALL}"
    assert rendered(refusal) == (404, {"message": message}, ())


def test_a_path_that_is_not_utf_8_is_shown_with_question_marks() -> None:
    refusal = UnknownPath("/__admin/caf\udce9", "GET /__admin/clock")
    message = f"There is no /__admin/caf?. The nearest is GET /__admin/clock. {ALL}"
    assert rendered(refusal) == (404, {"message": message}, ())


def test_the_refusal_of_an_unknown_name_suggests_a_similar_one() -> None:
    message = {"message": "There is no rule 'slo', did you mean `slow`? (there are: slow, fast).", "field": "name"}
    assert rendered(not_found("rule", "name", "slo", ["slow", "fast"])) == (404, message, ())


def test_the_refusal_of_a_rule_lists_all_its_mistakes() -> None:
    mistakes = (Mistake("<body>", 2, 1, "a"), Mistake("<body>", 0, 0, "b"))
    body = {
        "message": "The rule has mistakes.",
        "field": "then",
        "mistakes": ["<body>:2:1: a", "<body>: b"],
        "findings": [
            {"severity": "error", "file": "<body>", "line": 2, "column": 1, "message": "a"},
            {"severity": "error", "file": "<body>", "line": None, "column": None, "message": "b"},
        ],
    }
    assert rendered(Mistaken("The rule has mistakes.", "then", mistakes)) == (400, body, ())


def test_the_refusal_of_a_wrong_method_names_the_allowed_one() -> None:
    assert rendered(WrongMethod("PUT", ("GET",), "GET /__admin/health")) == (
        405,
        {"message": "PUT is not possible here. There is GET /__admin/health."},
        (("Allow", "GET"),),
    )


def test_an_unsupported_or_too_large_body_is_refused_with_the_reason() -> None:
    wrong = UnsupportedBody("has no charset")
    assert rendered(wrong) == (415, {"message": "The body has no charset.", "field": "body"}, ())
    assert rendered(BodyTooLarge(10)) == (413, {"message": "The body has more than 10 bytes.", "field": "body"}, ())


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
            "rules",
            (
                "The session has reached its limit of 1,000 armed rules: disarm some (DELETE /__admin/rules/NAME), or "
                "reset the session (POST /__admin/reset) or use another one."
            ),
        ),
        (
            "placeholders",
            (
                "The session would exceed its limit of 1,000 placeholder bookings: "
                "reset the session (POST /__admin/reset) or use another one."
            ),
        ),
    ],
)
def test_the_refusal_at_a_limit_has_the_limit_and_the_remedy(room: Room, message: str) -> None:
    assert rendered(OutOfRoom(room, 1_000)) == (507, {"message": message}, ())


def test_a_failure_has_its_own_status_and_message() -> None:
    assert rendered(Failure(503, "Send it again later.")) == (503, {"message": "Send it again later."}, ())


def test_an_internal_error_refers_to_the_log() -> None:
    message = {"message": "A defect of mockgms: see its log."}
    assert rendered(OwnDefect()) == (HTTPStatus.INTERNAL_SERVER_ERROR, message, ())
