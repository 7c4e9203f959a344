import base64
import json
import re
from copy import deepcopy
from typing import Any

import pytest

from mockgms import __version__
from mockgms.domain.callback import ScheduleCallback
from mockgms.domain.capacity import Capacity
from mockgms.domain.instants import LATEST
from mockgms.scenario.catalog import Catalog
from tests.live import dispatcher_of
from tests.messages import ID_TAKEN, NOT_A_SLOT_OF_SALES, NOT_THE_SLOT
from tests.steps import Sender, Step

SNAPSHOT = "/__admin/snapshot"
NOW, TEN = 1_772_441_700_000, 1_772_445_600_000
ID = "4537c087-efb5-4404-a623-4023c86cb80f"
SCENARIO = """
description: A desk.
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
services: {sales: {throttle: [{limit: 9, per: 5m}], per_number_per_day: 3}}
rules: [{name: gateway, when: {operation: find}, then: {fault: rate_limit, limit: 2, per: 1m}}]
"""
GATEWAY = "RateLimit(limit=2, per=60000, burst=None, key='session') "
ARMED = {"name": "slow", "when": {"phone": "+1\u2028*"}, "then": {"fault": "respond", "body": "\x7f\U0001f600"}}


def sender(text: str = SCENARIO) -> Sender:
    return Sender(dispatcher_of(Catalog().parse(text)))


def snapshot_of(sender: Sender) -> Any:
    reply = sender.send("GET", SNAPSHOT)
    assert reply.status == 200
    return json.loads(reply.body)


def restore(sender: Sender, body: Any) -> tuple[int, Any]:
    reply = sender.send("PUT", SNAPSHOT, body)
    return reply.status, json.loads(reply.body)


@pytest.fixture(scope="module")
def busy() -> Sender:
    """A dispatcher whose default session has callbacks, limits, counts, a closed slot and an armed rule."""
    busy = sender()
    v1 = "/genesys/1/service/callback/sales"
    steps = [
        Step("POST", v1, {"_customer_number": "+1", "_desired_time": "2026-03-02T10:00:00Z", "level": "gold"}),
        Step("POST", v1, {"_customer_number": "+2"}),
        Step("PATCH", "/__admin/callbacks/{id}", {"state": "ROUTING"}, 0),
        Step("GET", "/genesys/1/service/callback?__fault=disconnect"),
        Step("GET", "/genesys/1/service/callback"),
        Step("PUT", "/__admin/slots", {"service": "new", "start": "2026-03-02T10:00:00Z", "closed": True}),
        Step("POST", "/__admin/rules", {**ARMED, "for": "1m"}),
    ]
    assert {reply.status for reply in busy.send_all("default", steps)} == {0, 200, 201}
    return busy


@pytest.fixture
def taken(busy: Sender) -> Any:
    return snapshot_of(busy)


def test_an_armed_rule_whose_header_depends_on_its_end_can_be_restored() -> None:
    sent = sender()
    throttle = {"fault": "throttle", "retry_after": "until_over"}
    assert sent.send("POST", "/__admin/rules", {"name": "busy", "then": throttle, "for": "1m"}).status == 201
    taken = snapshot_of(sent)
    assert restore(sent, taken)[0] == 200
    reply = sent.send("GET", "/callbacks/queue-status/sales")
    assert (reply.status, dict(reply.headers)["Retry-After"]) == (429, "60")
    taken["rules"]["armed"][0]["until"] = None
    status, answer = restore(sent, taken)
    assert (status, answer["field"]) == (400, "rules.armed[0].rule")


