"""Rules of scenario files: what each key becomes, and every mistake at its place."""

from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest

from mockgms.domain.hours import WeeklySpan
from mockgms.domain.instants import MINUTE, SECOND, parse_instant
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.courses import Fault
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.connection import Hang
from mockgms.scenario.faults.delay import Delay
from mockgms.scenario.faults.rate_limit import RateLimit
from mockgms.scenario.faults.respond import Respond
from mockgms.scenario.faults.server_error import ServerError
from mockgms.scenario.faults.throttle import Throttle
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario
from mockgms.scenario.patterns import parse_pattern
from mockgms.scenario.rules import Rule
from mockgms.scenario.spans import Between, Daily, Since
from tests.messages import NOT_A_DAY, NOT_A_REGEX, NOT_A_TIME, NOT_HOURS
from tests.scenario.conditions import conditions_on

Parse = Callable[[str], Scenario]
Mistaken = Callable[[str], list[str]]

NO_DELAY = (
    "a delay takes `by` alone, or `min` and a `max` of at least `min`, "
    "or a `median` over 0 and a `p99` of at least `median`: write `{fault: delay, by: 2s}`"
)
NINE, FIVE_PAST = parse_instant("2026-03-02T09:00:00Z"), parse_instant("2026-03-02T09:05:00Z")


def test_every_key_of_a_rule_sets_its_field(parse: Parse) -> None:
    scenario = parse("""\
        latency: virtual
        rules:
          - name: second-attempt-500
            when:
              operation: [schedule, re*]
              version: v3
              service: sales
              phone: "+1 555*"
              api_key: KEY-1
              desired_time: Mon-Fri 09:00-12:00
              user_data: {level: [gold, /plat/]}
              header: {X-Attempt: "2"}
              query: {debug: "*"}
            per: phone
            skip: 1
            times: 2
            chance: 80%
            during: {from: 2026-03-02T09:00:00Z, to: 2026-03-02T09:05:00Z}
            phase: after
            then: {fault: server_error, status: 503}
    """)
    assert scenario.latency == "virtual"
    assert scenario.rules == (
        Rule(
            name="second-attempt-500",
            when=conditions_on(
                operation=(parse_pattern("schedule"), parse_pattern("re*")),
                version=(parse_pattern("v3"),),
                service=(parse_pattern("sales"),),
                phone=(parse_pattern("+1555*"),),
                api_key=(parse_pattern("KEY-1"),),
                desired_time=(WeeklySpan(frozenset(range(5)), 540, 720),),
                user_data={"level": (parse_pattern("gold"), parse_pattern("/plat/"))},
                header={"x-attempt": (parse_pattern("2"),)},
                query={"debug": (parse_pattern("*"),)},
            ),
            per="phone",
            skip=1,
            times=2,
            chance=0.8,
            during=(Between(NINE, FIVE_PAST),),
            phase="after",
            then=(ServerError(503),),
        ),
    )


def test_a_rule_requires_only_a_name_and_a_fault(parse: Parse) -> None:
    scenario = parse("rules: [{name: all, then: {fault: hang}}]")
    assert scenario.rules == (Rule("all", (Hang(),)),)
    assert scenario.latency == "real"


def test_a_rule_is_in_force_during_one_span_or_several(parse: Parse) -> None:
    scenario = parse("""\
        rules:
          - name: a
            during: {daily: 09:00-09:05}
            then: {fault: hang}
          - name: b
            during:
              - {from: 2026-03-02T09:00:00Z}
              - {to: 2026-03-02T09:05:00Z}
              - {daily: 22:00-06:00}
              - {daily: 9:00-24:00}
              - {weekly: Mon 09:00-10:00}
              - {from: +10m}
              - {to: +20m}
            then: {fault: hang}
          - name: c
            when: {desired_time: [{from: 2026-03-02T09:00:00Z}, Mon 09:00-10:00]}
            during:
            then: {fault: hang}
    """)
    first, second, third = scenario.rules
    assert first.during == (Daily(time(9), time(9, 5)),)
    assert second.during == (
        Between(NINE, None),
        Between(None, FIVE_PAST),
        Daily(time(22), time(6)),
        Daily(time(9), time(0)),
        WeeklySpan(frozenset({0}), 540, 600),
        Since(10 * MINUTE, None),
        Since(None, 20 * MINUTE),
    )
    assert third.during == ()
    assert third.when == conditions_on(desired_time=(Between(NINE), WeeklySpan(frozenset({0}), 540, 600)))


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_can_be_written_with_its_required_keys(name: str, parse: Parse) -> None:
    required = {
        "rate_limit": ", limit: 5, per: 1m",
        "delay": ", by: 2s",
        "set_state": ", name: a",
        "error": ", status: 401",
    }.get(name, "")
    (rule,) = parse(f"rules: [{{name: x, then: {{fault: {name}{required}}}}}]").rules
    assert [type(fault) for fault in rule.then] == [FAULTS[name]]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{fault: throttle}", Throttle(30 * SECOND)),
        ("{fault: throttle, retry_after: 5, form: past}", Throttle(5 * SECOND, "past")),
        ("{fault: throttle, retry_after: 5m}", Throttle(5 * MINUTE)),
        ("{fault: rate_limit, limit: 5, per: 1m, key: phone}", RateLimit(5, MINUTE, key="phone")),
        ("{fault: delay, min: 1s, max: 2s}", Delay(min=SECOND, max=2 * SECOND)),
        ('{fault: respond, headers: {X-A: "1"}, body: ""}', Respond(200, {"X-A": "1"}, "")),
        ("{fault: respond, status: 502}", Respond(502)),
    ],
)
def test_the_keys_of_a_fault_are_its_fields(text: str, fault: Fault, parse: Parse) -> None:
    (rule,) = parse(f"rules: [{{name: x, then: {text}}}]").rules
    assert rule.then == (fault,)


