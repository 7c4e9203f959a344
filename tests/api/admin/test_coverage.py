from typing import Any

import pytest

from mockgms.scenario.faults.server_error import ServerError
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.scenario.rules import Rule
from tests.conftest import NOW
from tests.live import Client

FAULT = (ServerError(),)
RULES = (Rule("second", FAULT, skip=1, times=1), Rule("third", FAULT), Rule("never", FAULT))
SECOND: dict[str, Any] = {"name": "second", "scenario": "test"}
UNREACHED: dict[str, Any] = {
    "state": "never_reached",
    "matches": 0,
    "firings": 0,
    "hidden_by": None,
    "inherited": False,
}
THIRD = {"name": "third", "scenario": "test"} | UNREACHED
NEVER = UNREACHED | {"name": "never", "scenario": "test", "state": "hidden", "hidden_by": "third"}
AVAILABILITY = "/genesys/1/service/callback/sales/availability"


@pytest.fixture
def scenario() -> Scenario:
    clock = ClockStart(NOW, frozen=True)
    return Scenario("test", "For a test.", clock=clock, rules=RULES, hidden={"never": "third"})


async def coverage(client: Client, query: str = "", session: str = "") -> object:
    answer = await client.get(f"{session}/__admin/coverage{query}")
    assert answer.status == 200
    return await answer.json()


async def test_no_rule_is_covered_before_the_first_request(client: Client) -> None:
    expected = {"rules": [SECOND | UNREACHED, THIRD, NEVER], "fired": 0, "total": 3, "percent": 0.0, "dropped": 0}
    assert await coverage(client) == expected
    assert await coverage(client, "?sessions=all") == expected


async def test_coverage_says_which_rules_fired_or_only_matched_and_survives_a_reset(
    client: Client,
) -> None:
    await client.get(AVAILABILITY)
    second = SECOND | {"state": "matched", "matches": 1, "firings": 0, "hidden_by": None, "inherited": False}
    third = THIRD | {"state": "fired", "matches": 1, "firings": 1}
    expected = {"rules": [second, third, NEVER], "fired": 1, "total": 3, "percent": 33.3, "dropped": 0}
    assert await coverage(client) == expected
    await client.post("/__admin/reset")
    assert await coverage(client) == expected
    await client.get(AVAILABILITY)
    await client.get(AVAILABILITY)
    second = SECOND | {"state": "fired", "matches": 3, "firings": 1, "hidden_by": None, "inherited": False}
    third |= {"matches": 2, "firings": 2}
    expected = {"rules": [second, third, NEVER], "fired": 2, "total": 3, "percent": 66.7, "dropped": 0}
    assert await coverage(client) == expected


async def test_the_coverage_of_all_sessions_includes_forgotten_sessions(client: Client) -> None:
    for session in ("one", "two"):
        await client.get(f"/s/{session}{AVAILABILITY}")
    await client.delete("/__admin/sessions/two")
    second = SECOND | {"state": "matched", "matches": 2, "firings": 0, "hidden_by": None, "inherited": False}
    third = THIRD | {"state": "fired", "matches": 2, "firings": 2}
    everything = {"rules": [second, third, NEVER], "fired": 1, "total": 3, "percent": 33.3, "dropped": 0}
    assert await coverage(client, "?sessions=all") == everything
    assert await coverage(client, "?sessions=all", "/s/three") == everything
    assert (await coverage(client, session="/s/one")) == everything | {
        "rules": [second | {"matches": 1}, third | {"matches": 1, "firings": 1}, NEVER]
    }


async def test_a_scenario_that_received_no_request_is_omitted(client: Client) -> None:
    await client.put("/__admin/scenario", json={"description": "x", "rules": []})
    await client.post("/__admin/rules", json={"name": "mine", "then": {"fault": "server_error"}})
    await client.get(AVAILABILITY)
    mine = {
        "name": "mine",
        "scenario": None,
        "state": "fired",
        "matches": 1,
        "firings": 1,
        "hidden_by": None,
        "inherited": False,
    }
    assert await coverage(client) == {"rules": [mine], "fired": 1, "total": 1, "percent": 100.0, "dropped": 0}


async def test_the_coverage_without_rules_is_100_percent(client: Client) -> None:
    await client.put("/__admin/scenario", json={"description": "x"})
    assert await coverage(client) == {"rules": [], "fired": 0, "total": 0, "percent": 100.0, "dropped": 0}


async def test_the_sessions_parameter_must_be_all(client: Client) -> None:
    answer = await client.get("/__admin/coverage?sessions=one")
    message = "sessions must be all, not 'one'"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "sessions"})


async def test_an_armed_rule_of_a_fork_is_not_a_rule_of_the_scenario(client: Client) -> None:
    await client.post("/__admin/rules", json={"name": "mine", "then": "server_error"})
    await client.put("/__admin/sessions/fork", json={"from": "default"})
    await client.get(f"/s/fork{AVAILABILITY}")
    mine = {"name": "mine", "scenario": None, "state": "fired", "matches": 1, "firings": 1}
    assert await coverage(client, session="/s/fork") == {
        "rules": [mine | {"hidden_by": None, "inherited": False}, SECOND | UNREACHED, THIRD, NEVER],
        "fired": 1,
        "total": 4,
        "percent": 25.0,
        "dropped": 0,
    }