def test_a_snapshot_has_the_whole_state_of_a_session(taken: Any) -> None:
    ids = taken.pop("ids")
    assert {name: len(base64.b64decode(state)) for name, state in ids.items()} == {"answers": 2500, "callbacks": 2500}
    second = taken["bookings"]["callbacks"][1].pop("id")
    assert second != ID
    assert taken == {
        "mockgms": __version__,
        "format": 1,
        "scenario": {"name": "<body>", "sources": [SCENARIO], "clock": {"now": NOW, "frozen": True}},
        "started": None,
        "clock": {"frozen_at": NOW, "ahead": 0},
        "bookings": {
            "services": ["sales", "new"],
            "service_states": [
                {
                    "service": "sales",
                    "closed": [],
                    "limits": {"windows": [[NOW, 1]], "today": "2026-03-02", "by_number": {"2": 1}},
                },
                {"service": "new", "closed": [TEN], "limits": {"windows": [], "today": None, "by_number": {}}},
            ],
            "callbacks": [
                {
                    "id": ID,
                    "service": "sales",
                    "phone": "+1",
                    "created": NOW,
                    "desired": TEN,
                    "queued_at": TEN - 120_000,
                    "slot": TEN,
                    "properties": {"level": "gold"},
                    "outcome": None,
                },
                {
                    "service": "sales",
                    "phone": "+2",
                    "created": NOW,
                    "desired": NOW,
                    "queued_at": NOW,
                    "slot": None,
                    "properties": {},
                    "outcome": {"state": "ROUTING", "reason": None, "at": NOW},
                },
            ],
        },
        "rules": {
            "disarmed": [],
            "armed": [{"rule": ARMED, "until": NOW + 60_000}],
            "counts": [{"rule": "gateway", "caller": "", "matches": 1, "firings": 1}],
            "asked": [{"rule": "asked:disconnect", "caller": "", "matches": 1}],
        },
        "memory": {"gateway": {GATEWAY: {"limit": 2, "per": 60_000, "burst": 2, "level": 60_000, "at": NOW}}},
        "requests": 4,
        "began": NOW,
        "arrivals": {},
    }


def test_a_snapshot_can_be_restored_in_any_session(busy: Sender, taken: Any) -> None:
    other = sender("description: Another.")
    clock = {"now": "2026-03-02T08:55:00.000Z", "frozen": True}
    shown = {"id": "default", "scenario": "<body>", "clock": clock, "callbacks": 2}
    assert restore(other, taken) == (200, shown)
    assert snapshot_of(other) == taken
    assert json.loads(other.send("GET", "/__admin/requests").body) == {"requests": [], "found": 0, "dropped": 0}
    assert json.loads(other.send("GET", "/__admin/rules").body) == json.loads(busy.send("GET", "/__admin/rules").body)
    other.send("POST", "/__admin/reset")
    assert snapshot_of(other)["bookings"] == {"services": ["sales"], "service_states": [], "callbacks": []}


def test_a_restored_running_clock_is_ahead_by_the_same_time() -> None:
    one, other = sender("description: x"), sender()
    one.send("POST", "/__admin/clock/advance", {"by": "1h"})
    taken = snapshot_of(one)
    assert taken["clock"]["frozen_at"] is None
    assert 3_599_000 < taken["clock"]["ahead"] <= 3_600_000
    assert restore(other, taken)[0] == 200
    assert snapshot_of(other)["clock"] == taken["clock"]


def test_a_restored_session_keeps_its_old_services_until_it_is_reset() -> None:
    old, new = (Catalog().parse(f"description: x\nservices: {{sales: {{capacity: {seats}}}}}") for seats in (1, 2))
    one, other = Sender(dispatcher_of(old)), sender()
    one.dispatcher.sessions.replace(old, new)
    taken = snapshot_of(one)
    assert (taken["scenario"]["sources"], taken["started"]["sources"]) == ([*new.sources], [*old.sources])
    assert restore(other, taken)[0] == 200
    assert snapshot_of(other) == taken
    session = other.dispatcher.sessions.get("default")
    assert session.bookings.service("sales").capacity == Capacity(1)
    session.reset()
    assert session.bookings.service("sales").capacity == Capacity(2)


