import json
from pathlib import Path

import pytest

from tests.live import Client
from tests.messages import FIRES_NEVER

ACTIVE = {
    "name": "test",
    "description": "For a test.",
    "seed": 0,
    "dialect": "8.5.2",
    "services": [],
    "warnings": [],
    "mistakes": [],
}
OTHER = {
    "description": "Full.",
    "seed": 7,
    "dialect": "8.5.1",
    "clock": {"now": "2026-05-04T08:00:00Z", "frozen": True},
    "services": {"sales": {"capacity": 0}},
}
SHOWN = {
    "name": "<body>",
    "description": "Full.",
    "seed": 7,
    "dialect": "8.5.1",
    "services": ["sales"],
    "warnings": [],
    "mistakes": [],
}
DEFAULT = Path("scenarios/default.yaml").read_text()
AS_YAML = """
description: Full.
seed: 7
dialect: "8.5.1"
clock: {now: 2026-05-04T08:00:00Z, frozen: true}
services: {sales: {capacity: 0}}
"""


async def book(client: Client) -> None:
    answer = await client.post("/callbacks/create", json={"serviceName": "sales", "phoneNumber": "+15551234"})
    assert answer.status == 200


async def booked(client: Client) -> int:
    return len(await (await client.get("/__admin/callbacks")).json())


async def test_the_active_scenario_is_shown(client: Client) -> None:
    answer = await client.get("/__admin/scenario")
    assert (answer.status, await answer.json()) == (200, ACTIVE)


@pytest.mark.parametrize("body", [json.dumps(OTHER), AS_YAML])
async def test_a_scenario_can_be_sent_as_json_or_yaml(client: Client, body: str) -> None:
    answer = await client.put("/__admin/scenario", data=body)
    assert (answer.status, await answer.json()) == (200, SHOWN)


@pytest.mark.parametrize("body", ['{"name": "default"}', "name: default\n"])
async def test_a_switch_to_a_named_scenario_resets_the_session(client: Client, body: str) -> None:
    await book(client)
    answer = await client.put("/__admin/scenario", data=body)
    assert answer.status == 200
    assert (await answer.json())["name"] == "default"
    assert await booked(client) == 0


async def test_a_switch_of_the_scenario_affects_only_its_session(client: Client) -> None:
    await client.put("/s/one/__admin/scenario", data=AS_YAML)
    assert await (await client.get("/__admin/scenario")).json() == ACTIVE


async def test_the_text_of_the_active_scenario_and_of_named_scenarios_is_shown(client: Client) -> None:
    await client.put("/__admin/scenario", data=AS_YAML)
    answer = await client.get("/__admin/scenario/text")
    assert (answer.status, await answer.json()) == (200, {"name": "<body>", "text": AS_YAML})
    answer = await client.get("/__admin/scenario/text?name=default")
    assert (answer.status, await answer.json()) == (200, {"name": "default", "text": DEFAULT})


async def test_the_text_of_an_unknown_scenario_is_refused(client: Client) -> None:
    answer = await client.get("/__admin/scenario/text?name=defaults")
    refused = await answer.json()
    assert (answer.status, refused["message"]) == (400, "The scenario cannot be read.")
    [mistake] = refused["mistakes"]
    assert mistake.startswith("defaults: there is no such scenario, did you mean `default`? (there are: ")


async def test_a_scenario_without_a_source_has_an_empty_text(client: Client) -> None:
    answer = await client.get("/__admin/scenario/text")
    assert (answer.status, await answer.json()) == (200, {"name": "test", "text": ""})


async def test_a_check_lists_mistakes_or_warnings_and_changes_nothing(client: Client) -> None:
    answer = await client.post("/__admin/scenario/check", data="description: x\nseeds: 1\n")
    assert (answer.status, await answer.json()) == (
        200,
        {
            "mistakes": ["<body>:2:1: unknown key `seeds`, did you mean `seed`?"],
            "warnings": [],
            "findings": [
                {
                    "severity": "error",
                    "file": "<body>",
                    "line": 2,
                    "column": 1,
                    "message": "unknown key `seeds`, did you mean `seed`?",
                }
            ],
        },
    )
    idle = "description: x\nrules: [{name: a, times: 0, then: {fault: hang}}]\n"
    answer = await client.post("/__admin/scenario/check", data=idle)
    assert (answer.status, await answer.json()) == (
        200,
        {
            "mistakes": [],
            "warnings": [f"<body>:2:9: the rule `a` {FIRES_NEVER}"],
            "findings": [
                {
                    "severity": "warning",
                    "file": "<body>",
                    "line": 2,
                    "column": 9,
                    "message": f"the rule `a` {FIRES_NEVER}",
                }
            ],
        },
    )
    assert await (await client.get("/__admin/scenario")).json() == ACTIVE


async def test_with_rules_only_the_rules_apply_at_once_and_the_rest_at_the_next_reset(client: Client) -> None:
    await book(client)
    body = (
        "description: It fails.\nclock: {now: 2026-05-04T08:00:00Z}\nrules: [{name: a, then: {fault: server_error}}]\n"
    )
    answer = await client.put("/__admin/scenario?rules_only=true", data=body)
    assert (answer.status, (await answer.json())["description"]) == (200, "It fails.")
    assert await booked(client) == 1
    sent = await client.post("/callbacks/create", json={"serviceName": "sales", "phoneNumber": "+15551234"})
    assert sent.status == 500
    assert (await (await client.get("/__admin/clock")).json())["now"] == "2026-03-02T08:55:00.000Z"
    await client.post("/__admin/reset")
    assert (await (await client.get("/__admin/clock")).json())["now"].startswith("2026-05-04T08:00:0")


async def test_a_reset_restores_the_state_and_the_clock_of_the_scenario(client: Client) -> None:
    await book(client)
    await client.post("/__admin/clock/advance", json={"by": "1h"})
    answer = await client.post("/__admin/reset")
    assert (answer.status, await answer.json()) == (200, ACTIVE)
    assert await booked(client) == 0
    clock = await (await client.get("/__admin/clock")).json()
    assert clock == {"now": "2026-03-02T08:55:00.000Z", "frozen": True}


async def test_the_same_requests_after_a_reset_get_the_same_ids(client: Client) -> None:
    async def book_and_read() -> object:
        answer = await client.post("/callbacks/create", json={"serviceName": "sales", "phoneNumber": "+15551234"})
        return await answer.json()

    first = await book_and_read()
    await client.post("/__admin/reset")
    assert await book_and_read() == first


@pytest.mark.parametrize(
    ("body", "begin"),
    [
        ("description: x\nsevices: {}", "<body>:2:1: unknown key `sevices`, did you mean `services`?"),
        ("description: [", "<body>:2:1: is not YAML: "),
        ('{"name": "defualt"}', "defualt: there is no such scenario, did you mean `default`?"),
        ("", "<body>:1:1: is empty: "),
    ],
)
async def test_an_invalid_scenario_is_refused_and_the_previous_one_stays_active(
    client: Client, body: str, begin: str
) -> None:
    await book(client)
    answer = await client.put("/__admin/scenario", data=body)
    refused = await answer.json()
    assert (answer.status, refused["message"]) == (400, "The scenario has mistakes; the previous one stays active.")
    [mistake] = refused["mistakes"]
    assert mistake.startswith(begin)
    assert await (await client.get("/__admin/scenario")).json() == ACTIVE
    assert await booked(client) == 1
