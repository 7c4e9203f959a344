"""Mutated scenario files: each gives a scenario, or mistakes with their places."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.service import Service
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.conditions import During
from mockgms.scenario.declarations import keys_of
from mockgms.scenario.facts import OPERATIONS
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.gms_options import OPTIONS
from mockgms.scenario.mistakes import Mistake, ScenarioMistakes
from mockgms.scenario.model import Scenario
from mockgms.scenario.rulebook import Conditions, RuleSettings

WHOLE: dict[str, Any] = {
    "description": "All of it.",
    "extends": "office-hours",
    "seed": 7,
    "dialect": "8.5.2",
    "slot_conflict_status": {"v1": 400, "v3": 429},
    "empty_availability": "refuse",
    "past_desired_time": {"v1": "refuse"},
    "local_time": "naive",
    "clock": {"now": "2026-03-02T08:55:00Z", "frozen": True},
    "cors": True,
    "auth": {"api_keys": ["K"], "basic": {"username": "u", "password": "p"}, "missing": 400},
    "unknown_services": "provision",
    "services": {
        "*": {"capacity": 3, "booked": {"share": "80%", "days": 5}},
        "sales": {
            "timezone": "Europe/Paris",
            "capacity": [{"hours": "Mon-Fri 09:00-12:00", "seats": 10}],
            "office_hours": ["Mon-Fri 09:00-18:00"],
            "holidays": ["01-01"],
            "horizon": "31d",
            "throttle": [{"limit": 1, "per": "5m"}],
            "in_queue_check": "strict",
            "numbers": {"country": "US", "refuse_premium": True},
            "lifecycle": {"queued": "60s"},
            "wait": {"handle_time": "60s"},
            "lookup_keys": ["a"],
            "_bh_add1": "12-24 9:00-10:00",
            "_throttle_request_parameters_limit": "-1",
        },
    },
    "latency": "virtual",
    "rules": [
        {
            "name": "second-attempt-500",
            "when": {
                "operation": ["schedule", "re*"],
                "version": "v3",
                "service": "sales*",
                "phone": ["+1 555*", "/^1777/"],
                "api_key": "K",
                "desired_time": ["Mon-Fri 09:00-12:00", {"from": "2026-03-02T09:00:00Z", "to": "2026-03-03T09:00:00Z"}],
                "user_data": {"level": ["gold", "/plat/"]},
                "header": {"X-Attempt": "2"},
                "query": {"debug": "*"},
            },
            "per": "phone",
            "skip": 1,
            "times": 1,
            "chance": "80%",
            "during": [{"from": "2026-03-02T09:00:00Z", "to": "2026-03-02T09:05:00Z"}, {"daily": "09:00-09:05"}],
            "phase": "after",
            "then": [{"fault": "delay", "min": "1s", "max": "2s"}, {"fault": "server_error", "status": 503}],
        },
        {"name": "limit", "then": {"fault": "rate_limit", "limit": 5, "per": "1m", "burst": 2, "key": "phone"}},
        {"name": "proxy", "then": {"fault": "respond", "status": 502, "headers": {"X-A": "b"}, "body": "${phone}"}},
        {
            "name": "body",
            "then": [{"fault": "throttle", "retry_after": 30, "form": "past"}, {"fault": "truncate", "keep": "50%"}],
        },
    ],
}

CLASSES: tuple[type, ...] = (Scenario, Service, RuleSettings, Conditions, During, *FAULTS.values())
NAMES = [
    *dict.fromkeys(["fault", *(name for each in CLASSES for name in keys_of(each))]),
    *(*OPTIONS, "_bh_regular1", "_ttl", "_anything"),
]
WORDS = ["5m", "80%", "true", "-1", "Mon 09:00-10:00", "01-01", "strict", "1M", "9:00-24:00", "/a+/", "/(/", "[a", "*"]
TEXT = st.text(max_size=6) | st.sampled_from([*WORDS, *FAULTS, *OPERATIONS])
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | TEXT, inner, max_size=3),
    max_leaves=5,
)


def maps_and_lists(tree: Any) -> list[Any]:
    below = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return ([tree] if isinstance(tree, dict | list) and tree else []) + [x for y in below for x in maps_and_lists(y)]


@st.composite
def mutated(draw: st.DrawFn, whole: Any = WHOLE) -> Any:
    tree = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 4))):
        holders = maps_and_lists(tree)
        if not holders:
            break
        holder = draw(st.sampled_from(holders))
        key = draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        change = draw(st.sampled_from(["delete", "replace", "add"]))
        if change == "delete":
            del holder[key]
        elif change == "replace" or isinstance(holder, list):
            holder[key] = draw(JSON)
        else:
            holder[draw(st.sampled_from(NAMES))] = draw(JSON)
    return tree


@st.composite
def mutated_rules(draw: st.DrawFn) -> dict[str, Any]:
    """Return a file that has only mutated rules. More rules are read when less else is wrong."""
    rules = draw(mutated(WHOLE["rules"]))
    return {"description": "x", "clock": WHOLE["clock"], "rules": rules}


def read(text: str) -> Scenario | tuple[Mistake, ...]:
    try:
        return Catalog().parse(text, "mutated")
    except ScenarioMistakes as mistakes:
        return mistakes.mistakes


@pytest.mark.slow
@given(mutated() | mutated_rules())
def test_a_mutated_file_is_a_scenario_or_mistakes_with_places(tree: dict[str, Any]) -> None:
    outcome = read(json.dumps(tree, indent=1))
    if isinstance(outcome, Scenario):
        assert all(service.name == name for name, service in outcome.services.items())
        assert all(rule.name and rule.then for rule in outcome.rules)
        return
    assert outcome
    for mistake in outcome:
        assert mistake.file == "mutated"
        assert mistake.line >= 1
        assert mistake.column >= 1
        assert mistake.message


def test_the_file_before_mutation_is_a_scenario() -> None:
    scenario = Catalog().parse(json.dumps(WHOLE))
    assert list(scenario.services) == ["sales"]
    assert scenario.services["sales"].per_number_per_day == 6
    assert [rule.name for rule in scenario.rules] == ["second-attempt-500", "limit", "proxy", "body"]