def test_callbacks_with_more_seats_than_their_slot_has_are_refused(busy: Sender, taken: Any) -> None:
    wrong = deepcopy(taken)
    first = wrong["bookings"]["callbacks"][0]
    wrong["bookings"]["callbacks"] += [{**first, "id": f"another-{number}"} for number in range(5)]
    field = "bookings.callbacks[6].seats"
    refused = {"message": f"{field} must be at most 0: the slot has 5 seats", "field": field}
    assert restore(busy, wrong) == (400, refused)
    del wrong["bookings"]["callbacks"][6]
    assert restore(sender(), wrong)[0] == 200


def test_counts_stop_at_the_largest_number_that_a_snapshot_can_have(taken: Any) -> None:
    other, largest = sender(), 2**53 - 1
    most = deepcopy(taken)
    most["requests"] = largest
    most["rules"]["counts"][0] |= {"matches": largest, "firings": largest}
    most["rules"]["asked"][0]["matches"] = largest
    limits = most["bookings"]["service_states"][0]["limits"]
    limits["windows"][0][1] = limits["by_number"]["2"] = largest
    assert restore(other, most)[0] == 200
    for path in ("/genesys/1/service/callback", "/genesys/1/service/callback?__fault=disconnect"):
        other.send("GET", path)
    again = snapshot_of(other)
    again["memory"] = most["memory"]
    assert again == most
    assert restore(other, again)[0] == 200


def test_a_rate_limit_with_a_huge_level_can_be_restored() -> None:
    rule = "{name: all, then: {fault: rate_limit, limit: 1000000000000, per: 36500d}}"
    one = sender(f"description: x\nclock: {{now: 2026-03-02T08:55:00Z, frozen: true}}\nrules: [{rule}]")
    one.send("GET", "/genesys/1/service/callback")
    taken = snapshot_of(one)
    (bucket,) = taken["memory"]["all"].values()
    assert bucket["level"] > 2**63
    assert restore(one, taken)[0] == 200
    assert snapshot_of(one) == taken


NO_IDS = base64.b64encode(b"\xff" * 2500).decode()


