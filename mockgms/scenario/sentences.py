"""A rule as one sentence: which requests, what happens to them, and how often."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from mockgms.scenario.rules import Rule

_REQUESTS: Final = {
    "schedule": "bookings",
    "availability": "availability queries",
    "cancel": "cancellations",
    "reschedule": "rescheduled bookings",
    "find": "searches",
}
_CONDITIONS: Final = {
    "operation": "",
    "version": "by {}",
    "service": "for {}",
    "phone": "from {}",
    "api_key": "with the key {}",
    "desired_time": "for times in {}",
}
_FAULTS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "slot_conflict": lambda _: "are refused with 400: the slot is full",
    "office_closed": lambda _: "are refused with 400: the office is closed",
    "throttle": lambda keys: f"are refused with 429 and Retry-After {_wait(keys)}",
    "rate_limit": lambda keys: f"are refused with 429 beyond {keys['limit']} per {keys['per']}",
    "server_error": lambda keys: f"fail with {keys.get('status', 500)}",
    "respond": lambda keys: f"get {keys.get('status', 200)} from a proxy",
    "delay": lambda keys: f"wait {_delay(keys)}",
    "hang": lambda _: "get no answer",
    "disconnect": lambda _: "lose their connection",
    "empty": lambda _: "get an empty answer",
    "truncate": lambda keys: f"get {keys.get('keep', '50%')} of the answer",
    "garbage": lambda _: "get an answer that is not JSON",
    "slow_body": lambda _: "get the answer slowly",
    "rival": lambda keys: f"meet rivals who take {keys.get('seats', 'all')} seats before",
}
_SHOWN: Final = 2  # values of a list; of a longer one, the first is shown
# All other keys are shown as they are written.
_KNOWN: Final = frozenset({"name", "then", "when", "per", "skip", "times", "chance", "during", "phase", "for"})
_ONE: Final = {"session": "", "phone": " of each number", "api_key": " of each key", "service": " of each service"}


def sentence(rule: Rule) -> str:
    """Return a rule as a sentence, such as "Bookings from +1555* get no answer, once."."""
    written = dict(rule.written)
    who, limits = _who(written.pop("when", None) or {}), list(_limits(written))
    faults = [_fault(each) for each in _listed(written.pop("then", []))]
    text = " ".join(filter(None, [who, " and ".join(faults)]))
    return f"{', '.join([text[:1].upper() + text[1:], *limits])}."


def _who(when: Mapping[str, Any]) -> str:
    operations = _listed(when.get("operation", []))
    words = [" or ".join(_REQUESTS.get(str(each), f"{each} requests") for each in operations) or "requests"]
    for name, value in when.items():
        words.append(_CONDITIONS.get(name, f"with {name.replace('_', ' ')} {{}}").format(_text(value)))
    return " ".join(filter(None, words))


def _fault(written: Any) -> str:
    keys = dict(written) if isinstance(written, Mapping) else {"fault": written}
    name = str(keys.get("fault"))
    says = _FAULTS.get(name)
    return f"meet {name.replace('_', ' ')}" if says is None else says(keys)


def _limits(written: Mapping[str, Any]) -> Iterator[str]:
    of = _ONE.get(str(written.get("per", "session")), "")
    skip, times = written.get("skip"), written.get("times")
    if skip:
        yield f"after the first {'one' if skip == 1 else skip}{of}"
    if times is not None:
        yield {0: "never", 1: "once", 2: "twice"}.get(times, f"{times} times") + of.replace(" of", " for")
    if "chance" in written:
        yield f"in {_share(written['chance'])} of the cases"
    if "during" in written:
        yield f"during {_text(written['during'])}"
    if written.get("phase") == "after":
        yield "after they have taken effect"
    for name in written.keys() - _KNOWN:
        yield f"{name} {_text(written[name])}"


def _wait(keys: Mapping[str, Any]) -> str:
    if keys.get("form") == "missing":
        return "missing"
    wait = keys.get("retry_after", 30)
    return f"{wait} s" if isinstance(wait, int) else str(wait)


def _delay(keys: Mapping[str, Any]) -> str:
    if "by" in keys:
        return str(keys["by"])
    if "min" in keys:
        return f"{keys['min']} to {keys.get('max')}"
    return f"about {keys.get('median')}"


def _share(value: Any) -> str:
    return value if isinstance(value, str) else f"{100 * value:g}%"


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        shown = value if len(value) <= _SHOWN else [value[0], f"{len(value) - 1} others"]
        return " or ".join(map(_text, shown))
    return str(value)