def test_several_faults_happen_in_their_order(parse: Parse) -> None:
    (rule,) = parse("rules: [{name: x, then: [{fault: delay, by: 2s}, {fault: server_error}]}]").rules
    assert rule.then == (Delay(2 * SECOND), ServerError())


OR_LATER = ", or +10m from the session's start"
PER_KEYS = "(keys of the map: header, user_data, query)"


def test_every_mistake_of_the_rules_is_found() -> None:
    text = """\
description: x
latency: virtuel
rules:
  - name: second attempt
    when:
      operation: [schedul, "*"]
      service: []
      version: v4
      phone: +15551234
      desired_time: [Mon-Fry 09:00-12:00, {from: 2026-03-02T09:00:00Z, to: 2026-03-02T09:00:00Z}, {}]
      user_data: {level: [gold, /gold(/], "": x}
      query: {}
      fone: "1"
    per: phon
    skip: -1
    times: x
    chance: 80
    during: {daily: 9-10, from: x}
    phase: during
    then:
      - {fault: delai}
      - {fault: throttle, retry_after: -5, frm: past}
      - 5
      - {by: 2s}
      - {fault: 5}
      - {fault: delay}
      - {fault: throttle, retry_after: .inf}
      - {fault: respond, body: 5, headers: {X-A: 5}}
  - name: outage
    then: []
    during: [{daily: 09:00-09:05, to: 2026-03-02T08:00:00Z}]
  - name: outage
    when: {header: {X-A: a, x-a: b}, phone: [1]}
    skp: 1
  - outage
  - name: 5
    then:
    during: []
"""
    with pytest.raises(ScenarioMistakes) as caught:
        Catalog().parse(text, "my.yaml")
    assert str(caught.value).splitlines() == [
        "my.yaml:2:10: `latency` takes real or virtual, not 'virtuel'",
        "my.yaml:4:11: `name`: 'second attempt' is not a name: 1 to 100 letters, digits, dots, dashes or underscores",
        "my.yaml:6:19: `operation`: 'schedul' matches no operation, did you mean `schedule`?",
        "my.yaml:7:16: `service` takes at least one entry",
        "my.yaml:8:16: `version`: 'v4' matches no version (there are: v1, v2, v3)",
        "my.yaml:9:14: `phone` takes text such as +1555* or a list, not 15551234: put it in quotes",
        f"my.yaml:10:22: `desired_time`: 'Fry' {NOT_A_DAY}",
        "my.yaml:10:43: `desired_time`: `to` must be later than `from`",
        "my.yaml:10:99: `desired_time`: the period requires a `from`, a `to`, or both",
        f"my.yaml:11:33: `level`: /gold(/ {NOT_A_REGEX}gold(",
        "my.yaml:11:43: a name in `user_data` is empty",
        "my.yaml:12:14: `query` takes at least one entry",
        "my.yaml:13:7: unknown key `fone`, did you mean `phone`?",
        f"my.yaml:14:10: `per` takes session, phone, api_key, service, slot, a map or a list, not 'phon' {PER_KEYS}",
        "my.yaml:15:11: `skip` takes a whole number of at least 0, not -1",
        "my.yaml:16:12: `times` takes a whole number of at least 0, not 'x'",
        "my.yaml:17:13: `chance` takes text such as 80% or a number from 0 to 1, not 80",
        f"my.yaml:18:21: `daily`: '9-10' {NOT_HOURS}",
        f"my.yaml:18:33: `from`: 'x' {NOT_A_TIME}{OR_LATER}",
        "my.yaml:19:12: `phase` takes before or after, not 'during'",
        "my.yaml:21:17: unknown fault 'delai', did you mean `delay`?",
        "my.yaml:22:40: `retry_after` takes until_over, a whole number of at least 0 or text such as 30s, not -5",
        "my.yaml:22:44: unknown key `frm`, did you mean `form`?",
        "my.yaml:23:9: a fault is a name such as `throttle`, or a map such as `{fault: server_error, status: 503}`",
        "my.yaml:24:9: `fault` is missing: give the name of a fault, such as server_error",
        "my.yaml:25:17: `fault` takes the name of a fault, such as server_error",
        f"my.yaml:26:9: `delay`: {NO_DELAY}",
        "my.yaml:27:40: `retry_after` takes until_over, a whole number of at least 0 or text such as 30s, not inf",
        "my.yaml:28:32: `body` takes text, not 5: put it in quotes",
        "my.yaml:28:50: `X-A` takes text, not 5: put it in quotes",
        "my.yaml:30:11: at least one fault is required",
        "my.yaml:31:14: `during`: a period has either `daily`, `weekly`, or `from` and `to`: keep one of them",
        "my.yaml:32:5: `then` is missing: a rule takes `then`, `sequence` or `choose`",
        "my.yaml:32:11: `outage` is already the name of the rule in line 29, column 11",
        "my.yaml:33:46: an entry of `phone` takes text such as +1555*, not 1: put it in quotes",
        "my.yaml:34:5: unknown key `skp`, did you mean `skip`?",
        "my.yaml:35:5: a rule is a map that begins with `name: ...`",
        "my.yaml:36:11: `name` takes text such as second-attempt, not 5: put it in quotes",
        "my.yaml:37:10: a fault is a name such as `throttle`, or a map such as `{fault: server_error, status: 503}`",
        "my.yaml:38:13: `during` takes at least one entry",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rules: {}", "text:2:8: `rules` takes a list of rules, each of which begins with `- name: ...`"),
        (
            "rules: [{name: a, then: {fault: hang}, when: {header: {X-A: a, x-a: b}}}]",
            "text:2:46: `when`: `header` names a header twice, in upper and lower case: keep one of them",
        ),
        (
            "rules: [&a {name: a, then: {fault: hang}}, *a]",
            "text:2:19: `a` is already the name of the rule in line 2, column 19",
        ),
        ("rules: [{name: a, then: {fault: hang}, when: []}]", "text:2:46: `when` takes a map, not a list"),
        (
            "rules: [{name: a, then: {server_error: {status: 503}}}]",
            "text:2:25: `fault` is missing: write `{fault: server_error, status: ...}`",
        ),
        (
            "rules: [{name: a, then: {hang: }}]",
            "text:2:25: `fault` is missing: write `{fault: hang}`",
        ),
        (
            "rules: [{name: a, then: server_error, status: 503}]",
            "text:2:39: `status` is a key of the fault: write `then: {fault: server_error, status: ...}`",
        ),
        (
            "rules: [{name: a, when: {slot: {free: 0}}, then: hang}]",
            "text:2:39: `free` takes a map, not 0 (keys of the map: at_least, at_most)",
        ),
        (
            "rules: [{name: a, then: {fault: zzz}}]",
            f"text:2:33: unknown fault 'zzz' (there are: {', '.join(FAULTS)})",
        ),
        (
            "rules: [{name: a, then: {fault: hang}, when: {operation: 1}}]",
            "text:2:58: `operation` takes text such as schedule or a list, not 1: put it in quotes",
        ),
        (
            "rules: [{name: a, then: {fault: hang}, when: {version: 1}}]",
            "text:2:56: `version` takes text such as v3 or a list, not 1: put it in quotes",
        ),
    ],
)
def test_a_mistake_in_a_rule_says_which_values_are_accepted(text: str, expected: str, mistaken: Mistaken) -> None:
    assert mistaken(text) == [expected]


PARENT = """\
description: The parent.
rules:
  - {name: a, then: {fault: hang}}
  - {name: b, then: {fault: disconnect}}
"""


def test_rules_of_the_parent_come_last_without_those_that_the_child_replaces(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(PARENT)
    child = tmp_path / "child.yaml"
    child.write_text(
        "description: x\nextends: parent\nrules:\n"
        "  - {name: c, then: {fault: empty}}\n  - {name: b, then: {fault: garbage}}\n"
    )
    scenario = Catalog().load_file(child)
    assert [(rule.name, type(rule.then[0])) for rule in scenario.rules] == [
        ("c", FAULTS["empty"]),
        ("b", FAULTS["garbage"]),
        ("a", FAULTS["hang"]),
    ]
    assert scenario.files == (child, tmp_path / "parent.yaml")
