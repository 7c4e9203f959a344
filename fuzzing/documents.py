"""Scenario files and snapshots: the shipped ones and made-up rules and settings, with mutations."""

import json
from pathlib import Path
from random import Random
from typing import Final

import yaml

from fuzzing import nasty
from fuzzing.nasty import Json
from fuzzing.step import Step

SHIPPED: Final = sorted((Path(__file__).parent.parent / "scenarios").glob("*.yaml"))

_FAULTS: Final[tuple[Json, ...]] = (
    *(
        {"fault": name}
        for name in ("slot_conflict", "office_closed", "rival", "garbage", "disconnect", "empty", "hang")
    ),
    *({"fault": "throttle", "retry_after": 5, "form": form} for form in ("seconds", "http_date", "past", "text")),
    {"fault": "rate_limit", "limit": 3, "per": "1m", "burst": 5, "key": "phone"},
    {"fault": "server_error", "status": 503, "message": "no"},
    {
        "fault": "respond",
        "status": 502,
        "headers": {"Content-Type": "text/html", "X-A": "b"},
        "body": "${phone} ${now}",
    },
    *({"fault": "delay", "by": by} for by in ("1ms", "20ms", "2s")),
    {"fault": "delay", "median": "1ms", "p99": "30ms"},
    {"fault": "truncate", "keep": "10%"},
    {"fault": "slow_body", "chunk": 7, "every": "1ms"},
    {"fault": "rival", "seats": 1},
)
_CONDITIONS: Final[tuple[tuple[str, tuple[Json, ...]], ...]] = (
    ("operation", ("schedule", ["availability", "find"], "open_for")),
    ("version", ("v1", ["v2", "v3"])),
    ("service", ("sales*", "/^s/", ["new", "support"])),
    ("phone", ("+1415*", "/0100$/", "[0-9]*")),
    ("api_key", ("K",)),
    ("desired_time", ("Mon-Fri 09:00-12:00", {"from": "2026-03-02T00:00:00Z", "to": "2026-03-09T00:00:00Z"})),
    ("user_data", ({"level": ["gold", "g*"]},)),
    ("header", ({"User-Agent": "*"},)),
    ("query", ({"timezone": "/Paris/"},)),
)
_SETTINGS: Final[tuple[tuple[str, tuple[Json, ...]], ...]] = (
    ("timezone", ("Europe/Paris", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia")),
    ("time_bucket", (5, 15, 20, 60, 120)),
    ("capacity", (0, 1, 5, 1_000_000, [{"hours": "Mon-Fri 09:00-12:00", "seats": 2}])),
    ("office_hours", (["Mon-Fri 09:00-24:00"], ["Sat-Mon 22:00-06:00"], [])),
    ("extra_hours", (["2026-03-02 09:00-12:00"], ["02-29 00:00-24:00"])),
    ("holidays", (["2026-03-03", "12-25"],)),
    ("horizon", ("31d", "1h", "36600d")),
    ("execution_buffer", ("0s", "120s", "2d")),
    ("refuse_immediate_when_closed", (True,)),
    ("max_queued", (0, 1, 100)),
    ("throttle", ([{"limit": 1, "per": "30s"}], [{"limit": 5, "per": "5m"}, {"limit": 9, "per": "1h"}])),
    ("per_number_per_day", (1, 6)),
    ("in_queue_check", (True, "strict")),
    ("numbers", ({"country": "US", "refuse_impossible": True, "refuse_premium": True}, {"country": "FR"})),
    ("lifecycle", ({"queued": "60s", "routing": "15s", "processing": "3m"}, {"queued": "0s"})),
    ("wait", ({"handle_time": "0s"},)),
    ("lookup_keys", (["level"],)),
    ("booked", ({"share": "90%", "days": 5}, {"share": "100%", "days": 40})),
    ("slots", ([{"start": "2026-03-02T10:00:00Z", "free": 0, "closed": True}],)),
    ("_bh_regular1", ("Mon-Fri 08:00-20:00",)),
)
_GLOBALS: Final[tuple[tuple[str, tuple[Json, ...]], ...]] = (
    ("seed", (1, 2**63)),
    ("dialect", ("8.5.1",)),
    ("slot_conflict_status", (429, {"v1": 400, "v3": 429})),
    ("empty_availability", ({"v1": "empty", "v3": "refuse"},)),
    ("past_desired_time", ({"v1": "immediate", "v3": "refuse"},)),
    ("scheduled_answer", ("dialog", "id")),
    ("local_time", ("naive",)),
    ("latency", ("virtual", "real")),
    ("cors", (False,)),
    ("auth", ({"api_keys": ["K", "secret-key"]}, {"basic": {"username": "a", "password": "b"}, "missing": 401})),
    ("unknown_services", ("refuse",)),
    ("extends", ("default", "nearly-full", "./parent.yaml", "no-such", "../../../etc/passwd")),
)


def rule(random: Random, name: str) -> Json:
    """Return a rule as a scenario has it, seldom with a nasty value."""
    made: Json = {"name": name, "then": random.choice(_FAULTS)}
    if random.random() < 0.2:
        made["then"] = [made["then"], random.choice(_FAULTS)]
    if random.random() < 0.7:
        made["when"] = _some(random, _CONDITIONS)
    options: tuple[tuple[str, tuple[Json, ...]], ...] = (
        ("per", ("session", "phone", "api_key", "service")),
        ("skip", (1,)),
        ("times", (1, 3)),
        ("chance", ("50%", 0.1)),
        ("during", ({"daily": "09:00-09:05"}, {"from": "2026-03-02T09:00:00Z"})),
        ("phase", ("after",)),
    )
    made |= _some(random, options)
    return nasty.change(random, made) if random.random() < 0.1 else made


def scenario(random: Random) -> Json:
    """Return a scenario: a shipped one or a made-up one, half of them with a nasty value."""
    made: Json = yaml.safe_load(random.choice(SHIPPED).read_text())
    if random.random() < 0.6:
        made = {"description": "Made up.", "clock": {"now": "2026-03-02T08:55:00Z", "frozen": True}}
        made |= _some(random, _GLOBALS) if random.random() < 0.5 else {}
        made["services"] = {name: _some(random, _SETTINGS) for name in ("*", "sales") if random.random() < 0.8}
        made["rules"] = [rule(random, f"r{number}") for number in range(random.randrange(4))]
    return nasty.change(random, made, random.choice((1, 1, 3))) if random.random() < 0.4 else made


def scenario_text(random: Random) -> bytes:
    """Return a scenario as YAML or JSON, now and then with damage in its bytes."""
    made = scenario(random)
    written = json.dumps(made, default=str) if random.random() < 0.3 else yaml.dump(made, allow_unicode=True)
    raw = nasty.encode(written)
    return nasty.damage(random, raw) if random.random() < 0.25 else raw


def start(random: Random, session: str) -> Step:
    """Return the step that starts a session over, with a valid scenario and a clock that stands still."""
    clock = {"now": "2026-03-02T08:55:00Z", "frozen": random.random() < 0.8}
    chosen: Json = random.choice(SHIPPED).stem if random.random() < 0.5 else scenario(random)
    return admin(
        "start",
        "PUT",
        f"/__admin/sessions/{session}",
        json.dumps({"scenario": chosen, "clock": clock}, default=str).encode(),
    )


def switch(random: Random, session: str) -> Step:
    """Return a step that gives a session another scenario."""
    return admin("scenario", "PUT", "/__admin/scenario", scenario_text(random), session)


def watched(random: Random) -> Step:
    """Return a step that changes the scenario file which the server watches."""
    return Step("watched file", (scenario_text(random),), how="watch")


def started(random: Random) -> Step:
    """Return a step that checks and serves a scenario file by new processes."""
    return Step("started file", (scenario_text(random),), how="start")


def restore(random: Random, snapshot: bytes, session: str) -> Step:
    """Return a step that puts a snapshot back after it was mutated, or as it is."""
    raw = snapshot
    if random.random() < 0.9:
        tree = nasty.change(random, json.loads(snapshot), random.choice((1, 1, 1, 2, 5)))
        raw = nasty.encode(json.dumps(tree))
    if random.random() < 0.05:
        raw = nasty.damage(random, raw)
    return admin("snapshot", "PUT", "/__admin/snapshot", raw, session)


def admin(kind: str, method: str, path: str, body: bytes, session: str = "default") -> Step:
    """Return a step of one request to the admin API."""
    base = "" if session == "default" else f"/s/{session}"
    head = f"{method} {base}{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    return Step(kind, (head.encode() + body,), ((method, path),), session)


def _some(random: Random, options: tuple[tuple[str, tuple[Json, ...]], ...]) -> dict[str, Json]:
    """One to three of the options, each with one of its values."""
    chosen = random.sample(options, min(len(options), random.randint(1, 3)))
    return {name: nasty.value(random) if random.random() < 0.03 else random.choice(values) for name, values in chosen}
