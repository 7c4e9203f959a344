"""What must hold for the answers to one step."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Final

from fuzzing.process import Server
from fuzzing.step import Step
from fuzzing.wire import PATIENCE, Answer, Line, NotHttp, Talk

_RULE: Final = "x-mockgms-rule"
_DEFECT: Final = b"defect of mockgms"
_ERROR: Final = 400
_LATE: Final = frozenset(
    {"hang", "delay", "disconnect", "empty", "slow_body", "truncate"}
)  # faults that can keep an answer away


@dataclass(frozen=True)
class Failure:
    """Something that must not happen: its `kind`, and a text that says what happened."""

    kind: str
    text: str


def send(server: Server, step: Step) -> tuple[Talk, Failure | None]:
    """Send a step, and return what came back with the first thing that is wrong with it."""
    try:
        with Line(server.port, step) as line:
            line.read()
            failure = None if line.is_done or _may_stay_away(server, step, line.talk) else _waited(line, step)
    except NotHttp as why:
        return Talk(), Failure("not HTTP", f"the answer is not HTTP/1.1: {why}")
    except OSError as error:
        return Talk(), Failure("gone", f"no connection can be made: {error}")
    return line.talk, failure or _wrong(server, step, line.talk)


def _waited(line: Line, step: Step) -> Failure | None:
    """Wait for an answer that no fault delays."""
    line.read(PATIENCE)
    if line.is_done:
        return None
    what = "half-closed connection" if not step.requests else "whole request"
    return Failure("hung", f"a {what} was neither answered nor closed within {PATIENCE:g} s")


def _wrong(server: Server, step: Step, talk: Talk) -> Failure | None:
    for answer in talk.answers:
        if failure := _wrong_answer(answer):
            return failure
    if not step.requests:
        return None
    answers = talk.answers
    complete = len(answers) == len(step.requests) and answers[-1].whole
    is_last = step.half_close or (bool(answers) and answers[-1].headers.get("connection") == "close")
    ended = bool(answers) and answers[-1].whole and is_last
    if complete or ended or _may_stay_away(server, step, talk):
        return None
    return Failure(
        "lost answer", f"{len(step.requests)} requests got {len(answers)} answers, the last of them not whole"
    )


def _wrong_answer(answer: Answer) -> Failure | None:
    if _DEFECT in answer.body:
        return Failure("defect", f"{answer.status}: {answer.body[:500]!r}")
    if _RULE in answer.headers or answer.status < _ERROR:
        return None
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not _is_refusal(answer):
        return Failure("unasked 5xx", f"{answer.status}: {answer.body[:500]!r}")
    if answer.method != "HEAD" and answer.whole and not _is_error_body(answer.path, answer.body):
        return Failure("error body", f"{answer.status} with a body that is no error of its API: {answer.body[:500]!r}")
    return None


def _is_refusal(answer: Answer) -> bool:
    """True for refusals of v1 with a 5xx: 503 beyond a limit, 500 for a callback that is not queued."""
    is_limit = answer.status == HTTPStatus.SERVICE_UNAVAILABLE and b"ServiceUnavailable" in answer.body
    return answer.method == "HEAD" or is_limit or b"OrsServiceException" in answer.body


def _is_error_body(path: str, body: bytes) -> bool:
    try:
        error = json.loads(body)
    except ValueError:
        return path.startswith("/__admin/docs/") and body.startswith(b"<!doctype html>")  # the site may not be built
    if not isinstance(error, dict):
        return False
    is_gms = {"exception", "message"} <= set(error)
    is_ges = isinstance(error.get("status"), dict) and {"code", "message", "corrId"} <= set(error["status"])
    is_admin = "message" in error and not is_gms
    is_without_path = b"request is not HTTP" in body or b"request has more than" in body  # perhaps
    if is_without_path and is_ges:
        return True
    if path.startswith("/genesys/"):
        return is_gms
    if path.startswith(("/engagement/v3/", "/callbacks/")):
        return is_ges
    return is_gms or is_ges or is_admin or error.get("verified") is False


def _may_stay_away(server: Server, step: Step, talk: Talk) -> bool:
    """True if answers may be missing, because of a fault or because the bytes may not be a whole request."""
    if not step.requests and not step.half_close:
        return True
    if step.kind == "events" or (talk.answers and _RULE in talk.answers[-1].headers):
        return True
    if b"fault" in step.raw.lower() or b"prefer" in step.raw.lower():
        return True
    return any(_has_late_fault(server, base) for base in ("", f"/s/{step.session}"))


def _has_late_fault(server: Server, base: str) -> bool:
    """True if one of the newest requests of a session met a fault that can keep its answer away."""
    try:
        status, body = server.ask("GET", f"{base}/__admin/requests?limit=5&summary=true", timeout=PATIENCE)
    except (OSError, HTTPException):
        return False
    entries = json.loads(body)["requests"] if status == HTTPStatus.OK else []
    return any(_LATE & set(entry["faults"]) for entry in entries)
