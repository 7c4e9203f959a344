from typing import Any

import pytest

from mockgms.api.admin.sessions import SessionStart
from tests.live import Client
from tests.messages import FIRES_NEVER, NOT_A_TIME, NOT_AN_OBJECT

CLOCK = {"now": "2026-03-02T08:55:00.000Z", "frozen": True}
DEFAULT: dict[str, Any] = {"id": "default", "scenario": "test", "clock": CLOCK, "callbacks": 0}
ONE = DEFAULT | {"id": "one"}
RULE = "must be 1 to 64 letters, digits, dots, dashes or underscores, and start with a letter or digit"


async def book(client: Client, session: str = "") -> None:
    answer = await client.post(f"{session}/callbacks/create", json={"serviceName": "sales", "phoneNumber": "+15551234"})
    assert answer.status == 200


async def sessions(client: Client) -> object:
    answer = await client.get("/__admin/sessions")
    assert answer.status == 200
    return await answer.json()


async def test_sessions_are_listed_with_scenario_clock_and_number_of_callbacks(client: Client) -> None:
    assert await sessions(client) == [DEFAULT]
    for _ in range(2):
        await book(client, "/s/one")
    await client.put("/s/two/__admin/scenario", json={"name": "gms-defaults"})
    await client.put("/s/two/__admin/clock", json={"now": "2026-03-03T00:00:00Z", "frozen": True})
    of_two = {"now": "2026-03-03T00:00:00.000Z", "frozen": True}
    assert await sessions(client) == [
        DEFAULT,
        ONE | {"callbacks": 2},
        {"id": "two", "scenario": "gms-defaults", "clock": of_two, "callbacks": 0},
    ]


@pytest.mark.parametrize("body", ["", " ", "{}"])
async def test_a_new_session_has_the_scenario_and_clock_of_the_server_by_default(client: Client, body: str) -> None:
    answer = await client.put("/__admin/sessions/one", data=body)
    assert (answer.status, await answer.json()) == (201, ONE)
    assert await sessions(client) == [DEFAULT, ONE]


async def test_a_new_session_shows_the_warnings_of_its_scenario(client: Client) -> None:
    written = {"description": "x", "rules": [{"name": "never", "times": 0, "then": "hang"}]}
    answer = await client.put("/__admin/sessions/one", json={"scenario": written, "clock": CLOCK})
    warnings = [f"<body>:1:29: the rule `never` {FIRES_NEVER}"]
    assert (answer.status, await answer.json()) == (201, ONE | {"scenario": "<body>", "warnings": warnings})


@pytest.mark.parametrize(
    ("clock", "shown"),
    [
        ({"now": "2026-05-04T00:00:00Z"}, {"now": "2026-05-04T00:00:00.000Z", "frozen": True}),
        ({"frozen": True}, CLOCK),
        ({}, CLOCK),
    ],
)
async def test_a_new_session_can_have_a_start_time_which_a_reset_restores(
    client: Client, clock: dict[str, object], shown: dict[str, object]
) -> None:
    answer = await client.put("/__admin/sessions/one", json={"clock": clock})
    assert (answer.status, await answer.json()) == (201, ONE | {"clock": shown})
    await client.post("/s/one/__admin/clock/advance", json={"by": "1h"})
    await client.post("/s/one/__admin/reset")
    assert await sessions(client) == [DEFAULT, ONE | {"clock": shown}]


async def test_a_new_session_can_have_a_running_clock(client: Client) -> None:
    answer = await client.put("/__admin/sessions/one", json={"clock": {"frozen": False}})
    shown = (await answer.json())["clock"]
    assert (answer.status, shown["frozen"]) == (201, False)
    assert shown["now"] >= CLOCK["now"]


@pytest.mark.parametrize("written", ["office-hours", {"name": "office-hours"}])
async def test_a_new_session_can_have_a_scenario_of_the_server(client: Client, written: object) -> None:
    answer = await client.put("/__admin/sessions/one", json={"scenario": written})
    assert (answer.status, (await answer.json())["scenario"]) == (201, "office-hours")


async def test_the_generated_callbacks_of_a_new_session_start_at_its_clock(client: Client) -> None:
    start = {"scenario": "nearly-full", "clock": {"now": "2026-06-01T00:00:00Z", "frozen": True}}
    answer = await client.put("/__admin/sessions/one", json=start)
    clock = {"now": "2026-06-01T00:00:00.000Z", "frozen": True}
    expected = {"id": "one", "scenario": "nearly-full", "clock": clock, "callbacks": 0}
    assert (answer.status, await answer.json()) == (201, expected)
    await client.get("/s/one/__admin/slots?service=sales")
    desired = [one["desired_time"] for one in await (await client.get("/s/one/__admin/callbacks")).json()]
    assert min(desired)[:10] == "2026-06-01"


@pytest.mark.parametrize("id", ["one", "default"])
async def test_creating_an_existing_session_resets_it(client: Client, id: str) -> None:
    await client.put(f"/s/{id}/__admin/scenario", json={"name": "gms-defaults"})
    await book(client, f"/s/{id}")
    answer = await client.put(f"/__admin/sessions/{id}")
    assert (answer.status, await answer.json()) == (200, DEFAULT | {"id": id})


