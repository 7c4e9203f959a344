"""What the keys of rules mean together: sequences, choices, events, states, windows, callers and their memory."""

from textwrap import dedent
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.allowance import Allowance
from mockgms.domain.instants import DAY, HOUR, MINUTE, Instant, parse_instant
from mockgms.scenario.callers import Callers, CallersExport
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.compiled_rules import Candidates
from mockgms.scenario.counts import CALLER, COUNTS
from mockgms.scenario.coverage import Coverage
from mockgms.scenario.engine import Engine
from mockgms.scenario.facts import NamedPer, Per, caller, scope_of
from mockgms.scenario.model import Scenario
from mockgms.scenario.patterns import Shown
from mockgms.scenario.recent import Recent
from mockgms.scenario.spans import Between, Since, end_of, render_span
from mockgms.scenario.text_forms import parse_daily, parse_rate, parse_weekly_span, render_rate
from mockgms.scenario.trials import Trial
from mockgms.scenario.verdicts import verdicts
from tests.messages import ENDS_TOO_EARLY, ENTRY_NOT_REACHED, HOLDS_ALWAYS, NO_END, NOT_WEEKLY_HOURS, WEIGHT_0
from tests.scenario.conftest import Mistaken, Parse, warnings_of
from tests.scenario.facts import Facts, decide

NOW: Final = parse_instant("2026-03-02T09:00:00Z")  # a Monday
ANN, BOB = "+15550001", "+15550002"
UTC: Final = Facts("schedule", "v1").zone


def facts(phone: str = ANN, operation: str = "schedule", **more: Any) -> Facts:
    return Facts(operation, "v1", service="sales", phone=phone, **more)


def names(engine: Engine, phones: str | list[str] = ANN, now: Instant = NOW) -> list[str | None]:
    """Return the name of the first fault for each request, None without one."""
    fired = [decide(engine, facts(phone), now) for phone in ([phones] if isinstance(phones, str) else phones)]
    return [None if each is None else type(each.faults[0]).__name__ for each in fired]


def reasons(engine: Engine, request: Facts | None = None, now: Instant = NOW) -> list[str]:
    """The verdicts on a request, in words."""
    trials: list[Trial] = []
    request = request or facts()
    decide(engine, request, now, trials)
    return [verdict.reason for verdict in verdicts(engine.rule_list, request, now, trials)]


@pytest.mark.parametrize(
    ("at_end", "outcomes"),
    [
        ("stop", ["ServerError", "Pass", None, None]),
        ("repeat", ["ServerError", "Pass", "ServerError", "Pass"]),
        ("last", ["ServerError", "Pass", "Pass", "Pass"]),
    ],
)
def test_a_sequence_ends_repeats_or_stays_at_its_last_entry(
    at_end: str, outcomes: list[str | None], parse: Parse
) -> None:
    rules = parse(f"rules: [{{name: a, sequence: [server_error, pass], at_end: {at_end}}}]").rules
    assert names(Engine(rules), [ANN] * 4) == outcomes


def test_a_sequence_advances_only_when_its_rule_fires(parse: Parse) -> None:
    rules = parse("rules: [{name: a, skip: 1, every: 2, sequence: [server_error, throttle]}]").rules
    assert names(Engine(rules), [ANN] * 6) == [None, None, "ServerError", None, "Throttle", None]


def test_a_request_that_names_a_rule_gets_its_entries_in_turn(parse: Parse) -> None:
    engine = Engine(parse("rules: [{name: a, sequence: [server_error, throttle]}, {name: b, then: hang}]").rules)
    a, b = engine.rule_list.rules
    assert [type(engine.fire(a, facts()).faults[0]).__name__ for _ in range(3)] == [
        "ServerError",
        "Throttle",
        "ServerError",
    ]
    assert type(engine.fire(b, facts()).faults[0]).__name__ == "Hang"


