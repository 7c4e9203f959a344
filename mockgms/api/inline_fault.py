"""Inline faults: those that a request itself asks for, without a rule in the scenario."""

import re
from collections.abc import Sequence
from typing import Final

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import quoted
from mockgms.http.browser_safety import ACTING_HEADERS, HOST_WIDE_HEADERS, LOCAL_PATH
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable
from mockgms.scenario.courses import Fault
from mockgms.scenario.engine import Engine
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.respond import Respond
from mockgms.scenario.rulebook import parse_faults
from mockgms.scenario.rules import INLINE, Rule

FAULT_HEADER: Final = "x-mockgms-fault"
FAULT_PARAMETER: Final = "__fault"

_BY_CODE: Final = {"400": "slot_conflict", "429": "throttle"}
_PREFERENCE: Final = lazy_regex(r"\s*([\w-]+)\s*(?:=\s*\"?([^\s\",;]*)\"?\s*)?")


def inline_rule(request: Request, engine: Engine) -> Rule | None:
    """Return a rule with the faults that a request asks for; None if it asks for none.

    It asks by the header X-Mockgms-Fault, the parameter __fault or the header Prefer. The first two take the name of a
    fault or its YAML, such as `{fault: delay, by: 2s}`. `Prefer: code=429` names a status, and `Prefer: example=NAME` a
    rule of the scenario. Unknown preferences are ignored, as RFC 7240 requires, except for a rule that does not exist.
    Raises Unreadable.
    """
    written = request.headers.get(FAULT_HEADER)
    if written is not None:
        return _rules[written, "X-Mockgms-Fault"]
    if FAULT_PARAMETER in request.query or "%5" in request.query:  # an underscore may be encoded as %5F
        for written in request.params().get(FAULT_PARAMETER, ()):
            return _rules[written, FAULT_PARAMETER]
    return _preferred(request, engine) if "prefer" in request.headers else None


def wants_explanation(request: Request) -> bool:
    """Return True if a request asks for the explanation of its answer, by `Prefer: explain`."""
    return ("explain", "") in _preferences(request)


def _preferred(request: Request, engine: Engine) -> Rule | None:
    for kind, value in _preferences(request):
        if kind == "code":
            return _by_code(value)
        if kind == "example":
            rule = engine.named(value)
            if rule is None:
                raise Unreadable("Prefer", f"asks for the rule {quoted(value)}, which the scenario does not have")
            return rule
    return None


def _preferences(request: Request) -> list[tuple[str, str]]:
    """Return the preferences in all Prefer headers: each name in lower case, with its value or ""."""
    written = [value for name, value in request.headers.items() if name.lower() == "prefer"]
    matches = map(_PREFERENCE.fullmatch, re.split("[,;]", ",".join(written)))
    return [(match[1].lower(), match[2] or "") for match in matches if match is not None]


def _by_code(code: str) -> Rule | None:
    """Return a rule whose fault answers with this status; None for a status that no refusal has."""
    if re.fullmatch("5[0-9][0-9]", code):
        return _rules[f"{{fault: server_error, status: {code}}}", "Prefer"]
    name = _BY_CODE.get(code)
    return None if name is None else _rules[name, "Prefer"]


def _parse_rule(written_and_where: tuple[str, str]) -> Rule:
    written, where = written_and_where
    try:
        faults = parse_faults(written)
    except ValueError as mistake:
        raise Unreadable(where, f"cannot be read: {mistake}") from None
    _check_headers(faults, where)
    names = {kind: name for name, kind in FAULTS.items()}
    return Rule(INLINE + "+".join(names[type(fault)] for fault in faults), faults)


def _check_headers(faults: Sequence[Fault], where: str) -> None:
    """Raise Unreadable for headers that a browser keeps for the host, or acts on in its name.

    Any web page can send a request with a fault. A redirect to a path of the mock is allowed.
    """
    for name, value in (header for fault in faults if isinstance(fault, Respond) for header in fault.headers.items()):
        if (why := _harm(name.lower(), value)) is not None:
            reason = f"because {why}, and any page can send a request: use a rule instead"
            raise Unreadable(where, f"cannot set the header {name}, {reason}")


def _harm(name: str, value: str) -> str | None:
    """Return why a page must not choose a header; None if it may. The name is in lower case."""
    if name in HOST_WIDE_HEADERS:
        return "browsers keep it for the whole host"
    if name in ACTING_HEADERS:
        return "browsers act on it in the name of the host"
    if name == "location" and not LOCAL_PATH.fullmatch(value):
        return "it leads to another host, and not to a path such as /ui/"
    return None


# The cache holds few and short entries, since a parsed rule takes kilobytes.
_rules: Final = BoundedCache(_parse_rule, most=128, longest=256)
