"""Asking: how a request itself asks for a fault, without a rule in the scenario."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.http.inert import ACTING, OF_THE_HOST, STAYS
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable
from mockgms.scenario.engine import Engine
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.respond import Respond
from mockgms.scenario.rulebook import parse_faults
from mockgms.scenario.rules import Fault, Rule

FAULT_HEADER: Final = "x-mockgms-fault"
FAULT_PARAMETER: Final = "__fault"

_BY_CODE: Final = {"400": "slot_conflict", "429": "throttle"}
_PREFERENCE: Final = re.compile(r"\s*([\w-]+)\s*(?:=\s*\"?([^\s\",;]*)\"?\s*)?")


def asked_rule(request: Request, engine: Engine) -> Rule | None:
    """What a request asks to go wrong, by the header X-Mockgms-Fault, the parameter __fault or the header Prefer.

    The first two take the name of a fault or its YAML, `{fault: delay, by: 2s}`; `Prefer: code=429` takes a status and
    `Prefer: example=NAME` a rule of the scenario. A preference that cannot be had is passed over, as RFC 7240 has it,
    but for a rule that does not exist. Raises Unreadable.
    """
    written = request.headers.get(FAULT_HEADER)
    if written is not None:
        return _rules[written, "X-Mockgms-Fault"]
    if FAULT_PARAMETER in request.query or "%5" in request.query:  # which its underscores may be written as
        for written in request.params().get(FAULT_PARAMETER, ()):
            return _rules[written, FAULT_PARAMETER]
    return _preferred(request, engine) if "prefer" in request.headers else None


def asks_why(request: Request) -> bool:
    """Whether a request asks for the explanation of its answer: `Prefer: explain`."""
    return ("explain", "") in _preferences(request)


def _preferred(request: Request, engine: Engine) -> Rule | None:
    for kind, value in _preferences(request):
        if kind == "code":
            return _by_code(value)
        if kind == "example":
            rule = engine.named(value)
            if rule is None:
                raise Unreadable("Prefer", f"asks for the rule {value!r}, which the scenario does not have")
            return rule
    return None


def _preferences(request: Request) -> list[tuple[str, str]]:
    """The preferences of a request, of all its headers of that name: each in lower case, with its value or ""."""
    written = [value for name, value in request.headers.items() if name.lower() == "prefer"]
    matches = map(_PREFERENCE.fullmatch, re.split("[,;]", ",".join(written)))
    return [(match[1].lower(), match[2] or "") for match in matches if match is not None]


def _by_code(code: str) -> Rule | None:
    """A fault that answers with this status; none for a status that no refusal has."""
    if re.fullmatch("5[0-9][0-9]", code):
        return _rules[f"{{fault: server_error, status: {code}, message: {_phrase(int(code))}}}", "Prefer"]
    name = _BY_CODE.get(code)
    return None if name is None else _rules[name, "Prefer"]


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Server Error"


def _asked(written_and_where: tuple[str, str]) -> Rule:
    written, where = written_and_where
    try:
        faults = parse_faults(written)
    except ValueError as mistake:
        raise Unreadable(where, f"cannot be read: {mistake}") from None
    _check_headers(faults, where)
    names = {kind: name for name, kind in FAULTS.items()}
    return Rule("asked:" + "+".join(names[type(fault)] for fault in faults), faults)


def _check_headers(faults: Sequence[Fault], where: str) -> None:
    """Refuse headers that outlive the answer, or by which a browser acts for the host. Raises Unreadable.

    A redirect to a path of the mock is allowed.
    """
    for name, value in (header for fault in faults if isinstance(fault, Respond) for header in fault.headers.items()):
        if (why := _harm(name.lower(), value)) is not None:
            reason = f"because {why}, and any page can send a request: put it into a rule"
            raise Unreadable(where, f"cannot set the header {name}, {reason}")


def _harm(name: str, value: str) -> str | None:
    """What is wrong with a header, whose name is in small letters, in an answer that any page can ask for."""
    if name in OF_THE_HOST:
        return "browsers keep it for the whole host"
    if name in ACTING:
        return "browsers act on it in the name of the host"
    if name == "location" and not STAYS.fullmatch(value):
        return "it leads to another host, and not to a path such as /ui/"
    return None


# Few and short ones are kept, since a rule takes kilobytes: each fault is an object.
_rules: Final = BoundedCache(_asked, most=128, longest=256)