def test_each_verdict_names_the_entry_and_the_caller(parse: Parse) -> None:
    rules = """
    rules:
      - {name: state, when: {operation: schedule}, then: {fault: set_state, name: seen}}
      - {name: third, every: 3, then: pass}
      - {name: bad-start, per: phone, sequence: [server_error, throttle, slot_conflict]}
      - {name: weather, choose: [{weight: 1, then: server_error}, {weight: 0, then: pass}]}
    """
    engine = Engine(parse(rules).rules)
    assert reasons(engine) == [
        "fired: match 1",
        "skipping: match 1, and it fires at every 3rd",
        "fired: match 1, 1st of 3 for 15550001: server_error",
        "hidden: the earlier rule bad-start answered first",
    ]
    assert reasons(engine)[2] == "fired: match 2, 2nd of 3 for 15550001: throttle"
    assert reasons(engine)[1] == "fired: match 3"
    assert reasons(engine)[2] == "fired: match 3, 3rd of 3 for 15550001: slot_conflict"
    assert reasons(engine)[2:] == ["spent: fired 3 of 3 times", "fired: match 1, chosen with 1 of 1: server_error"]


def test_each_property_of_a_caller_is_shown_by_its_own_name(parse: Parse) -> None:
    per = "[phone, {header: X-User}, {query: q}]"
    engine = Engine(parse(f"rules: [{{name: a, per: {per}, sequence: [hang], chance: 99%}}]").rules)
    trials: list[Trial] = []
    request = facts(headers={"x-user": "ann|b"})
    decide(engine, request, NOW, trials)
    shown = Shown(lambda name, text: f"<{name}:{text}>", lambda _, pattern: pattern)
    [verdict] = verdicts(engine.rule_list, request, NOW, trials, shown)
    assert verdict.reason.startswith("fired: match 1, 1st of 1 for <phone:15550001>, <X-User:ann|b>: hang, chance 99 %")


