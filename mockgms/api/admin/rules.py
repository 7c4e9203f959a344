"""The rules of a session: list them; arm, disarm or restore one."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from functools import partial
from itertools import chain, count
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from mockgms.api.admin.refusals import Mistaken, NotFound, not_found
from mockgms.api.field_types import Answer, Time, Whole
from mockgms.api.operation import JSON, YAML, Created, Written, operation
from mockgms.domain.instants import LATEST, Duration, Instant, render_instant
from mockgms.http.messages import InSteps
from mockgms.http.refusals import Unreadable
from mockgms.scenario.document import parse_document
from mockgms.scenario.engine import Tally
from mockgms.scenario.faults.catalog import FAULTS, can_stand_alone
from mockgms.scenario.ineffective_rules import warn_of_armed_rule
from mockgms.scenario.mistakes import Mistake, ScenarioMistakes
from mockgms.scenario.nodes import MapEntry
from mockgms.scenario.patterns import PatternBudget
from mockgms.scenario.rulebook import EFFECTS, LONGEST_RULE_NAME, RuleSettings, read_armed_rule
from mockgms.scenario.rules import Rule, patterns_of
from mockgms.scenario.sentences import sentence
from mockgms.session import Session

_BODY: Final = "<body>"

FaultName = StrEnum("FaultName", [(name, name) for name in FAULTS if can_stand_alone(name)])  # type: ignore[misc]
FaultName.__doc__ = "The name of a fault that needs no keys."
AnyFaultName = StrEnum("AnyFaultName", [(name, name) for name in FAULTS])  # type: ignore[misc]
AnyFaultName.__doc__ = "The name of a fault."


class FaultWithKeys(Struct):
    """A fault with its keys, which stand beside its name."""

    fault: AnyFaultName


class RuleToArm(RuleSettings, forbid_unknown_fields=True, rename={"lasting": "for"}):
    """A rule, written as in a scenario."""

    then: Annotated[
        FaultName | FaultWithKeys | list[FaultName | FaultWithKeys] | UnsetType,
        Meta(description="A fault by its name or with its keys, or a list of faults that happen in this order"),
    ] = UNSET
    lasting: Annotated[
        str | UnsetType,
        Meta(description="How long it is in force, on the session's clock. Without it, until disarmed"),
    ] = UNSET


class RuleView(Answer, rename={"origin": "from"}):
    """A rule, and how often it has matched and fired."""

    name: str
    origin: Literal["armed", "scenario"]
    expires: Annotated[Time | None, Meta(description="When an armed rule expires")]
    matches: Whole
    firings: Whole
    in_force: Annotated[bool, Meta(description="False for a disarmed rule and for an expired one")]
    says: Annotated[str, Meta(description="The rule as a sentence")]
    rule: Annotated[dict[str, Any], Meta(description="The rule as it was written")]


class ArmedRuleView(RuleView, kw_only=True):
    """A rule that was armed."""

    warnings: Annotated[
        list[str] | UnsetType, Meta(description="Why it never fires, or its parts without effect, if there are any")
    ] = UNSET


@operation("GET", "/rules", "admin.rules")
def list_rules(session: Session) -> list[RuleView]:
    """List the rules, in the order in which they are tried.

    Each has how often it has matched and fired, how it was written, and whether it is in force. Expired rules are
    listed too. Disarmed rules of the scenario come last.
    """
    now, engine = session.now(), session.engine
    tried = [_render_rule(tally, now) for tally in engine.tallies()]
    disarmed = [Tally(rule, 0, 0, armed=False, until=None) for rule in engine.disarmed()]
    return tried + [_render_rule(tally, now, is_disarmed=True) for tally in disarmed]


@operation("POST", "/rules", "admin.rules.arm", refusals=(Mistaken,))
def arm_rule(
    session: Session,
    last: bool = False,
    unique: bool = False,
    *,
    body: Annotated[bytes, Written(RuleToArm, (JSON, YAML))],
) -> InSteps[Created[ArmedRuleView]]:
    """Arm a rule, before all others.

    It is written as in a scenario file, as JSON or YAML. With `for: 30s` it expires after that time on the session's
    clock. An armed rule of the same name is replaced.

    Args:
        last: Whether the rule comes after the other armed rules. The rules of the scenario follow in any case.
        unique: Whether the rule gets a number (`throttle-2`) if there is a rule of its name, instead of replacing it.
    """
    rule, lasting = yield partial(_parse, body)
    if unique:
        rule = _with_unique_name(rule, session)
    if session.engine.lists(rule.name):
        raise Unreadable("name", f"{rule.name!r} is the name of a rule of the scenario: choose another name")
    _check_patterns(rule, session)
    until = None if lasting is None else session.now() + lasting
    session.engine.arm(rule, None if until is None or until > LATEST else until, last=last)  # no clock passes LATEST
    session.publish("rules", "armed", name=rule.name)
    armed = next(tally for tally in session.engine.tallies() if tally.rule is rule)
    found = yield partial(warn_of_armed_rule, rule, session.scenario, session.now())
    return Created(ArmedRuleView(**asdict(_render_rule(armed, session.now())), warnings=found or UNSET))


@operation("PUT", "/rules/{name}", "admin.rules.restore", refusals=(NotFound,))
def restore_rule(session: Session, name: str) -> list[RuleView]:
    """Put a disarmed rule of the scenario back in its place.

    Args:
        name: The name of the rule.
    """
    if not session.engine.lists(name):
        known = [rule.name for rule in session.engine.disarmed()]
        raise not_found("rule of the scenario", "name", name, known)
    session.engine.restore(name)
    session.publish("rules", "restored", name=name)
    return list_rules(session)


@operation("DELETE", "/rules/{name}", "admin.rules.disarm", refusals=(NotFound,))
def disarm_rule(session: Session, name: str) -> list[RuleView]:
    """Disarm a rule. A rule of the scenario is back in force after the next reset.

    Args:
        name: The name of the rule.
    """
    if session.engine.named(name) is None:
        raise not_found("rule", "name", name, [tally.rule.name for tally in session.engine.tallies()])
    session.engine.disarm(name)
    session.publish("rules", "disarmed", name=name)
    return list_rules(session)


def _with_unique_name(rule: Rule, session: Session) -> Rule:
    """Return the rule, with a number in its name if the session has a rule of this name."""
    engine, longest = session.engine, LONGEST_RULE_NAME
    numbered = (f"{rule.name[: longest - len(suffix)]}{suffix}" for suffix in map("-{}".format, count(2)))
    name = next(name for name in chain([rule.name], numbered) if engine.named(name) is None and not engine.lists(name))
    return replace(rule, name=name, written={**rule.written, "name": name})


def _check_patterns(rule: Rule, session: Session) -> None:
    """Raise Unreadable if the patterns of all armed rules would be too many."""
    armed = [tally.rule for tally in session.engine.tallies() if tally.armed and tally.rule.name != rule.name]
    try:
        PatternBudget().take_all(patterns_of([*armed, rule]))
    except ValueError as error:
        raise Unreadable(
            "when", f"exceeds a limit: in all armed rules of the session, {error}; or disarm rules"
        ) from None


def _render_rule(tally: Tally, now: Instant, *, is_disarmed: bool = False) -> RuleView:
    return RuleView(
        name=tally.rule.name,
        origin="armed" if tally.armed else "scenario",
        expires=None if tally.until is None else render_instant(tally.until),
        matches=tally.matches,
        firings=tally.firings,
        in_force=not is_disarmed and (tally.until is None or now < tally.until),
        says=sentence(tally.rule),
        rule=dict(tally.rule.written),
    )


def _parse(body: bytes) -> tuple[Rule, Duration | None]:
    """Return a rule and how long it is to be in force. Raises Mistaken."""
    repeated: list[Mistake] = []
    try:
        entries = parse_document(body, _BODY, repeated, "rule")
    except ScenarioMistakes as mistakes:
        raise _mistaken("body", mistakes) from None
    try:
        return read_armed_rule(entries, _BODY, repeated)
    except ScenarioMistakes as mistakes:
        raise _mistaken(_field(entries, mistakes), mistakes) from None


def _mistaken(field: str, mistakes: ScenarioMistakes) -> Mistaken:
    message = "The rule has mistakes; nothing has changed."
    return Mistaken(message, field, mistakes.mistakes)


def _field(entries: Mapping[str, MapEntry], mistakes: ScenarioMistakes) -> str:
    """Return the key of the rule with the first mistake, or "body" if it is about the whole rule."""
    missing = [] if "name" in entries else ["name"]
    missing += [] if any(effect in entries for effect in EFFECTS) else ["then"]
    where = mistakes.mistakes[0]
    before = [key for key, entry in entries.items() if entry.place <= (_BODY, where.line, where.column)]
    return (missing or before[-1:] or ["body"])[0]
