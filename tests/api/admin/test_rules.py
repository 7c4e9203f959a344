from typing import Any

import pytest

from mockgms.scenario.faults.server_error import ServerError
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.scenario.rules import Rule
from tests.conftest import NOW
from tests.live import Client
from tests.messages import A_RULE, FIRES_NEVER, NO_END, NOT_A_DURATION, NOT_A_FOR, OVER_AT_ONCE

RULES = (Rule("broken", (ServerError(501),), times=1), Rule("slow", (ServerError(504),), skip=1))
ARMED = {"name": "mine", "then": {"fault": "server_error", "status": 503}}
BROKEN: dict[str, Any] = {
    "name": "broken",
    "from": "scenario",
    "expires": None,
    "matches": 0,
    "firings": 0,
    "in_force": True,
    "says": "Requests.",
    "rule": {},
}
SLOW = BROKEN | {"name": "slow"}
MINE = BROKEN | {"name": "mine", "from": "armed", "says": "Requests fail with 503.", "rule": ARMED}
DISARMED = BROKEN | {"in_force": False}
SECOND = MINE | {"name": "second", "rule": ARMED | {"name": "second"}}
AS_YAML = """
name: mine
when: {operation: availability}
then: {fault: server_error, status: 503}
for: 1m
"""

NO_THEN = "<body>:1:1: `then` is missing: a rule takes `then`, `sequence` or `choose`"


@pytest.fixture
def scenario() -> Scenario:
    return Scenario("test", "For a test.", clock=ClockStart(NOW, frozen=True), rules=RULES)


async def rules(client: Client, session: str = "") -> object:
    answer = await client.get(f"{session}/__admin/rules")
    assert answer.status == 200
    return await answer.json()


async def status(client: Client, service: str = "sales") -> int:
    return (await client.get(f"/genesys/1/service/callback/{service}/availability")).status


async def test_rules_are_listed_in_order_with_their_counts(client: Client) -> None:
    assert await rules(client) == [BROKEN, SLOW]
    assert [await status(client) for _ in range(3)] == [501, 200, 504]
    assert await rules(client) == [BROKEN | {"matches": 3, "firings": 1}, SLOW | {"matches": 2, "firings": 1}]


async def test_the_counts_of_a_rule_are_totals_of_all_callers(client: Client) -> None:
    rule = ARMED | {"per": "service", "skip": 1}
    mine = MINE | {"says": "Requests fail with 503, after the first one of each service.", "rule": rule}
    await client.post("/__admin/rules", json=rule)
    for service in ("sales", "support", "sales"):
        await status(client, service)
    assert (await rules(client)) == [
        mine | {"matches": 3, "firings": 1},
        BROKEN | {"matches": 2, "firings": 1},
        SLOW | {"matches": 1},
    ]


async def test_an_armed_rule_comes_before_all_others(client: Client) -> None:
    answer = await client.post("/__admin/rules", json=ARMED)
    assert (answer.status, await answer.json()) == (201, MINE)
    second = await client.post("/__admin/rules", json=ARMED | {"name": "second"})
    assert (second.status, await second.json()) == (201, SECOND)
    assert await rules(client) == [SECOND, MINE, BROKEN, SLOW]
    assert await status(client) == 503


async def test_a_rule_armed_for_a_time_expires_on_the_clock_of_the_session(client: Client) -> None:
    written = ARMED | {"when": {"operation": "availability"}}
    expiring = MINE | {
        "expires": "2026-03-02T08:56:00.000Z",
        "says": "Availability queries fail with 503.",
        "rule": written,
    }
    disarmed = [DISARMED, DISARMED | {"name": "slow"}]
    await client.delete("/__admin/rules/broken")
    await client.delete("/__admin/rules/slow")
    answer = await client.post("/__admin/rules", data=AS_YAML)
    assert (answer.status, await answer.json()) == (201, expiring)
    await client.post("/__admin/clock/advance", json={"by": "59s"})
    assert await status(client) == 503
    await client.post("/__admin/clock/advance", json={"by": "1s"})
    assert await status(client) == 200
    assert await rules(client) == [expiring | {"matches": 1, "firings": 1, "in_force": False}, *disarmed]