async def test_a_session_can_be_forked_from_another(client: Client) -> None:
    await book(client, "/s/one")
    answer = await client.put("/__admin/sessions/two", json={"from": "one"})
    assert (answer.status, await answer.json()) == (201, DEFAULT | {"id": "two", "callbacks": 1})
    await book(client, "/s/two")
    assert await sessions(client) == [DEFAULT, ONE | {"callbacks": 1}, DEFAULT | {"id": "two", "callbacks": 2}]
    answer = await client.put("/__admin/sessions/default", json={"from": "two"})
    assert (answer.status, await answer.json()) == (200, DEFAULT | {"callbacks": 2})


async def test_a_session_is_in_use_when_others_are_forked_from_it(client: Client) -> None:
    for id in "one", "two":
        await client.get(f"/s/{id}/__admin/clock")
    await client.put("/__admin/sessions/three", json={"from": "one"})
    assert await sessions(client) == [DEFAULT, DEFAULT | {"id": "two"}, ONE, DEFAULT | {"id": "three"}]


async def test_a_session_can_be_forgotten(client: Client) -> None:
    await book(client, "/s/one")
    answer = await client.delete("/__admin/sessions/one")
    assert (answer.status, await answer.json()) == (200, [DEFAULT])
    await client.get("/s/one/__admin/health")
    assert await sessions(client) == [DEFAULT, ONE]


async def test_forgetting_the_default_session_resets_it(client: Client) -> None:
    await book(client)
    await client.post("/__admin/clock/advance", json={"by": "1h"})
    answer = await client.delete("/__admin/sessions/default")
    assert (answer.status, await answer.json()) == (200, [DEFAULT])


async def test_forgetting_an_unknown_session_is_a_404(client: Client) -> None:
    answer = await client.delete("/__admin/sessions/defalt")
    message = "There is no session 'defalt', did you mean `default`? (there are: default)."
    assert (answer.status, await answer.json()) == (404, {"message": message, "field": "id"})
    assert await sessions(client) == [DEFAULT]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("id", ["-one", "a%20b", "%2F", "x" * 65])
async def test_an_invalid_session_id_is_refused(client: Client, method: str, id: str) -> None:
    answer = await client.request(method, f"/__admin/sessions/{id}")
    assert (answer.status, await answer.json()) == (400, {"message": f"id {RULE}", "field": "id"})
    assert await sessions(client) == [DEFAULT]


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ("{", "body", f"body must be JSON, such as {SessionStart.example}: it is cut off after byte 1"),
        ("[]", "body", f"{NOT_AN_OBJECT} {SessionStart.example}"),
        (
            '{"form": "two"}',
            "form",
            "form is not a known field, did you mean `from`? (there are: scenario, clock, from)",
        ),
        ('{"from": 1}', "from", 'from must be text or null, not a whole number: write "default"'),
        (
            '{"from": "defalt"}',
            "from",
            "from is 'defalt', which is not a session, did you mean `default`? (there are: default, one)",
        ),
        (
            '{"from": "default", "clock": {}}',
            "from",
            "from cannot be combined with `scenario` or `clock`: a fork takes both from the other session",
        ),
        (
            '{"from": "default", "scenario": "default"}',
            "from",
            "from cannot be combined with `scenario` or `clock`: a fork takes both from the other session",
        ),
        (
            '{"clock": {"nov": 1}}',
            "clock.nov",
            "clock.nov is not a known field, did you mean `now`? (there are: now, frozen)",
        ),
        (
            '{"scenario": 1}',
            "scenario",
            'scenario must be text, an object or null, not a whole number: write "office-hours"',
        ),
        ('{"clock": {"frozen": 1}}', "clock.frozen", "clock.frozen must be true or false or null, not a whole number"),
        (
            '{"clock": {"now": "x"}, "scenario": "gms-defaults"}',
            "clock.now",
            f"clock.now 'x' {NOT_A_TIME}",
        ),
    ],
)
async def test_an_invalid_body_names_its_field_and_changes_nothing(
    client: Client, body: str, field: str, message: str
) -> None:
    await book(client, "/s/one")
    answer = await client.put("/__admin/sessions/one", data=body)
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": field})
    assert await sessions(client) == [DEFAULT, ONE | {"callbacks": 1}]


@pytest.mark.parametrize("whole", ["description: My own.", {"description": "My own."}])
async def test_a_new_session_can_have_a_whole_scenario(client: Client, whole: object) -> None:
    answer = await client.put("/__admin/sessions/one", json={"scenario": whole, "clock": CLOCK})
    assert (answer.status, await answer.json()) == (201, ONE | {"scenario": "<body>"})


async def test_a_mistake_in_a_whole_scenario_is_refused_with_its_place(client: Client) -> None:
    answer = await client.put("/__admin/sessions/one", json={"scenario": "description: x\nsede: 1"})
    refused = await answer.json()
    begin = "scenario cannot be used: <body>:2:1: unknown key `sede`, did you mean `seed`?"
    assert (answer.status, refused["field"], refused["message"][: len(begin)]) == (400, "scenario", begin)
    assert await sessions(client) == [DEFAULT]


async def test_an_unknown_scenario_is_refused_with_a_suggestion(client: Client) -> None:
    answer = await client.put("/__admin/sessions/one", json={"scenario": "defualt"})
    refused = await answer.json()
    begin = "scenario cannot be used: defualt: there is no such scenario, did you mean `default`? (there are: "
    assert (answer.status, refused["field"], refused["message"][: len(begin)]) == (400, "scenario", begin)
    assert await sessions(client) == [DEFAULT]
