"""Scenario files with anything in them: a scenario comes out, or mistakes with their places."""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.gms_options import NOT_ACTED_ON, OPTIONS
from mockgms.scenario.mistakes import Mistake, ScenarioMistakes
from mockgms.scenario.model import Scenario
from mockgms.scenario.schema import ScenarioFile, ServiceSettings

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
}

NAMES = [*OPTIONS, *NOT_ACTED_ON, *ScenarioFile.__struct_fields__, *ServiceSettings.__struct_fields__, "_bh_regular1"]
TEXT = st.text(max_size=6) | st.sampled_from(["5m", "80%", "true", "-1", "Mon 09:00-10:00", "01-01", "strict", "1M"])
SCALAR = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | TEXT, inner, max_size=3),
    max_leaves=5,
)


def maps_and_lists(tree: Any) -> list[Any]:
    below = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return ([tree] if isinstance(tree, dict | list) and tree else []) + [x for y in below for x in maps_and_lists(y)]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    tree = copy.deepcopy(WHOLE)
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


def read(text: str) -> Scenario | tuple[Mistake, ...]:
    try:
        return Catalog().parse(text, "mutated")
    except ScenarioMistakes as mistakes:
        return mistakes.mistakes


@settings(deadline=None)  # the first unknown time zone reads the names of all
@given(mutated())
def test_a_mutated_file_is_a_scenario_or_mistakes_with_places(tree: dict[str, Any]) -> None:
    outcome = read(json.dumps(tree, indent=1))
    if isinstance(outcome, Scenario):
        assert all(service.name == name for name, service in outcome.services.items())
        return
    assert outcome
    for mistake in outcome:
        assert mistake.file == "mutated"
        assert mistake.line >= 1
        assert mistake.column >= 1
        assert mistake.message


def test_the_file_that_is_mutated_is_a_scenario() -> None:
    scenario = Catalog().parse(json.dumps(WHOLE))
    assert list(scenario.services) == ["sales"]
    assert scenario.services["sales"].per_number_per_day == 6