@pytest.mark.parametrize(
    ("path", "value", "field", "reason"),
    [
        ("format", 2, "format", "must be 1, not 2"),
        (
            "more",
            1,
            "more",
            (
                "is not a known field, did you mean `memory`? (there are: mockgms, format, scenario, started, clock,"
                " bookings, rules, memory, ids, requests, began, arrivals)"
            ),
        ),
        (
            f"memory.gateway.{GATEWAY}.levl",
            1,
            "memory[...][...].levl",
            "is not a known field, did you mean `level`? (there are: limit, per, burst, level, at)",
        ),
        (
            "scenario.sources",
            ["description: x\nsedd: 1"],
            "scenario",
            "cannot be used: sources[0]:2:1: unknown key `sedd`, did you mean `seed`?",
        ),
        ("scenario.sources", [], "scenario.sources", "must be a list of length >= 1"),
        (
            "started",
            {"name": "x", "sources": ["description: x\nsedd: 1"], "clock": {"now": None, "frozen": False}},
            "started",
            "cannot be used: sources[0]:2:1: unknown key `sedd`, did you mean `seed`?",
        ),
        ("clock.frozen_at", -(10**15), "clock.frozen_at", "must be a whole number >= -30610224000000"),
        ("clock", {"frozen_at": None, "ahead": 2**60}, "clock.ahead", "leads to a time outside the years 1000 to 9997"),
        (
            "bookings.service_states.0.limits.windows",
            [],
            "bookings.service_states[0].limits.windows",
            "are 0: the service has 1",
        ),
        ("bookings.callbacks.1.id", ID, "bookings.callbacks[1].id", ID_TAKEN),
        (
            "bookings.callbacks.1.slot",
            TEN + 1,
            "bookings.callbacks[1].slot",
            NOT_A_SLOT_OF_SALES,
        ),
        (
            "bookings.callbacks.0.desired",
            TEN - 1,
            "bookings.callbacks[0].slot",
            NOT_THE_SLOT,
        ),
        (
            "bookings.callbacks.0.seats",
            2**53,
            "bookings.callbacks[0].seats",
            "must be a whole number <= 1000000",
        ),
        (
            "bookings.callbacks.0.seats",
            6,
            "bookings.callbacks[0].seats",
            "must be at most 5: the slot has 5 seats",
        ),
        ("bookings.callbacks.0.seats", 0, "bookings.callbacks[0].seats", "must be a whole number >= 1"),
        (
            "bookings.callbacks.0.slot",
            1.5,
            "bookings.callbacks[0].slot",
            "must be a whole number or null, not a decimal number",
        ),
        (
            "bookings.callbacks.1.created",
            LATEST + 1,
            "bookings.callbacks[1].created",
            "must be a whole number <= 253339228799999",
        ),
        (
            "bookings.service_states.1.service",
            "sales",
            "bookings.service_states[1].service",
            "is 'sales', which occurs twice in `service_states`",
        ),
        ("rules.counts.0.firings", 2, "rules.counts[0].firings", "must be at most 1, the value of `matches`"),
        (
            "rules.counts.0.matches",
            2**53,
            "rules.counts[0].matches",
            "must be a whole number <= 9007199254740991",
        ),
        ("rules.counts.0.matches", -1, "rules.counts[0].matches", "must be a whole number >= 0"),
        ("requests", 2**53, "requests", "must be a whole number <= 9007199254740991"),
        ("requests", 1e3, "requests", "must be a whole number, not a decimal number"),
        (
            f"memory.gateway.{GATEWAY}.level",
            120_001,
            f"memory.gateway.{GATEWAY}.level",
            "must be at most `burst` times `per`",
        ),
        (
            "bookings.callbacks.1.outcome.state",
            "QUEUED",
            "bookings.callbacks[1].outcome.state",
            "must be COMPLETED, PROCESSING or ROUTING, not 'QUEUED'",
        ),
        ("rules.disarmed", ["x"], "rules.disarmed[0]", "is 'x', which is not a rule of the scenario"),
        ("rules.disarmed", ["gateway"] * 2, "rules.disarmed[1]", "is 'gateway', which occurs twice"),
        (
            "rules.armed.0.rule.then",
            {"fault": "hangs"},
            "rules.armed[0].rule",
            "has mistakes: unknown fault 'hangs', did you mean `hang`?",
        ),
        (
            "rules.armed.0.rule.then",
            "x" * 1_048_576,
            "rules.armed[0].rule",
            "has mistakes: is larger than 1048576 bytes",
        ),
        ("rules.armed.0.rule", 5, "rules.armed[0].rule", "must be an object, not a whole number"),
        ("memory.gateway", 5, "memory[...]", "must be an object, not a whole number"),
        (
            "rules.armed.0.rule.name",
            "gateway",
            "rules.armed[0].rule",
            "has the name of another rule, 'gateway'",
        ),
        (
            f"memory.gateway.{GATEWAY}",
            {"limit": 0, "per": 1, "burst": 1, "level": 0, "at": NOW},
            "memory[...][...].limit",
            "must be a whole number >= 1",
        ),
        ("ids.answers", "", "ids.answers", "is not the state of a stream of ids"),
        ("ids.callbacks", NO_IDS, "ids.callbacks", "is not the state of a stream of ids"),
        ("ids.callbacks", "!", "ids.callbacks", "cannot be read: Invalid base64 encoded string"),
    ],
)
def test_an_invalid_snapshot_names_its_field_and_changes_nothing(
    busy: Sender, taken: Any, path: str, value: Any, field: str, reason: str
) -> None:
    wrong = deepcopy(taken)
    *way, last = path.split(".")
    inside = wrong
    for key in way:
        inside = inside[int(key) if isinstance(inside, list) else key]
    inside[last] = value
    assert restore(busy, wrong) == (400, {"message": f"{field} {reason}", "field": field})
    assert snapshot_of(busy) == taken


