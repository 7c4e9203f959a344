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
ASKED = "/genesys/1/service/callback/sales/availability"


@pytest.fixture
def scenario() -> Scenario:
    clock = ClockStart(NOW, frozen=True)
    return Scenario("test", "For a test.", clock=clock, rules=RULES, hidden={"never": "third"})


async def coverage(client: Client, query: str = "", session: str = "") -> object:
    answer = await client.get(f"{session}/__admin/coverage{query}")
    assert answer.status == 200
    return await answer.json()


async def test_before_any_request_no_rule_is_covered(client: Client) -> None:
    expected = {"rules": [SECOND | UNREACHED, THIRD, NEVER], "fired": 0, "total": 3, "percent": 0.0, "dropped": 0}
    assert await coverage(client) == expected
    assert await coverage(client, "?sessions=all") == expected


async def test_rules_that_fired_only_matched_or_were_never_reached_are_told_apart_resets_included(
    client: Client,
) -> None:
    await client.get(ASKED)
    second = SECOND | {"state": "matched", "matches": 1, "firings": 0, "hidden_by": None, "inherited": False}
    third = THIRD | {"state": "fired", "matches": 1, "firings": 1}
    expected = {"rules": [second, third, NEVER], "fired": 1, "total": 3, "percent": 33.3, "dropped": 0}
    assert await coverage(client) == expected
    await client.post("/__admin/reset")
    assert await coverage(client) == expected
    await client.get(ASKED)
    await client.get(ASKED)
    second = SECOND | {"state": "fired", "matches": 3, "firings": 1, "hidden_by": None, "inherited": False}
    third |= {"matches": 2, "firings": 2}
    expected = {"rules": [second, third, NEVER], "fired": 2, "total": 3, "percent": 66.7, "dropped": 0}
    assert await coverage(client) == expected


async def test_that_of_all_sessions_has_those_in_it_that_were_forgotten(client: Client) -> None:
    for session in ("one", "two"):
        await client.get(f"/s/{session}{ASKED}")
    await client.delete("/__admin/sessions/two")
    second = SECOND | {"state": "matched", "matches": 2, "firings": 0, "hidden_by": None, "inherited": False}
    third = THIRD | {"state": "fired", "matches": 2, "firings": 2}
    everything = {"rules": [second, third, NEVER], "fired": 1, "total": 3, "percent": 33.3, "dropped": 0}
    assert await coverage(client, "?sessions=all") == everything
    assert await coverage(client, "?sessions=all", "/s/three") == everything
    assert (await coverage(client, session="/s/one")) == everything | {
        "rules": [second | {"matches": 1}, third | {"matches": 1, "firings": 1}, NEVER]
    }


async def test_a_scenario_that_no_request_met_is_left_out(client: Client) -> None:
    await client.put("/__admin/scenario", json={"description": "x", "rules": []})
    await client.post("/__admin/rules", json={"name": "mine", "then": {"fault": "server_error"}})
    await client.get(ASKED)
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


async def test_where_there_are_no_rules_all_of_them_fired(client: Client) -> None:
    await client.put("/__admin/scenario", json={"description": "x"})
    assert await coverage(client) == {"rules": [], "fired": 0, "total": 0, "percent": 100.0, "dropped": 0}


async def test_other_sessions_than_all_are_refused(client: Client) -> None:
    answer = await client.get("/__admin/coverage?sessions=one")
    assert (answer.status, await answer.json()) == (400, {"message": "sessions must be all", "field": "sessions"})
