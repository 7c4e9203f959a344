"""Exchanges of the journal, and failed verifications, as lines of text."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockgms.output.printable import visible

_MAX_FIELDS: Final = 160  # characters of the fields of one request
_FAILURE: Final = 400  # lowest status of an answer with a message in its body


def render_exchange(request: Mapping[str, Any]) -> str:
    """Return one exchange of the journal as a line, and a line for each of its hints."""
    sent_request, answer = request["request"], request["answer"]
    time = request["began"][11:23]
    path = sent_request["path"] + (f"?{sent_request['query']}" if sent_request["query"] else "")
    sent = " ".join(filter(None, [f"#{request['id']}  {time}  {sent_request['method']} {path}", _fields(sent_request)]))
    cause = f" [{request['rule']}: {', '.join(request['faults'])}]" if request["rule"] else ""
    lines = [f"{sent} -> {_answered(answer)}{cause}", *(f"    hint: {hint}" for hint in request["hints"])]
    return "\n".join(map(visible, lines))


def render_failure(failure: Mapping[str, Any], exchanges: Mapping[int, Mapping[str, Any]]) -> str:
    """Return a failed verification: its message, then each request that came close with its differences.

    `exchanges` are these requests, by number.
    """
    lines = [visible(failure["message"]), *(["The closest first:"] if failure["nearest"] else [])]
    for near in failure["nearest"]:
        number = near["request"]
        shown = render_exchange(exchanges[number]) if number in exchanges else f"#{number}  dropped for newer ones"
        lines += [f"  {shown}", *(visible(f"      {difference}") for difference in near["differs"])]
    return "\n".join(lines)


def _answered(answer: Mapping[str, Any] | None) -> str:
    if answer is None:
        return "no answer"
    parts = [answer["delivery"] or "", str(answer["status"]), *_reason(answer)]
    return " ".join(filter(None, parts))


def _reason(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield the message of a refusal, if the body has one."""
    if answer["status"] < _FAILURE:
        return
    try:
        body = json.loads(answer["body"])
        yield _on_one_line(str(body.get("message") or body["status"]["message"]))
    except (ValueError, AttributeError, LookupError, TypeError):  # a raw body of a rule
        return


def _fields(sent_request: Mapping[str, Any]) -> str:
    """Return the fields of the body, shortened if they are long."""
    text = " ".join(f"{name}={_value(value)}" for name, value in (sent_request["fields"] or {}).items())
    return text if len(text) <= _MAX_FIELDS else f"{text[: _MAX_FIELDS - 3]}..."


def _value(value: Any) -> str:
    return _on_one_line(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
