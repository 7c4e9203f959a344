"""The record of clicks on the start page as a scenario, without a browser."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.document import parse_document
from tests.docs.markdown import ROOT

MODULE = ROOT / "mockgms" / "ui" / "static" / "record.js"
SCRIPT = """
const kept = new Map();
globalThis.sessionStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
const { Record } = await import(process.argv[1]);
const [services, scenario] = JSON.parse(process.argv[2]);
for (const service of services) {  // each after a reload of the page
  const record = new Record({ clock: { now: () => 0, frozen: true }, changed() {} });
  record.slot(service, '2026-03-02T09:00:00Z', { closed: true });
  record.slot(service, '2026-03-02T09:15:00Z', { free: 0 });
}
const record = new Record({ clock: { now: () => 0, frozen: true }, changed() {} });
const polluted = Object.keys(Object.prototype).length + Object.keys(Object).length;
process.stdout.write(JSON.stringify([record.yaml(scenario, false), polluted]));
"""
SLOTS = [
    {"start": "2026-03-02T09:00:00Z", "closed": True},
    {"start": "2026-03-02T09:15:00Z", "free": 0},
]

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")


def record(services: list[str], scenario: str = "mine") -> str:
    """Return the scenario that is recorded when two slots of each service are changed."""
    command = ["node", "--input-type=module", "-e", SCRIPT, MODULE.as_uri(), json.dumps([services, scenario])]
    text, polluted = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert polluted == 0
    return str(text)


def slots_of(text: str) -> dict[str, Any]:
    services: Any = parse_document(text, "mine.yaml")["services"].node.plain()
    return {service: settings["slots"] for service, settings in services.items()}


def test_any_name_of_a_service_is_recorded() -> None:
    names = ["sales", "__proto__", "constructor", 'a"b', "\x85", "\u2028", "\ufeff", "\x7f"]
    assert slots_of(record(names)) == dict.fromkeys(names, SLOTS)


def test_the_name_of_a_scenario_adds_no_line() -> None:
    text = record(["sales"], "x\u2028rules: [{then: {fault: hang}}]\x85seed: 3\n\u2029seed: 4")
    assert not Catalog().parse(text).rules
    assert len(text.splitlines()) == 8