@pytest.mark.parametrize(("body", "field"), [(None, "body"), ([], "body"), ({}, "mockgms")])
def test_a_body_that_is_not_a_snapshot_is_refused(busy: Sender, body: Any, field: str) -> None:
    status, answer = restore(busy, body)
    assert (status, answer["field"]) == (400, field)


@pytest.mark.parametrize(
    ("before", "member", "field", "where"),
    [
        ('"mockgms"', '"format": 1, ', "format", ", again at byte {}"),
        ('"disarmed"', '"armed": [], ', "rules.armed", ", again at byte {}"),
        ('"phone": "+1"', '"service": "new", ', "bookings.callbacks[0].service", ""),
        ('"level"', '"level": "silver", ', "bookings.callbacks[0].properties.level", ""),
    ],
)
def test_a_snapshot_that_sets_a_key_twice_is_refused(
    busy: Sender, taken: Any, before: str, member: str, field: str, where: str
) -> None:
    text = json.dumps(taken).replace(before, member + before, 1)
    second = text.rindex(f'"{field.rpartition(".")[2]}"')
    answer = {"message": f"{field} is set twice{where.format(second)}: keep one of them", "field": field}
    reply = busy.send_text("PUT", SNAPSHOT, text)
    assert (reply.status, json.loads(reply.body)) == (400, answer)


RENAMED = [
    (("bookings",), "bookings", "service_states", "desks"),
    (("rules", "asked", 0), "rules.asked[0]", "matches", "turn"),
]


def at(snapshot: Any, way: tuple[str | int, ...]) -> Any:
    """Return the object at this place of a snapshot."""
    for key in way:
        snapshot = snapshot[key]
    return snapshot


@pytest.mark.parametrize(("way", "place", "name", "former"), RENAMED)
def test_a_snapshot_with_a_former_name_can_be_restored(
    taken: Any, way: tuple[str | int, ...], place: str, name: str, former: str
) -> None:
    earlier, other = deepcopy(taken), sender("description: Another.")
    at(earlier, way)[former] = at(earlier, way).pop(name)
    assert restore(other, earlier)[0] == 200
    assert snapshot_of(other) == taken, place


@pytest.mark.parametrize(("way", "place", "name", "former"), RENAMED)
def test_a_renamed_field_of_a_snapshot_has_one_of_both_names(
    busy: Sender, taken: Any, way: tuple[str | int, ...], place: str, name: str, former: str
) -> None:
    wrong = deepcopy(taken)
    value = at(wrong, way).pop(name)
    field = f"{place}.{name}"
    assert restore(busy, wrong) == (400, {"message": f"{field} is required", "field": field})
    at(wrong, way).update({name: value, former: value})
    message = f"{place}.{former} is the former name of `{name}`: give only one of them"
    assert restore(busy, wrong) == (400, {"message": message, "field": f"{place}.{former}"})
    assert snapshot_of(busy) == taken


def test_taking_a_snapshot_beyond_the_body_limit_is_refused() -> None:
    one = sender()
    session = one.dispatcher.sessions.default
    service = session.bookings.service("sales")
    for _ in range(17):
        session.bookings.book_without_limits(
            ScheduleCallback(service, "+1", None, properties={"note": "x" * 1024**2}), session.now()
        )
    reply = one.send("GET", SNAPSHOT)
    assert reply.status == 507
    message = json.loads(reply.body)["message"]
    assert re.fullmatch(
        r"The snapshot would have 178\d{5} bytes, but a server accepts at most 16777216: fork the session instead"
        r' \(PUT /__admin/sessions/ID with \{"from": \.\.\.\}\), or take it with fewer callbacks\.',
        message,
    )
