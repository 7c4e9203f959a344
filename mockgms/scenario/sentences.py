"""A rule as one sentence: which requests, what happens to them, and how often."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockgms.scenario.courses import ordinal
from mockgms.scenario.declarations import keys_of
from mockgms.scenario.faults.card import say
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.field_types import shown
from mockgms.scenario.rulebook import ALL_CONDITIONS, RuleSettings
from mockgms.scenario.rules import Rule

# One request of an operation, and several. The start page offers rules for these operations.
REQUESTS: Final = {
    "schedule": ("booking", "bookings"),
    "availability": ("availability query", "availability queries"),
    "cancel": ("cancellation", "cancellations"),
    "reschedule": ("rescheduling", "rescheduled bookings"),
    "find": ("search", "searches"),
    "estimated_wait_time": ("wait query", "wait queries"),
}
_KINDS: Final = {kind.name: kind for kind in ALL_CONDITIONS}
_SHOWN: Final = 2  # values of a list; of a longer one, the first is shown
# All other keys are shown as they are written.
_KNOWN: Final = frozenset(
    {
        "name", "then", "sequence", "at_end", "choose", "when", "unless", "per", "skip", "every", "times", "chance",
        "during", "after", "for", "phase",
    }
)  # fmt: skip
_LOOKS: Final = {field.key: field.look for field in keys_of(RuleSettings).values() if field.look is not None}
_AT_END: Final = {"stop": ", then the rule is over", "repeat": ", again and again", "last": " from then on"}


def sentence(rule: Rule) -> str:
    """Return a rule as a sentence, such as "Bookings from +1555* get no answer, once."."""
    written = rule.written
    text = " ".join(filter(None, [_who(written.get("when") or {}), _effect(written)]))
    return f"{', '.join([text[:1].upper() + text[1:], *_limits(written)])}."


def _who(when: Mapping[str, Any], any_request: str = "requests") -> str:
    operations = _listed(when.get("operation", "*"))
    requests = any_request if "*" in operations else " or ".join(map(_requests, operations))
    return " ".join([requests, *_conditions(when)])


def _requests(operation: object) -> str:
    _, several = REQUESTS.get(str(operation), ("", f"{operation} requests"))
    return several


def _conditions(when: Mapping[str, Any]) -> Iterator[str]:
    """Yield the conditions in words, without the operation."""
    return (_KINDS[name].words(value, _text) for name, value in when.items() if name != "operation")


def _effect(written: Mapping[str, Any]) -> str:
    """Return what happens to the requests: one thing, several in turn, or one of several."""
    if "sequence" in written:
        return f"{', then '.join(map(_faults, written['sequence']))}{_AT_END[written.get('at_end', 'stop')]}"
    if "choose" in written:
        total = sum(each["weight"] for each in written["choose"])
        shares = (f"{_faults(each['then'])} ({100 * each['weight'] / total:.3g}%)" for each in written["choose"])
        return " or ".join(shares)
    return _faults(written.get("then", []))


def _faults(then: Any) -> str:
    return " and ".join(map(_fault, _listed(then)))


def _fault(written: Any) -> str:
    keys = dict(written) if isinstance(written, Mapping) else {"fault": written}
    name = str(keys.get("fault"))
    kind = FAULTS.get(name)
    return f"meet {name.replace('_', ' ')}" if kind is None else say(kind, keys, _text)


def _limits(written: Mapping[str, Any]) -> Iterator[str]:
    callers = _callers(written.get("per", "session"))
    of = f" of each {callers}" if callers else ""
    if written.get("unless"):
        yield f"except {_who(written['unless'], 'those')}"
    if written.get("after") is not None:
        yield _after(written["after"]) + (f" of the same {callers}" if callers else "")
    yield from _counts(written, of)
    if "chance" in written:
        yield _LOOKS["chance"].sentence(_share(written["chance"]))
    if written.get("during"):
        yield f"during {_text(written['during'])}"
    if written.get("for") is not None:
        start = "from then on" if written.get("after") is not None else "from the first time on"
        yield f"for {written['for']} {start}"
    if "phase" in written:
        yield _LOOKS["phase"].sentence(written["phase"])
    for name in written.keys() - _KNOWN:
        yield f"{name} {_text(written[name])}"


def _counts(written: Mapping[str, Any], of: str) -> Iterator[str]:
    """Yield which of the matches fire."""
    skip, every, times = written.get("skip"), written.get("every", 1), written.get("times")
    if skip:
        yield _LOOKS["skip"].sentence(str(skip)) + of
    if every != 1:
        yield f"every {ordinal(every)} one{of}"
    if times == 0:
        yield "never"
    elif times is not None:
        yield {1: "once", 2: "twice"}.get(times, f"{times} times") + of.replace(" of", " for")
    if of and not skip and every == 1 and times is None and written.get("after") is None:
        yield f"separately{of.replace(' of', ' for')}"


def _after(after: Mapping[str, Any]) -> str:
    """Return the requests that must have been answered before."""
    own = {"status", "count", "within"}
    words = [f"after {after['count']}" if after.get("count", 1) != 1 else "after"]
    words.append(_who({name: value for name, value in after.items() if name not in own}))
    if after.get("status") is not None:
        words.append(f"answered with {_text(after['status'])}")
    if after.get("within") is not None:
        words.append(f"within {after['within']}")
    return " ".join(words)


def _callers(per: Any) -> str:
    """Return what distinguishes callers, such as `number and slot`; empty for the whole session."""
    return " and ".join(_caller(each) for each in _listed(per) if each != "session")


def _caller(per: Any) -> str:
    if isinstance(per, Mapping):
        return next(f"{kind.replace('_', ' ')} {name}" for kind, name in per.items() if name is not None)
    return _LOOKS["per"].words.get(per, per)


def _share(value: Any) -> str:
    return value if isinstance(value, str) else f"{100 * value:g}%"


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        first = value if len(value) <= _SHOWN else [value[0], f"{len(value) - 1} others"]
        return " or ".join(map(_text, first))
    return shown(value)
