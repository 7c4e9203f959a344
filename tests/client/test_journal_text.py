from typing import Any

import pytest

from mockgms.client.journal_text import render_exchange, render_failure

HINT = "desiredTime is sent, but no _desired_time."


def request(**changes: Any) -> dict[str, Any]:
    request = {"method": "POST", "path": "/callbacks/create", "query": "", "fields": {"phoneNumber": "+1415***0123"}}
    return {
        "id": 7,
        "began": "2026-03-02T08:55:00.000Z",
        "rule": None,
        "faults": [],
        "hints": [],
        "request": request | changes.pop("request", {}),
        "answer": answer(200, "{}"),
    } | changes


def answer(status: int, body: str, delivery: str | None = None) -> dict[str, Any]:
    return {"status": status, "body": body, "delivery": delivery}


def test_a_request_is_rendered_in_a_line() -> None:
    assert render_exchange(request()) == "#7  08:55:00.000  POST /callbacks/create phoneNumber=+1415***0123 -> 200"


def test_the_hints_of_a_request_are_lines_below_it() -> None:
    assert render_exchange(request(hints=[HINT])).splitlines()[1:] == [f"    hint: {HINT}"]


def test_the_query_is_rendered_with_the_path() -> None:
    search = {"method": "GET", "query": "start=now", "fields": None}
    assert render_exchange(request(request=search)) == "#7  08:55:00.000  GET /callbacks/create?start=now -> 200"


def test_a_rule_that_fired_is_rendered_with_its_faults() -> None:
    fired = request(rule="slow", faults=["delay", "server_error"], answer=answer(500, "x"))
    assert render_exchange(fired).endswith(" -> 500 [slow: delay, server_error]")


@pytest.mark.parametrize(
    ("answered", "end"),
    [
        (None, "no answer"),
        (answer(200, '{"message": "fine"}'), "200"),
        (answer(200, "{}", "truncated"), "truncated 200"),
        (answer(400, '{"message": "Too many\\n requests", "code": 7041}'), "400 Too many requests"),
        (answer(429, '{"status": {"code": 7041, "message": "Wait"}}'), "429 Wait"),
        (answer(502, "<h1>Bad Gateway</h1>"), "502"),
        (answer(500, "[]"), "500"),
        (answer(500, "{}"), "500"),
        (answer(500, '{"status": 1}'), "500"),
    ],
)
def test_the_answer_is_rendered_with_the_reason_of_a_refusal(answered: Any, end: str) -> None:
    assert render_exchange(request(answer=answered)).endswith(f" -> {end}")


def test_fields_are_rendered_in_one_line() -> None:
    fields = {"a": "1\n2", "b": {"desiredTime": "é"}, "c": True}
    assert ' a=1 2 b={"desiredTime": "é"} c=true -> ' in render_exchange(request(request={"fields": fields}))


def test_long_fields_are_cut_off() -> None:
    line = render_exchange(request(request={"fields": {"a": "x" * 500}}))
    assert len(line) == len("#7  08:55:00.000  POST /callbacks/create ") + 160 + len(" -> 200")
    assert line.endswith("xxx... -> 200")


def test_control_characters_of_a_request_are_escaped() -> None:
    odd = {"path": "/x\x1b\u202e", "fields": {"a\nb": {"c": "\x9b\u2028"}}}
    line = render_exchange(request(rule="r\x07", request=odd, answer=answer(400, '{"message": "\\u001b[2J"}')))
    assert line == r"#7  08:55:00.000  POST /x\x1b\u202e a\nb={\"c\": \"\x9b\u2028\"} -> 400 \x1b[2J [r\x07: ]".replace(
        r"\"", '"'
    )


def test_control_characters_of_a_failed_verification_are_escaped() -> None:
    failure = {"message": "no\x1b", "nearest": [{"request": 1, "differs": ["a\nb", "c\u202e"]}]}
    lines = ["no\\x1b", "The closest first:", "  #1  dropped for newer ones", "      a\\nb", "      c\\u202e"]
    assert render_failure(failure, {}) == "\n".join(lines)