@given(st.integers(0, 1_000), st.lists(st.sampled_from([ANN, BOB]), max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_callers_does_not_matter_if_per_distinguishes_them(
    seed: int, phones: list[str], random: Any
) -> None:
    text = """
    rules:
      - {name: a, per: phone, every: 2, choose: [{weight: 2, then: server_error}, {weight: 3, then: throttle}]}
      - {name: b, per: phone, chance: 50%, sequence: [hang, pass], at_end: repeat}
      - {name: c, per: phone, skip: 1, times: 1, then: {fault: set_state, name: seen}}
      - {name: d, per: phone, when: {state: seen}, then: disconnect}
    """
    rules = Catalog().parse(f"description: x\n{dedent(text)}", "x").rules

    def outcomes_of(order: list[str]) -> dict[str, list[str | None]]:
        engine = Engine(rules, seed)
        outcomes: dict[str, list[str | None]] = {ANN: [], BOB: []}
        for phone, [name] in ((phone, names(engine, phone)) for phone in order):
            outcomes[phone].append(name)
        return outcomes

    assert outcomes_of(phones) == outcomes_of(random.sample(phones, len(phones)))


def test_weights_are_relative(parse: Parse) -> None:
    choose = "[{weight: 1, then: server_error}, {weight: 3, then: throttle}]"
    engine = Engine(parse(f"rules: [{{name: a, choose: {choose}}}]").rules, 5)
    outcomes = names(engine, [ANN] * 1_000)
    assert outcomes.count("ServerError") + outcomes.count("Throttle") == 1_000
    assert 200 < outcomes.count("ServerError") < 300


def test_a_window_begins_with_the_first_firing_of_each_caller(parse: Parse) -> None:
    engine = Engine(parse("rules: [{name: a, per: phone, for: 10m, then: hang}]").rules)
    assert names(engine, ANN) == ["Hang"]
    assert names(engine, [ANN, BOB], NOW + 10 * MINUTE) == [None, "Hang"]
    assert reasons(engine, now=NOW + 11 * MINUTE) == ["over: the time of its `for` after the first firing has passed"]


def test_a_rule_waits_for_the_requests_of_its_after(parse: Parse) -> None:
    text = """
    rules:
      - name: a
        per: phone
        after: {operation: cancel, version: v1, status: [204, 2xx], count: 2, within: 1m}
        then: hang
    """
    engine = Engine(parse(text).rules)
    assert engine.needs_answers
    assert reasons(engine) == ["after: 0 of 2 requests before it"]
    for phone, status in ((ANN, 404), (ANN, 200), (BOB, 200), (BOB, 204)):
        engine.record_answer(facts(phone, "cancel"), status, NOW)
    engine.record_answer(facts(ANN, "schedule"), 200, NOW)
    assert (names(engine, ANN), names(engine, BOB)) == ([None], ["Hang"])
    assert reasons(engine) == ["after: 1 of 2 requests before it"]
    assert reasons(engine, facts(BOB), NOW + MINUTE) == ["after: the last requests before it are too long ago"]


def test_a_window_after_a_request_ends_and_opens_again(parse: Parse) -> None:
    engine = Engine(parse("rules: [{name: a, after: {operation: cancel}, for: 1m, then: hang}]").rules)
    engine.record_answer(facts(ANN, "cancel"), 200, NOW)
    assert names(engine, [ANN, ANN], NOW + MINUTE - 1) == ["Hang", "Hang"]
    assert reasons(engine, now=NOW + MINUTE) == ["after: the time of its `for` since the last request is over"]
    engine.record_answer(facts(ANN, "cancel"), 200, NOW + HOUR)
    assert names(engine, ANN, NOW + HOUR) == ["Hang"]


def test_the_end_of_a_rule_is_the_earliest_of_its_ends(parse: Parse) -> None:
    text = """
    rules:
      - {name: during, during: {from: 2026-03-02T00:00:00Z, to: 2026-03-02T10:00:00Z}, then: hang}
      - {name: window, for: 10m, then: hang}
      - {name: within, after: {operation: cancel, within: 20m}, then: hang}
      - {name: event, after: {operation: cancel}, for: 30m, then: hang}
      - {name: endless, when: {operation: schedule}, then: hang}
      - {name: open, during: {from: 2026-03-02T00:00:00Z}, then: hang}
      - {name: set, then: hang}
      - {name: state, when: {operation: schedule}, unless: {state: [a, b]}, then: hang}
    """
    engine = Engine(parse(text).rules)
    engine.record_answer(facts(ANN, "cancel"), 200, NOW)
    assert engine.candidates["schedule", "v1"].rules
    ends = {}
    for rule in engine.rule_list.rules:
        firing = engine.decide([rule], facts(), NOW)
        ends[rule.name] = None if firing is None else engine.end_of(firing, facts(), NOW)
    assert ends == {
        "during": NOW + HOUR,
        "window": NOW + 10 * MINUTE,
        "within": NOW + 20 * MINUTE,
        "event": NOW + 30 * MINUTE,
        "endless": None,
        "open": None,
        "set": None,
        "state": None,
    }
    armed = engine.rule_list.rules[4]
    other = Engine()
    other.arm(armed, NOW + 5)
    firing = decide(other, facts(), NOW)
    assert firing is not None
    assert other.end_of(firing, facts(), NOW) == NOW + 5
    unopened = Engine([engine.rule_list.rules[1]])
    assert unopened.end_of(unopened.fire(engine.rule_list.rules[1], facts()), facts(), NOW) is None
    named = engine.fire(engine.rule_list.rules[1], facts(BOB))
    assert engine.end_of(named, facts(), NOW) == NOW + 10 * MINUTE


def test_the_end_of_a_required_state_is_the_end_of_its_rule(parse: Parse) -> None:
    text = """
    rules:
      - {name: set, per: phone, then: {fault: set_state, name: a, for: 5m}}
      - {name: ever, then: {fault: set_state, name: b}}
      - {name: required, per: phone, when: {state: a}, then: hang}
      - {name: endless, when: {state: b}, then: hang}
    """
    engine = Engine(parse(text).rules)
    firing = decide(engine, facts(states=["a"]), NOW)
    assert firing is not None
    assert engine.end_of(firing, facts(), NOW) == NOW + 5 * MINUTE
    assert engine.has_state(["x", "a"], "phone", "15550001", NOW + 5 * MINUTE - 1)
    assert not engine.has_state(["a"], "phone", "15550001", NOW + 5 * MINUTE)
    assert engine.has_state(["b"], "phone", "15550002", NOW + DAY)
    assert engine.state_names
    endless = engine.decide([engine.rule_list.rules[3]], facts(states=["b"]), NOW)
    assert endless is not None
    assert engine.end_of(endless, facts(), NOW) is None


def test_a_rule_says_which_condition_on_the_session_does_not_hold(parse: Parse) -> None:
    text = """
    rules:
      - {name: s, when: {state: [a, b]}, then: {fault: set_state, name: a}}
      - {name: c, when: {caller: {callbacks: {state: QUEUED, today: true, at_least: 2, at_most: 3}}}, then: hang}
      - {name: d, when: {caller: {callbacks: {at_most: 0}}}, then: hang}
      - {name: x, when: {caller: {callbacks: {}}}, then: {fault: set_state, name: b}}
      - {name: e, when: {slot: {free: {at_most: 1}}}, then: hang}
      - {name: f, when: {slot: {first_free: true}}, then: hang}
      - {name: g, when: {slot: {refused_before: true}}, then: hang}
      - {name: h, unless: {slot: {refused_before: false}}, then: hang}
    """
    engine = Engine(parse(text).rules)
    assert reasons(engine, facts(slot=NOW, free=3, callbacks=4)) == [
        "the state a or b is not set",
        "the caller has 4 QUEUED callbacks today, not at least 2 and at most 3",
        "the caller has 1 callback, not at most 0",
        "fired: match 1",
        "the slot has 3 free seats, not at most 1",
        "the slot is not the first free one",
        "the slot was not refused before",
        "`unless` holds: slot",
    ]
    without = reasons(engine, Facts("schedule", "v1"))
    assert without[1] == "there is no phone whose callbacks could be counted"
    assert without[4] == "there is no slot, because there is no desired_time"


def test_a_slot_that_was_refused_is_remembered_for_its_caller(parse: Parse) -> None:
    engine = Engine(parse("rules: [{name: a, per: phone, when: {slot: {refused_before: true}}, then: hang}]").rules)
    engine.record_answer(facts(ANN, slot=NOW), 400, NOW)
    engine.record_answer(facts(BOB, slot=NOW), 200, NOW)
    engine.record_answer(facts(BOB), 400, NOW)
    refused = [engine.was_refused("phone", who, slot) for who in ("15550001", "15550002") for slot in (NOW, NOW + HOUR)]
    assert refused == [True, False, False, False]


PERS: Final[list[tuple[Per, str, str]]] = [
    ("slot", "2026-03-02T09:00:00.000Z", "slot"),
    ("api_key", "KEY", "api_key"),
    (NamedPer("header", "X-User"), "ann", "header x-user"),
    (NamedPer("query", "q"), "1", "query q"),
    (NamedPer("user_data", "email"), "a@b", "user_data email"),
    (("phone", NamedPer("header", "X-A")), r"15550001|x\|y\\", "phone, header x-a"),
]


@pytest.mark.parametrize(("per", "who", "scope"), PERS)
def test_callers_are_distinguished_by_any_field(per: Per, who: str, scope: str) -> None:
    request = facts(
        slot=NOW,
        api_key="KEY",
        headers={"x-user": "ann", "x-a": "x|y\\"},
        query={"q": ["1", "2"]},
        user_data={"email": "a@b"},
    )
    assert (caller(request, per), scope_of(per)) == (who, scope)
    assert caller(Facts("find", "v1"), per) in ("", "|")


def test_the_memory_drops_the_least_recently_used_callers() -> None:
    allowance = Allowance()
    recent = Recent[int](allowance, max_keys=4)
    for number, name in enumerate("abc"):
        recent.set((name,), number)
    used = allowance.used
    assert recent.get(("a",)) == 0  # makes it the newest
    for name in "de":
        recent.set((name,), 9)
    assert [key for (key,), _ in recent.items()] == ["c", "a", "d", "e"]
    recent.drop(("x",))
    recent.drop(("c",))
    assert (len(recent.values), allowance.used) == (3, used)


def test_a_value_that_is_set_again_becomes_the_newest() -> None:
    recent = Recent[int](Allowance(), max_keys=3)
    for name in "aba":
        recent.set((name,), 1)
    assert [key for (key,), _ in recent.items()] == ["b", "a"]
    recent.set(("b",), 2)
    assert list(recent.items()) == [(("a",), 1), (("b",), 2)]


def test_the_memory_of_callers_stays_bounded() -> None:
    allowance = Allowance()
    callers = Callers(allowance, max_keys=100)
    for number in range(1_000):
        who = f"+1555{number:07d}"
        callers.counts.start("a", who, callers.counts.find(who))
        callers.add_event("a", who, NOW, 1, None)
    assert allowance.used < 100 * (CALLER + COUNTS + 500)
    other = Callers(Allowance(), max_keys=100)
    list(other.restore_state_in_steps(callers.export_state()))
    assert other.export_state() == callers.export_state()
    other.forget("a")
    assert other.export_state() == CallersExport()


def test_names_of_dropped_states_do_not_accumulate() -> None:
    callers = Callers(Allowance(), max_keys=10)
    for number in range(100):
        callers.set_state(f"state-{number}", "session", "", 1)
    assert {f"state-{number}" for number in range(90, 100)} <= callers.state_names
    assert len(callers.state_names) <= 20


def test_an_export_contains_the_whole_state_of_rules(parse: Parse) -> None:
    text = """
    rules:
      - {name: a, per: phone, for: 1m, sequence: [server_error, throttle]}
      - {name: b, after: {operation: cancel}, when: {slot: {refused_before: true}}, then: {fault: set_state, name: s}}
    """
    engine = Engine(parse(text).rules)
    decide(engine, facts(), NOW)
    engine.record_answer(facts(operation="cancel"), 200, NOW)
    engine.record_answer(facts(slot=NOW), 500, NOW)
    decide(engine, facts(slot=NOW, is_refused=True), NOW + HOUR)
    engine.fire(engine.rule_list.rules[0], facts())
    callers = engine.export_state().callers
    assert callers.counts == (("b", "", 1, 1, None), ("a", "15550001", 2, 1, NOW))
    assert callers.asked == (("a", "15550001", 1),)
    assert callers.events == (("b", "", (NOW,), NOW),)
    assert [state[:3] for state in callers.states] == [("s", "session", "")]
    assert callers.refused == (("session", "", str(NOW)),)
    other = Engine(engine.rule_list.rules)
    list(other.restore_state_in_steps(engine.export_state()))
    assert other.export_state() == engine.export_state()
    assert other.with_rules(engine.rule_list.rules).export_state() == engine.export_state()


def test_each_entry_has_its_own_coverage(parse: Parse) -> None:
    choose = "[{weight: 1, then: server_error}, {weight: 0.0, then: [{fault: delay, by: 1ms}, throttle]}]"
    scenario = parse(f"rules: [{{name: a, sequence: [hang, pass]}}, {{name: b, choose: {choose}}}]")
    covered = Coverage(scenario)
    engine = Engine(scenario.rules, coverage=covered)
    names(engine, [ANN] * 4)
    counted = [("a 1: hang", 3, 1), ("a 2: pass", 3, 1), ("b 1: server_error", 2, 2), ("b 2: delay+throttle", 2, 0)]
    whole = Coverage(Scenario("", ""))
    whole.add(covered)
    for coverage in (covered, whole):
        counts = [(each.name, each.matches, each.firings) for each in coverage.rules()]
        assert counts == [(name, 4 if name[0] == "a" else matches, firings) for name, matches, firings in counted]


@pytest.mark.parametrize(
    ("spans", "end"),
    [
        ([parse_daily("08:00-10:00")], "2026-03-02T10:00:00Z"),
        ([parse_daily("22:00-10:00")], "2026-03-02T10:00:00Z"),
        ([parse_daily("09:00-02:00")], "2026-03-03T02:00:00Z"),
        ([parse_weekly_span("Sun 22:00-10:00")], "2026-03-02T10:00:00Z"),
        ([parse_weekly_span("Mon 08:00-10:00"), parse_weekly_span("Mon 10:00-24:00")], "2026-03-03T00:00:00Z"),
        ([Since(None, 3_600_000)], "2026-03-02T10:00:00Z"),
        ([Since(0)], None),
        ([Between(NOW, None)], None),
        ([parse_weekly_span("Mon-Sun 00:00-24:00")], "2026-03-12T00:00:00Z"),
    ],
)
def test_adjacent_spans_end_at_the_end_of_the_last_one(spans: list[Any], end: str | None) -> None:
    assert end_of(spans, NOW, UTC, NOW) == (None if end is None else parse_instant(end))


def test_spans_from_the_start_of_the_session_are_shown_in_words() -> None:
    texts = [render_span(span) for span in (Since(600_000, 1_200_000), Since(600_000), Since(None, 500))]
    start = "after the session's start"
    assert texts == [f"from +600s up to +1200s {start}", f"from +600s on {start}", f"up to +0.5s {start}"]


def test_a_rate_is_rendered_as_it_was_written() -> None:
    assert render_rate(parse_rate("12 / h")) == "12/h"
    for text in ("0/h", "12", "h"):
        with pytest.raises(ValueError, match=f"^'{text}' is not a rate such as 12/h"):
            parse_rate(text)


@pytest.mark.parametrize(
    ("rule", "mistake"),
    [
        ("then: hang, choose: [{weight: 1, then: hang}]", "a rule takes only one of `then`, `choose`"),
        ("then: hang, at_end: repeat", "`at_end` is about a `sequence`, which the rule does not have"),
        ("sequence: hang", "`sequence` takes a list of faults such as `[server_error, pass, throttle]`"),
        ("choose: [{weight: 0, then: hang}]", "`choose` takes at least one entry with a weight over 0"),
        (
            "choose: [{weight: .inf, then: hang}, {weight: 1, then: pass}]",
            "`weight` takes a number from 0 to 1000000000, not inf",
        ),
        (
            "choose: [{weight: 1, then: pass}, {weight: 1e308, then: hang}]",
            "`weight` takes a number from 0 to 1000000000, not 1e+308",
        ),
        (
            "then: hang, when: {caller: {callbacks: {at_most: 9223372036854775807}}}",
            "`at_most` takes a whole number from 0 to 1000, not 9223372036854775807",
        ),
        ("then: hang, unless: {}", "`unless` takes at least one condition"),
        ("then: hang, after: {status: 9xx}", "`status`: '9xx' is not a status such as 409 or 4xx"),
        ("then: hang, per: {header: a, query: b}", "`per`: give one of `header`, `user_data` and `query`, with a name"),
        (
            "then: hang, during: {from: +1m, to: 2026-03-02T09:00:00Z}",
            "`during`: `from` and `to` must both be times",
        ),
        ("then: hang, during: {from: +1m, to: +1m}", f"`during`: {ENDS_TOO_EARLY}"),
        ("then: hang, during: {daily: 09:00-10:00, weekly: Mon 09:00-10:00}", "`during`: a period has either"),
        ("then: hang, when: {slot: {}}", "`slot` takes `free`, `first_free` or `refused_before`"),
        ("then: {fault: throttle, retry_after: until_over}", NO_END),
        ("during: {from: +1m}, then: {fault: throttle, retry_after: until_over}", NO_END),
        ("during: {daily: 00:00-24:00}, then: {fault: throttle, retry_after: until_over}", NO_END),
        ("unless: {state: s}, then: {fault: throttle, retry_after: until_over}", NO_END),
        ("then: {fault: set_state, name: a, for: 1m, clear: true}", "`set_state` has both"),
        (
            "then: error",
            "`error`: an error takes either a `status` or a `refusal`: write `{fault: error, status: 503}`",
        ),
        (
            "then: {fault: server_error, status: 404}",
            "`server_error` has a status from 500: write `{fault: error, status: 404}`",
        ),
        ("then: {set_state: down}", "`fault` is missing: write `{fault: set_state, name: down}`"),
        ("then: {delay: 2s}", "`fault` is missing: write `{fault: delay, by: 2s}`"),
        ("then: {server_error: 503}", "`fault` is missing: write `{fault: server_error, status: 503}`"),
        ("then: {hang: true}", "`fault` is missing: write `{fault: hang}`"),
        ("then: {server_error: []}", "`fault` is missing: write `{fault: server_error}`"),
        ("then: {fault: close_slots, slots: week}", f"`slots`: 'week' {NOT_WEEKLY_HOURS}, nor asked or day"),
        ("then: {fault: close_slots, slots: 1}", "`slots` takes asked, day or text such as"),
        (
            "then: hang, when: {user_data: {customer: {level: gold}}}",
            "`customer` takes no map: dots lead into nested data, write `customer.level: ...`",
        ),
        ("then: hang, when: {user_data: {customer: {}}}", "`customer` takes text such as sales* or a list, not a map"),
        ("then: hang, when: {header: {a: {b: c}}}", "`a` takes text such as sales* or a list, not a map"),
        (
            "choose: [{weight: 20%, then: hang}]",
            "`weight` takes a number from 0 to 1000000000, not '20%': write 20",
        ),
        ("then: {fault: error, refusal: slot_full, message: x}", "`error`: `message` goes with a `status`"),
        ("then: {fault: error, status: 400, fields: {a: b}}", "`error`: `fields` goes with a `refusal`"),
        ("then: {fault: error, refusal: slot_ful}", "`error`: unknown refusal 'slot_ful', did you mean `slot_full`?"),
        ("then: {fault: error, refusal: slot_full, fields: {limit: 1}}", "`error`: slot_full has no field 'limit'"),
        ("then: {fault: error, refusal: queue_full, fields: {servic: 1}}", "`error`: queue_full has no field 'servic'"),
        *(
            (
                f"then: {{fault: error, refusal: number_throttled, fields: {{limit: {limit}}}}}",
                f"`error`: the field `limit` of number_throttled: '{limit}' is not a whole number of at most 18 digits",
            )
            for limit in ("x", "-1", "\u0663", "1" * 19)
        ),
        *(
            (
                f"then: {{fault: error, refusal: failure, fields: {{status: {status}}}}}",
                f"`error`: the field `status` of failure: '{status}' is not a status from 400 to 599",
            )
            for status in ("100", "399", "600", "4000", "x")
        ),
    ],
)
def test_a_mistake_in_a_rule_has_a_plain_message(rule: str, mistake: str, mistaken: Mistaken) -> None:
    [message] = mistaken(f"rules: [{{name: a, {rule}}}]")
    assert message.split(": ", 1)[1].startswith(mistake)


@pytest.mark.parametrize(
    ("when", "mistake"),
    [
        ("caller: {callbacks: {at_least: 2, at_most: 1}}", "`callbacks` has an `at_most` below its `at_least`"),
        ("slot: {free: {}}", "`free` takes `at_least`, `at_most` or both"),
    ],
)
def test_conditions_that_contradict_themselves_are_mistakes(when: str, mistake: str, mistaken: Mistaken) -> None:
    assert mistaken(f"rules: [{{name: a, then: hang, when: {{{when}}}}}]") == [f"text:2:37: `when`: {mistake}"]


@pytest.mark.parametrize(
    ("rules", "warnings"),
    [
        ("{name: a, then: pass}, {name: b, then: hang}", ["the rule `b` never fires: `a` (text:2:9) comes first and"]),
        (
            "{name: a, then: {fault: set_state, name: s}}, {name: b, then: hang}",
            ["the rule `a` sets the state s, which no rule requires"],
        ),
        ("{name: a, sequence: [hang, pass]}, {name: b, then: hang}", []),
        ("{name: a, when: {state: s}, then: hang}", ["the rule `a` never fires: no rule sets the state s"]),
        ("{name: a, after: {state: s}, then: hang}", ["the rule `a` never fires: no rule sets the state s"]),
        (
            "{name: a, when: {state: s}, then: {fault: set_state, name: s, clear: true}}",
            ["the rule `a` never fires: no rule sets the state s"],
        ),
        (
            "{name: a, unless: {state: s, service: sales}, then: hang}",
            ["the rule `a` has an `unless` without effect: no rule sets the state s"],
        ),
        ("{name: a, then: {fault: set_state, name: s}}, {name: b, unless: {state: [r, s]}, then: hang}", []),
        (
            "{name: a, when: {phone: '+15*'}, unless: {phone: '+1*'}, then: hang}",
            [f"the rule `a` {HOLDS_ALWAYS}"],
        ),
        (
            "{name: a, choose: [{weight: 1, then: hang}, {weight: 0, then: pass}]}",
            [f"the rule `a` never chooses entry 2: {WEIGHT_0}"],
        ),
        (
            "{name: a, times: 1, sequence: [hang, pass]}",
            [f"the rule `a` {ENTRY_NOT_REACHED}"],
        ),
    ],
)
def test_an_entry_or_state_without_effect_is_a_warning(rules: str, warnings: list[str], parse: Parse) -> None:
    messages = [warning.split(": ", 1)[1] for warning in warnings_of(parse(f"rules: [{rules}]"))]
    assert [warning[: len(expected)] for warning, expected in zip(messages, warnings, strict=True)] == warnings


def test_expressions_that_cannot_be_searched_together_are_tried_one_by_one() -> None:
    written = r"""
    description: Each expression can be compiled, but both together are too complex.
    rules:
      - {name: a, when: {phone: '/^\+15550001(?:\d{600}x\d{600})?$/'}, then: server_error}
      - {name: b, when: {phone: '/^\+15550002(?:\d{600}x\d{600})?$/'}, then: throttle}
    """
    candidates = Candidates(Catalog().parse(dedent(written)).rules, "schedule", "v1")
    found = [[rule.name for rule in candidates.matches(facts(phone), NOW)] for phone in (ANN, BOB, "+15550003")]
    assert found == [["a"], ["b"], []]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "rules: [{name: a, then: hang, when: }]",
            "`when` takes a map, not nothing: indent its keys below it",
        ),
        (
            'services:\n  sales:\n    capacity: "a:\u00a01"',
            "`capacity` takes a whole number",
        ),
    ],
)
def test_an_empty_map_and_a_no_break_space_have_plain_messages(text: str, message: str, mistaken: Mistaken) -> None:
    [found] = mistaken(text)
    assert found.split(": ", 1)[1].startswith(message)