async def test_arming_a_rule_again_replaces_it_and_restarts_its_counts(client: Client) -> None:
    await client.post("/__admin/rules", json=ARMED)
    await client.post("/__admin/rules", json=ARMED | {"name": "second"})
    await status(client)
    other = ARMED | {"then": {"fault": "server_error", "status": 555}}
    await client.post("/__admin/rules", json=other)
    assert await rules(client) == [
        MINE | {"says": "Requests fail with 555.", "rule": other},
        SECOND | {"matches": 1, "firings": 1},
        BROKEN,
        SLOW,
    ]
    assert await status(client) == 555


@pytest.mark.parametrize("disarmed", [False, True])
async def test_a_rule_with_the_name_of_a_scenario_rule_is_refused_even_if_that_is_disarmed(
    client: Client, disarmed: bool
) -> None:
    if disarmed:
        await client.delete("/__admin/rules/broken")
    answer = await client.post("/__admin/rules", json=ARMED | {"name": "broken"})
    message = "name 'broken' is the name of a rule of the scenario: choose another name"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "name"})
    assert await rules(client) == ([SLOW, DISARMED] if disarmed else [BROKEN, SLOW])


async def test_an_armed_rule_that_is_disarmed_is_no_longer_listed(client: Client) -> None:
    await client.post("/__admin/rules", json=ARMED)
    assert await status(client) == 503
    answer = await client.delete("/__admin/rules/mine")
    assert (answer.status, await answer.json()) == (200, [BROKEN, SLOW])
    assert await status(client) == 501


async def test_a_reset_restores_disarmed_scenario_rules_and_disarms_armed_rules(client: Client) -> None:
    await client.post("/__admin/rules", json=ARMED)
    answer = await client.delete("/__admin/rules/broken")
    assert (answer.status, await answer.json()) == (200, [MINE, SLOW, DISARMED])
    await client.post("/__admin/reset")
    assert await rules(client) == [BROKEN, SLOW]


async def test_a_restored_scenario_rule_has_its_old_place_and_new_counts(client: Client) -> None:
    await status(client)
    await client.delete("/__admin/rules/broken")
    await client.post("/__admin/rules", json=ARMED)
    answer = await client.put("/__admin/rules/broken")
    assert (answer.status, await answer.json()) == (200, [MINE, BROKEN, SLOW])
    await client.delete("/__admin/rules/mine")
    assert await status(client) == 501


async def test_restoring_a_rule_that_is_in_force_changes_nothing(client: Client) -> None:
    assert await status(client) == 501
    answer = await client.put("/__admin/rules/broken")
    assert (answer.status, await answer.json()) == (200, [BROKEN | {"matches": 1, "firings": 1}, SLOW])


async def test_only_scenario_rules_can_be_restored(client: Client) -> None:
    await client.delete("/__admin/rules/broken")
    await client.post("/__admin/rules", json=ARMED)
    answer = await client.put("/__admin/rules/mine")
    message = "There is no rule of the scenario 'mine' (there are: broken)."
    assert (answer.status, await answer.json()) == (404, {"message": message, "field": "name"})
    near = await client.put("/__admin/rules/brokn")
    message = "There is no rule of the scenario 'brokn', did you mean `broken`? (there are: broken)."
    assert (near.status, await near.json()) == (404, {"message": message, "field": "name"})
    assert await rules(client) == [MINE, SLOW, DISARMED]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("slo", "There is no rule 'slo', did you mean `slow`? (there are: broken, slow)."),
        ("%2F", "There is no rule '/' (there are: broken, slow)."),
    ],
)
async def test_disarming_an_unknown_rule_is_a_404(client: Client, name: str, message: str) -> None:
    answer = await client.delete(f"/__admin/rules/{name}")
    assert (answer.status, await answer.json()) == (404, {"message": message, "field": "name"})
    assert await rules(client) == [BROKEN, SLOW]


