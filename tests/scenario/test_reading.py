"""Mistakes in a scenario: all are found, each with its place and what to write instead."""

from collections.abc import Callable

import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.declarations import record
from mockgms.scenario.mistakes import Mistake, ScenarioMistakes
from mockgms.scenario.model import Scenario
from tests.messages import NOT_A_DAY, NOT_A_ZONE, NOT_WEEKLY_HOURS, OR_LATER, SET_TWICE, SPACE_MISSING

Mistaken = Callable[[str], list[str]]


def test_every_mistake_of_a_file_is_found() -> None:
    text = """\
seed: x
clok: {}
clock: {now: 2026-03-02T08:55:00, frozen: yes}
auth: {api_keys: [1234, true], basic: {username: u}}
empty_availability: {v1: refuze}
cors: 1
services:
  "*":
    capcity: 5
    time_bucket: 7
  sales:
    timezone: Asia/Tokio
    capacity: [{hours: Mon-Fri 9-12, seats: -1}, {hours: Mon 09:00-12:00}, 7]
    office_hours: [Mon-Fri 09:00-18:00, Mon-Fry 1:00-2:00, 3]
    throttle: [{limit: 1, per: 5}, {limit: -1, per: 5m}, {limit: 1, per: 1h}]
    holidays: 12-25
    lookup_keys: [""]
    in_queue_check: sometimes
    numbers: []
    booked: {days: 1000, share: }
  other: 5
"""
    with pytest.raises(ScenarioMistakes) as caught:
        Catalog().parse(text, "my.yaml")
    assert str(caught.value).splitlines() == [
        "my.yaml:1:1: `description` is missing",
        "my.yaml:1:7: `seed` takes a whole number, not 'x'",
        "my.yaml:2:1: unknown key `clok`, did you mean `clock`?",
        "my.yaml:3:14: `now`: '2026-03-02T08:55:00' has no zone: end it with Z or an offset such as +01:00",
        "my.yaml:3:43: `frozen` takes true or false, not 'yes'",
        "my.yaml:4:19: an entry of `api_keys` takes text that is not empty, not 1234: put it in quotes",
        "my.yaml:4:25: an entry of `api_keys` takes text that is not empty, not true: put it in quotes",
        "my.yaml:4:39: `password` is missing",
        "my.yaml:5:26: `v1` takes refuse or empty, not 'refuze'",
        "my.yaml:6:7: `cors` takes true or false, not 1",
        "my.yaml:9:5: unknown key `capcity`, did you mean `capacity`?",
        "my.yaml:10:18: `time_bucket` takes 5, 10, 15, 20, 30, 60 or 120, not 7",
        f"my.yaml:12:15: `timezone`: 'Asia/Tokio' {NOT_A_ZONE}, did you mean `Asia/Tokyo`?",
        f"my.yaml:13:24: `hours`: 'Mon-Fri 9-12' {NOT_WEEKLY_HOURS}",
        "my.yaml:13:45: `seats` takes a whole number from 0 to 1000000, not -1",
        "my.yaml:13:50: `seats` is missing",
        "my.yaml:13:76: an entry of `capacity` takes a map, not 7 (keys of the map: hours, seats)",
        f"my.yaml:14:41: `office_hours`: 'Fry' {NOT_A_DAY}",
        "my.yaml:14:60: an entry of `office_hours` takes text such as Mon-Fri 09:00-18:00, not 3",
        "my.yaml:15:32: `per` takes text such as 30s, not 5",
        "my.yaml:15:44: `limit` takes a whole number of at least 0, not -1",
        "my.yaml:15:58: `throttle` takes at most 2 entries",
        "my.yaml:16:15: `holidays` takes a list, not '12-25': write it as a list, [12-25]",
        "my.yaml:17:19: an entry of `lookup_keys` takes text that is not empty, not ''",
        "my.yaml:18:21: `in_queue_check` takes true, false or strict, not 'sometimes'",
        "my.yaml:19:14: `numbers` takes a map, not a list",
        "my.yaml:20:20: `days` takes a whole number from 1 to 366, not 1000",
        "my.yaml:20:33: `share` takes text such as 80%, not nothing",
        "my.yaml:21:10: the service `other` takes a map of settings",
    ]