async def test_a_rule_is_armed_in_one_session_only(client: Client) -> None:
    await client.post("/s/one/__admin/rules", json=ARMED)
    assert await rules(client, "/s/one") == [MINE, BROKEN, SLOW]
    assert await rules(client) == [BROKEN, SLOW]


@pytest.mark.parametrize(
    ("body", "field", "mistakes"),
    [
        ("", "body", [f"<body>:1:1: is empty: {A_RULE}"]),
        ("[]", "body", [f"<body>:1:1: {A_RULE}"]),
        ("then: hang", "name", ["<body>:1:1: `name` is missing"]),
        (
            "{}",
            "name",
            [
                "<body>:1:1: `name` is missing",
                "<body>:1:1: `then` is missing: a rule takes `then`, `sequence` or `choose`",
            ],
        ),
        ("name: mine", "then", [NO_THEN]),
        (
            "name: mine\nthen: {fault: hangs}",
            "then",
            ["<body>:2:15: unknown fault 'hangs', did you mean `hang`?"],
        ),
        (
            '{"name": "mine", "then": {"fault": "hang"}, "tims": 1}',
            "tims",
            ["<body>:1:45: unknown key `tims`, did you mean `times`?"],
        ),
        (
            "name: mine\nthen: {fault: hang}\nfor: soon",
            "for",
            [f"<body>:3:6: `for`: 'soon' {NOT_A_DURATION}"],
        ),
        (
            "name: mine\nfor: 0s\nthen: {fault: hang}",
            "for",
            [f"<body>:2:6: `for`: '0s' {NOT_A_FOR}"],
        ),
        (
            "name: mine\nfor: 367d\nthen: {fault: hang}",
            "for",
            [f"<body>:2:6: `for`: '367d' {NOT_A_FOR}"],
        ),
        (
            '{"name": "mine", "then": {"fault": "throttle", "retry_after": "until_over"}}',
            "body",
            [f"<body>:1:1: {NO_END}, `for`, the `within` of `after`, or a `state` that it requires"],
        ),
    ],
)
async def test_an_invalid_rule_names_its_field_and_arms_nothing(
    client: Client, body: str, field: str, mistakes: list[str]
) -> None:
    answer = await client.post("/__admin/rules", data=body)
    refused = await answer.json()
    assert answer.status == 400
    assert (refused["message"], refused["field"]) == ("The rule has mistakes; nothing has changed.", field)
    assert refused["mistakes"] == mistakes
    assert await rules(client) == [BROKEN, SLOW]


async def test_a_request_can_prefer_an_armed_rule_by_name(client: Client) -> None:
    await client.post("/__admin/rules", json=ARMED | {"times": 0})
    answer = await client.get("/genesys/1/service/callback/sales/availability", headers={"Prefer": "example=mine"})
    assert answer.status == 503


@pytest.mark.parametrize(
    ("keys", "warnings"),
    [
        ({"times": 0}, [FIRES_NEVER]),
        ({"when": {"version": "v2", "operation": "cancel"}}, ["never fires: `v2` has no operation `cancel`"]),
        (
            {"times": 1, "for": "1m", "then": ["hang", "throttle", {"fault": "set_state", "name": "s"}]},
            ["has a fault without effect: `throttle` comes after `hang`, which already decides the answer"],
        ),
        (
            {"during": {"to": "2026-03-02T08:54:00Z"}},
            [OVER_AT_ONCE],
        ),
        ({"during": {"from": "2026-03-02T08:56:00Z"}}, None),
        # A later rule can set a state.
        ({"when": {"state": "later"}, "unless": {"state": "other"}}, None),
        ({"then": {"fault": "set_state", "name": "later"}}, None),
        ({"then": "pass"}, None),
    ],
)
async def test_a_rule_without_effect_is_armed_with_warnings(
    client: Client, keys: dict[str, Any], warnings: list[str] | None
) -> None:
    answer = await client.post("/__admin/rules", json=ARMED | keys)
    armed = await answer.json()
    found = armed.pop("warnings", None)
    assert (answer.status, found) == (201, warnings and [f"the rule `mine` {warning}" for warning in warnings])
    assert (await rules(client)) == [armed, BROKEN, SLOW]