SHALLOW = ": it is a key of a service, so indent it below the name of one"
DEEP = ": it is a key of the scenario, so indent it no further than `services`"
TIME = "2026-03-02T08:55:00.000Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("seed: {a: 1}", ["text:2:7: `seed` takes a whole number, not a map"]),
        ("seed: [1]", ["text:2:7: `seed` takes a whole number, not a list"]),
        ("seed: 1.5", ["text:2:7: `seed` takes a whole number, not 1.5"]),
        ("seed: true", ["text:2:7: `seed` takes a whole number, not true"]),
        (
            "seed: a:1",
            [f"text:2:7: `seed` takes a whole number, not 'a:1'; {SPACE_MISSING}: write `a: 1`"],
        ),
        (
            "services: {x: capacity:2}",
            [f"text:2:15: the service `x` takes a map of settings; {SPACE_MISSING}: write `capacity: 2`"],
        ),
        ("services: {x: {capacity:2}}", [f"text:2:16: {SPACE_MISSING}: write `capacity: 2`"]),
        ("rules: [{name: a, when: {phone:'+1'}, then: hang}]", [f"text:2:26: {SPACE_MISSING}: write `phone: '+1'`"]),
        (
            "rules: [{name: a, then: {fault:hang}}]",
            [f"text:2:25: `fault` is missing: {SPACE_MISSING}: write `fault: hang`"],
        ),
        (
            "rules: [{name: a, when: {header: {X-Chaos:on}}, then: hang}]",
            [
                (
                    "text:2:45: `X-Chaos:on` takes text such as sales* or a list, not nothing;"
                    f" {SPACE_MISSING}: write `X-Chaos: on`"
                )
            ],
        ),
        (
            "rules: [{name: a, choose: [server_error]}]",
            ["text:2:28: an entry of `choose` takes a map, not 'server_error' (keys of the map: weight, then)"],
        ),
        (
            "rules: [{name: a, during: {from: 10m}, then: hang}]",
            [f"text:2:34: `from`: '10m' is not an ISO 8601 time such as {TIME}{OR_LATER}"],
        ),
        (
            "services: {capacity: 2, _max_request_by_time_bucket: '2'}",
            [
                f"text:2:22: the service `capacity` takes a map of settings{SHALLOW}",
                f"text:2:54: the service `_max_request_by_time_bucket` takes a map of settings{SHALLOW}",
            ],
        ),
        (
            "services:\n  sales: {}\n  rules:\n    - {name: a, then: hang}\n  seed: 3",
            [
                f"text:5:5: the service `rules` takes a map of settings{DEEP}",
                f"text:6:9: the service `seed` takes a map of settings{DEEP}",
            ],
        ),
        (f"seed: {'x' * 61}", ["text:2:7: `seed` takes a whole number, not a long text"]),
        ("zzz: 1", [f"text:2:1: unknown key `zzz` (there are: {', '.join(record(Scenario).keys)})"]),
        ("services: [a]", ["text:2:11: `services` takes a map of names to settings"]),
        ("services: {'': {}}", ["text:2:12: a service's name has 1 to 255 characters"]),
        (f"services: {{{'x' * 256}: {{}}}}", ["text:2:12: a service's name has 1 to 255 characters"]),
        (
            "slot_conflict_status: 500",
            ["text:2:23: `slot_conflict_status` takes 400, 429 or a map, not 500 (keys of the map: v1, v3)"],
        ),
    ],
)
def test_a_mistake_says_which_values_are_accepted(text: str, expected: list[str], mistaken: Mistaken) -> None:
    assert mistaken(text) == expected


def test_a_key_that_is_set_twice_hides_no_other_mistake(mistaken: Mistaken) -> None:
    assert mistaken("seed: 1\nseed: 2\ncors: perhaps\n") == [
        f"text:3:1: `seed` {SET_TWICE} 2",
        "text:4:7: `cors` takes true or false, not 'perhaps'",
    ]


def test_a_mistake_without_a_place_names_only_the_file() -> None:
    assert str(Mistake("x.yaml", 0, 0, "cannot be read")) == "x.yaml: cannot be read"


def test_a_mistake_that_is_found_twice_is_reported_once() -> None:
    mistakes = ScenarioMistakes([Mistake("b", 1, 1, "x"), Mistake("a", 9, 1, "x"), Mistake("b", 1, 1, "x")])
    assert mistakes.mistakes == (Mistake("a", 9, 1, "x"), Mistake("b", 1, 1, "x"))
